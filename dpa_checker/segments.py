"""Clauses with their place: headings above, list heads, a path such as "Annex 1, 2.3 (b)", and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dpa_checker.model import Block, BlockKind, Clause, Document

_LABEL = re.compile(
    r"""^[\s>*_#|]*(?P<label>
        (?:§\s*)?\d{1,3}(?:[.\-]\d{1,3})*(?:\s?[.)])?(?=\s|\**\s|$)
      | \(?(?:[a-z]|[ivx]{1,5}|[A-Z]|\d{1,2})\)
      | [a-zA-Z][.)](?=\s)
      | [ivx]{1,5}\.(?=\s)
      | [-*•–—·▪◦‣●○](?=\s)
    )""",
    re.VERBOSE,
)
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’»)\]*_]*\s+(?=[\"'“„«(\[*_]*[A-ZÀ-ÖØ-ÞŒ0-9])|;\s+|;\s*$|\n\s*\n|\s*[•▪●]\s+")
_BEFORE_STOP = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.[\"'”’»)\]*_]*$")
_LIST_HEAD = re.compile(r"[:：—–-][*_\s\"]*$")
_MAX_HEADINGS = 6


def build_clauses(
    document: Document, *, abbreviations: Iterable[str] = (), annex_words: Iterable[str] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of ``document`` in reading order.

    ``abbreviations`` (lower case, without the stop) end no sentence; ``annex_words`` open a new numbering.
    """
    builder = _Builder(document.text, frozenset(abbreviations), tuple(word.casefold() for word in annex_words))
    for block in document.blocks:
        builder.add(block)
    return tuple(builder.clauses)


def split_sentences(text: str, start: int, end: int, abbreviations: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return the sentence spans within ``text[start:end]``; a semicolon ends a part as well."""
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _BOUNDARY.finditer(text, start, end):
        if match.start() < begin:
            continue
        if (
            not match.group().lstrip().startswith(";")
            and "\n\n" not in match.group()
            and _is_abbreviation(text[max(begin, match.start() - 24) : match.start()], abbreviations)
        ):
            continue
        closing = len(match.group()) - len(match.group().lstrip("\"'”’»)]*_"))
        stop = match.start() + (1 if match.group().startswith(";") else closing)
        _append(spans, text, begin, stop)
        begin = match.end()
    _append(spans, text, begin, end)
    return tuple(spans)


_ENUMERATOR = re.compile(r"(?<![^\s,;:(])\(?([a-z]|[ivx]{1,4}|\d{1,2})\)(?=\s)")
_FIRST_ENUMERATORS = frozenset({"a", "i", "1"})
_MIN_ITEMS = 2


def _split_items(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split a sentence at its inline list "a) ... b) ..." into the lead and the items."""
    marks = list(_ENUMERATOR.finditer(text, start, end))
    opening = next((index for index, mark in enumerate(marks) if mark.group(1) in _FIRST_ENUMERATORS), None)
    if opening is None or len(marks) - opening < _MIN_ITEMS or marks[opening].start() == start:
        return [(start, end)]
    cuts = [start, *(mark.start() for mark in marks[opening:]), end]
    return [(first, last) for first, last in pairwise(cuts) if text[first:last].strip()]


def _append(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end <= begin:
        return
    for first, last in _split_items(text, begin, end):
        while last > first and text[last - 1].isspace():
            last -= 1
        spans.append((first, last))


def _is_abbreviation(before: str, abbreviations: frozenset[str]) -> bool:
    """Whether the stop at the end of ``before`` belongs to an abbreviation, a number or an initial."""
    match = _BEFORE_STOP.search(before)
    if match is None:
        return False
    word = match.group(1).casefold()
    if word in abbreviations or word.replace(".", "") in abbreviations:
        return True
    at_start = not before[: match.start()].strip(' \n\t*_#("')
    return (word.isdigit() and at_start) or (len(word) == 1 and word.isalpha() and at_start)


@dataclass(slots=True)
class _Builder:
    text: str
    abbreviations: frozenset[str]
    annex_words: tuple[str, ...]
    clauses: list[Clause] = field(default_factory=list)
    headings: list[tuple[int, Block, str]] = field(default_factory=list)
    annex: str = ""
    heads: list[tuple[int, Block, str]] = field(default_factory=list)
    number: str = ""

    def add(self, block: Block) -> None:
        text = self.text[block.start : block.end]
        if not text.strip():
            return
        label = block.label or _label(text)
        if block.kind is BlockKind.HEADING:
            self._open_heading(block, text, label)
            return
        if block.kind is BlockKind.LIST_ITEM:
            self._add_item(block, text, label)
            return
        if block.kind is BlockKind.PARAGRAPH:
            self.heads = [(0, block, label)] if _LIST_HEAD.search(text) else []
            self.number = label or self.number
        self._emit(block, self._path(label), heads=())

    def _open_heading(self, block: Block, text: str, label: str) -> None:
        level = block.level or (label.count(".") + 1 if label and label[0].isdigit() else 1)
        if text.strip(" *#_").casefold().startswith(self.annex_words) and len(text) < 160:
            self.annex = " ".join(text.strip(" *#_").split()[:2]).rstrip(":–—.-,")
            self.headings.clear()
        self.headings = [entry for entry in self.headings if entry[0] < level][-_MAX_HEADINGS:]
        self.heads = []
        self.number = label if label and label[0] not in "-*•–" else ""
        self._emit(block, self._path(label), heads=())
        self.headings.append((level, block, label))

    def _add_item(self, block: Block, text: str, label: str) -> None:
        level = block.level or 1
        while self.heads and self.heads[-1][0] >= level:
            self.heads.pop()
        heads = tuple((head.start, head.end) for _, head, _ in self.heads)
        labels = [entry[2] for entry in self.heads if entry[2] and entry[0] > 0]
        self._emit(block, self._path(" ".join([*labels, label]).strip()), heads=heads)
        if _LIST_HEAD.search(text):
            self.heads.append((level, block, label))

    def _path(self, label: str) -> str:
        own = label if label and label[0] not in "-*•–—·▪◦‣●○" else ""
        parts: list[str] = []
        if (self.number and own and not own.startswith(self.number.rstrip(".)")) and own != self.number) or (
            self.number and not own
        ):
            parts.append(self.number)
        elif not self.number and self.headings and not own:
            parts.append(_title(self.text[self.headings[-1][1].start : self.headings[-1][1].end]))
        if own:
            parts.append(own)
        path = " ".join(part.strip() for part in parts if part.strip())
        return ", ".join(part for part in (self.annex, path) if part)

    def _emit(self, block: Block, path: str, *, heads: Sequence[tuple[int, int]]) -> None:
        sentences: tuple[tuple[int, int], ...] = ((block.start, block.end),)
        if block.kind not in {BlockKind.HEADING, BlockKind.TABLE_ROW}:
            sentences = split_sentences(self.text, block.start, block.end, self.abbreviations)
        self.clauses.append(
            Clause(
                start=block.start,
                end=block.end,
                path=path,
                kind=block.kind,
                page=block.page,
                sentences=sentences,
                headings=tuple((heading.start, heading.end) for _, heading, _ in self.headings),
                heads=tuple(heads),
                cells=block.cells,
                header_cells=block.header_cells,
            )
        )


def _label(text: str) -> str:
    match = _LABEL.match(text)
    return match.group("label").strip() if match else ""


def _title(text: str) -> str:
    words = text.strip(" #*_\n").split()
    return " ".join(words[:8])
