"""The summary that a scan prints."""

from __future__ import annotations

import pytest

from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.index_model import Standing, decide_standing
from dpa_checker.report.outcome import decide_outcome
from dpa_checker.report.render_summary import render_summary
from dpa_checker.report.tally import Tally
from dpa_checker.report.view_model import Status

from .build_reports import ALL
from .collection import Scan, count


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_summary_fits_and_names_everything(language: str, width: int) -> None:
    tally = count(Scan(repeat=1500))
    text = render_summary(tally, language=language, width=width, folder="results")
    catalogue = load_catalogue(language)
    assert max(len(line) for line in text.splitlines()) <= max(width, 80)
    assert catalogue.text("failure.encrypted-document") in text
    assert catalogue.text("scan.results_in", folder="results") in text
    assert catalogue.number(6000).replace("\u00a0", " ") in text
    for standing in Standing:
        if tally.standing(standing):
            assert catalogue.text(f"outcome.{standing}") in text


def test_shares_are_of_the_documents_in_question() -> None:
    text = render_summary(count(Scan()))
    assert "Of 4 documents" in text
    assert "not_" not in text


def test_an_empty_scan_and_one_that_failed_have_a_summary() -> None:
    assert "0 files, 0 examined" in render_summary(Tally())
    failed = Tally(files=1)
    failed.standings[Standing.NOT_EXAMINED, None] = 1
    failed.errors["damaged-document"] = 1
    text = render_summary(failed)
    assert "None of the files could be examined." in text
    assert "The file is damaged." in text


def test_what_fails_by_the_rule_is_counted() -> None:
    tally = count(Scan())
    tally.failing = 3
    assert "3 contracts fail by the rule given." in render_summary(tally)


def test_an_unheard_of_error_has_a_sentence() -> None:
    tally = Tally(files=1, errors=Tally().errors)
    tally.standings[Standing.NOT_EXAMINED, None] = 1
    tally.errors["never-heard-of"] = 1
    assert "not foreseen" in render_summary(tally)


def test_standings_follow_the_outcome_of_the_report() -> None:
    for contract in Scan():
        report = Scan().report(contract)
        if report is None:
            assert contract.standing is Standing.NOT_EXAMINED
        elif report is ALL["unrelated"] or contract.processing == "no":
            assert contract.standing is Standing.NOT_IN_QUESTION
        else:
            assert str(contract.standing) == str(decide_outcome(report))


def test_a_part_not_examined_leaves_the_contract_open() -> None:
    statuses = frozenset(ALL["complete"].findings[0].verdict for _ in MENTIONS)
    said = frozenset(Status(verdict) for verdict in statuses)
    assert decide_standing(said, None, unread=False) is Standing.ALL_SAID
    assert decide_standing(said, None, unread=True) is Standing.INCOMPLETE
