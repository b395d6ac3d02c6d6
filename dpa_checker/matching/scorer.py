"""How likely a candidate passage bears its mention: logistic weights over named features.

The weights are fitted by ``benchmarks/fit`` on the labelled contracts and the library's examples, cross-validated
by document; their vocabulary is the clause library's.  Without weights every passage keeps its rule score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp

from dpa_checker.errors import ModelError
from dpa_checker.library import Library


@dataclass(frozen=True)
class Scorer:
    """Weights by mention and feature."""

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def knows(self, mention: str) -> bool:
        """Whether there are weights for ``mention``."""
        return mention in self.weights

    def score(self, mention: str, features: Mapping[str, float]) -> float:
        """Return the probability that a passage with ``features`` bears ``mention``."""
        weights = self.weights[mention]
        total = sum(weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=4)
def load_scorer(library: Library) -> Scorer:
    """Return the fitted scorer of ``library``, or one without weights; raises :class:`ModelError` when unreadable."""
    path = library.root / "weights.json"
    if not path.is_file():
        return Scorer()
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        return Scorer({mention: dict(weights) for mention, weights in loaded["mentions"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("clause_library/weights.json cannot be read: fit it again with benchmarks/fit") from error
