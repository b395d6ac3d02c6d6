"""The report knows every mention, element and measure of the clause library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MEASURES, MENTIONS
from dpa_checker.report.legal import localise_reference

LIBRARY = Path(__file__).parents[2] / "clause_library"
TEXTS = load_catalogue("en").texts


def _mentions() -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(LIBRARY.glob("mentions/*.yaml"))]


pytestmark = pytest.mark.skipif(not _mentions(), reason="the clause library is not there")


def test_mentions_and_measures_are_the_same() -> None:
    assert {mention["id"] for mention in _mentions()} == set(MENTIONS)
    measures = {path.stem for path in LIBRARY.glob("measures/*.yaml")}
    assert measures == set(MEASURES)


def test_every_essential_element_has_its_words() -> None:
    needed = {f"lacking.{mention['id']}.{key}" for mention in _mentions() for key in mention.get("essential", ())}
    assert needed <= set(TEXTS)


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_every_legal_reference_is_written_in_the_report_language(language: str) -> None:
    catalogue = load_catalogue(language)
    for mention in _mentions():
        shown = localise_reference(mention["legal_reference"], catalogue)
        assert shown != mention["legal_reference"], mention["id"]
        assert "GDPR" not in shown
