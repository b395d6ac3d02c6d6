"""How likely a passage bears its mention, and how likely a document says it: logistic weights over named features.

The weights are fitted by ``benchmarks/fit`` on the labelled contracts and the library's examples, cross-validated
by document; their vocabulary (concepts, frames, mentions) is the clause library's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp

from dpa_checker.errors import ModelError
from dpa_checker.library import Library

Features = Mapping[str, float]
Weights = Mapping[str, float]
_STEEPEST = 30.0


@dataclass(frozen=True)
class Scorer:
    """Weights: of passages by mention, of "the document says it", of "it says it completely", and of confidence."""

    passages: Mapping[str, Weights]
    said: Weights
    complete: Weights
    denial: Weights = field(default_factory=dict)
    confidence: Mapping[str, Weights] = field(default_factory=dict)

    def score_passage(self, mention: str, features: Features) -> float:
        """Return the probability that a passage with ``features`` bears ``mention``."""
        return _logistic(self.passages.get(mention, {}), features)

    def score_denial(self, features: Features) -> float:
        """Return the probability that a sentence in which a denying frame met does deny the mention."""
        return _logistic(self.denial, features)

    def score_said(self, features: Features) -> float:
        """Return the probability that the document says the mention, at least in part."""
        return _logistic(self.said, features)

    def score_complete(self, features: Features) -> float:
        """Return the probability that a mention that is said is said with every essential element."""
        return _logistic(self.complete, features)

    def score_confidence(self, verdict: str, features: Features) -> float:
        """Return the calibrated probability that ``verdict`` is right."""
        return _logistic(self.confidence.get(verdict, {}), features)


def _logistic(weights: Weights, features: Features) -> float:
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + exp(-max(-_STEEPEST, min(_STEEPEST, total))))


@lru_cache(maxsize=4)
def load_scorer(library: Library) -> Scorer:
    """Return the fitted scorer of ``library``; raises :class:`ModelError` when it is missing or unreadable."""
    path = library.root / "weights.json"
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        return Scorer(loaded["passages"], loaded["said"], loaded["complete"], loaded["denial"], loaded["confidence"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            "clause_library/weights.json cannot be read: fit it with `python -m benchmarks.fit`"
        ) from error
