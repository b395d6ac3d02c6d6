"""From blocks to clauses: where each one stands in the contract, and its sentences."""

from __future__ import annotations

from dpa_checker.segments.clauses import build_clauses
from dpa_checker.segments.sentences import split_sentences

__all__ = ["build_clauses", "split_sentences"]
