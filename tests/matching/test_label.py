"""Particulars on a line of their own: "Duration: 2 years" is a label with its value, though it looks like a heading."""

from __future__ import annotations

import pytest

from dpa_checker import check_text
from dpa_checker.model import Verdict

ANNEX = {
    "en": ("Annex: processing of personal data", "Duration: 2 years", "Duration of validity of this document: 2 years"),
    "fr": ("Annexe : traitement de données personnelles", "Durée : 2 ans", "Durée de validité du document : 2 ans"),
    "de": (
        "Anlage: Verarbeitung personenbezogener Daten",
        "Dauer: 2 Jahre",
        "Dauer, Gültigkeit des Dokuments: 2 Jahre",
    ),
    "sv": ("Bilaga: behandling av personuppgifter", "Varaktighet: 2 år", "Varaktighet, dokumentets giltighet: 2 år"),
}


@pytest.mark.parametrize("language", ANNEX)
def test_a_lone_line_gives_its_value(language: str) -> None:
    title, line, _ = ANNEX[language]
    assert check_text(f"{title}\n\n{line}\n", language).finding("duration").verdict is Verdict.PRESENT


@pytest.mark.parametrize("language", ANNEX)
def test_what_a_document_says_of_itself_as_a_file_is_no_particular(language: str) -> None:
    title, _, line = ANNEX[language]
    assert check_text(f"{title}\n\n{line}\n", language).finding("duration").verdict is Verdict.MISSING


@pytest.mark.parametrize("language", ANNEX)
def test_a_label_without_a_value_says_nothing(language: str) -> None:
    title, line, _ = ANNEX[language]
    label = line.partition(":")[0].strip()
    assert check_text(f"{title}\n\n{label}: ____\n", language).finding("duration").verdict is not Verdict.PRESENT
