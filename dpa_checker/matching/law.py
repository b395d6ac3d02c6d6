"""What is no promise for the other party's data: the law retold, and data of which the provider is the controller.

"Article 28 obliges a processor to allow audits"; "Orbis is the controller of the billing data.  It keeps them ...".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dpa_checker.matching.lexis import CONTROLLER, PROCESSOR
from dpa_checker.matching.token import fold

if TYPE_CHECKING:
    from dpa_checker.matching.lexis import Lexis
    from dpa_checker.matching.reading import Reading, Sentence, Span

_SUBJECT_GAP = 4
_OPENING = 6
_PROMISE_GAP = 3
_LINKED = 6


def find_told(reading: Reading, sentence: Sentence) -> Span | None:
    """Return the words in which ``sentence`` tells the law, None when it does not.

    The law is the subject of its verb, no party stands before it, and no condition ("where the law requires ...").
    What is told ends where a party, after a comma or stop, takes on a duty of its own.
    """
    verbs = sentence.spans(reading.numbers["@law_tells"])
    laws = sentence.spans(reading.numbers["data_protection_law"])
    if not laws:
        return None
    words = reading.tokens.words
    lexis = reading.lexis(sentence)
    parties = [*sentence.spans(reading.numbers[PROCESSOR]), *sentence.spans(reading.numbers[CONTROLLER])]
    for first, last in laws:
        if first - sentence.first <= _OPENING and (duty := _anybodys_duty(reading, sentence, last, parties)):
            return duty
        verb = next((verb for verb in verbs if 0 <= verb[0] - last <= _SUBJECT_GAP or first <= verb[0] < last), None)
        if verb is None or any(start < first for start, _ in parties):
            continue
        if lexis.conditional & set(words[sentence.first : first]):
            continue
        return verb[0], _own_promise(reading, sentence, verb[1], parties)
    return None


def settle_own_data(reading: Reading) -> None:
    """Mark what a paragraph says after "the provider is the controller of ...": it is no processing for another."""
    for numbers in reading.by_clause.values():
        own = False
        for number in numbers:
            sentence = reading.sentences[number]
            own = own or _makes_controller(reading, sentence)
            sentence.own = own


def _makes_controller(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence says of the processor that it is the controller."""
    roles = set(sentence.spans(reading.numbers["data_protection_role"])) & set(
        sentence.spans(reading.numbers[CONTROLLER])
    )
    return any(
        0 < first - last <= _LINKED and joins(reading, reading.lexis(sentence), last, first)
        for _, last in sentence.spans(reading.numbers[PROCESSOR])
        for first, _ in roles
    )


def _anybodys_duty(reading: Reading, sentence: Sentence, position: int, parties: list[Span]) -> Span | None:
    """Return the words after "under the law, a processor must": the duty of processors at large, not of this one."""
    others = ("subprocessor", "data_protection_role")
    somebody = [*parties, *(span for name in others for span in sentence.spans(reading.numbers[name]))]
    following = sorted(span for span in somebody if span[0] >= position)
    if not following or following[0][0] - position > _SUBJECT_GAP:
        return None
    (first, last), text, tokens = following[0], reading.text, reading.tokens
    lexis = reading.lexis(sentence)
    name = text[tokens.starts[first] : tokens.ends[last - 1]]
    unnamed = lexis.indefinite & {tokens.words[first - 1], tokens.words[first]}
    if not unnamed or not (lexis.cues.inversion or name.islower()):
        return None
    return last, _own_promise(reading, sentence, last, parties)


def _own_promise(reading: Reading, sentence: Sentence, position: int, parties: list[Span]) -> int:
    """Return where, after ``position``, a party takes on a duty of its own; the end of the sentence when none does."""
    tokens = reading.tokens
    duties = {first for first, _ in sentence.spans(reading.numbers["@obligation"])}
    for first, last in sorted(parties):
        if first <= position:
            continue
        before = reading.text[tokens.ends[position - 1] : tokens.starts[first]].rstrip()
        near_comma = "," in before and before.rpartition(",")[2].count(" ") <= _PROMISE_GAP
        parted = near_comma or ";" in before or ":" in before
        if parted and any(place in duties for place in range(last, last + _PROMISE_GAP)):
            return first
    return sentence.last


def joins(reading: Reading, lexis: Lexis, first: int, last: int) -> bool:
    """Whether only small words stand between a name and a role, one of them "is", "acts" or "as"."""
    between = reading.tokens.words[first:last]
    linking = {fold(word) for word in lexis.cues.linking}
    return bool(linking & set(between)) and all(word in lexis.articles or word in linking for word in between)
