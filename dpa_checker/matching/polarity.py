"""What is said of an act: by whom it is done, whether it is denied, and whether it is promised at all."""

from __future__ import annotations

from dataclasses import dataclass

from dpa_checker.matching.agent import Agent, find_agent
from dpa_checker.matching.lexis import CONTROLLER, PROCESSOR
from dpa_checker.matching.reading import Reading, Sentence, Span
from dpa_checker.matching.voice import breaks_between


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
_NARROWED = 8
_PARTICLE = 6
_NEGATIVE_TERMS = ("confidentiality", "forbidden", "not_liable", "no_measures")


def judge_act(reading: Reading, sentence: Sentence, act: Span) -> Polarity:
    """Return agent, negation and modality of the act at the words ``act`` of ``sentence``, judged once a reading."""
    known = reading.judged.get(act)
    if isinstance(known, Polarity):
        return known
    polarity = _judge(reading, sentence, act)
    reading.judged[act] = polarity
    return polarity


def _judge(reading: Reading, sentence: Sentence, act: Span) -> Polarity:
    agent = find_agent(reading, sentence, act)
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
        if _belongs_to_term(reading, sentence, (first, last), act):
            continue
        if first < act[0]:
            if act[0] - last > _NEGATION_BEFORE or breaks_between(reading, last, act[0]):
                continue
            if _leaves_clause(reading, last, act[0]) or _opens_main_clause(reading, sentence, act):
                continue
            if any(last < begin and end <= act[0] for begin, end in obligations):
                continue
            if _is_turned(reading, sentence, last, act[0]):
                continue
        elif first >= act[1]:
            near = first - act[1] <= _NEGATION_AFTER or _is_final(reading, sentence, act, last)
            if not near or breaks_between(reading, act[1], first, ",;:"):
                continue
        return last
    return None


def _belongs_to_term(reading: Reading, sentence: Sentence, negation: Span, act: Span) -> bool:
    """Whether the negation opens a term such as "not to disclose": it denies what stands within, no other act."""
    for name in _NEGATIVE_TERMS:
        for first, last in sentence.spans(reading.numbers[name]):
            if (first, last) == act and first <= negation[0] and negation[1] <= last:
                return True
            if first == negation[0] and negation[1] < last:
                return not (first < act[0] and act[1] <= last)
    return False


def _is_final(reading: Reading, sentence: Sentence, act: Span, position: int) -> bool:
    """Whether a negation ends its clause, as where the verb comes second: "informiert den Kunden nicht"."""
    lexis = reading.lexis(sentence)
    words = reading.tokens.words
    if not lexis.cues.inversion or lexis.conjunction & set(words[act[1] : position]):
        return False
    if _ends_clause(reading, sentence, position):
        return True
    return len(words[position]) <= _PARTICLE and _ends_clause(reading, sentence, position + 1)


def _ends_clause(reading: Reading, sentence: Sentence, position: int) -> bool:
    """Whether a mark of punctuation or the end of the sentence stands before the word at ``position``."""
    if position >= sentence.last:
        return True
    tokens = reading.tokens
    between = reading.text[tokens.ends[position - 1] : tokens.starts[position]]
    return any(mark in between for mark in ".,;:")


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
        if act[1] <= first and not breaks_between(reading, act[1], first):
            return last
    return None


def _is_lifted(reading: Reading, sentence: Sentence, position: int) -> bool:
    """Whether "unless", "without" or the like turns the negation before it into a condition."""
    return any(first >= position for first, _ in sentence.spans(reading.numbers["@double_negation"]))


def _is_weak(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether the nearest modal before the act only allows it."""
    numbers = reading.numbers
    weak = [span for span in sentence.spans(numbers["@weak"]) if span[1] <= act[0] and act[0] - span[1] < _MODAL_BEFORE]
    if not weak:
        return False
    nearest = weak[-1]
    opens_condition = nearest[0] == sentence.first and len(weak) == 1  # "Should it be lost, ..."
    if opens_condition and breaks_between(reading, nearest[1], act[0], ","):
        return False
    narrowing = [*sentence.spans(numbers["@negation"]), *sentence.spans(numbers["only"])]
    if any(first <= nearest[1] + 1 and last > nearest[0] for first, last in narrowing):
        return False
    if any(0 <= nearest[0] - first <= _NARROWED for first, _ in sentence.spans(numbers["only"])):
        return False
    strong = [span for span in sentence.spans(numbers["@obligation"]) if nearest[1] <= span[0] and span[1] <= act[0]]
    return not strong and not breaks_between(reading, nearest[1], act[0])
