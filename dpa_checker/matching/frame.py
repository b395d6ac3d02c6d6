"""Frames compiled and tried on sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from dpa_checker.library import Library
from dpa_checker.library.schema import ElementFrame, Frame
from dpa_checker.matching.agent import Agent, is_subject
from dpa_checker.matching.context import earlier_parts
from dpa_checker.matching.lexis import number_concepts
from dpa_checker.matching.polarity import Polarity, judge_act
from dpa_checker.matching.reading import Reading, Sentence, Span
from dpa_checker.model import BlockKind


@dataclass(frozen=True, slots=True)
class Requirement:
    """One group of a frame: any of ``concepts``, ``minimum`` distinct words, perhaps said in the context."""

    concepts: tuple[int, ...]
    mask: int
    contextual: int
    minimum: int


@dataclass(frozen=True, slots=True)
class CompiledFrame:
    """A frame with its concepts numbered."""

    source: Frame | ElementFrame
    requirements: tuple[Requirement, ...]
    act: int
    contextual: int
    none: int
    none_unless: tuple[tuple[int, int], ...]
    data_mask: int
    law_mask: int
    only_in: frozenset[BlockKind]
    not_by: int


@dataclass(frozen=True, slots=True)
class FrameHit:
    """A frame met in a sentence: words ``[first, last)``, the act's words, and how it was judged."""

    frame: CompiledFrame
    sentence: int
    first: int
    last: int
    act: Span | None
    polarity: Polarity
    from_context: bool


@dataclass(frozen=True, slots=True)
class CompiledMention:
    """The frames of one mention and the ways to say each essential element."""

    frames: tuple[CompiledFrame, ...]
    elements: dict[str, tuple[CompiledFrame, ...]]


@lru_cache(maxsize=8)
def compile_mentions(library: Library) -> dict[str, CompiledMention]:
    """Return the mentions of ``library`` compiled, by id."""
    return {
        mention.id: CompiledMention(
            frames=tuple(compile_frame(frame, library) for frame in mention.frames),
            elements={
                name: tuple(compile_frame(frame, library) for frame in ways) for name, ways in mention.elements.items()
            },
        )
        for mention in library.mentions
    }


def compile_frame(frame: Frame | ElementFrame, library: Library) -> CompiledFrame:
    """Return ``frame`` with concepts as numbers and masks."""
    numbers = number_concepts(library)
    unless = frame.none_unless.items() if isinstance(frame, Frame) else ()
    requirements = tuple(_requirement(group, numbers) for group in frame.all)
    contextual = 0
    for requirement in requirements:
        contextual |= requirement.contextual
    return CompiledFrame(
        source=frame,
        requirements=requirements,
        contextual=contextual,
        act=_mask(frame.act or frame.all[0], numbers),
        none=_mask("|".join(name for name in frame.none if name not in dict(unless)), numbers),
        none_unless=tuple((_mask(blocked, numbers), _mask(lifted, numbers)) for blocked, lifted in unless),
        data_mask=_mask("personal_data|data_subject", numbers),
        law_mask=_mask("data_protection_law|data_protection_role", numbers),
        only_in=frozenset(frame.only_in) if isinstance(frame, Frame) else frozenset(),
        not_by=numbers[frame.not_by] if isinstance(frame, Frame) and frame.not_by else -1,
    )


def _requirement(group: str, numbers: dict[str, int]) -> Requirement:
    minimum = 1
    concepts: list[int] = []
    mask = contextual = 0
    for part in group.split("|"):
        name, _, count = part.partition(">=")
        if count:
            minimum = int(count)
        number = numbers[name.removeprefix("~")]
        if name.startswith("~"):
            contextual |= 1 << number
        else:
            concepts.append(number)
            mask |= 1 << number
    return Requirement(tuple(concepts), mask, contextual, minimum)


def _mask(names: str, numbers: dict[str, int]) -> int:
    mask = 0
    for name in names.split("|"):
        if name:
            mask |= 1 << numbers[name.removeprefix("~").partition(">=")[0]]
    return mask


def try_frame(reading: Reading, sentence: Sentence, index: int, frame: CompiledFrame) -> FrameHit | None:
    """Return the hit of ``frame`` in ``sentence``, whatever its polarity; ``None`` when its concepts do not meet."""
    mask, context = sentence.mask, sentence.context
    if sentence.blank:
        return None
    if not mask & frame.act and not context & frame.act & frame.contextual:
        return None
    for requirement in frame.requirements:
        if not (mask & requirement.mask or context & requirement.contextual or mask & requirement.contextual):
            return None
    if mask & frame.none:
        return None
    for blocked, lifted in frame.none_unless:
        if mask & blocked and not mask & lifted:
            return None
    if not _has_data(reading, sentence, frame):
        return None
    return _assign(reading, sentence, index, frame)


def _has_data(reading: Reading, sentence: Sentence, frame: CompiledFrame) -> bool:
    scope = frame.source.data
    if scope == "none":
        return True
    if sentence.mask & frame.data_mask:
        return True
    if scope == "section":
        if sentence.mask & frame.law_mask:
            return True
        if isinstance(frame.source, Frame) and frame.source.gives == "contradicted":
            return any(reading.section_data)
        return reading.section_data[sentence.section]
    if scope == "document":
        return any(reading.section_data)
    return bool(sentence.context & frame.data_mask)


def _assign(reading: Reading, sentence: Sentence, index: int, frame: CompiledFrame) -> FrameHit | None:
    """Choose the closest meeting of the groups around each act and judge it; an undenied one is preferred."""
    groups: list[list[Span]] = []
    from_context = False
    for requirement in frame.requirements:
        spans = _spans(sentence, requirement.concepts)
        if requirement.minimum > 1:
            words = {" ".join(reading.tokens.words[first:last]) for first, last in spans}
            if len(words) < requirement.minimum:
                spans = []
        if not spans and requirement.contextual:
            if _spans_of_mask(sentence, requirement.contextual):
                spans = _spans_of_mask(sentence, requirement.contextual)
            elif sentence.context & requirement.contextual:
                from_context = True
                continue
        if not spans:
            return None
        groups.append(spans)
    if not sentence.mask & frame.act:
        return _contextual_hit(reading, sentence, index, frame, groups)
    best: FrameHit | None = None
    best_rank: tuple[int, int] | None = None
    for act in _spans_of_mask(sentence, frame.act):
        if sentence.tells(act[0]):
            continue
        ordered = isinstance(frame.source, Frame) and frame.source.ordered
        window = _ordered_window(groups) if ordered else _window(act, groups)
        if window is None or window[1] - window[0] > frame.source.within:
            continue
        polarity = judge_act(reading, sentence, act)
        if polarity.agent is Agent.UNKNOWN and is_subject(reading, sentence, sentence.spans(frame.not_by), act):
            continue
        hit = FrameHit(frame, index, window[0], window[1], act, polarity, from_context)
        rank = (_rank(hit), window[1] - window[0])
        if best_rank is None or rank < best_rank:
            best, best_rank = hit, rank
    return best


def _contextual_hit(
    reading: Reading, sentence: Sentence, index: int, frame: CompiledFrame, groups: list[list[Span]]
) -> FrameHit | None:
    """Return the hit whose act stands in the list head or in what precedes, judged there."""
    if not groups:
        return None
    window = _window(groups[0][0], groups[1:])
    if window is None or sentence.tells(window[0]) or window[1] - window[0] > frame.source.within:
        return None
    for owner in context_sentences(reading, sentence, index):
        spans = _spans_of_mask(owner, frame.act)
        if spans:
            polarity = judge_act(reading, owner, spans[-1])
            return FrameHit(frame, index, window[0], window[1], None, polarity, True)
    return None


def context_sentences(reading: Reading, sentence: Sentence, index: int) -> Iterator[Sentence]:
    """Yield the sentences that form the context of ``sentence``, the nearest first."""
    own = reading.by_clause[sentence.clause]
    position = own.index(index)
    earlier = earlier_parts(reading, own, position)
    for number in earlier:
        yield reading.sentences[number]
    if position > len(earlier):
        yield reading.sentences[own[0]]
    clause = reading.clauses[sentence.clause]
    for start, _ in (*reversed(clause.heads), *reversed(clause.headings[-2:])):
        owner = reading.by_start.get(start)
        for number in reversed(reading.by_clause.get(owner, []) if owner is not None else []):
            yield reading.sentences[number]


def _rank(hit: FrameHit) -> int:
    wanted = hit.frame.source.negation
    wrong = (wanted == "required") != hit.polarity.negated if wanted != "ignore" else False
    agent = hit.frame.source.agent
    misplaced = (agent == "processor" and hit.polarity.agent is Agent.CONTROLLER) or (
        agent == "controller" and hit.polarity.agent is Agent.PROCESSOR
    )
    return 4 * misplaced + 2 * wrong + hit.polarity.weak


def _window(act: Span, groups: list[list[Span]]) -> Span | None:
    first, last = act
    for spans in groups:
        nearest = min(spans, key=lambda span: max(last, span[1]) - min(first, span[0]))
        first, last = min(first, nearest[0]), max(last, nearest[1])
    return first, last


def _ordered_window(groups: list[list[Span]]) -> Span | None:
    """The shortest stretch that meets the groups in their order, or ``None``."""
    best: Span | None = None
    for opening in groups[0]:
        position, last = opening[0], opening[1]
        for spans in groups[1:]:
            following = [span for span in spans if span[0] >= position and span[1] >= last]
            if not following:
                break
            nearest = min(following)
            position, last = nearest[0], nearest[1]
        else:
            if best is None or last - opening[0] < best[1] - best[0]:
                best = (opening[0], last)
    return best


def _spans(sentence: Sentence, concepts: Sequence[int]) -> list[Span]:
    if len(concepts) == 1:
        return sentence.hits.get(concepts[0], [])
    return [span for concept in concepts for span in sentence.hits.get(concept, ())]


def _spans_of_mask(sentence: Sentence, mask: int) -> list[Span]:
    return [span for concept, spans in sentence.hits.items() if mask >> concept & 1 for span in spans]


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def find_frames(reading: Reading, frames: Sequence[CompiledFrame]) -> Iterator[FrameHit]:
    """Yield every hit of ``frames`` in the sentences of ``reading``; headings promise nothing by themselves."""
    obligation = 1 << reading.numbers["@obligation"]
    acts = _union(frame.act for frame in frames)
    contextual = _union(frame.act & frame.contextual for frame in frames)
    for index, sentence in enumerate(reading.sentences):
        if not (sentence.mask & acts or sentence.context & contextual):
            continue
        if sentence.heading and not (sentence.mask & obligation and sentence.last - sentence.first > 6):
            continue
        said = sentence.mask
        for frame in frames:
            if not said & frame.act and not sentence.context & frame.act & frame.contextual:
                continue
            if sentence.definition and not (isinstance(frame.source, Frame) and frame.source.definitions):
                continue
            if frame.only_in and reading.clauses[sentence.clause].kind not in frame.only_in:
                continue
            hit = try_frame(reading, sentence, index, frame)
            if hit is not None:
                yield hit
