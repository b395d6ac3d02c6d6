"""From clauses to decisions: concepts, frames, polarity, verdicts."""

from dpa_checker.matching.examination import Examination, examine_clauses
from dpa_checker.matching.scorer import Scorer

__all__ = ["Examination", "Scorer", "examine_clauses"]
