"""Clauses with their place: headings above, list heads, path and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dpa_checker.model import Block, BlockKind, Clause, Document
from dpa_checker.segments.annexes import Annexes
from dpa_checker.segments.places import Place, numbers_clause
from dpa_checker.segments.sentences import SentenceSplitter

_ROW_LABEL = re.compile(r"\s*(?P<label>§\s?\d{1,3}|\d{1,3}(?:\.\d{1,3})+\.?|\d{1,3}[.)]|\(?(?:[a-z]|[ivx]{1,5})\))\s*$")
_LIST_HEAD = re.compile(r"[:：—–-][*_\s\"]*$")
_MAX_HEADINGS = 6
_HEAD_LEVEL = 0


def build_clauses(
    document: Document, *, abbreviations: Iterable[str] = (), annex_words: Iterable[str] = ()
) -> tuple[Clause, ...]:
    """Return the clauses of ``document`` in reading order.

    ``abbreviations`` (small letters; see :mod:`dpa_checker.segments.sentences`) end no sentence; ``annex_words``
    open a new numbering.
    """
    splitter = SentenceSplitter(document.text, frozenset(abbreviations))
    builder = _Builder(document.text, splitter, Annexes(document, tuple(annex_words)))
    for block in document.blocks:
        builder.add(block)
    return tuple(builder.clauses)


@dataclass(slots=True)
class _Builder:
    text: str
    splitter: SentenceSplitter
    annexes: Annexes
    clauses: list[Clause] = field(default_factory=list)
    headings: list[tuple[int, Block]] = field(default_factory=list)
    heads: list[tuple[int, Block]] = field(default_factory=list)
    place: Place = field(default_factory=Place)

    def add(self, block: Block) -> None:
        text = self.text[block.start : block.end]
        if not text.strip():
            return
        if block.kind is BlockKind.HEADING:
            self._open_heading(block, text)
        elif block.kind is BlockKind.LIST_ITEM:
            self._add_item(block, text)
        else:
            self._add_text(block, text)

    def _open_heading(self, block: Block, text: str) -> None:
        label = block.label or ""
        self._turn(self.annexes.name_at(block), label)
        level = block.level or (label.count(".") + 1 if label[:1].isdigit() else 1)
        self.headings = [entry for entry in self.headings if entry[0] < level][-_MAX_HEADINGS:]
        self.heads = []
        if not self.annexes.name_at(block):
            self.place.open_heading("" if self.annexes.is_title(block) else label, text, block.level)
        self._emit(block, self.place.here())
        self.headings.append((level, block))

    def _turn(self, annex: str, label: str) -> None:
        """Enter an annex, or leave one where the count of the body goes on."""
        if annex:
            self.annexes.enter()
            self.place.enter_annex(annex)
            self.headings.clear()
        elif label and self.annexes.leads_back(label, within=bool(self.place.annex)):
            self.place.enter_annex("")
            self.headings.clear()

    def _add_item(self, block: Block, text: str) -> None:
        level = block.level or 1
        while self.heads and self.heads[-1][0] >= level:
            self.heads.pop()
        self._emit(block, self.place.add_item(block.label or "", level), heads=self.heads)
        if _LIST_HEAD.search(text):
            self.heads.append((level, block))

    def _add_text(self, block: Block, text: str) -> None:
        if block.kind is not BlockKind.PARAGRAPH:
            self._emit(block, self.place.add_row(self._row_label(block), within=bool(self.heads)))
            return
        self.heads = [(_HEAD_LEVEL, block)] if _LIST_HEAD.search(text) else []
        if not block.label or self.annexes.is_reference(block.label):
            self._emit(block, self.place.add_text())
        elif numbers_clause(block.label):
            self._turn("", block.label)
            self.place.open_heading(block.label, "", block.level)
            self._emit(block, self.place.add_text())
        else:
            self._emit(block, self.place.add_item(block.label, block.level or 1))

    def _row_label(self, block: Block) -> str:
        """Return the number that is all the first cell of a row holds."""
        match = _ROW_LABEL.match(self.text[slice(*block.cells[0])]) if block.cells else None
        return match["label"] if match is not None else ""

    def _emit(self, block: Block, path: str, *, heads: Sequence[tuple[int, Block]] = ()) -> None:
        sentences: tuple[tuple[int, int], ...] = ((block.start, block.end),)
        if block.kind not in {BlockKind.HEADING, BlockKind.TABLE_ROW}:
            sentences = self.splitter.split(block.start, block.end, self._label_length(block))
        self.clauses.append(
            Clause(
                start=block.start,
                end=block.end,
                path=path,
                kind=block.kind,
                page=block.page,
                sentences=sentences,
                headings=tuple((heading.start, heading.end) for _, heading in self.headings),
                heads=tuple((head.start, head.end) for _, head in heads),
                cells=block.cells,
                header_cells=block.header_cells,
            )
        )

    def _label_length(self, block: Block) -> int:
        """Return how many characters the number takes at the start of a block, with the stop after it."""
        label = block.label or ""
        if not label or not self.text.startswith(label, block.start):
            return 0
        return len(label) + self.text.startswith(".", block.start + len(label))
