"""From passages to verdicts: every rule and threshold of the decision stands here.

A mention is *present* when some passage says it with every essential element, *partial* when it is addressed and
one element is lacking everywhere, *contradicted* when it is only denied, or when the denial prevails by its own
words, and *missing* otherwise.  Granted here and denied there without precedence is present, in conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dpa_checker.library import Library, Mention
from dpa_checker.matching.feature import describe, describe_denial, describe_mention
from dpa_checker.matching.reading import Reading
from dpa_checker.matching.scorer import Scorer, load_scorer
from dpa_checker.matching.support import Passages, Support, collect_passages
from dpa_checker.model import Verdict

SAID = 0.55
"""A mention counts as said from this probability on: missing called present is the worse error."""
COMPLETE = 0.5
"""A mention that is said counts as complete from this probability on."""
DENIED = 0.5
"""A sentence counts as a denial from this probability on."""
QUOTED = 0.45
"""A passage is quoted from this probability on, or when it is the best there is."""


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
    said: float = 0.0
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
    scores = {
        number: scorer.score_passage(mention.id, describe(reading, candidate, share))
        for number, candidate in passages.candidates.items()
    }
    passages.supports = [replace(s, score=scores[s.sentence]) for s in passages.supports]
    passages = keep_denials(reading, passages, scorer, share)
    features = describe_mention(reading, mention.id, passages, scores, share)
    decision = decide(reading, mention, passages, scores, scorer, features)
    decision.confidence = scorer.score_confidence(decision.verdict.value, features)
    return decision


def keep_denials(reading: Reading, passages: Passages, scorer: Scorer, share: float) -> Passages:
    """Return ``passages`` without the denials that the scorer does not believe.

    "Incidents do not include unsuccessful attempts" denies nothing.
    """
    believed = {
        number: scorer.score_denial(describe_denial(reading, denial, passages.candidates.get(number), share))
        for number, denial in passages.denials.items()
    }
    against = [replace(s, score=believed[s.sentence]) for s in passages.against if believed[s.sentence] >= DENIED]
    return replace(passages, against=against)


def decide(
    reading: Reading,
    mention: Mention,
    passages: Passages,
    scores: Mapping[int, float],
    scorer: Scorer,
    features: Mapping[str, float],
) -> Decision:
    """Return the decision on ``mention`` from its passages, their ``scores`` and the document's ``features``."""
    supports = sorted(passages.supports, key=lambda s: (len(s.lacking), -s.score, s.start))
    granting = {s.sentence for s in supports if not s.lacking}
    against = _distinct(sorted((s for s in passages.against if s.sentence not in granting), key=lambda s: s.start))
    decision = Decision(mention, Verdict.MISSING, "not_said", against=against, rejected=passages.rejected)
    decision.said = scorer.score_said(features)
    decision.marked = [s for s in passages.supports if s.marks]
    prevailing = [s for s in against if _prevails(reading, s)]
    if decision.said < SAID or (against and prevailing):
        return _deny(reading, decision, scores, supports if prevailing else [], against)
    lacking = frozenset.intersection(*(s.lacking for s in supports)) if supports else frozenset()
    if mention.essential and scorer.score_complete(features) < COMPLETE:
        lacking = lacking or frozenset(mention.essential[:1])
    elif mention.essential:
        lacking = frozenset()
    quoted = _quoted(reading, supports, scores, complete=not lacking)
    decision.supports = quoted
    decision.lacking = tuple(sorted(lacking))
    if lacking:
        if against:
            decision.verdict, decision.reason, decision.lacking = Verdict.CONTRADICTED, "denied", ()
        else:
            decision.verdict, decision.reason = Verdict.PARTIAL, "partly_said"
        return decision
    decision.verdict, decision.reason = Verdict.PRESENT, "said"
    if against:
        decision.reason, decision.conflict = "conflict", True
    return decision


def _deny(
    reading: Reading,
    decision: Decision,
    scores: Mapping[int, float],
    supports: list[Support],
    against: list[Support],
) -> Decision:
    """Return the decision as contradicted when there is a denial, as missing when there is none."""
    decision.supports = _distinct(supports)
    if against:
        decision.verdict = Verdict.CONTRADICTED
        decision.reason = "denial_prevails" if supports else "denied"
    else:
        _explain_missing(reading, decision, scores)
    return decision


def _explain_missing(reading: Reading, decision: Decision, scores: Mapping[int, float]) -> None:
    """Say why nothing was found: a document to be supplied, a bare heading, no undertaking, the wrong party."""
    elsewhere = [n for n in scores if reading.sentences[n].mask >> reading.numbers["separate_document"] & 1]
    if elsewhere and not decision.rejected:
        number = max(elsewhere, key=lambda n: (scores[n], -n))
        sentence = reading.sentences[number]
        first, last = sentence.spans(reading.numbers["separate_document"])[0]
        words = reading.text[reading.tokens.starts[first] : reading.tokens.ends[last - 1]]
        decision.reason, decision.arguments = (
            "not_said_reference_only",
            (("document", " ".join(words.split())),),
        )
        decision.supports = [Support(sentence.start, sentence.end, number, "reference", frozenset(), scores[number])]
        return
    decision.reason = _why_missing(decision.rejected)
    label = decision.mention.label
    if decision.reason == "not_said" and label is not None:
        concept = 1 << reading.numbers[label.concept]
        if any(sentence.heading and sentence.mask & concept for sentence in reading.sentences):
            decision.reason = "not_said_heading_only"


def _quoted(
    reading: Reading, supports: Sequence[Support], scores: Mapping[int, float], *, complete: bool
) -> list[Support]:
    """Return the passages to quote, the most telling first; without one, the likeliest candidate."""
    ranked = sorted(_distinct(supports), key=lambda s: (bool(s.lacking) and complete, -s.score, s.start))
    telling = [s for s in ranked if s.score >= QUOTED] or ranked[:1]
    if telling or not scores:
        return telling
    number = max(scores, key=lambda n: (scores[n], -n))
    sentence = reading.sentences[number]
    return [Support(sentence.start, sentence.end, number, "weighed", frozenset(), scores[number])]


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
