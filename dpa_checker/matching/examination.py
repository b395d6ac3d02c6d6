"""Everything that is decided about one text, before it becomes a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.library import Library
from dpa_checker.matching.assessment import DocumentAssessment, assess_document, clear_unsaid
from dpa_checker.matching.incorporation import apply_incorporation
from dpa_checker.matching.lens import find_measures
from dpa_checker.matching.reading import Reading, read_clauses, settle
from dpa_checker.matching.role import resolve_parties
from dpa_checker.matching.scorer import Scorer
from dpa_checker.matching.term import resolve_terms
from dpa_checker.matching.verdict import Decision, decide_mentions
from dpa_checker.model import Clause, Party, Processing

_SHORT_WORDS = 150


@dataclass(frozen=True, slots=True)
class Examination:
    """The reading of a text with its parties, decisions, first question and Article 32 lens."""

    reading: Reading
    parties: tuple[Party, ...]
    decisions: list[Decision]
    assessment: DocumentAssessment
    measures: dict[str, list[int]]


def examine_clauses(
    text: str, clauses: Sequence[Clause], library: Library, scorer: Scorer | None = None
) -> Examination:
    """Return what ``clauses`` of ``text`` say of the 27 mentions."""
    reading = read_clauses(text, clauses, library)
    resolve_terms(reading)
    parties = resolve_parties(reading)
    settle(reading)
    decisions = decide_mentions(reading, library, scorer)
    apply_incorporation(reading, decisions)
    short = len(reading.tokens) < _SHORT_WORDS
    assessment = assess_document(reading, decisions, short)
    if assessment.processing is not Processing.YES and not short:
        clear_unsaid(decisions)
    return Examination(reading, parties, decisions, assessment, find_measures(reading, library))
