"""From hits to verdicts: every rule and threshold of the decision stands here.

The meaning of the verdicts is the checklist's (docs/checklist in docs/accuracy.md): a mention is *present* when some
passage says it with every essential element, *partial* when it is addressed and one element is lacking
everywhere, *contradicted* when it is only denied, or when the denial prevails by its own words, and *missing*
otherwise.  Granted here and denied there without precedence is present, in conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dpa_checker.library import Library, Mention
from dpa_checker.library.schema import ElementFrame, Frame
from dpa_checker.matching.frame import CompiledFrame, FrameHit, compile_mentions, find_frames, try_frame
from dpa_checker.matching.label import LabelHit, find_labels
from dpa_checker.matching.polarity import Agent
from dpa_checker.matching.reading import Reading, Span
from dpa_checker.model import Verdict


@dataclass(frozen=True, slots=True)
class Support:
    """A passage that bears a verdict: character span, what it lacks, how strongly it speaks."""

    start: int
    end: int
    sentence: int
    source: str
    lacking: frozenset[str]
    score: float
    by_reference: str | None = None
    qualified: bool = False
    marks: str | None = None


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

    @property
    def qualified(self) -> bool:
        """Whether the best passage is hedged by cost or effort."""
        return bool(self.supports) and self.supports[0].qualified


def decide_mentions(reading: Reading, library: Library) -> list[Decision]:
    """Return a decision for each mention, in the order of Article 28(3)."""
    decisions = [decide_mention(reading, library, mention) for mention in library.mentions]
    _settle_dependent(decisions)
    return decisions


def decide_mention(reading: Reading, library: Library, mention: Mention, extra: Sequence[Support] = ()) -> Decision:
    """Return the decision on ``mention``; ``extra`` are supports found elsewhere (standard clauses)."""
    compiled = compile_mentions(library)[mention.id]
    met = _ElementMemo(reading, compiled.elements)
    supports: list[Support] = list(extra)
    against: list[Support] = []
    rejected: list[tuple[str, Support]] = []
    for hit in find_frames(reading, compiled.frames):
        frame = hit.frame.source
        assert isinstance(frame, Frame)
        refusal = _refusal(reading, hit, frame)
        support = _support(reading, hit, frame, met)
        if refusal is not None:
            rejected.append((refusal, support))
        elif frame.gives == "contradicted":
            against.append(support)
        else:
            supports.append(support)
    if mention.label is not None:
        supports += [_label_support(reading, hit) for hit in find_labels(reading, mention.label)]
    return _decide(reading, mention, supports, against, rejected)


def _refusal(reading: Reading, hit: FrameHit, frame: Frame) -> str | None:
    """Why a meeting of concepts does not count, or ``None`` when it does."""
    polarity = hit.polarity
    if frame.agent == "processor" and polarity.agent is Agent.CONTROLLER:
        return "wrong_party"
    if frame.agent == "controller" and polarity.agent is Agent.PROCESSOR:
        return "wrong_party"
    if frame.negation == "required" and not polarity.negated:
        return "not_denied"
    if frame.negation == "none" and polarity.negated:
        return "denied"
    if frame.gives == "present" and reading.sentences[hit.sentence].mask >> reading.numbers["to_be_agreed"] & 1:
        return "to_be_agreed"
    if frame.modality == "strict" and polarity.weak and frame.gives == "present":
        return "no_undertaking"
    return None


def _support(reading: Reading, hit: FrameHit, frame: Frame, met: _ElementMemo) -> Support:
    sentence = reading.sentences[hit.sentence]
    lacking = set(frame.lacking)
    lacking.update(need for need in frame.needs if not met.is_met(need, hit))
    qualified = bool(sentence.mask >> reading.numbers["@qualified"] & 1)
    score = 1.0 - 0.2 * hit.from_context - 0.3 * bool(lacking) - 0.002 * (hit.last - hit.first)
    score += 0.2 * (hit.polarity.agent is Agent.PROCESSOR) + 0.1 * (not sentence.heading)
    return Support(
        start=sentence.start,
        end=sentence.end,
        sentence=hit.sentence,
        source=frame.id,
        lacking=frozenset(lacking),
        score=score,
        qualified=qualified,
        marks=frame.marks,
    )


def _label_support(reading: Reading, hit: LabelHit) -> Support:
    sentence = reading.sentences[hit.sentence]
    start = sentence.start if sentence.start <= hit.start < sentence.end else hit.start
    return Support(start, max(hit.end, start), hit.sentence, "label", frozenset(), 1.25)


class _ElementMemo:
    """Whether an essential element is said near a hit, worked out once for each place."""

    def __init__(self, reading: Reading, elements: dict[str, tuple[CompiledFrame, ...]]) -> None:
        self._reading = reading
        self._elements = elements
        self._document: dict[str, bool] = {}

    def is_met(self, name: str, hit: FrameHit) -> bool:
        """Whether one of the ways to say element ``name`` is met for ``hit``."""
        ways = self._elements.get(name, ())
        for frame in ways:
            scope = frame.source.scope if isinstance(frame.source, ElementFrame) else "clause"
            if scope == "document":
                continue
            if any(self._says(number, frame) for number in self._sentences(hit, scope)):
                return True
        return self._in_document(name, ways)

    def _in_document(self, name: str, ways: tuple[CompiledFrame, ...]) -> bool:
        known = self._document.get(name)
        if known is None:
            frames = [f for f in ways if isinstance(f.source, ElementFrame) and f.source.scope == "document"]
            known = any(self._says(number, f) for f in frames for number in range(len(self._reading.sentences)))
            self._document[name] = known
        return known

    def _sentences(self, hit: FrameHit, scope: str) -> Sequence[int]:
        reading = self._reading
        sentence = reading.sentences[hit.sentence]
        if scope == "sentence":
            return (hit.sentence,)
        if scope == "section":
            return [n for n, other in enumerate(reading.sentences) if other.section == sentence.section]
        clause = reading.clauses[sentence.clause]
        numbers = list(reading.by_clause[sentence.clause])
        for start, _ in clause.heads:
            owner = reading.by_start.get(start)
            numbers += reading.by_clause.get(owner, []) if owner is not None else []
        return numbers

    def _says(self, number: int, frame: CompiledFrame) -> bool:
        hit = try_frame(self._reading, self._reading.sentences[number], number, frame)
        if hit is None:
            return False
        source = frame.source
        if source.negation == "none" and hit.polarity.negated:
            return False
        return not (source.agent == "processor" and hit.polarity.agent is Agent.CONTROLLER)


def _decide(
    reading: Reading,
    mention: Mention,
    supports: list[Support],
    against: list[Support],
    rejected: list[tuple[str, Support]],
) -> Decision:
    supports.sort(key=lambda s: (len(s.lacking), -s.score, s.start))
    against.sort(key=lambda s: (-s.score, s.start))
    granting = {s.sentence for s in supports if not s.lacking}
    against = [s for s in against if s.sentence not in granting]
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
    marks = {s.marks for s in authorisation.supports if not s.lacking}
    if marks == {"forbidden"} or (marks and marks <= {"forbidden"}):
        for name in _FORBIDDEN_DEPENDENTS:
            _make_not_applicable(by_id[name], "not_applicable_forbidden", authorisation)
    elif marks and marks <= {"specific_consent", "forbidden"}:
        _make_not_applicable(by_id["subprocessor-changes"], "not_applicable_specific_consent", authorisation)


def _make_not_applicable(decision: Decision, reason: str, authorisation: Decision) -> None:
    if decision.verdict in {Verdict.PRESENT, Verdict.CONTRADICTED}:
        return
    decision.verdict = Verdict.NOT_APPLICABLE
    decision.reason = reason
    decision.lacking = ()
    decision.supports = list(authorisation.supports)
    decision.against = []


def span_of(supports: Sequence[Support]) -> list[Span]:
    """Return the character spans of ``supports``."""
    return [(support.start, support.end) for support in supports]
