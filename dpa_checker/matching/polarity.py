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
    lifted: bool = False


_NEGATION_BEFORE = 5
_NEGATION_AFTER = 4
_MODAL_BEFORE = 14
_SUBJECT_GAP = 3
_PASSIVE_GAP = 4
_OBJECT_GAP = 2
_AND = frozenset({"and", "et", "och", "samt", "und", "sowie"})
_AND_GAP = 3
_OBJECT_PRONOUNS = frozenset({"us", "uns", "oss"})
_TOWARDS = frozenset({"to", "a", "au", "aux"})
_NARROWED = 8
_ROLES = (
    (PROCESSOR, Agent.PROCESSOR),
    (CONTROLLER, Agent.CONTROLLER),
    (BOTH, Agent.BOTH),
    (PRONOUN, Agent.UNKNOWN),
)


def judge_act(reading: Reading, sentence: Sentence, act: Span) -> Polarity:
    """Return agent, negation and modality of the act at the words ``act`` of ``sentence``, judged once a reading."""
    known = reading.judged.get(act)
    if isinstance(known, Polarity):
        return known
    polarity = _judge(reading, sentence, act)
    reading.judged[act] = polarity
    return polarity


def _judge(reading: Reading, sentence: Sentence, act: Span) -> Polarity:
    lexis = reading.lexis(sentence)
    agent = _agent(reading, sentence, act, lexis)
    if agent is Agent.UNKNOWN and _is_done_to_processor(reading, sentence, act, lexis):
        agent = Agent.CONTROLLER
    negation = _negation(reading, sentence, act)
    return Polarity(
        agent=agent,
        negated=negation is not None,
        lifted=negation is not None and _is_lifted(reading, sentence, max(negation, act[1])),
        weak=agent is not Agent.CONTROLLER and _is_weak(reading, sentence, act),
    )


def _negation(reading: Reading, sentence: Sentence, act: Span) -> int | None:
    """Return the word after the negation that holds for ``act``, or ``None``."""
    numbers = reading.numbers
    obligations = sentence.spans(numbers["@obligation"])
    wide = _wide_denial(reading, sentence, act)
    if wide is not None:
        return wide
    for first, last in sentence.spans(numbers["@negation"]):
        if first < act[0]:
            if act[0] - last > _NEGATION_BEFORE or _broken(reading, last, act[0]):
                continue
            if _leaves_clause(reading, last, act[0]) or _opens_main_clause(reading, sentence, act):
                continue
            if any(last < begin and end <= act[0] for begin, end in obligations):
                continue
            if _is_turned(reading, sentence, last, act[0]):
                continue
        elif first >= act[1] and (first - act[1] > _NEGATION_AFTER or _broken(reading, act[1], first, ",;:")):
            continue
        return last
    return None


def _leaves_clause(reading: Reading, first: int, last: int) -> bool:
    """Whether one comma, not next to the negation, parts it from the act: "who is not a competitor, may audit"."""
    tokens = reading.tokens
    if last - first < 1:
        return False
    between = reading.text[tokens.ends[first - 1] : tokens.starts[last]]
    return between.count(",") == 1 and not between.lstrip().startswith(",")


def _opens_main_clause(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether the act is a finite verb before its subject, so that what denies it would have to follow."""
    if not reading.lexis(sentence).cues.inversion:
        return False
    parties = (*sentence.spans(reading.numbers[PROCESSOR]), *sentence.spans(reading.numbers[CONTROLLER]))
    return any(0 <= span[0] - act[1] <= 1 for span in parties)


def _is_turned(reading: Reading, sentence: Sentence, first: int, last: int) -> bool:
    """Whether "but", "without" or the like stands between a negation and the act: "not keep, but delete"."""
    return any(first <= begin and end <= last for begin, end in sentence.spans(reading.numbers["@double_negation"]))


def _wide_denial(reading: Reading, sentence: Sentence, act: Span) -> int | None:
    """Return the end of a wide denial: "is not obliged to ..." before the act, "... is excluded" after it."""
    numbers = reading.numbers
    obligations = sentence.spans(numbers["@obligation"])
    for first, last in sentence.spans(numbers["@no_duty"]):
        between = [span for span in obligations if last <= span[0] and span[1] <= act[0]]
        if (last <= act[0] and not between) or first <= act[0] < last:
            return last
    for first, last in sentence.spans(numbers["@exclusion"]):
        if act[1] <= first and not _broken(reading, act[1], first):
            return last
    return None


def _is_lifted(reading: Reading, sentence: Sentence, position: int) -> bool:
    """Whether "unless", "without" or the like turns the negation before it into a condition."""
    return any(first >= position for first, _ in sentence.spans(reading.numbers["@double_negation"]))


def _broken(reading: Reading, first: int, last: int, marks: str = ";:") -> bool:
    """Whether a clause boundary (one of ``marks``) stands between the words ``first`` and ``last``."""
    tokens = reading.tokens
    if last <= first:
        return False
    between = reading.text[tokens.ends[first - 1] : tokens.starts[last]]
    return any(mark in between for mark in marks)


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
    if any(0 <= nearest[0] - first <= _NARROWED for first, _ in sentence.spans(numbers["only"])):
        return False
    strong = [span for span in sentence.spans(numbers["@obligation"]) if nearest[1] <= span[0] and span[1] <= act[0]]
    return not strong and not _broken(reading, nearest[1], act[0])


def _agent(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> Agent:
    parties = _parties(reading, sentence)
    passive = _passive_agent(reading, parties, act, lexis)
    if passive is not None:
        return passive
    if _is_passive(reading, sentence, act, lexis):
        return Agent.UNKNOWN
    nominative = [
        agent
        for span, agent in parties
        if reading.tokens.words[span[0]] in lexis.nominative and 0 <= span[0] - act[1] <= 1
    ]
    if nominative:
        return nominative[0]
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
    if lexis.cues.inversion and not _follows_name(reading, sentence, act):
        after = [(span, agent) for span, agent in subjects if span[0] >= act[1] and span[0] - act[1] <= 2]
        if after:
            return after[0][1]
    if before:
        return before[0][1]
    return _inherited(reading, sentence)


_STATES = (
    "liable",
    "responsible",
    "committed",
    "demonstrate",
    "audit",
    "lawfulness",
    "controller_obligations_label",
)


def _is_passive(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> bool:
    """Whether the act is done to its subject ("the customer is informed"), so that the subject does not do it."""
    if any(act in sentence.spans(reading.numbers[name]) for name in _STATES):
        return False
    words = reading.tokens.words
    if any(len(words[act[0]]) > 5 and words[act[0]].endswith(suffix) for suffix in lexis.cues.passive_suffix):
        return True
    first = max(sentence.first, act[0] - lexis.cues.passive_reach)
    return any(word in lexis.passive for word in words[first : act[0]])


def _is_done_to_processor(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> bool:
    """Whether the processor is the object of the act ("inform the supplier", "help us"): the other party acts."""
    words = reading.tokens.words
    for span in sentence.spans(reading.numbers[PROCESSOR]):
        if not 0 <= span[0] - act[1] <= _OBJECT_GAP:
            continue
        if span[1] - span[0] == 1 and words[span[0]] in lexis.genitive:
            return span[0] == act[1] and words[span[0]] in _OBJECT_PRONOUNS
        between = words[act[1] : span[0]]
        if lexis.cues.inversion or any(word in lexis.agent_marker for word in between):
            continue
        if all(word in lexis.articles or word in _TOWARDS for word in between):
            return True
    return False


def _follows_name(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether a capitalised word stands directly before the act: a subject that is no known party."""
    position = act[0] - 1
    return position >= sentence.first and reading.text[reading.tokens.starts[position]].isupper()


def _parties(reading: Reading, sentence: Sentence) -> list[tuple[Span, Agent]]:
    found = [(span, agent) for name, agent in _ROLES for span in sentence.spans(reading.numbers[name])]
    longest: dict[int, tuple[Span, Agent]] = {}
    for span, agent in found:
        known = longest.get(span[1])
        if known is None or span[0] < known[0][0]:
            longest[span[1]] = (span, agent)
    ordered = sorted(longest.values(), key=lambda item: item[0])
    turned = [
        _reversed(reading, sentence, item, ordered[index - 1] if index else None) for index, item in enumerate(ordered)
    ]
    return _joined(reading, turned)


def _joined(reading: Reading, ordered: list[tuple[Span, Agent]]) -> list[tuple[Span, Agent]]:
    """Make "the supplier and the customer" both parties."""
    words = reading.tokens.words
    found = list(ordered)
    for index in range(1, len(ordered)):
        (first, one), (second, other) = ordered[index - 1], ordered[index]
        between = words[first[1] : second[0]]
        if one is not other and between and between[0] in _AND and len(between) <= _AND_GAP:
            found[index - 1] = (first, Agent.BOTH)
            found[index] = (second, Agent.BOTH)
    return found


def _reversed(
    reading: Reading, sentence: Sentence, item: tuple[Span, Agent], before: tuple[Span, Agent] | None
) -> tuple[Span, Agent]:
    """Turn "the Supplier's processor" into the other party: whoever processes for the supplier is the customer."""
    if before is None or item[1] is not Agent.PROCESSOR or before[1] is not Agent.PROCESSOR:
        return item
    if before[0][1] != item[0][0] and not (
        item[0][0] - before[0][1] == 1 and reading.tokens.words[before[0][1]] == "s"
    ):
        return item
    lexis = reading.lexis(sentence)
    owned = reading.tokens.words[before[0][1] - 1] in lexis.genitive or _apostrophe(reading, before[0][1])
    return (item[0], Agent.CONTROLLER) if owned else item


def _is_oblique(reading: Reading, span: Span, sentence: Sentence, lexis: Lexis) -> bool:
    words = reading.tokens.words
    if words[span[1] - 1] in lexis.genitive:
        return True
    if words[span[0]] in lexis.nominative:
        return False
    if span[1] < sentence.last and words[span[1]] == "s" and _apostrophe(reading, span[1]):
        return True
    position = span[0] - 1
    if words[position] in lexis.cues.feminine_oblique and words[span[1] - 1].endswith(lexis.cues.feminine_suffix):
        return True
    while position > sentence.first and words[position] in lexis.articles and words[position] not in lexis.oblique:
        position -= 1
    return position >= sentence.first and words[position] in lexis.oblique


def _apostrophe(reading: Reading, position: int) -> bool:
    start = reading.tokens.starts[position]
    return start > 0 and reading.text[start - 1] in "'’"


def _passive_agent(reading: Reading, parties: list[tuple[Span, Agent]], act: Span, lexis: Lexis) -> Agent | None:
    words = reading.tokens.words
    for span, agent in parties:
        if not act[1] <= span[0] <= act[1] + _PASSIVE_GAP or words[span[1] - 1] in lexis.genitive:
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
    obligations = head.spans(reading.numbers["@obligation"])
    for span, agent in reversed(subjects):
        if any(0 <= first - span[1] < _SUBJECT_GAP for first, _ in obligations):
            return agent
    return subjects[0][1]
