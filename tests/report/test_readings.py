"""Tracked changes: both readings are judged, the worse counts, and the report says on whose change it hangs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from dpa_checker.ingestion import read_text
from dpa_checker.model import (
    Document,
    Processing,
    Reading,
    Report,
    Revision,
    RevisionKind,
    Unread,
    UnreadReason,
    Verdict,
)
from dpa_checker.pipeline import check_document
from dpa_checker.report.render_html import render_html
from dpa_checker.report.render_json import load_schema, render_json
from dpa_checker.report.render_text import render_text

OPENING = (
    "Data processing agreement between Labovita Ltd (the “Controller”) and Codexa Ltd (the “Processor”). "
    "The Processor processes personal data on behalf of the Controller."
)
AUDIT = "The Processor shall allow for and contribute to audits, including inspections, conducted by the Controller."
BREACH = "The Processor shall notify the Controller of any personal data breach without undue delay."
NO_AUDIT = "The Controller has no right to audit the Processor's processing of personal data."


def _document(accepted: list[str], rejected: list[str], author: str = "Ada Client") -> Document:
    """Return a document of the paragraphs, with those of one reading only as its revisions."""
    first, second = "\n\n".join(accepted), "\n\n".join(rejected)
    document, other = read_text(first), read_text(second)

    def revisions(text: str, only: list[str], kind: RevisionKind) -> tuple[Revision, ...]:
        return tuple(
            Revision(text.index(part), text.index(part) + len(part), kind, author, "2026-01-05T09:00:00Z")
            for part in only
        )

    inserted = [part for part in accepted if part not in rejected]
    deleted = [part for part in rejected if part not in accepted]
    other = replace(other, revisions=revisions(second, deleted, RevisionKind.DELETION))
    return replace(document, revisions=revisions(first, inserted, RevisionKind.INSERTION), rejected=other)


def _check(accepted: list[str], rejected: list[str]) -> Report:
    return check_document(_document(accepted, rejected), language="en")


def test_what_is_only_inserted_is_missing() -> None:
    report = _check([OPENING, AUDIT, BREACH], [OPENING, BREACH])
    finding = report.finding("audits")
    assert finding.verdict is Verdict.MISSING
    assert [(item.reading, item.verdict) for item in finding.readings] == [
        (Reading.ACCEPTED, Verdict.PRESENT),
        (Reading.REJECTED, Verdict.MISSING),
    ]
    assert [(revision.kind, revision.author) for revision in finding.pending] == [
        (RevisionKind.INSERTION, "Ada Client")
    ]
    shown = " ".join(render_text(report, language="en").split())
    assert "Only in a pending insertion by Ada Client: present if the changes are accepted" in shown
    assert f"Pending change: “{AUDIT}”" in shown


def test_what_is_deleted_is_missing() -> None:
    finding = _check([OPENING, BREACH], [OPENING, BREACH, AUDIT]).finding("audits")
    assert finding.verdict is Verdict.MISSING
    assert [revision.kind for revision in finding.pending] == [RevisionKind.DELETION]


def test_a_denial_put_in_is_the_worse_reading() -> None:
    report = _check([OPENING, NO_AUDIT], [OPENING, AUDIT])
    finding = report.finding("audits")
    assert finding.verdict is Verdict.CONTRADICTED
    assert all(item.reading is Reading.ACCEPTED for item in finding.evidence)
    assert finding.readings_differ


def test_what_both_readings_say_hangs_on_nothing() -> None:
    report = _check([OPENING, AUDIT, BREACH], [OPENING, BREACH])
    finding = report.finding("breach-notification")
    assert finding.verdict is Verdict.PRESENT
    assert not finding.readings_differ
    assert finding.pending == ()


@pytest.mark.parametrize("language", ["en", "fr", "sv", "de"])
def test_offsets_name_their_reading(language: str) -> None:
    report = _check([BREACH, OPENING, AUDIT], [OPENING, BREACH])
    assert report.rejected_text is not None
    texts = {Reading.ACCEPTED: report.text, Reading.REJECTED: report.rejected_text}
    quotes = [item for finding in report.findings for reading in finding.readings for item in reading.evidence]
    assert quotes
    for item in quotes:
        assert item.reading is not None
        assert texts[item.reading][item.start : item.end] == item.quote
    content = json.loads(render_json(report, include_text=True))
    Draft202012Validator(json.loads(load_schema())).validate(content)
    assert content["rejected_text"] == report.rejected_text
    by_mention = {finding["mention"]: finding for finding in content["findings"]}
    assert by_mention["audits"]["readings"]["differ"] is True
    assert by_mention["audits"]["readings"]["pending"] == [
        {"kind": "insertion", "author": "Ada Client", "date": "2026-01-05T09:00:00Z"}
    ]
    assert "Ada Client" in render_html(report, language=language)


def test_a_reading_without_a_word_says_nothing() -> None:
    report = check_document(_document([OPENING, AUDIT], []), language="en")
    assert report.finding("audits").verdict is Verdict.MISSING
    assert report.document.assessment.processing is Processing.YES


def test_what_only_one_reading_sets_aside_is_reported() -> None:
    document = _document([OPENING, AUDIT], [OPENING])
    assert document.rejected is not None
    struck = Unread(UnreadReason.STRUCK_THROUGH, start=0, end=0, excerpt="An old sentence.")
    report = check_document(replace(document, rejected=replace(document.rejected, unread=(struck,))), language="en")
    assert "An old sentence." in render_text(report, language="en")


def test_a_file_without_tracked_changes_has_no_readings() -> None:
    report = check_document(read_text(f"{OPENING}\n\n{AUDIT}"), language="en")
    assert report.document.readings == ()
    assert all(finding.readings == () and not finding.readings_differ for finding in report.findings)
    assert report.finding("audits").evidence[0].reading is None
