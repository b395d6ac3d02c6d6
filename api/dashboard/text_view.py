"""The text of a contract as it is shown: headings, lists and tables of its blocks, the evidence of findings marked."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dpa_checker.model import ORDINARY, Block, BlockKind, Box, Document, Face, Reading, Report

#: How deep headings and lists are told apart.
_DEEPEST: Final = 4
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage that bears a finding; ``anchor`` is its name on the page, ``boxes`` are its places in a PDF."""

    start: int
    end: int
    mention: str
    against: bool
    anchor: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Letters:
    """Words whose letters are set alike."""

    text: str
    face: Face = ORDINARY


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that bears the same findings throughout; ``anchors`` are those of passages that begin in it.

    ``inserted`` tells that it stands here by a tracked change; ``letters`` are its text as it is set.
    """

    text: str
    mentions: tuple[str, ...] = ()
    against: bool = False
    anchors: tuple[str, ...] = ()
    inserted: bool = False
    letters: tuple[Letters, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    segments: tuple[Segment, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, or a paragraph, which has one cell; ``page`` is set where a page begins with it.

    ``label`` is the number or bullet of an item, which is then not in its cell.
    """

    level: int
    cells: tuple[Cell, ...]
    page: int | None = None
    label: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are shown together: those of a table, the items of a list, else one."""

    kind: str
    rows: tuple[Row, ...]


def list_marks(report: Report) -> tuple[Mark, ...]:
    """Return the passages that stand in the text as it is shown, that with all tracked changes accepted."""
    return tuple(
        Mark(item.start, item.end, finding.mention, item.against, f"e-{finding.mention}-{number}", item.boxes or ())
        for finding in report.findings
        for number, item in enumerate(finding.evidence)
        if item.reading is not Reading.REJECTED and item.start < item.end
    )


def build_text(document: Document, marks: Sequence[Mark]) -> Iterator[Part]:
    """Give the parts of a text in order."""
    writer = _Writer(document, marks)
    for (kind, _), blocks in itertools.groupby(document.blocks, key=_gathered(document.blocks)):
        rows = tuple(writer.row(block) for block in blocks)
        yield Part(str(kind), _indented(rows) if kind is BlockKind.LIST_ITEM else rows)


def _indented(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the items of a list, the outermost of them at its edge."""
    least = min(row.level for row in rows)
    return tuple(replace(row, level=row.level - least + 1) for row in rows)


def _gathered(blocks: Sequence[Block]) -> Callable[[Block], tuple[BlockKind, int]]:
    """Return the key by which blocks in a row are one part: rows of tables and items of lists are, others are not."""
    numbers = {id(block): number for number, block in enumerate(blocks)}
    together = (BlockKind.TABLE_ROW, BlockKind.LIST_ITEM)
    return lambda block: (block.kind, 0 if block.kind in together else numbers[id(block)] + 1)


class _Writer:
    """Makes rows of blocks, one after the other: it knows which page was last, and which anchors are set."""

    def __init__(self, document: Document, marks: Sequence[Mark]) -> None:
        self._text = document.text
        self._marks = marks
        self._inserted = [(one.start, one.end) for one in document.revisions]
        self._emphases = document.emphases
        self._heads = {span for block in document.blocks for span in block.header_cells}
        self._page: int | None = None
        self._depth = 0
        self._named: set[str] = set()

    def row(self, block: Block) -> Row:
        """Return the row of a block."""
        begins = block.page if block.page is not None and block.page != self._page else None
        self._page = block.page or self._page
        if block.kind is BlockKind.TABLE_ROW and block.cells:
            head = any(span in self._heads for span in block.cells)
            return Row(1, tuple(Cell(self._segments(*span), head) for span in block.cells), begins)
        start, end = self._label(block)
        label = self._segments(block.start, start, leading=False)
        return Row(self._level(block), (Cell(self._segments(end, block.end)),), begins, label)

    def _level(self, block: Block) -> int:
        """Return how deep a block stands; no heading is more than a level below the one before."""
        level = max(1, min(block.level or 1, _DEEPEST))
        if block.kind is BlockKind.HEADING:
            level = self._depth = min(level, self._depth + 1)
        return level

    def _label(self, block: Block) -> tuple[int, int]:
        """Return where the label of an item ends, and where its words begin."""
        label = block.label or ""
        end = words = block.start + len(label)
        if block.kind is not BlockKind.LIST_ITEM or self._text[block.start : end] != label:
            return block.start, block.start
        while words < block.end and self._text[words].isspace():
            words += 1
        return (end, words) if words < block.end else (block.start, block.start)

    def _segments(self, start: int, end: int, *, leading: bool = True) -> tuple[Segment, ...]:
        """Return the pieces of a span; marks are led to where they begin, in a ``leading`` one."""
        within = [mark for mark in self._marks if mark.start < end and mark.end > start]
        inserted = [span for span in self._inserted if span[0] < end and span[1] > start]
        return tuple(self._cut(start, end, within, inserted, leading=leading))

    def _cut(
        self, start: int, end: int, within: Sequence[Mark], inserted: Sequence[_Span], *, leading: bool
    ) -> Iterator[Segment]:
        edges = {start, end} if start < end else set()
        edges |= {edge for span in _spans(within, inserted) for edge in span if start < edge < end}
        for left, right in itertools.pairwise(sorted(edges)):
            over = [mark for mark in within if mark.start < right and mark.end > left]
            anchors = tuple(mark.anchor for mark in over if leading and mark.anchor not in self._named)
            self._named.update(anchors)
            mentions = tuple(dict.fromkeys(mark.mention for mark in over))
            against = any(mark.against for mark in over)
            new = any(first < right and last > left for first, last in inserted)
            yield Segment(self._text[left:right], mentions, against, anchors, new, tuple(self._letters(left, right)))

    def _letters(self, start: int, end: int) -> Iterator[Letters]:
        """Yield a span as it is set; emphases are in order and apart."""
        first = bisect_right(self._emphases, start, key=lambda one: one.end)
        for one in itertools.islice(self._emphases, first, None):
            if one.start >= end:
                break
            if start < one.start:
                yield Letters(self._text[start : one.start])
            until = min(one.end, end)
            yield Letters(self._text[max(start, one.start) : until], one.face)
            start = until
        if start < end:
            yield Letters(self._text[start:end])


def _spans(marks: Iterable[Mark], spans: Iterable[_Span]) -> Iterator[_Span]:
    yield from ((mark.start, mark.end) for mark in marks)
    yield from spans
