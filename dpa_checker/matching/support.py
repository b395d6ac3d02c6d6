"""Passages that may bear a mention: every meeting of its frames and labels, judged one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dpa_checker.library import Library, Mention
from dpa_checker.library.schema import ElementFrame, Frame
from dpa_checker.matching.agent import Agent
from dpa_checker.matching.feature import Candidate
from dpa_checker.matching.frame import CompiledFrame, FrameHit, compile_mentions, find_frames, try_frame
from dpa_checker.matching.label import LabelHit, find_labels
from dpa_checker.matching.lexis import CONTROLLER
from dpa_checker.matching.reading import Reading, Sentence


@dataclass(frozen=True, slots=True)
class Support:
    """A passage that bears a verdict: character span, what it lacks, how strongly it speaks (0 to 1)."""

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
class Passages:
    """All that speaks for or against one mention."""

    supports: list[Support] = field(default_factory=list)
    against: list[Support] = field(default_factory=list)
    rejected: list[tuple[str, Support]] = field(default_factory=list)
    candidates: dict[int, Candidate] = field(default_factory=dict)
    denials: dict[int, Candidate] = field(default_factory=dict)


def collect_passages(reading: Reading, library: Library, mention: Mention) -> Passages:
    """Return the passages of ``reading`` that may bear ``mention``."""
    compiled = compile_mentions(library)[mention.id]
    met = ElementMemo(reading, compiled.elements)
    passages = Passages()
    for hit in find_frames(reading, compiled.frames):
        frame = hit.frame.source
        assert isinstance(frame, Frame)
        candidate = passages.candidates.get(hit.sentence)
        if candidate is None and frame.gives != "contradicted":
            candidate = passages.candidates[hit.sentence] = Candidate(hit.sentence)
        if frame.gives == "candidate":
            continue
        refusal = refuse(reading, hit, frame)
        support = _support(reading, hit, frame, met)
        if frame.gives == "contradicted":
            if refusal is None:
                passages.against.append(support)
                denial = passages.denials.setdefault(hit.sentence, Candidate(hit.sentence))
                denial.accepted.append(frame.id)
                denial.polarities.append(hit.polarity)
            continue
        assert candidate is not None
        candidate.polarities.append(hit.polarity)
        if refusal is not None:
            candidate.refused.append((frame.id, refusal))
            passages.rejected.append((refusal, support))
        else:
            candidate.accepted.append(frame.id)
            passages.supports.append(support)
    if mention.label is not None:
        _collect_labels(reading, mention, passages)
    return passages


def _collect_labels(reading: Reading, mention: Mention, passages: Passages) -> None:
    assert mention.label is not None
    for hit in find_labels(reading, mention.label):
        candidate = passages.candidates.setdefault(hit.sentence, Candidate(hit.sentence))
        candidate.labelled = True
        passages.supports.append(_label_support(reading, hit))


def refuse(reading: Reading, hit: FrameHit, frame: Frame) -> str | None:
    """Why a meeting of concepts does not count, or ``None`` when it does."""
    polarity = hit.polarity
    if frame.agent == "processor" and polarity.agent is Agent.CONTROLLER:
        return "wrong_party"
    if frame.agent == "controller" and polarity.agent is Agent.PROCESSOR:
        return "wrong_party"
    if frame.negation == "required" and (not polarity.negated or polarity.lifted):
        return "not_denied"
    if frame.negation == "none" and polarity.negated and not (polarity.lifted and frame.lifts):
        return "denied"
    if frame.gives != "contradicted" and _is_foreign_matter(reading, hit, frame):
        return "own_matter"
    if "personnel" in "".join(frame.all) and _is_controllers_personnel(reading, hit):
        return "wrong_party"
    if frame.gives == "present" and reading.sentences[hit.sentence].mask >> reading.numbers["to_be_agreed"] & 1:
        return "to_be_agreed"
    if frame.modality == "strict" and polarity.weak and frame.gives == "present":
        return "no_undertaking"
    return None


def _is_foreign_matter(reading: Reading, hit: FrameHit, frame: Frame) -> bool:
    """Whether the sentence speaks of processing for the provider instead of by it for the other."""
    if reading.sentences[hit.sentence].mask >> reading.numbers["roles_reversed"] & 1:
        return True
    return frame.agent == "processor" and _is_own_matter(reading, hit)


def _is_controllers_personnel(reading: Reading, hit: FrameHit) -> bool:
    """Whether the persons meant are the controller's ("the customer's staff", "les agents du client")."""
    sentence = reading.sentences[hit.sentence]
    words = reading.tokens.words
    lexis = reading.lexis(sentence)
    controllers = sentence.spans(reading.numbers[CONTROLLER])
    owned = False
    for first, last in sentence.spans(reading.numbers["personnel"]):
        owners = [end for _, end in controllers if words[end - 1] in lexis.genitive | {"s"}]
        before = any(first == end or (first - end == 1 and words[end] in lexis.own) for end in owners)
        before = before or any(first - end == 1 and words[end] == "s" for _, end in controllers)
        after = any(0 < begin - last <= 2 and words[last] in lexis.oblique for begin, _ in controllers)
        if not (before or after):
            return False
        owned = True
    return owned


def _is_own_matter(reading: Reading, hit: FrameHit) -> bool:
    """Whether the sentence speaks of processing on the provider's own account, without forbidding it."""
    sentence = reading.sentences[hit.sentence]
    numbers = reading.numbers
    if sentence.own and not sentence.mask >> numbers["@behalf"] & 1:
        return True
    if not sentence.mask >> numbers["own_purpose"] & 1:
        return False
    return not sentence.mask >> numbers["@negation"] & 1 and not sentence.mask >> numbers["only"] & 1


def _support(reading: Reading, hit: FrameHit, frame: Frame, met: ElementMemo) -> Support:
    sentence = reading.sentences[hit.sentence]
    lacking = set(frame.lacking)
    lacking.update(need for need in frame.needs if not met.is_met(need, hit.sentence))
    score = 0.8 - 0.15 * hit.from_context - 0.2 * bool(lacking) - 0.001 * (hit.last - hit.first)
    score += 0.15 * (hit.polarity.agent is Agent.PROCESSOR)
    return Support(
        start=sentence.start,
        end=sentence.end,
        sentence=hit.sentence,
        source=frame.id,
        lacking=frozenset(lacking),
        score=score,
        qualified=bool(sentence.mask >> reading.numbers["@qualified"] & 1),
        marks=_marks(reading, sentence, frame),
    )


def _marks(reading: Reading, sentence: Sentence, frame: Frame) -> str | None:
    if any(sentence.mask >> reading.numbers[name] & 1 for name in frame.marks_unless):
        return None
    return frame.marks


def _label_support(reading: Reading, hit: LabelHit) -> Support:
    sentence = reading.sentences[hit.sentence]
    start = sentence.start if sentence.start <= hit.start < sentence.end else hit.start
    return Support(start, max(hit.end, start), hit.sentence, "label", frozenset(), 0.9)


class ElementMemo:
    """Whether an essential element is said near a sentence, worked out once for each place."""

    def __init__(self, reading: Reading, elements: dict[str, tuple[CompiledFrame, ...]]) -> None:
        """Remember the ways in which each element may be said."""
        self._reading = reading
        self._elements = elements
        self._document: dict[str, bool] = {}

    def is_met(self, name: str, sentence: int) -> bool:
        """Whether one of the ways to say element ``name`` is met for the sentence of that number."""
        ways = self._elements.get(name, ())
        for frame in ways:
            scope = frame.source.scope if isinstance(frame.source, ElementFrame) else "clause"
            if scope == "document":
                continue
            if any(self._says(number, frame) for number in self._sentences(sentence, scope)):
                return True
        return self._in_document(name, ways)

    def _in_document(self, name: str, ways: tuple[CompiledFrame, ...]) -> bool:
        known = self._document.get(name)
        if known is None:
            frames = [f for f in ways if isinstance(f.source, ElementFrame) and f.source.scope == "document"]
            known = any(self._says(number, f) for f in frames for number in range(len(self._reading.sentences)))
            self._document[name] = known
        return known

    def _sentences(self, number: int, scope: str) -> Sequence[int]:
        reading = self._reading
        sentence = reading.sentences[number]
        if scope == "sentence":
            return (number,)
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
