"""The names by which parties go, as the opening of a contract gives them."""

from __future__ import annotations

import pytest

from dpa_checker import check_text

OPENINGS = {
    "en": "Between Labovita Ltd (the “Controller”) and Codexa Ltd (the “Processor”), the following is agreed.",
    "fr": "Entre Labovita SAS (le « Responsable du traitement ») et Codexa SAS (le « Sous-traitant »), il est convenu.",
    "sv": "Mellan Labovita AB (”Personuppgiftsansvarig”) och Codexa AB (”Personuppgiftsbiträdet”) har avtalats.",
    "de": "Zwischen Labovita GmbH („Verantwortlicher“) und Codexa GmbH („Auftragsverarbeiter“) wird vereinbart.",
}


@pytest.mark.parametrize("language", OPENINGS)
def test_the_preposition_before_a_name_is_no_part_of_it(language: str) -> None:
    parties = check_text(OPENINGS[language], language).document.parties
    assert {(party.name, party.role) for party in parties} == {("Labovita", "controller"), ("Codexa", "processor")}
