"""Mentions as cases of JUnit."""

from __future__ import annotations

import io
from collections import Counter
from xml.etree import ElementTree

import pytest

from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.render_junit import write_junit
from dpa_checker.report.view_model import Status

from .build_reports import ALL
from .collection import HOSTILE_NAME, Scan


def _covers(mention: str, status: Status) -> bool:
    return status in (Status.MISSING, Status.CONFLICT)


def _suites(language: str = "en") -> ElementTree.Element:
    target = io.StringIO()
    write_junit(Scan(), target, language=language, covers=_covers)
    return ElementTree.fromstring(target.getvalue())  # noqa: S314


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_counts_are_those_of_the_cases(language: str) -> None:
    root = _suites(language)
    total: Counter[str] = Counter()
    for suite in root:
        found = Counter(child.tag for case in suite for child in case)
        assert int(suite.attrib["tests"]) == len(suite)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == found[tag], suite.attrib
            total[name] += found[tag]
        total["tests"] += len(suite)
    assert {name: int(root.attrib[name]) for name in total} == total
    assert min(total.values()) > 0


def test_what_the_rule_covers_fails_and_the_rest_does_not() -> None:
    suite = next(suite for suite in _suites() if suite.attrib["name"] == "00000/weak é.pdf")
    for case, finding in zip(suite, ALL["weak"].findings, strict=True):
        tags = [child.tag for child in case]
        if finding.verdict == "missing":
            assert tags == ["failure"]
        elif finding.verdict == "not_applicable":
            assert tags == ["skipped"]
        else:
            assert tags == ["system-out"]


def test_a_conflict_fails_with_both_quotes() -> None:
    suite = next(suite for suite in _suites() if suite.attrib["name"] == "00000/contradictions é.pdf")
    failure = next(child for case in suite for child in case if child.attrib.get("type") == "conflict")
    assert "Granted" in str(failure.text)
    assert "Denied" in str(failure.text)


def test_nothing_fails_where_no_processing_is_in_question() -> None:
    suite = next(suite for suite in _suites() if suite.attrib["name"] == "00000/unrelated é.pdf")
    assert {child.tag for case in suite for child in case} == {"skipped"}


def test_a_file_not_examined_is_an_error_with_its_reason() -> None:
    suites = {suite.attrib["name"]: suite for suite in _suites()}
    error = suites[HOSTILE_NAME][0][0]
    assert (error.tag, error.attrib["type"]) == ("error", "document-error")
    assert error.attrib["message"] == "The file could not be read."
