"""From clauses to decisions: concepts, frames, polarity, verdicts."""

from dpa_checker.matching.examination import Examination, examine_clauses

__all__ = ["Examination", "examine_clauses"]
