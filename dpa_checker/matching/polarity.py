"""What is said of an act: by whom it is done, whether it is denied, and whether it is promised at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dpa_checker.matching.lexis import BOTH, CONTROLLER, PROCESSOR, PRONOUN, Lexis
from dpa_checker.matching.reading import Reading, Sentence, Span


class Agent(StrEnum):
    """The party on whom an act lies."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Polarity:
    """The judgement on one act."""

    agent: Agent
    negated: bool
    weak: bool


_NEGATION_BEFORE = 7
_NEGATION_AFTER = 4
_MODAL_BEFORE = 14
_SUBJECT_GAP = 3
_PASSIVE_GAP = 4
_ROLES = ((PROCESSOR, Agent.PROCESSOR), (CONTROLLER, Agent.CONTROLLER), (BOTH, Agent.BOTH), (PRONOUN, Agent.UNKNOWN))


def judge_act(reading: Reading, sentence: Sentence, act: Span) -> Polarity:
    """Return agent, negation and modality of the act at the words ``act`` of ``sentence``."""
    lexis = reading.lexis(sentence)
    agent = _agent(reading, sentence, act, lexis)
    return Polarity(
        agent=agent,
        negated=_is_negated(reading, sentence, act),
        weak=agent is not Agent.CONTROLLER and _is_weak(reading, sentence, act),
    )


def _is_negated(reading: Reading, sentence: Sentence, act: Span) -> bool:
    numbers = reading.numbers
    obligations = sentence.spans(numbers["@obligation"])
    if _is_excluded(reading, sentence, act):
        return True
    for first, last in sentence.spans(numbers["@negation"]):
        if first < act[0]:
            if act[0] - last > _NEGATION_BEFORE or _broken(reading, last, act[0]):
                continue
            if any(last < begin and end <= act[0] for begin, end in obligations):
                continue
        elif first >= act[1]:
            if first - act[1] > _NEGATION_AFTER or _broken(reading, act[1], first):
                continue
        if _is_lifted(reading, sentence, last):
            continue
        return True
    return False


def _is_excluded(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether a wide denial holds: "is not obliged to ..." before the act, "... is excluded" after it."""
    numbers = reading.numbers
    obligations = sentence.spans(numbers["@obligation"])
    for first, last in sentence.spans(numbers["@no_duty"]):
        between = [span for span in obligations if last <= span[0] and span[1] <= act[0]]
        if last <= act[0] and not between and not _is_lifted(reading, sentence, last):
            return True
        if first <= act[0] < last and not _is_lifted(reading, sentence, last):
            return True
    for first, last in sentence.spans(numbers["@exclusion"]):
        if act[1] <= first and not _broken(reading, act[1], first) and not _is_lifted(reading, sentence, last):
            return True
    return False


def _is_lifted(reading: Reading, sentence: Sentence, position: int) -> bool:
    """Whether "unless", "without" or the like turns the negation before it into a condition."""
    return any(first >= position for first, _ in sentence.spans(reading.numbers["@double_negation"]))


def _broken(reading: Reading, first: int, last: int) -> bool:
    """Whether a clause boundary stands between the words ``first`` and ``last``."""
    tokens = reading.tokens
    if last <= first:
        return False
    between = reading.text[tokens.ends[first - 1] : tokens.starts[last]]
    return any(mark in between for mark in ";:")


def _is_weak(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether the nearest modal before the act only allows it."""
    numbers = reading.numbers
    weak = [span for span in sentence.spans(numbers["@weak"]) if span[1] <= act[0] and act[0] - span[1] < _MODAL_BEFORE]
    if not weak:
        return False
    nearest = weak[-1]
    narrowing = [*sentence.spans(numbers["@negation"]), *sentence.spans(numbers["only"])]
    if any(0 <= first - nearest[1] <= 1 for first, _ in narrowing):
        return False
    strong = [span for span in sentence.spans(numbers["@obligation"]) if nearest[1] <= span[0] and span[1] <= act[0]]
    return not strong and not _broken(reading, nearest[1], act[0])


def _agent(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> Agent:
    parties = _parties(reading, sentence)
    passive = _passive_agent(reading, parties, act, lexis)
    if passive is not None:
        return passive
    subjects = [(span, agent) for span, agent in parties if not _is_oblique(reading, span, sentence, lexis)]
    before = [(span, agent) for span, agent in subjects if span[1] <= act[0]]
    if before and act[0] - before[-1][0][1] <= 1:
        return before[-1][1]
    obligations = {span[0] for span in sentence.spans(reading.numbers["@obligation"])}
    ends = {span[1] for span in sentence.spans(reading.numbers["@obligation"])}
    for span, agent in reversed(before):
        follows = any(position in obligations for position in range(span[1], span[1] + _SUBJECT_GAP))
        inverted = lexis.cues.inversion and any(end in ends for end in range(span[0] - 2, span[0] + 1))
        if follows or inverted:
            return agent
    if lexis.cues.inversion:
        after = [(span, agent) for span, agent in subjects if span[0] >= act[1] and span[0] - act[1] <= 2]
        if after:
            return after[0][1]
    if before:
        return before[0][1]
    return _inherited(reading, sentence)


def _parties(reading: Reading, sentence: Sentence) -> list[tuple[Span, Agent]]:
    found = [(span, agent) for name, agent in _ROLES for span in sentence.spans(reading.numbers[name])]
    longest: dict[int, tuple[Span, Agent]] = {}
    for span, agent in found:
        known = longest.get(span[1])
        if known is None or span[0] < known[0][0]:
            longest[span[1]] = (span, agent)
    return sorted(longest.values(), key=lambda item: item[0])


def _is_oblique(reading: Reading, span: Span, sentence: Sentence, lexis: Lexis) -> bool:
    words = reading.tokens.words
    if words[span[1] - 1] in lexis.genitive:
        return True
    if span[1] < sentence.last and words[span[1]] == "s" and _apostrophe(reading, span[1]):
        return True
    position = span[0] - 1
    while position > sentence.first and words[position] in lexis.articles and words[position] not in lexis.oblique:
        position -= 1
    return position >= sentence.first and words[position] in lexis.oblique


def _apostrophe(reading: Reading, position: int) -> bool:
    start = reading.tokens.starts[position]
    return start > 0 and reading.text[start - 1] in "'’"


def _passive_agent(reading: Reading, parties: list[tuple[Span, Agent]], act: Span, lexis: Lexis) -> Agent | None:
    words = reading.tokens.words
    for span, agent in parties:
        if not act[1] <= span[0] <= act[1] + _PASSIVE_GAP:
            continue
        position = span[0] - 1
        while position > act[1] and words[position] in lexis.articles:
            position -= 1
        if words[position] in lexis.agent_marker and position >= act[1]:
            return agent
    return None


def _inherited(reading: Reading, sentence: Sentence) -> Agent:
    """Return the subject of the list heads and heading above, the nearest first."""
    clause = reading.clauses[sentence.clause]
    for start, _ in (*reversed(clause.heads), *reversed(clause.headings[-1:])):
        owner = reading.by_start.get(start)
        if owner is None:
            continue
        for number in reversed(reading.by_clause.get(owner, [])):
            agent = _head_subject(reading, reading.sentences[number])
            if agent is not Agent.UNKNOWN:
                return agent
    return Agent.UNKNOWN


def _head_subject(reading: Reading, head: Sentence) -> Agent:
    lexis = reading.lexis(head)
    parties = _parties(reading, head)
    subjects = [(span, agent) for span, agent in parties if not _is_oblique(reading, span, head, lexis)]
    if not subjects:
        kinds = {agent for _, agent in parties}
        return kinds.pop() if len(kinds) == 1 and head.heading else Agent.UNKNOWN
    obligations = [span for span in head.spans(reading.numbers["@obligation"])]
    for span, agent in reversed(subjects):
        if any(0 <= first - span[1] < _SUBJECT_GAP for first, _ in obligations):
            return agent
    return subjects[0][1]
