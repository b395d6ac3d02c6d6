"""Each measure, worked out by hand on a few outcomes."""

from __future__ import annotations

import pytest

from benchmarks.accuracy.measure import (
    Retrieval,
    calibration_error,
    score_documents,
    score_files,
    score_mentions,
    score_reliability,
    score_verdict,
)
from benchmarks.accuracy.outcome import EvidenceOutcome, FileOutcome, score_evidence
from dpa_checker.model import Verdict

from .tiny_corpus import mention, outcome


def test_not_said_joins_missing_and_contradicted() -> None:
    score = score_mentions(
        [
            mention("missing", "missing"),
            mention("missing", "contradicted"),
            mention("contradicted", "present"),
            mention("present", "missing"),
            mention("partial", "present"),
        ]
    )
    assert score.not_said == Retrieval(2, 1, 1, 1)
    assert score.not_said.precision == pytest.approx(2 / 3)
    assert score.not_said.recall == pytest.approx(2 / 3)
    assert score.not_said.f1 == pytest.approx(2 / 3)
    assert score.exact == pytest.approx(1 / 5)


def test_labels_of_not_applicable_are_left_out_of_not_said_but_count_as_exact() -> None:
    score = score_mentions([mention("not_applicable", "missing"), mention("not_applicable", "not_applicable")])
    assert score.not_said == Retrieval()
    assert score.not_said.precision is None
    assert score.exact == pytest.approx(0.5)


@pytest.mark.parametrize("verdict", ["not_applicable", "not_examined", "present"])
def test_a_missing_mention_that_is_not_called_so_costs_recall(verdict: str) -> None:
    assert score_mentions([mention("missing", verdict)]).not_said.recall == 0


def test_evidence_counts_characters_on_any_labelled_span_once() -> None:
    assert score_evidence([(0, 10), (20, 30)], [(5, 8), (6, 12), (40, 50)]) == EvidenceOutcome(True, 20, 5)
    assert score_evidence([(0, 10)], [(10, 20)]) == EvidenceOutcome(False, 10, 0)
    assert score_evidence([], [(0, 5)]) == EvidenceOutcome(False, 0, 0)


def test_evidence_shares_are_over_findings_and_over_all_quoted_characters() -> None:
    score = score_mentions(
        [
            mention("present", "present", evidence=EvidenceOutcome(True, 100, 80)),
            mention("partial", "present", evidence=EvidenceOutcome(False, 300, 0)),
            mention("present", "missing"),
        ]
    )
    assert score.evidence == pytest.approx(0.5)
    assert score.characters == pytest.approx(0.2)


def test_one_verdict_is_told_from_all_others() -> None:
    outcomes = [mention("partial", "partial"), mention("partial", "present"), mention("present", "partial")]
    assert score_verdict(outcomes, Verdict.PARTIAL) == Retrieval(1, 1, 1, 0)


def test_documents_count_presents_on_others_and_silent_ones_dismissed() -> None:
    said = mention("missing", "present")
    score = score_documents(
        [
            outcome(expected="yes", processing="yes"),
            outcome(said, said, expected="silent", processing="yes"),
            outcome(expected="silent", processing="no"),
            outcome(expected="no", processing="no"),
        ]
    )
    assert score.processing == pytest.approx(0.5)
    assert (score.silent, score.silent_as_no) == (2, 1)
    assert (score.others, score.others_with_presents, score.presents) == (3, 1, 2)


def test_reliability_has_ten_bins_and_the_last_includes_one() -> None:
    bins = score_reliability(
        [
            mention("present", "present", confidence=1.0),
            mention("present", "missing", confidence=0.9),
            mention("missing", "missing", confidence=0.25),
        ]
    )
    assert [held.count for held in bins] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 2]
    assert bins[9].confidence == pytest.approx(0.95)
    assert bins[9].right == pytest.approx(0.5)
    assert bins[0].right is None
    assert calibration_error(bins) == pytest.approx((2 * 0.45 + 0.75) / 3)
    assert calibration_error([]) is None


def test_files_add_up() -> None:
    score = score_files([FileOutcome(False, 27, 1), FileOutcome(True, 27, 2)])
    assert (score.files, score.compared, score.different) == (2, 54, 3)
    assert score.share == pytest.approx(3 / 54)
