"""What is known of a candidate passage, as named features; every name comes from the clause library.

``s:`` a concept said in the sentence, ``c:`` in its context, ``f:`` a frame met, ``r:`` a frame met but refused
(with the reason), ``a:`` the party on whom the act lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log, log1p, log10
from typing import TYPE_CHECKING

from dpa_checker.matching.polarity import Polarity
from dpa_checker.matching.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dpa_checker.matching.support import Passages

LONG_SENTENCE = 45
SHORT_TEXT = 150
"""Words below which a text is a clause or two rather than a document."""


@dataclass(slots=True)
class Candidate:
    """A sentence that may bear a mention, with the frames that met in it."""

    sentence: int
    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    polarities: list[Polarity] = field(default_factory=list)
    labelled: bool = False


@lru_cache(maxsize=16)
def _names(size: int, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f"s:{name}", f"c:{name}") for name in names[:size])


def describe(reading: Reading, candidate: Candidate, data_share: float) -> dict[str, float]:
    """Return the features of ``candidate``; ``data_share`` is the share of clauses about personal data."""
    sentence = reading.sentences[candidate.sentence]
    names = _names(len(reading.numbers), tuple(reading.numbers))
    features: dict[str, float] = {"bias": 1.0}
    for key in _bits(sentence.mask, names, 0):
        features[key] = 1.0
    for key in _bits(sentence.context, names, 1):
        features[key] = 0.5
    for frame in candidate.accepted:
        features[f"f:{frame}"] = 1.5
    for frame, reason in candidate.refused:
        features[f"r:{frame}:{reason}"] = 1.0
    for polarity in candidate.polarities:
        features[f"a:{polarity.agent.value}"] = 1.0
        if polarity.negated:
            features["a:negated"] = 1.0
        if polarity.weak:
            features["a:weak"] = 1.0
    features["label"] = 1.5 * candidate.labelled
    features["some frame"] = 1.5 * bool(candidate.accepted)
    features["length"] = log(1 + sentence.last - sentence.first) / 3
    features["heading"] = 1.0 * sentence.heading
    features["definition"] = 1.0 * sentence.definition
    features["data share"] = data_share
    features["data section"] = 1.0 * reading.section_data[sentence.section]
    return features


def _bits(mask: int, names: Sequence[tuple[str, str]], which: int) -> list[str]:
    found: list[str] = []
    while mask:
        low = mask & -mask
        found.append(names[low.bit_length() - 1][which])
        mask ^= low
    return found


def describe_denial(
    reading: Reading, denial: Candidate, grants: Candidate | None, data_share: float
) -> dict[str, float]:
    """Return the features of a sentence that may deny a mention; ``grants`` are the frames that grant it there."""
    features = describe(reading, denial, data_share)
    sentence = reading.sentences[denial.sentence]
    features["grants"] = 1.5 * bool(grants and grants.accepted)
    features["lifted"] = 1.0 * any(polarity.lifted for polarity in denial.polarities)
    features["long"] = 1.0 * (sentence.last - sentence.first > LONG_SENTENCE)
    return features


def describe_mention(
    reading: Reading, mention: str, passages: Passages, scores: Mapping[int, float], data_share: float
) -> dict[str, float]:
    """Return what is known of a mention in the whole document; ``scores`` are the passages' probabilities."""
    full = [scores[s.sentence] for s in passages.supports if not s.lacking]
    part = [scores[s.sentence] for s in passages.supports if s.lacking]
    lacking = frozenset.intersection(*(s.lacking for s in passages.supports)) if passages.supports else frozenset("?")
    best = [*sorted(scores.values(), reverse=True), 0.0, 0.0]
    rule_full = 1.0 * (bool(passages.supports) and not lacking)
    rule_part = 1.0 * bool(part)
    features = {
        "bias": 1.0,
        f"m:{mention}": 1.0,
        "max": _logit(best[0]),
        "second": _logit(best[1]),
        "sum": log1p(sum(best)),
        "full": _logit(max(full, default=0.0)),
        "part": _logit(max(part, default=0.0)),
        "rule full": rule_full,
        "rule part": rule_part,
        "rule none": 1.0 * (not passages.supports),
        "against": 1.0 * bool(passages.against),
        "against full": 1.0 * (bool(passages.against) and bool(full)),
        "rejected": 1.0 * bool(passages.rejected),
        "share": data_share,
        "short": 1.0 * (len(reading.tokens) < SHORT_TEXT),
        "size": log10(1 + len(reading.tokens)) / 4,
        f"x:{mention}": _logit(best[0]),
        f"y:{mention}": rule_full + 0.5 * rule_part,
        f"z:{mention}": _logit(max(full, default=0.0)),
    }
    return {name: value for name, value in features.items() if value}


def _logit(probability: float) -> float:
    clipped = min(max(probability, 1e-3), 1 - 1e-3)
    return log(clipped / (1 - clipped)) / 3
