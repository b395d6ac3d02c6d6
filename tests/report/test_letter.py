"""The arrangement of a letter: what the other party reads, what it must not, and the clauses proposed."""

from __future__ import annotations

import datetime
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from dpa_checker.library import load_library
from dpa_checker.model import (
    Comment,
    Notice,
    NoticeKind,
    Party,
    Reading,
    ReadingFinding,
    Revision,
    RevisionKind,
    Verdict,
)
from dpa_checker.report.catalogue import REPORT_LANGUAGES, Catalogue, load_catalogue
from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.letter import Letter, LetterOptions, Remark, Review, build_letter
from dpa_checker.report.letter.arrangement import write_date
from dpa_checker.report.letter.value import LetterRow
from dpa_checker.report.view_model import Status

from .build_reports import ALL, complete, contradictions, silent, unrelated, unsupported, weak
from .letters import ASSIGNED, DATE, INTERNAL, NOTE, OPTIONS, QUOTE, REVIEWS, with_quote


def _texts(value: Any) -> list[str]:
    """Return all texts of an arrangement, those of the catalogue apart."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    if is_dataclass(value) and not isinstance(value, Catalogue):
        return [text for field in fields(value) for text in _texts(getattr(value, field.name))]
    return []


def _row(letter: Letter, mention: str) -> LetterRow:
    return next(row for group in letter.groups for row in group.rows if row.mention == mention)


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
@pytest.mark.parametrize("name", ["complete", "weak", "contradictions", "silent"])
def test_the_27_mentions_stand_in_the_parts_of_the_article(name: str, language: str) -> None:
    letter = build_letter(ALL[name], LetterOptions(language=language))
    assert [tuple(row.mention for row in group.rows) for group in letter.groups] == [group.mentions for group in GROUPS]
    assert sum(count.number for count in letter.counts) == 27
    catalogue = load_catalogue(language)
    assert letter.closing[0] == catalogue.text("disclaimer.words")
    for group in letter.groups:
        for row in group.rows:
            assert row.reference
            assert row.word == catalogue.text(f"verdict.{row.status}")
            assert row.symbol


def test_a_quote_stands_with_its_place_and_what_lacks_below_it() -> None:
    row = _row(build_letter(weak()), "audits")
    assert row.status is Status.PARTIAL
    assert row.quotes[0].place
    assert row.lines[0].label == "Lacking"


def test_conflicts_and_what_was_not_examined_stand_in_the_summary() -> None:
    letter = build_letter(contradictions())
    titles = [note.title for note in letter.notes]
    assert titles[0] == "In conflict, to be settled first"
    conflicts = sum(finding.conflict for finding in contradictions().findings)
    assert len(letter.notes[0].items) == conflicts > 0
    assert "Not examined" in [note.title for note in build_letter(ALL["scanned"]).notes]


def test_what_is_internal_stays_out_unless_asked_for() -> None:
    report = with_quote(complete(), "security", QUOTE)
    shown = "\n".join(_texts(build_letter(report, OPTIONS, REVIEWS)))
    assert [word for word in INTERNAL if word in shown] == []
    everything = replace(OPTIONS, comments=True, assignments=True, machine_verdicts=True, confidence=True)
    lines = _row(build_letter(report, everything, REVIEWS), "security").lines
    assert [(line.label, line.value) for line in lines] == [
        ("", "Annex 2 was never supplied."),
        ("Verdict of the program", "✔ Present"),
        ("Confidence", "93%"),
        ("Assigned to", ASSIGNED),
        ("Comment (K. Ödegård, 1\u00a0March\u00a02026)", NOTE),
    ]


@pytest.mark.parametrize(
    ("ticked", "word"),
    [("comments", NOTE), ("assignments", ASSIGNED), ("confidence", "93%"), ("machine_verdicts", "✔")],
)
def test_each_tick_lets_in_its_own(ticked: str, word: str) -> None:
    options = replace(OPTIONS, **{ticked: True})  # type: ignore[arg-type]
    letter = build_letter(complete(), options, REVIEWS)
    lines = {line.value for group in letter.groups for row in group.rows for line in row.lines if line.label}
    assert any(word in line for line in lines)
    assert not any(other in line for other in {NOTE, ASSIGNED, "93%", "✔"} - {word} for line in lines)


def test_a_note_of_several_lines_keeps_them() -> None:
    review = Review(mention="dpia", note="One.\n\n Two. ")
    lines = _row(build_letter(complete(), LetterOptions(comments=True), [review]), "dpia").lines
    assert [(line.label, line.value) for line in lines] == [("Comment", "One."), ("", "Two.")]


def test_each_comment_has_its_own_author_and_day() -> None:
    remarks = (
        Remark("The annex\nis not there.", "Björn Ek", datetime.date(2026, 3, 4)),
        Remark(" \n ", "Nobody"),
        Remark("Nor is it missed."),
    )
    decided = replace(REVIEWS[0], remarks=remarks)
    undecided = Review(mention="dpia", remarks=remarks[:1])
    letter = build_letter(complete(), LetterOptions(comments=True, reasons=False), [decided, undecided])
    said = [
        ("Comment (Björn Ek, 4\u00a0March\u00a02026)", "The annex"),
        ("", "is not there."),
    ]
    assert [(line.label, line.value) for line in _row(letter, "security").lines][1:] == [
        ("Comment (K. Ödegård, 1\u00a0March\u00a02026)", NOTE),
        *said,
        ("Comment", "Nor is it missed."),
    ]
    assert [(line.label, line.value) for line in _row(letter, "dpia").lines] == said


def test_the_confidence_of_a_verdict_that_was_overridden_goes_with_that_verdict() -> None:
    letter = build_letter(complete(), LetterOptions(confidence=True), REVIEWS)
    assert [line.label for line in _row(letter, "security").lines] == [""]
    assert [line.label for line in _row(letter, "dpia").lines] == ["Confidence"]


def test_a_reviewers_verdict_counts_everywhere() -> None:
    letter = build_letter(complete(), OPTIONS, REVIEWS)
    row = _row(letter, "security")
    assert (row.status, row.word, row.quotes) == (Status.MISSING, "Missing", ())
    assert {count.status: count.number for count in letter.counts}[Status.MISSING] == 1
    assert letter.headline == "Not everything is said. Of the 27 mentions: 1\u00a0missing."
    assert letter.proposals is not None
    assert [clause.mention for clause in letter.proposals.clauses] == ["security"]


def test_a_reason_can_be_left_out_and_a_verdict_still_speaks() -> None:
    row = _row(build_letter(complete(), LetterOptions(reasons=False), REVIEWS), "security")
    assert [line.value for line in row.lines] == ["Nothing in the document says it."]


def test_nothing_of_the_programs_finding_is_left_beside_another_verdict() -> None:
    review = Review(mention="audits", verdict=Verdict.PRESENT)
    row = _row(build_letter(weak(), None, [review]), "audits")
    assert (row.status, row.lines) == (Status.PRESENT, ())
    assert row.quotes


def test_a_review_without_a_verdict_changes_none() -> None:
    review = Review(mention="audits", reason="Too soon to say.", note=NOTE)
    assert _row(build_letter(weak(), None, [review]), "audits") == _row(build_letter(weak()), "audits")


def test_of_several_reviews_the_last_counts() -> None:
    reviews = [Review(mention="dpia", verdict=verdict) for verdict in (Verdict.MISSING, Verdict.PARTIAL)]
    assert _row(build_letter(complete(), None, reviews), "dpia").status is Status.PARTIAL


def test_a_conflict_is_settled_or_confirmed_by_a_reviewer() -> None:
    report = contradictions()
    finding = next(finding for finding in report.findings if finding.conflict)
    settled = Review(mention=finding.mention, verdict=finding.verdict)
    row = _row(build_letter(report, None, [settled]), finding.mention)
    assert row.status is Status(finding.verdict.value)
    assert [quote.label for quote in row.quotes] == [None] * len(row.quotes)
    confirmed = replace(settled, conflict=True)
    assert build_letter(report, None, [confirmed]) == build_letter(report)
    shown = build_letter(report, LetterOptions(machine_verdicts=True), [settled])
    assert _row(shown, finding.mention).lines[0].value == "⚠ In conflict"


def test_a_quote_within_another_is_not_repeated() -> None:
    report = complete()
    finding = report.finding("dpia")
    whole = finding.evidence[0]
    doubled = replace(finding, evidence=(replace(whole, quote=whole.quote[3:30]), whole, whole))
    findings = tuple(doubled if item.mention == "dpia" else item for item in report.findings)
    quotes = _row(build_letter(replace(report, findings=findings)), "dpia").quotes
    assert [quote.text for quote in quotes] == [whole.quote]


def test_a_review_of_no_mention_is_refused() -> None:
    with pytest.raises(ValueError, match="'audit' is none of the 27 mentions"):
        Review(mention="audit")


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_clauses_are_proposed_in_the_language_of_the_contract_with_the_parties_in(language: str) -> None:
    report = weak()
    report = replace(report, document=replace(report.document, language=language))
    letter = build_letter(report, replace(OPTIONS, language="sv"))
    assert letter.proposals is not None
    lacking = {Verdict.MISSING, Verdict.PARTIAL, Verdict.CONTRADICTED}
    expected = [item.mention for item in report.findings if item.verdict in lacking]
    assert [clause.mention for clause in letter.proposals.clauses] == expected
    model = load_library().model_clauses(language).clauses
    for clause in letter.proposals.clauses:
        names = {"processor": OPTIONS.processor, "controller": OPTIONS.controller}
        assert (clause.title, clause.text) == (model[clause.mention].title, model[clause.mention].text.format(**names))
        assert (load_catalogue("sv").text(f"mention.{clause.mention}") in clause.about) == (language != "sv")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ombrelogic SAS", "le compte d’Ombrelogic SAS"), ("Éclat", "d’Éclat"), ("Labovita", "le compte de Labovita")],
)
def test_french_elides_before_a_vowel(name: str, expected: str) -> None:
    proposals = build_letter(silent(), LetterOptions(controller=name, processor="Codexa")).proposals
    assert proposals is not None
    text = " ".join(clause.text for clause in proposals.clauses)
    assert expected in text
    assert "de Codexa" in text
    assert not re.search(r"\b(de|que) [OÉ]", text)


def test_whose_changes_and_comments_the_file_holds_is_not_told() -> None:
    revision = Revision(0, 4, RevisionKind.INSERTION, author="their-drafter", date="2026-01-01")
    readings = tuple(
        ReadingFinding(reading, verdict)
        for reading, verdict in ((Reading.ACCEPTED, Verdict.PRESENT), (Reading.REJECTED, Verdict.MISSING))
    )
    report = complete()
    changed = replace(
        report.finding("dpia"), verdict=Verdict.MISSING, reason="not_said", readings=readings, pending=(revision,)
    )
    notices = (
        Notice(NoticeKind.REVISIONS, "their-drafter", 3),
        Notice(NoticeKind.RECOGNISED, "Tesseract", 2),
        Notice(NoticeKind.MACROS),
    )
    document = replace(report.document, notices=notices, comments=(Comment("their-remark", "their-drafter"),))
    findings = tuple(changed if item.mention == "dpia" else item for item in report.findings)
    letter = build_letter(replace(report, document=document, findings=findings))
    shown = "\n".join(_texts(letter))
    assert "their-" not in shown
    assert "Only in a pending insertion: present if" in shown
    assert [len(note.items) for note in letter.notes if note.title == "Notes on the file"] == [2]


def test_a_party_is_named_as_given_as_found_or_by_its_role() -> None:
    report = silent()
    report = replace(report, document=replace(report.document, parties=(Party("Found {0} Ltd", "processor"),)))
    proposals = build_letter(report).proposals
    assert proposals is not None
    text = " ".join(clause.text for clause in proposals.clauses)
    assert "Found {0} Ltd" in text
    assert "[Responsable du traitement]" in text


@pytest.mark.parametrize(
    "report", [unrelated(), unsupported(), complete()], ids=["unrelated", "unsupported", "complete"]
)
def test_nothing_is_proposed_where_nothing_lacks_or_nothing_is_in_question(report: Any) -> None:
    assert build_letter(report).proposals is None


def test_proposals_can_be_left_out() -> None:
    assert build_letter(weak()).proposals is not None
    assert build_letter(weak(), LetterOptions(proposals=False)).proposals is None


def test_who_and_what_stand_below_the_title() -> None:
    letter = build_letter(complete(), OPTIONS)
    assert letter.title == OPTIONS.title
    facts = {fact.label: fact.value for fact in letter.facts}
    assert facts["Processor"] == "Labosoft SA"
    assert facts["Counterparty"] == "Wexmoor Systems Ltd"
    assert facts["Date"] == "1\u00a0March\u00a02026"
    assert [fact.label for fact in build_letter(unsupported()).facts] == ["Document"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1 March 2026"), ("fr", "1er mars 2026"), ("sv", "1 mars 2026"), ("de", "1. März 2026")],
)
def test_dates_are_written_as_the_language_does(language: str, expected: str) -> None:
    catalogue = load_catalogue(language)
    assert write_date(DATE, catalogue).replace("\u00a0", " ") == expected
    assert len({write_date(datetime.date(2026, month, 2), catalogue) for month in range(1, 13)}) == 12


def test_every_mention_has_what_a_letter_says_of_it() -> None:
    assert {row.mention for group in build_letter(complete()).groups for row in group.rows} == set(MENTIONS)
