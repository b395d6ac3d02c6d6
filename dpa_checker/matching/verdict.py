"""From passages to verdicts: every rule and threshold of the decision stands here.

A mention is *present* when some passage says it with every essential element, *partial* when it is addressed and
one element is lacking everywhere, *contradicted* when it is only denied, or when the denial prevails by its own
words, and *missing* otherwise.  Granted here and denied there without precedence is present, in conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dpa_checker.library import Library, Mention
from dpa_checker.matching.feature import describe
from dpa_checker.matching.frame import compile_mentions
from dpa_checker.matching.reading import Reading
from dpa_checker.matching.scorer import Scorer, load_scorer
from dpa_checker.matching.support import ElementMemo, Passages, Support, collect_passages
from dpa_checker.model import Verdict

KEEP = 0.35
"""A passage in which a frame met counts from this probability on."""
ADMIT = 0.75
"""A passage in which no frame met, only its main concepts, counts from this probability on."""


@dataclass(slots=True)
class Decision:
    """The verdict on one mention before it becomes a finding."""

    mention: Mention
    verdict: Verdict
    reason: str
    lacking: tuple[str, ...] = ()
    conflict: bool = False
    supports: list[Support] = field(default_factory=list)
    against: list[Support] = field(default_factory=list)
    rejected: list[tuple[str, Support]] = field(default_factory=list)
    arguments: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.0
    best: float = 0.0
    marked: list[Support] = field(default_factory=list)

    @property
    def qualified(self) -> bool:
        """Whether the best passage is hedged by cost or effort."""
        return bool(self.supports) and self.supports[0].qualified


def decide_mentions(reading: Reading, library: Library, scorer: Scorer | None = None) -> list[Decision]:
    """Return a decision for each mention, in the order of Article 28(3)."""
    chosen = scorer or load_scorer(library)
    share = data_share(reading)
    decisions = [_decide_mention(reading, library, mention, chosen, share) for mention in library.mentions]
    _settle_dependent(decisions)
    return decisions


def data_share(reading: Reading) -> float:
    """Return the share of clauses that name personal data."""
    bit = 1 << reading.numbers["personal_data"]
    about = {sentence.clause for sentence in reading.sentences if sentence.mask & bit}
    return len(about) / max(1, len(reading.by_clause))


def _decide_mention(reading: Reading, library: Library, mention: Mention, scorer: Scorer, share: float) -> Decision:
    passages = collect_passages(reading, library, mention)
    best = 0.0
    if scorer.knows(mention.id):
        best = _weigh(reading, library, mention, scorer, passages, share)
    decision = _decide(reading, mention, passages)
    decision.best = best
    decision.marked = [s for s in passages.supports if s.marks]
    return decision


def _weigh(
    reading: Reading, library: Library, mention: Mention, scorer: Scorer, passages: Passages, share: float
) -> float:
    """Keep the supports that the scorer believes, and admit candidates of which it is sure; return the best score."""
    scores = {
        number: scorer.score(mention.id, describe(reading, candidate, share))
        for number, candidate in passages.candidates.items()
    }
    kept = [replace(s, score=scores.get(s.sentence, s.score)) for s in passages.supports]
    passages.supports = [s for s in kept if s.score >= KEEP]
    said = {s.sentence for s in passages.supports}
    refused = {s.sentence for _, s in passages.rejected}
    met = ElementMemo(reading, compile_mentions(library)[mention.id].elements)
    for number, score in scores.items():
        if number in said or number in refused or score < ADMIT:
            continue
        sentence = reading.sentences[number]
        lacking = frozenset(name for name in mention.elements if not met.is_met(name, number))
        passages.supports.append(Support(sentence.start, sentence.end, number, "weighed", lacking, score))
    return max(scores.values(), default=0.0)


def _decide(reading: Reading, mention: Mention, passages: Passages) -> Decision:
    supports = sorted(passages.supports, key=lambda s: (len(s.lacking), -s.score, s.start))
    granting = {s.sentence for s in supports if not s.lacking}
    against = sorted(
        (s for s in passages.against if s.sentence not in granting), key=lambda s: (-s.score, s.start)
    )
    supports = _distinct(supports)
    against = _distinct(against)
    rejected = passages.rejected
    if not supports:
        if against:
            return Decision(mention, Verdict.CONTRADICTED, "denied", against=against, rejected=rejected)
        return Decision(mention, Verdict.MISSING, _why_missing(rejected), rejected=rejected)
    lacking = frozenset.intersection(*(s.lacking for s in supports))
    if against and any(_prevails(reading, s) for s in against):
        return Decision(mention, Verdict.CONTRADICTED, "denial_prevails", supports=supports, against=against)
    if lacking:
        if against:
            return Decision(mention, Verdict.CONTRADICTED, "denied", supports=supports, against=against)
        return Decision(mention, Verdict.PARTIAL, "partly_said", lacking=tuple(sorted(lacking)), supports=supports)
    if against:
        return Decision(mention, Verdict.PRESENT, "conflict", conflict=True, supports=supports, against=against)
    return Decision(mention, Verdict.PRESENT, "said", supports=supports)


def _distinct(supports: Sequence[Support]) -> list[Support]:
    """One support a passage, the first."""
    seen: dict[tuple[int, int], Support] = {}
    for support in supports:
        seen.setdefault((support.start, support.end), support)
    return list(seen.values())


def _why_missing(rejected: list[tuple[str, Support]]) -> str:
    reasons = {reason for reason, _ in rejected}
    if "no_undertaking" in reasons:
        return "not_said_no_undertaking"
    if "wrong_party" in reasons:
        return "not_said_wrong_party"
    return "not_said"


def _prevails(reading: Reading, support: Support) -> bool:
    return bool(reading.sentences[support.sentence].mask >> reading.numbers["@precedence"] & 1)


_FORBIDDEN_DEPENDENTS = ("subprocessor-changes", "subprocessor-flow-down", "subprocessor-liability")


def _settle_dependent(decisions: list[Decision]) -> None:
    """Apply *not applicable*: all sub-processing forbidden, or each sub-processor by specific consent."""
    by_id = {decision.mention.id: decision for decision in decisions}
    authorisation = by_id["subprocessor-authorisation"]
    granting = [s for s in authorisation.supports if not s.lacking]
    marked = {s.sentence: s.marks for s in authorisation.marked}
    marks = {marked.get(s.sentence, s.marks) for s in granting}
    if marks == {"forbidden"}:
        for name in _FORBIDDEN_DEPENDENTS:
            _make_not_applicable(by_id[name], "not_applicable_forbidden", authorisation)
    elif "specific_consent" in marks:
        _make_not_applicable(by_id["subprocessor-changes"], "not_applicable_specific_consent", authorisation)


def _make_not_applicable(decision: Decision, reason: str, authorisation: Decision) -> None:
    if decision.verdict in {Verdict.PRESENT, Verdict.CONTRADICTED}:
        return
    decision.verdict = Verdict.NOT_APPLICABLE
    decision.reason = reason
    decision.lacking = ()
    decision.supports = list(authorisation.supports)
    decision.against = []
