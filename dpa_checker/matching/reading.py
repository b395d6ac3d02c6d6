"""A document read through its lexicons: sentences with the concepts that each of them says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dpa_checker.library import Library
from dpa_checker.matching.context import settle_contexts
from dpa_checker.matching.law import find_told, settle_own_data
from dpa_checker.matching.lexis import BOTH, CONTROLLER, PROCESSOR, Lexis, build_lexis, number_concepts
from dpa_checker.matching.section import settle_sections
from dpa_checker.matching.token import Tokens, tokenise
from dpa_checker.model import BlockKind, Clause

Span = tuple[int, int]


@dataclass(slots=True)
class Sentence:
    """One sentence, its words ``[first, last)`` and the word spans of each concept it says.

    ``told`` are the words in which it only tells what the law asks; ``own`` that it speaks of data for which the
    provider is itself the controller.
    """

    clause: int
    start: int
    end: int
    first: int
    last: int
    hits: dict[int, list[Span]] = field(default_factory=dict)
    mask: int = 0
    context: int = 0
    section: int = 0
    heading: bool = False
    definition: bool = False
    blank: bool = False
    told: Span | None = None
    own: bool = False

    def spans(self, concept: int) -> list[Span]:
        """Return the word spans of ``concept`` in this sentence, in order."""
        return self.hits.get(concept, [])

    def tells(self, position: int) -> bool:
        """Whether the word at ``position`` only tells what the law asks."""
        return self.told is not None and self.told[0] <= position < self.told[1]


@dataclass(slots=True)
class Reading:
    """All sentences of a text with their hits; ``section_data`` says which sections are about personal data."""

    text: str
    clauses: Sequence[Clause]
    tokens: Tokens
    sentences: list[Sentence]
    numbers: dict[str, int]
    lexes: dict[str, Lexis]
    section_data: list[bool] = field(default_factory=list)
    by_clause: dict[int, list[int]] = field(default_factory=dict)
    by_start: dict[int, int] = field(default_factory=dict)
    table_headers: dict[int, int] = field(default_factory=dict)
    header_clauses: frozenset[int] = frozenset()
    judged: dict[Span, object] = field(default_factory=dict)
    placed: dict[int, Any] = field(default_factory=dict)

    def lexis(self, sentence: Sentence) -> Lexis:
        """Return the lexicon with which ``sentence`` was read."""
        return self.lexes[self.clauses[sentence.clause].language or next(iter(self.lexes))]

    def mask_of(self, names: str) -> int:
        """Return the bit mask of ``a|b`` concepts."""
        mask = 0
        for name in names.split("|"):
            mask |= 1 << self.numbers[name]
        return mask


def read_clauses(text: str, clauses: Sequence[Clause], library: Library) -> Reading:
    """Return ``text`` read clause by clause; clauses without a language are left unread."""
    tokens = tokenise(text)
    numbers = number_concepts(library)
    languages = dict.fromkeys(clause.language for clause in clauses if clause.language)
    lexes = {language: build_lexis(library, language) for language in languages}
    reading = Reading(text, clauses, tokens, [], numbers, lexes)
    header_cells = {cells[0][0] for clause in clauses if (cells := clause.header_cells)}
    reading.table_headers = {
        clause.cells[0][0]: number
        for number, clause in enumerate(clauses)
        if clause.cells and clause.cells[0][0] in header_cells
    }
    reading.header_clauses = frozenset(reading.table_headers.values())
    for index, clause in enumerate(clauses):
        reading.by_start[clause.start] = index
        if clause.language is None:
            continue
        for start, end in clause.sentences:
            _read_sentence(reading, index, clause, start, end)
    return reading


def _read_sentence(reading: Reading, index: int, clause: Clause, start: int, end: int) -> None:
    tokens = reading.tokens
    first = bisect_left(tokens.starts, start)
    last = bisect_left(tokens.starts, end)
    if first == last or clause.language is None:
        return
    heading = clause.kind is BlockKind.HEADING or index in reading.header_clauses
    sentence = Sentence(index, start, end, first, last, heading=heading)
    lexis = reading.lexes[clause.language]
    for hit in lexis.automaton.find(tokens.words, first, last):
        sentence.hits.setdefault(hit.concept, []).append((hit.first, hit.last))
    reading.by_clause.setdefault(index, []).append(len(reading.sentences))
    reading.sentences.append(sentence)


def settle(reading: Reading) -> None:
    """Drop hits that a longer reading overrules, then work out masks, contexts and sections."""
    for sentence in reading.sentences:
        _overrule(reading, sentence)
        mask = 0
        for concept, spans in sentence.hits.items():
            if spans:
                spans.sort()
                mask |= 1 << concept
        sentence.mask = mask
        sentence.definition = _is_definition(reading, sentence)
        sentence.told = find_told(reading, sentence)
        sentence.blank = _is_blank(reading, sentence) or _is_empty_label(reading, sentence)
    settle_own_data(reading)
    settle_contexts(reading)
    settle_sections(reading)


#: What does not count within what: "responsible" in the name of a party, "purposes" in "other purposes".
_OVERRULED: Final = (
    (("liable", "responsible"), (PROCESSOR, CONTROLLER)),
    (("purpose_label", "purpose_marker"), ("other_purpose",)),
    (("@negation", "@double_negation"), ("@not_negation",)),
)


def _overrule(reading: Reading, sentence: Sentence) -> None:
    numbers = reading.numbers
    longer = sentence.spans(numbers["subprocessor"])
    for role in (PROCESSOR, CONTROLLER):
        spans = sentence.hits.get(numbers[role])
        if spans and longer:
            sentence.hits[numbers[role]] = [span for span in spans if not _inside_longer(span, longer)]
    for overruled, by in _OVERRULED:
        over = [span for name in by for span in sentence.spans(numbers[name])]
        for name in overruled if over else ():
            if spans := sentence.hits.get(numbers[name]):
                sentence.hits[numbers[name]] = [span for span in spans if not _inside(span, over)]
    later = sentence.hits.get(numbers["to_be_agreed"])
    if later:
        sentence.hits[numbers["to_be_agreed"]] = [span for span in later if not _is_bracketed(reading, sentence, span)]


_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}|\[\s*[•●…_. ]*\s*\]")
_PLACEHOLDER = re.compile(r"(?:[^\[\]:]{0,60}:\s*)?\[[^\[\]]{0,400}\]\.?")
_BLANK_WORDS = 8
_LABEL_WORDS = 14
_UNTICKED = re.compile(r"[☐□▢]|\[ \]")
_TICKED = re.compile(r"[☒☑✓✔■]|\[[xX]\]")


def _is_blank(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence is a label with an empty blank behind it."""
    text = reading.text[sentence.start : sentence.end]
    if _UNTICKED.search(text) and not _TICKED.search(text):
        return True
    if _PLACEHOLDER.fullmatch(text.strip(" *_-•\n")):
        return True
    return bool(_BLANK.search(text)) and sentence.last - sentence.first <= _BLANK_WORDS


def _is_empty_label(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence is a label after which neither a value nor a list stands."""
    if reading.text[sentence.end - 1] != ":" or sentence.mask >> reading.numbers["@obligation"] & 1:
        return False
    clause = reading.clauses[sentence.clause]
    if sentence.end < clause.end or sentence.last - sentence.first > _LABEL_WORDS:
        return False
    following = sentence.clause + 1
    return following == len(reading.clauses) or reading.clauses[following].kind is BlockKind.HEADING


def _is_definition(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence defines a term: a verb of definition near its start, after a term in quotes or bold."""
    for first, _ in sentence.spans(reading.numbers["@definition"]):
        if first - sentence.first <= 10:
            before = reading.text[sentence.start : reading.tokens.starts[first]]
            if any(mark in before for mark in "\"“„«»*_‘'’”:") or first - sentence.first <= 5:
                return True
    return _is_defined_item(reading, sentence)


_TERM = re.compile(r"[\s\-*•–—\"“„«‘'()\w/]{2,70}?[\"”“»’'*)]*\s*[:–—]\s")


def _is_defined_item(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence is an entry "Term: ..." under a heading that announces definitions."""
    clause = reading.clauses[sentence.clause]
    if sentence.heading or not _TERM.match(reading.text, sentence.start, sentence.end):
        return False
    number = reading.numbers["definitions_title"]
    for start, _ in clause.headings[-2:]:
        owner = reading.by_start.get(start)
        for index in reading.by_clause.get(owner, []) if owner is not None else []:
            if reading.sentences[index].spans(number):
                return True
    return False


def _is_bracketed(reading: Reading, sentence: Sentence, span: Span) -> bool:
    """Whether the words stand in square brackets: a drafter's note beside what is said."""
    start = reading.tokens.starts[span[0]]
    opening = reading.text.rfind("[", sentence.start, start)
    return opening >= 0 and reading.text.find("]", opening, start) < 0


def _inside(span: Span, others: list[Span]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in others)


def _inside_longer(span: Span, others: list[Span]) -> bool:
    return any(
        first <= span[0] and span[1] <= last and last - first > span[1] - span[0] and last - first <= 4
        for first, last in others
    )


__all__ = ["BOTH", "CONTROLLER", "PROCESSOR", "Reading", "Sentence", "Span", "read_clauses", "settle"]
