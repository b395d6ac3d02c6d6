"""Logistic regressions (scikit-learn), first of passages, then of documents over the passages' scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.accuracy.fold import FOLDS
from benchmarks.fit.dataset import Unit
from dpa_checker.library import Library
from dpa_checker.library.schema import MENTIONS
from dpa_checker.matching.feature import describe_denial, describe_mention
from dpa_checker.matching.scorer import Scorer
from dpa_checker.matching.support import Passages
from dpa_checker.matching.verdict import decide, keep_denials
from dpa_checker.model import Processing, Verdict

PASSAGE_STRENGTH = 0.1
DOCUMENT_STRENGTH = 0.3
CONFIDENCE_STRENGTH = 0.1
EXAMPLE_WEIGHT = 0.5
"""An example counts half a labelled passage: there are many, and they are short."""
_DIGITS = 4
_SAID = frozenset({Verdict.PRESENT, Verdict.PARTIAL})

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One mention of one unit with the scores that a scorer fitted without its fold gives."""

    unit: Unit
    mention: str
    passages: Passages
    scores: Mapping[int, float]
    features: Features

    @property
    def verdict(self) -> Verdict:
        """The labelled verdict."""
        return self.unit.labels[self.mention].verdict

    @property
    def weight(self) -> float:
        """How much the row counts."""
        return EXAMPLE_WEIGHT if self.unit.example else 1.0


def fit_scorer(units: Sequence[Unit], library: Library) -> Scorer:
    """Return the scorer fitted on all ``units``; document weights see only scores made without their own fold."""
    rows = _score_rows(units)
    return _fit(units, rows, library)


def fit_folds(units: Sequence[Unit], library: Library) -> list[Scorer]:
    """Return for each fold the scorer fitted on the other folds."""
    scorers: list[Scorer] = []
    for fold in range(FOLDS):
        others = [unit for unit in units if unit.fold != fold]
        scorers.append(_fit(others, _score_rows(others), library))
    return scorers


def _fit(units: Sequence[Unit], rows: Sequence[Row], library: Library) -> Scorer:
    essential = {mention.id for mention in library.mentions if mention.essential}
    telling = [row for row in rows if row.verdict is not Verdict.NOT_APPLICABLE and _teaches(row.unit)]
    said = _regress([(row.features, row.verdict in _SAID, row.weight) for row in telling], strength=DOCUMENT_STRENGTH)
    complete = _regress(
        [
            (row.features, row.verdict is Verdict.PRESENT, row.weight)
            for row in telling
            if row.mention in essential and row.verdict in _SAID
        ],
        strength=DOCUMENT_STRENGTH,
    )
    scorer = Scorer(_fit_passages(units), said, complete, _fit_denial(units))
    return Scorer(scorer.passages, said, complete, scorer.denial, _fit_confidence(rows, scorer, library))


def _fit_denial(units: Iterable[Unit]) -> dict[str, float]:
    """Return the weights that tell a denial from a sentence with a "not" in it."""
    rows: list[tuple[Features, bool, float]] = []
    for unit in units:
        for mention, label in unit.labels.items():
            passages = unit.passages[mention]
            denies = label.verdict is Verdict.CONTRADICTED or (unit.example and "/contradicted/" in unit.id)
            for number, denial in passages.denials.items():
                features = describe_denial(unit.reading, denial, passages.candidates.get(number), unit.share)
                rows.append((features, denies, EXAMPLE_WEIGHT if unit.example else 1.0))
    return _regress(rows, strength=PASSAGE_STRENGTH)


def _fit_passages(units: Iterable[Unit]) -> dict[str, dict[str, float]]:
    chosen = [unit for unit in units if _teaches(unit)]
    fitted: dict[str, dict[str, float]] = {}
    for mention in MENTIONS:
        rows = [row for unit in chosen if mention in unit.labels for row in _passage_rows(unit, mention)]
        fitted[mention] = _regress(rows, strength=PASSAGE_STRENGTH)
    return fitted


def _teaches(unit: Unit) -> bool:
    """Documents that govern no processing for another teach nothing of how it is said."""
    return unit.processing is not Processing.NO


def _passage_rows(unit: Unit, mention: str) -> Iterable[tuple[Features, bool, float]]:
    label, passages = unit.labels[mention], unit.passages[mention]
    said = label.verdict in _SAID
    for number, candidate in passages.candidates.items():
        met = candidate.accepted or candidate.labelled
        if unit.example and said and not met and len(passages.candidates) > 1:
            continue
        sentence = unit.reading.sentences[number]
        bears = said and any(sentence.start < end and start < sentence.end for start, end in label.spans or ())
        yield unit.features[mention][number], bears, EXAMPLE_WEIGHT if unit.example else 1.0


def _score_rows(units: Sequence[Unit]) -> list[Row]:
    """Return the mentions of ``units`` scored by passage weights that were fitted without their fold."""
    rows: list[Row] = []
    for fold in sorted({unit.fold for unit in units}):
        others = [unit for unit in units if unit.fold != fold]
        scorer = Scorer(_fit_passages(others), {}, {}, _fit_denial(others))
        for unit in units:
            if unit.fold == fold:
                rows += (_row(unit, mention, scorer) for mention in unit.labels)
    return rows


def _row(unit: Unit, mention: str, scorer: Scorer) -> Row:
    scores = {number: scorer.score_passage(mention, f) for number, f in unit.features[mention].items()}
    passages = keep_denials(unit.reading, unit.passages[mention], scorer, unit.share)
    features = describe_mention(unit.reading, mention, passages, scores, unit.share)
    return Row(unit, mention, passages, scores, features)


def _fit_confidence(rows: Sequence[Row], scorer: Scorer, library: Library) -> dict[str, dict[str, float]]:
    """Return weights, by verdict, of the probability that the verdict given is the labelled one."""
    by_id = {mention.id: mention for mention in library.mentions}
    cases: dict[str, list[tuple[Features, bool, float]]] = {}
    for row in rows:
        if row.unit.example or row.unit.processing is not Processing.YES:
            continue
        given = decide(row.unit.reading, by_id[row.mention], row.passages, row.scores, scorer, row.features)
        cases.setdefault(given.verdict.value, []).append((row.features, given.verdict is row.verdict, 1.0))
    return {verdict: _regress(seen, strength=CONFIDENCE_STRENGTH) for verdict, seen in sorted(cases.items())}


def _regress(rows: Iterable[tuple[Features, bool, float]], *, strength: float) -> dict[str, float]:
    """Return the weights of a logistic regression; of rows that are all alike, a bias."""
    listed = list(rows)
    truth = np.array([bears for _, bears, _ in listed])
    if not listed or truth.all() or not truth.any():
        return {"bias": 2.0 if listed and truth.all() else -2.0}
    vectorizer = DictVectorizer()
    matrix: Any = vectorizer.fit_transform([features for features, _, _ in listed])
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    model = LogisticRegression(C=strength, max_iter=500, fit_intercept=False, solver="liblinear", random_state=0)
    model.fit(matrix, truth, sample_weight=np.array([weight for _, _, weight in listed]))
    names = vectorizer.get_feature_names_out()
    return {
        str(name): round(float(weight), _DIGITS)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if round(float(weight), _DIGITS)
    }


__all__ = ["Row", "fit_folds", "fit_scorer"]
