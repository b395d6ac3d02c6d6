"""The page and the workbook with what reviewers decided: their verdicts, and nothing inside unless it is asked for."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

import openpyxl
import pytest

from dpa_checker.model import Report, Verdict
from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.letter import LetterOptions, Remark, Review
from dpa_checker.report.render_html import render_html
from dpa_checker.report.report_xlsx import write_report_xlsx
from dpa_checker.report.reviewed import Reviewed, render_reviewed_html, review_report, write_reviewed_xlsx
from dpa_checker.report.view_model import Status

from .build_reports import ALL, complete, contradictions, weak
from .letters import ASSIGNED, DATE, HOSTILE, NOTE, REVIEWS

#: All that is inside: who said what to whom, and what the program found.
_ALL_IN = LetterOptions(comments=True, assignments=True, machine_verdicts=True, confidence=True, reviewer="K. Ödegård")


def _workbook(reviewed: Reviewed) -> list[list[tuple[Any, ...]]]:
    target = io.BytesIO()
    write_reviewed_xlsx(reviewed, target)
    book = openpyxl.load_workbook(target)
    assert all(cell.data_type in ("s", "n") for sheet in book for row in sheet.iter_rows() for cell in row)
    return [[tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def _words(reviewed: Reviewed) -> tuple[str, str]:
    """Return what the page and the workbook say."""
    page = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", render_reviewed_html(reviewed), flags=re.DOTALL))
    return page, str(_workbook(reviewed))


def _article(page: str, mention: str) -> str:
    found = re.search(rf'<article class="entry is-\w+" id="{mention}">.*?</article>', page, re.DOTALL)
    assert found
    return unescape(found[0])


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_reviewers_verdict_takes_the_place_of_the_programs(language: str) -> None:
    catalogue = load_catalogue(language)
    report = complete()
    reviewed = review_report(report, REVIEWS, language=language)
    entry = _article(render_reviewed_html(reviewed), "security")
    row = next(row for row in _workbook(reviewed)[1] if row[0] == catalogue.text("mention.security"))
    for shown in (entry, str(row)):
        assert catalogue.text("verdict.missing") in shown
        assert catalogue.text("verdict.present") not in shown
        assert "Annex 2 was never supplied." in shown
        assert catalogue.text("label.reviewed") in shown
    assert "<blockquote" not in entry, "no quote bears a verdict of missing"
    other = _article(render_reviewed_html(reviewed), "audits")
    assert catalogue.text("label.reviewed") not in other, "a comment is no decision"
    for words in _words(reviewed):
        assert catalogue.counted("count.reviewed", 1) in words
    counts = {count.status: count.number for count in reviewed.view().counts}
    assert counts[Status.MISSING] == 1


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_who_decided_and_said_what_stays_inside_unless_it_is_asked_for(language: str) -> None:
    for words in _words(review_report(complete(), REVIEWS, language=language)):
        for inside in (NOTE, ASSIGNED, "Ödegård", load_catalogue(language).text("letter.machine")):
            assert inside not in words
    for words in _words(review_report(complete(), REVIEWS, _ALL_IN, language=language)):
        for inside in (NOTE, ASSIGNED, "Ödegård", load_catalogue(language).text("letter.machine")):
            assert inside in words
    bare = review_report(complete(), REVIEWS, LetterOptions(reasons=False), language=language)
    assert not [words for words in _words(bare) if "never supplied" in words]


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_without_reviews_it_is_the_report_as_it_was(report: Report) -> None:
    reviewed = review_report(report, ())
    assert render_reviewed_html(reviewed) == render_html(report)
    plain, shown = io.BytesIO(), io.BytesIO()
    write_report_xlsx(report, plain)
    write_reviewed_xlsx(reviewed, shown)
    assert plain.getvalue() == shown.getvalue()


def test_a_confirmed_verdict_keeps_its_quotes_and_is_marked() -> None:
    report = weak()
    finding = next(one for one in report.findings if one.verdict is Verdict.PRESENT and one.evidence)
    review = Review(mention=finding.mention, verdict=finding.verdict, date=DATE)
    entry = _article(render_reviewed_html(review_report(report, [review])), finding.mention)
    assert "<blockquote" in entry
    assert "reviewer’s decision" in entry


def test_a_conflict_that_is_settled_leaves_the_top_and_one_that_stands_stays() -> None:
    report = contradictions()
    finding = next(one for one in report.findings if one.conflict)
    review = Review(mention=finding.mention, verdict=Verdict.CONTRADICTED, reason="Clause 9 prevails.")
    before, after = (len(review_report(report, given).view().conflicts) for given in ((), (review,)))
    assert after == before - 1
    stands = review_report(report, [replace(review, verdict=finding.verdict, conflict=True)])
    assert len(stands.view().conflicts) == before
    at_top = next(entry for entry in stands.view().conflicts if entry.mention == finding.mention)
    assert "Clause 9 prevails." in (at_top.reason or "")


def test_what_reviewers_type_is_shown_as_text() -> None:
    remarks = (Remark(HOSTILE, HOSTILE, DATE),)
    review = replace(REVIEWS[0], reason=HOSTILE, note=HOSTILE, reviewer=HOSTILE, assigned_to=HOSTILE, remarks=remarks)
    reviewed = review_report(complete(), [review], replace(_ALL_IN, reviewer=HOSTILE))
    page = render_reviewed_html(reviewed).encode("utf-8", "replace").decode()
    assert "<script" not in page
    assert not re.search(r"<[^>]+\son\w+=", page)
    _workbook(reviewed)
