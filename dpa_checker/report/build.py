"""Findings from decisions: quotes with their places, reasons, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dpa_checker.ingestion.anchors import locate_span
from dpa_checker.language import Languages
from dpa_checker.library import Library
from dpa_checker.library.schema import MEASURES
from dpa_checker.matching import Examination
from dpa_checker.matching.support import Support
from dpa_checker.matching.verdict import Decision
from dpa_checker.model import (
    NO_GAP,
    Assessment,
    Document,
    DocumentKind,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Processing,
    Report,
    Unread,
    UnreadReason,
    Verdict,
)
from dpa_checker.version import ENGINE_VERSION

MAX_QUOTES = 3
MAX_QUOTE = 600
MAX_EXCERPT = 200


def build_report(document: Document, languages: Languages, examination: Examination, library: Library) -> Report:
    """Return the report on ``document`` from what its examination decided."""
    unread = tuple(_with_excerpt(part, document.text) for part in (*document.unread, *languages.unread))
    quotes = _Quoter(document, examination)
    gaps, undecided = bool(_gaps(unread)), _undecided(unread)
    findings = tuple(_finding(decision, quotes, gaps, undecided) for decision in examination.decisions)
    assessment = examination.assessment
    summary = DocumentSummary(
        sha256=document.sha256,
        media_type=document.media_type,
        characters=len(document.text),
        language=languages.main,
        languages=languages.all,
        kind=assessment.kind,
        assessment=Assessment(
            assessment.processing,
            assessment.ground,
            tuple(quotes.of_sentence(number) for number in assessment.sentences[:MAX_QUOTES]),
        ),
        parties=examination.parties,
        pages=document.pages,
        name=document.name,
        not_examined=unread,
        notices=document.notices,
        comments=document.comments,
    )
    lens = tuple(
        Measure(
            name,
            bool(examination.measures[name]),
            tuple(quotes.of_sentence(number) for number in examination.measures[name][:MAX_QUOTES]),
        )
        for name in MEASURES
    )
    return Report(summary, findings, lens, ENGINE_VERSION, library.version, document.text)


def build_unexamined_report(document: Document, languages: Languages, library: Library) -> Report:
    """Return a report in which nothing was examined: no lexicon for the language, or no text."""
    unread = document.unread
    reason = "not_examined_part"
    if languages.main is not None:
        detail = languages.main
        unread = (
            *unread,
            Unread(UnreadReason.UNSUPPORTED_LANGUAGE, start=0, end=len(document.text), detail=detail),
        )
        reason = "not_examined_language"
    arguments = (("language", languages.main or ""), ("supported", ", ".join(library.languages)))
    findings = tuple(
        Finding(mention.id, Verdict.NOT_EXAMINED, mention.legal_reference, reason, arguments, confidence=1.0)
        for mention in library.mentions
    )
    summary = DocumentSummary(
        sha256=document.sha256,
        media_type=document.media_type,
        characters=len(document.text),
        language=languages.main,
        languages=languages.all,
        kind=DocumentKind.OTHER,
        assessment=Assessment(Processing.SILENT, "doubt"),
        pages=document.pages,
        name=document.name,
        not_examined=unread,
        notices=document.notices,
        comments=document.comments,
    )
    lens = tuple(Measure(name, False) for name in MEASURES)
    return Report(summary, findings, lens, ENGINE_VERSION, library.version, document.text)


def _with_excerpt(part: Unread, text: str) -> Unread:
    """Return ``part`` with the beginning of the passage that it names, when that is in the text."""
    if part.excerpt or part.start is None or part.end is None:
        return part
    return replace(part, excerpt=text[part.start : part.end][:MAX_EXCERPT])


def _gaps(unread: Sequence[Unread]) -> list[Unread]:
    """The unread parts that could hold a mention; what does not count as said is no gap, nor an undecided option."""
    return [part for part in unread if part.reason not in NO_GAP]


def _undecided(unread: Sequence[Unread]) -> list[tuple[int, int]]:
    """The spans of options among which the document does not choose."""
    return [
        (part.start, part.end)
        for part in unread
        if part.reason is UnreadReason.UNDECIDED_OPTION and part.start is not None and part.end is not None
    ]


def _is_open(decision: Decision, undecided: Sequence[tuple[int, int]]) -> bool:
    """Tell whether all that speaks for a mention stands in options among which the document does not choose."""
    return bool(decision.supports) and all(
        any(start <= support.start and support.end <= end for start, end in undecided) for support in decision.supports
    )


def _finding(decision: Decision, quotes: _Quoter, gaps: bool, undecided: Sequence[tuple[int, int]]) -> Finding:
    verdict, reason = decision.verdict, decision.reason
    if gaps and verdict is Verdict.MISSING:
        verdict, reason = Verdict.NOT_EXAMINED, "not_examined_part"
    against = [quotes.of_support(support, against=True) for support in decision.against[:MAX_QUOTES]]
    granted = [quotes.of_support(support) for support in decision.supports]
    room = MAX_QUOTES - (1 if against and granted else len(against))
    evidence = (*granted[:room], *against[: MAX_QUOTES - min(len(granted), room)])
    return Finding(
        mention=decision.mention.id,
        verdict=verdict,
        legal_reference=decision.mention.legal_reference,
        reason=reason,
        reason_arguments=decision.arguments,
        lacking=decision.lacking,
        conflict=decision.conflict,
        qualified=verdict is Verdict.PRESENT and (decision.qualified or _is_open(decision, undecided)),
        confidence=decision.confidence,
        evidence=evidence,
    )


class _Quoter:
    """Quotes with page, boxes and clause."""

    def __init__(self, document: Document, examination: Examination) -> None:
        self._document = document
        self._examination = examination

    def of_support(self, support: Support, *, against: bool = False) -> Evidence:
        clause = self._examination.reading.sentences[support.sentence].clause
        return self._quote(support.start, support.end, clause, against=against, by_reference=support.by_reference)

    def of_sentence(self, number: int) -> Evidence:
        sentence = self._examination.reading.sentences[number]
        return self._quote(sentence.start, sentence.end, sentence.clause)

    def _quote(
        self, start: int, end: int, clause: int, *, against: bool = False, by_reference: str | None = None
    ) -> Evidence:
        end = min(end, start + MAX_QUOTE)
        if end < len(self._document.text) and end == start + MAX_QUOTE:
            blank = self._document.text.rfind(" ", start, end)
            end = blank if blank > start + MAX_QUOTE // 2 else end
        place = locate_span(self._document, start, end)
        return Evidence(
            quote=self._document.text[start:end],
            start=start,
            end=end,
            page=place.page,
            clause=self._examination.reading.clauses[clause].path or None,
            boxes=place.boxes or None,
            ocr_confidence=place.ocr_confidence,
            source_document=place.source,
            by_reference=by_reference,
            against=against,
        )
