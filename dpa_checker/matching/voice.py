"""How an act is said: in the active or the passive voice, and where one clause ends and the next begins."""

from __future__ import annotations

from dpa_checker.matching.lexis import Lexis
from dpa_checker.matching.reading import Reading, Sentence, Span

_CLAUSE = 14
#: What is said of somebody with "is" and yet done by them.
STATES = (
    "liable",
    "responsible",
    "committed",
    "demonstrate",
    "audit",
    "lawfulness",
    "controller_obligations_label",
)


def is_passive(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> bool:
    """Whether the act is done to its subject ("the customer is informed"), so that the subject does not do it."""
    if any(act in sentence.spans(reading.numbers[name]) for name in STATES):
        return False
    words = reading.tokens.words
    if any(len(words[act[0]]) > 5 and words[act[0]].endswith(suffix) for suffix in lexis.cues.passive_suffix):
        return True
    before = words[max(sentence.first, act[0] - 2) : act[0]]
    adverb = len(before) == 2 and before[1] not in lexis.articles | lexis.oblique | lexis.passive_adjacent
    helped = before and (before[-1] in lexis.passive_adjacent or (adverb and before[0] in lexis.passive_adjacent))
    if helped and words[act[0]].endswith(lexis.cues.participle_suffix):
        return True
    if lexis.cues.inversion and (_closes_passive(reading, sentence, act, lexis) or _is_to_be_done(reading, act, lexis)):
        return True
    first = max(sentence.first, act[0] - lexis.cues.passive_reach)
    return any(word in lexis.passive for word in words[first : act[0]])


def _closes_passive(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> bool:
    """Whether a participle ends the clause that its auxiliary opened: "wird der Auftraggeber sofort informiert"."""
    words = reading.tokens.words
    word = words[act[1] - 1]
    if not (word.endswith("t") or word.startswith("ge")):
        return False
    if act[1] < sentence.last and not parts_at(reading, act[1]):
        return False
    for position in range(act[1] - 2, max(sentence.first, act[0] - _CLAUSE) - 1, -1):
        if words[position] in lexis.passive:
            return not breaks_between(reading, position + 1, act[1] - 1, ",;:")
    return False


def _is_to_be_done(reading: Reading, act: Span, lexis: Lexis) -> bool:
    """Whether the act is to be done to its subject: "ist der Auftraggeber zu informieren"."""
    words = reading.tokens.words
    position = act[0] - 1
    joined = any(marker in words[act[0]][2:-3] for marker in lexis.cues.infinitive_marker)
    if position < 1 or not (joined or words[position] in lexis.cues.infinitive_marker):
        return False
    for before in range(position - 1, max(0, position - _CLAUSE) - 1, -1):
        if parts_at(reading, before + 1):
            return False
        if words[before] in lexis.cues.gerundive:
            return True
    return False


def breaks_between(reading: Reading, first: int, last: int, marks: str = ";:") -> bool:
    """Whether a clause boundary (one of ``marks``) stands between the words ``first`` and ``last``."""
    tokens = reading.tokens
    if last <= first:
        return False
    between = reading.text[tokens.ends[first - 1] : tokens.starts[last]]
    return any(mark in between for mark in marks)


def parts_at(reading: Reading, position: int, marks: str = ",.;:") -> bool:
    """Whether one of ``marks`` stands directly before the word at ``position``."""
    tokens = reading.tokens
    return any(mark in reading.text[tokens.ends[position - 1] : tokens.starts[position]] for mark in marks)
