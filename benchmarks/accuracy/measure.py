"""The measures, over any set of outcomes.

*Not said* is a verdict missing or contradicted.  Precision and recall compare the checker's *not said* with
the label's; mentions labelled *not applicable* are left out.  A checker's *not applicable* or *not examined*
is not *not said*, so it costs recall where the label says missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import stdev
from typing import Final

from benchmarks.accuracy.outcome import DocumentOutcome, FileOutcome, MeasureOutcome, MentionOutcome
from dpa_checker.model import Processing, Verdict

NOT_SAID: Final = frozenset({Verdict.MISSING, Verdict.CONTRADICTED})
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A yes-or-no decision counted; the shares are ``None`` when nothing could be counted."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the decisions for yes that are right."""
        return _share(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float | None:
        """Share of the labels of yes that are found."""
        return _share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        wrong = self.false_positive + self.false_negative
        return _share(2 * self.true_positive, 2 * self.true_positive + wrong)

    @property
    def agreement(self) -> float | None:
        """Share of all decisions that are right."""
        right = self.true_positive + self.true_negative
        return _share(right, right + self.false_positive + self.false_negative)


@dataclass(frozen=True, slots=True)
class MentionScore:
    """The measures on mentions: *not said*, *exact* and *evidence*."""

    count: int
    not_said: Retrieval
    exact: float | None
    evidence: float | None
    characters: float | None


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The measures on whole documents; ``presents`` counts mentions called present on other documents."""

    count: int
    processing: float | None
    language: float | None
    kind: float | None
    silent: int
    silent_as_no: int
    others: int
    others_with_presents: int
    presents: int


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Findings with a confidence in ``[low, high)``, the last bin including 1."""

    low: float
    high: float
    count: int
    confidence: float | None
    right: float | None


@dataclass(frozen=True, slots=True)
class FileScore:
    """Verdicts compared between files and their texts."""

    files: int
    compared: int
    different: int

    @property
    def share(self) -> float | None:
        """Share of the verdicts that differ."""
        return _share(self.different, self.compared)


def count_retrieval(decisions: Iterable[tuple[bool, bool]]) -> Retrieval:
    """Return the counts over pairs of (labelled, decided)."""
    counts = Counter(decisions)
    return Retrieval(
        true_positive=counts[True, True],
        false_positive=counts[False, True],
        false_negative=counts[True, False],
        true_negative=counts[False, False],
    )


def score_mentions(outcomes: Iterable[MentionOutcome]) -> MentionScore:
    """Return the measures over ``outcomes``, which belong to processor contracts."""
    kept = list(outcomes)
    evidence = [outcome.evidence for outcome in kept if outcome.evidence is not None]
    return MentionScore(
        count=len(kept),
        not_said=count_retrieval(
            (outcome.expected in NOT_SAID, outcome.verdict in NOT_SAID)
            for outcome in kept
            if outcome.expected is not Verdict.NOT_APPLICABLE
        ),
        exact=_share(sum(outcome.expected is outcome.verdict for outcome in kept), len(kept)),
        evidence=_share(sum(item.meets for item in evidence), len(evidence)),
        characters=_share(sum(item.on_label for item in evidence), sum(item.quoted for item in evidence)),
    )


def error_of_exact(documents: Iterable[DocumentOutcome]) -> float | None:
    """Return the standard error of the mean exact share of ``documents``: how far chance in their choice reaches.

    ``None`` for fewer than two documents.
    """
    shares = [
        sum(item.expected is item.verdict for item in document.mentions) / len(document.mentions)
        for document in documents
        if document.mentions
    ]
    return stdev(shares) / sqrt(len(shares)) if len(shares) > 1 else None


def score_verdict(outcomes: Iterable[MentionOutcome], verdict: Verdict) -> Retrieval:
    """Return how well ``verdict`` itself is told from all others."""
    return count_retrieval((outcome.expected is verdict, outcome.verdict is verdict) for outcome in outcomes)


def score_measures(outcomes: Iterable[MeasureOutcome]) -> Retrieval:
    """Return how well promised measures of the Article 32 lens are found."""
    return count_retrieval((outcome.expected, outcome.promised) for outcome in outcomes)


def score_documents(outcomes: Sequence[DocumentOutcome]) -> DocumentScore:
    """Return the measures on whole documents, processor contracts and others."""
    others = [outcome for outcome in outcomes if not outcome.processor_contract]
    silent = [outcome for outcome in outcomes if outcome.expected_processing is Processing.SILENT]
    count = len(outcomes)
    return DocumentScore(
        count=count,
        processing=_share(sum(o.processing is o.expected_processing for o in outcomes), count),
        language=_share(sum(outcome.language_right for outcome in outcomes), count),
        kind=_share(sum(outcome.kind_right for outcome in outcomes), count),
        silent=len(silent),
        silent_as_no=sum(outcome.processing is Processing.NO for outcome in silent),
        others=len(others),
        others_with_presents=sum(outcome.presents > 0 for outcome in others),
        presents=sum(outcome.presents for outcome in others),
    )


def score_reliability(outcomes: Iterable[MentionOutcome]) -> tuple[ReliabilityBin, ...]:
    """Return ten bins of confidence with the share of exact verdicts in each."""
    bins: list[list[MentionOutcome]] = [[] for _ in range(_BINS)]
    for outcome in outcomes:
        bins[min(_BINS - 1, max(0, int(outcome.confidence * _BINS)))].append(outcome)
    return tuple(
        ReliabilityBin(
            low=index / _BINS,
            high=(index + 1) / _BINS,
            count=len(held),
            confidence=_share(sum(outcome.confidence for outcome in held), len(held)),
            right=_share(sum(outcome.expected is outcome.verdict for outcome in held), len(held)),
        )
        for index, held in enumerate(bins)
    )


def calibration_error(bins: Iterable[ReliabilityBin]) -> float | None:
    """Return the expected calibration error: the mean gap between confidence and share right, by findings."""
    gaps = [
        (held.count, abs(held.confidence - held.right))
        for held in bins
        if held.confidence is not None and held.right is not None
    ]
    return _share(sum(count * gap for count, gap in gaps), sum(count for count, _ in gaps))


def score_files(outcomes: Sequence[FileOutcome]) -> FileScore:
    """Return how many verdicts differ between files and their texts."""
    return FileScore(
        files=len(outcomes),
        compared=sum(outcome.compared for outcome in outcomes),
        different=sum(outcome.different for outcome in outcomes),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
