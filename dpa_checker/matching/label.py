"""Particulars given as a label with its value: a table row, "Label: value", or a heading with what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dpa_checker.library.schema import Label
from dpa_checker.matching.reading import Reading, Sentence, Span
from dpa_checker.model import BlockKind, Clause

_COLON = re.compile(r"\s*[:：]\s*|\s+[–—|-]\s+|\t+|\s{3,}|[ \t]*\n")
_BLANK = re.compile(r"[\W_]*")
_PLACEHOLDER = re.compile(r"\[[^\]]{0,200}\]|<[^>]{0,200}>|_{3,}|\.{4,}|…{2,}|\{[^}]{0,80}\}|☐[^☐☒\n]*")
_MAX_LABEL_WORDS = 14
_MAX_ITEMS = 12
_MAX_BARE_WORDS = 20
_MAX_QUESTION = 80


@dataclass(frozen=True, slots=True)
class LabelHit:
    """The value of a particular: text span ``[start, end)``, given in sentence number ``sentence``."""

    start: int
    end: int
    sentence: int
    label: Span


def find_labels(reading: Reading, label: Label) -> Iterator[LabelHit]:
    """Yield the values given under ``label``; blanks, placeholders and promises to agree are no values."""
    concept = reading.numbers[label.concept]
    process = 1 << reading.numbers["process"]
    later = 1 << reading.numbers["to_be_agreed"]
    wanted = reading.mask_of("|".join(label.value_any)) if label.value_any else 0
    refused = reading.mask_of("|".join(label.none)) if label.none else 0
    other = reading.mask_of("|".join(label.not_labelled)) if label.not_labelled else 0
    for index, sentence in enumerate(reading.sentences):
        if sentence.definition:
            continue
        if reading.clauses[sentence.clause].header_cells and not sentence.heading:
            for hit in _column_values(reading, sentence, index, concept):
                if not (_mask_of_span(reading, hit) & (later | refused)):
                    yield hit
        if sentence.mask & other or not sentence.mask >> concept & 1:
            continue
        if sentence.heading and reading.clauses[sentence.clause].cells:
            continue
        about_data = reading.section_data[sentence.section] or sentence.mask & process
        if label.data == "section" and not about_data:
            continue
        for hit in _values(reading, sentence, index, concept):
            mask = _mask_of_span(reading, hit)
            if mask & later or mask & refused or (wanted and not mask & wanted):
                continue
            yield hit


def _values(reading: Reading, sentence: Sentence, index: int, concept: int) -> Iterator[LabelHit]:
    clause = reading.clauses[sentence.clause]
    spans = sentence.spans(concept)
    if clause.kind is BlockKind.TABLE_ROW and clause.cells:
        yield from _row_values(reading, clause, index, spans)
        return
    if sentence.heading:
        # A line "Duration: 2 years" on its own looks like a heading.
        if ":" in reading.text[sentence.start : sentence.end - 1]:
            yield from _colon_values(reading, sentence, index, spans)
        yield from _heading_values(reading, sentence, spans)
        return
    yield from _colon_values(reading, sentence, index, spans)


def _row_values(reading: Reading, clause: Clause, index: int, spans: list[Span]) -> Iterator[LabelHit]:
    first_start, first_end = clause.cells[0]
    tokens = reading.tokens
    for span in spans:
        if not first_start <= tokens.starts[span[0]] < first_end:
            continue
        if len(reading.text[first_start:first_end].split()) > _MAX_LABEL_WORDS or len(clause.cells) < 2:
            continue
        start, end = clause.cells[1][0], clause.cells[-1][1]
        if _says_something(reading.text[start:end]):
            yield LabelHit(start, end, index, span)
            return


def _column_values(reading: Reading, sentence: Sentence, index: int, concept: int) -> Iterator[LabelHit]:
    """The cell under a column whose header is the label."""
    clause = reading.clauses[sentence.clause]
    numbers = reading.by_clause.get(reading.table_headers.get(clause.header_cells[0][0], -1), [])
    if not numbers:
        return
    header = reading.sentences[numbers[0]]
    starts = reading.tokens.starts
    for span in header.spans(concept):
        for (begin, stop), (start, end) in zip(clause.header_cells, clause.cells, strict=False):
            if begin <= starts[span[0]] < stop and _says_something(reading.text[start:end]):
                yield LabelHit(start, end, index, span)
                return


def _colon_values(reading: Reading, sentence: Sentence, index: int, spans: list[Span]) -> Iterator[LabelHit]:
    """A label at the start of the sentence, a colon (or dash) after it, and the value or the list that follows."""
    text, tokens = reading.text, reading.tokens
    for span in spans:
        if span[0] - sentence.first > 8:
            return
        after = tokens.ends[span[1] - 1]
        match = _COLON.search(text, after, sentence.end)
        if match is None:
            if text[: sentence.end].endswith("?"):
                yield from _answer(reading, sentence, index, span)
                return
            if _is_bare_label(reading, sentence):
                yield from _following(reading, sentence, span, bare=True)
                return
            continue
        if len(text[sentence.start : match.start()].split()) > _MAX_LABEL_WORDS:
            continue
        if _says_something(text[match.end() : sentence.end]):
            yield LabelHit(match.end(), _value_end(reading, sentence, index), index, span)
            return
        yield from _following(reading, sentence, span)
        return


def _value_end(reading: Reading, sentence: Sentence, index: int) -> int:
    """Where a value ends that semicolons cut into parts, at most with its block."""
    numbers = reading.by_clause[sentence.clause]
    end = sentence.end
    for number in numbers[numbers.index(index) + 1 :]:
        if reading.text[end - 1] != ";":
            break
        end = reading.sentences[number].end
    return end


def _answer(reading: Reading, sentence: Sentence, index: int, label: Span) -> Iterator[LabelHit]:
    """What follows a label put as a question: "Whose data? Parents and pupils."."""
    numbers = reading.by_clause[sentence.clause]
    if sentence.end - sentence.start > _MAX_QUESTION or numbers[0] != index:
        return
    if len(numbers) == 1:
        yield from _following(reading, sentence, label, bare=True)
        return
    end = reading.clauses[sentence.clause].end
    if _says_something(reading.text[sentence.end : end]):
        following = reading.sentences[numbers[1]]
        yield LabelHit(following.start, following.end, numbers[1], label)


def _is_bare_label(reading: Reading, sentence: Sentence) -> bool:
    """Whether a short paragraph without a stop labels what follows it."""
    clause = reading.clauses[sentence.clause]
    text = reading.text[clause.start : clause.end].rstrip()
    alone = sentence.start == clause.start and len(text.split()) <= _MAX_BARE_WORDS
    return alone and not text.endswith((".", ";", ",", "!", "?"))


def _heading_values(reading: Reading, sentence: Sentence, spans: list[Span]) -> Iterator[LabelHit]:
    text = reading.text[sentence.start : sentence.end]
    if len(text.split()) > _MAX_LABEL_WORDS:
        return
    if spans:
        yield from _following(reading, sentence, spans[0])


def _following(reading: Reading, sentence: Sentence, label: Span, *, bare: bool = False) -> Iterator[LabelHit]:
    """The clauses under a heading or list head, as far as they belong to it; of a ``bare`` label, the next one."""
    position = sentence.clause + 1
    given = 0
    head = reading.clauses[sentence.clause]
    while position < len(reading.clauses) and given < _MAX_ITEMS:
        clause = reading.clauses[position]
        under_heading = any(start == head.start for start, _ in clause.headings)
        under_head = any(start == head.start for start, _ in clause.heads)
        follows = given == 0 and (_is_list(clause) or bare)
        runs_on = given > 0 and _ends_in_semicolon(reading.text, clause.start)
        if clause.kind is BlockKind.HEADING or not (under_heading or under_head or follows or runs_on):
            return
        if _says_something(reading.text[clause.start : clause.end]):
            numbers = reading.by_clause.get(position)
            if numbers:
                yield LabelHit(clause.start, clause.end, numbers[0], label)
                given += 1
        position += 1


def _ends_in_semicolon(text: str, end: int) -> bool:
    return text[max(0, end - 20) : end].rstrip().endswith(";")


def _is_list(clause: Clause) -> bool:
    return clause.kind in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW}


def _says_something(value: str) -> bool:
    """Whether ``value`` holds a word outside blanks, placeholders and numbering."""
    rest = _PLACEHOLDER.sub(" ", value)
    words = re.findall(r"[^\W\d_]{2,}", rest)
    return bool(words) and not _BLANK.fullmatch(rest)


def _mask_of_span(reading: Reading, hit: LabelHit) -> int:
    mask = 0
    tokens = reading.tokens
    for sentence in reading.sentences[hit.sentence :]:
        if sentence.start >= hit.end:
            break
        for concept, spans in sentence.hits.items():
            if any(hit.start <= tokens.starts[first] < hit.end for first, _ in spans):
                mask |= 1 << concept
    return mask
