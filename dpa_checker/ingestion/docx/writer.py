"""From the items of a DOCX to one text with passages, revisions and what was set aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dpa_checker.ingestion.docx.items import Cell, Foreign, Item, Table, TableRow, Text
from dpa_checker.ingestion.docx.pieces import (
    Piece,
    Pieces,
    excerpts,
    join_pieces,
    set_aside,
    shown_text,
    strip_pieces,
)
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.layout.options import find_unselected, find_unselected_cells
from dpa_checker.ingestion.layout.passage import Passage, clamp
from dpa_checker.ingestion.layout.role import CellSketch, arranges_text, judge_kind
from dpa_checker.model import ORDINARY, BlockKind, Emphasis, Face, Revision, RevisionKind, Unread, UnreadReason

_BETWEEN_BLOCKS: Final = "\n\n"
_BETWEEN_CELLS: Final = " | "
_POINTS_A_CHARACTER: Final = 5.0
_DETAILS: Final = {
    UnreadReason.HIDDEN: "Text that is not shown stands here in the Word file; it does not count as said.",
    UnreadReason.STRUCK_THROUGH: "Text that is struck through stands here; it does not count as said.",
    UnreadReason.UNSELECTED_OPTION: "An option whose box is not ticked stands here; it does not count as said.",
}
_FOREIGN: Final = "{name}: a part in another format is set in here; it was not examined."


@dataclass(frozen=True, slots=True)
class _Ending:
    """The last paragraph written: whether its last words hang on a change, and the change its end hangs on."""

    place: int
    changed: bool
    ending: Change | None


class Writer:
    """Collects the text and its passages; offsets are in code points of the text."""

    def __init__(self, kind: RevisionKind) -> None:
        self._kind = kind
        self._parts: list[str] = []
        self._length = 0
        self._tables = 0
        self._last: _Ending | None = None
        self._open: dict[str, int] = {}
        self.passages: list[Passage] = []
        self.unread: list[Unread] = []
        self.revisions: list[Revision] = []
        self.emphases: list[Emphasis] = []
        self.spans: dict[str, tuple[int, int]] = {}

    def text(self) -> str:
        """Return all text written so far."""
        return "".join(self._parts)

    def add(self, item: Item) -> None:
        """Write a paragraph, a table, or that a part was not read."""
        if isinstance(item, Text):
            self._add_text(replace(item, pieces=_chosen(item.pieces)))
        elif isinstance(item, Table):
            self._add_table(item)
        else:
            told = item.unread or Unread(UnreadReason.ATTACHMENT, detail=_FOREIGN.format(name=item.name))
            self.unread.append(replace(told, page=None, start=self._length, end=self._length))

    def _add_text(self, item: Text) -> None:
        """Write a paragraph as one passage."""
        if not item.text:
            self._write(item.pieces)
            return
        label = item.label if item.label is not None and item.text.startswith(item.label) else None
        item = item if label == item.label else replace(item, label=label, level=None)
        start = self._separate(item.pieces)
        self._write(item.pieces)
        outline = item.outline + 1 if item.outline is not None else None
        kind, level = judge_kind(
            item.text, item.label, outline=outline, level=item.level, bold=item.bold, note=item.note
        )
        self.passages.append(
            Passage(
                start,
                self._length,
                item.indent / _POINTS_A_CHARACTER,
                kind=kind,
                level=level,
                heading_like=False if item.contents else True if item.bold else None,
                label=item.label,
            )
        )
        self._last = _Ending(self._length, _edge(item.pieces, -1) is not None, item.ending)

    def _add_table(self, table: Table) -> None:
        """Write the rows of a table, or its paragraphs when it only arranges running text."""
        self._tables += 1
        number = self._tables
        layout = _is_layout(table)
        for row in table.rows:
            if layout or len(row.cells) == 1:
                self._add_cells(row)
            else:
                self._add_row(row, number)

    def _add_cells(self, row: TableRow) -> None:
        """Write the paragraphs of the cells of a row that only arranges text."""
        texts = [_cell_pieces(cell) for cell in row.cells]
        for cell, pieces, spans in zip(row.cells, texts, _unselected(texts), strict=True):
            if spans and spans[0] == (0, len(shown_text(pieces))):
                self._write(set_aside(pieces, spans, UnreadReason.UNSELECTED_OPTION))
                continue
            for item in cell.items:
                self.add(item)

    def _add_row(self, row: TableRow, table: int) -> None:
        """Write a table row as one passage; a cell over several columns is followed by empty ones."""
        for cell in row.cells:
            for part in _foreign(cell.items):
                self.add(part)
        texts = [_cell_pieces(cell) for cell in row.cells]
        texts = [
            strip_pieces(set_aside(pieces, spans, UnreadReason.UNSELECTED_OPTION))
            for pieces, spans in zip(texts, _unselected(texts), strict=True)
        ]
        filled = any(shown_text(pieces) for pieces in texts)
        if filled:
            self._separate(next(pieces for pieces in texts if shown_text(pieces)))
        spans: list[tuple[int, int]] = []
        for number, (cell, pieces) in enumerate(zip(row.cells, texts, strict=True)):
            if number and filled:
                self._write((Piece(_BETWEEN_CELLS),))
            begin = self._length
            self._write(pieces)
            spans.append((begin, self._length))
            spans += [(self._length, self._length)] * (cell.span - 1)
        if not filled:
            return
        told = [span for span in spans if span[0] < span[1]]
        self.passages.append(
            Passage(
                told[0][0],
                told[-1][1],
                kind=BlockKind.TABLE_ROW,
                cells=tuple(clamp(span, told) for span in spans),
                table=table,
                header=True if row.header else None,
            )
        )
        self._last = None

    def _separate(self, coming: Sequence[Piece]) -> int:
        """Write what stands between two blocks and return where the next one begins.

        Where only the end of the paragraph before hangs on a tracked change, that is a revision of its own.
        """
        if self._length:
            last, start = self._last, self._length
            self._parts.append(_BETWEEN_BLOCKS)
            self._length += len(_BETWEEN_BLOCKS)
            alone = last is not None and last.place == start and not last.changed and _edge(coming, 0) is None
            if last is not None and last.ending is not None and alone:
                self._note_change(start, last.ending)
        self._last = None
        return self._length

    def _write(self, pieces: Sequence[Piece]) -> None:
        """Append what counts, and note changes, comments and what is set aside."""
        base = self._length
        going: Change | None = None
        for piece in pieces:
            if piece.mark is not None:
                self._mark(piece.mark.comment, opens=piece.mark.opens)
            elif piece.aside is None and piece.text:
                start = self._length
                self._parts.append(piece.text)
                self._length += len(piece.text)
                if piece.change is not None:
                    self._note_change(start, piece.change, going_on=piece.change == going)
                going = piece.change
                if piece.face != ORDINARY:
                    self._note_face(start, piece.face)
        for place, reason, excerpt in excerpts(pieces):
            at = base + place
            self.unread.append(Unread(reason, start=at, end=at, detail=_DETAILS[reason], excerpt=excerpt))

    def _note_change(self, start: int, change: Change, *, going_on: bool = False) -> None:
        """Note that ``[start, here)`` stands only in this reading, as part of the revision before when it goes on."""
        if going_on and self.revisions and self.revisions[-1].end == start:
            self.revisions[-1] = replace(self.revisions[-1], end=self._length)
        else:
            self.revisions.append(Revision(start, self._length, self._kind, change.author, change.date))

    def _note_face(self, start: int, face: Face) -> None:
        """Note how the letters of ``[start, here)`` are set, as part of the stretch before when it goes on."""
        last = self.emphases[-1] if self.emphases else None
        if last is not None and (last.end, last.face) == (start, face):
            self.emphases[-1] = replace(last, end=self._length)
        else:
            self.emphases.append(Emphasis(start, self._length, face))

    def _mark(self, comment: str, *, opens: bool) -> None:
        """Note where the text that a comment is about begins or ends."""
        if opens:
            self._open.setdefault(comment, self._length)
        elif comment in self._open:
            self.spans[comment] = (self._open.pop(comment), self._length)


def _chosen(pieces: Pieces) -> Pieces:
    """Return the pieces of a paragraph with its unticked options set aside."""
    spans = find_unselected(shown_text(pieces))
    return strip_pieces(set_aside(pieces, spans, UnreadReason.UNSELECTED_OPTION)) if spans else pieces


def _unselected(texts: Sequence[Pieces]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the spans of unticked options in the cells of a row."""
    return find_unselected_cells([shown_text(pieces) for pieces in texts])


def _cell_pieces(cell: Cell) -> Pieces:
    """Return the pieces of a cell, its paragraphs on lines of their own."""
    return join_pieces(_cell_lines(cell), "\n")


def _cell_lines(cell: Cell) -> Iterator[Pieces]:
    """Yield the lines of a cell; the rows of an inner table come one a line."""
    for item in cell.items:
        if isinstance(item, Text):
            yield item.pieces
        elif isinstance(item, Table):
            for row in item.rows:
                texts = [join_pieces(_cell_lines(inner), " ") for inner in row.cells]
                kept = [
                    strip_pieces(set_aside(pieces, spans, UnreadReason.UNSELECTED_OPTION))
                    for pieces, spans in zip(texts, _unselected(texts), strict=True)
                ]
                yield join_pieces(kept, _BETWEEN_CELLS)


def _foreign(items: Sequence[Item]) -> Iterator[Foreign]:
    """Yield the parts in other formats among items."""
    for item in items:
        if isinstance(item, Foreign):
            yield item
        elif isinstance(item, Table):
            for row in item.rows:
                for cell in row.cells:
                    yield from _foreign(cell.items)


def _edge(pieces: Sequence[Piece], end: int) -> Change | None:
    """Return the change that the first (0) or last (-1) shown piece hangs on."""
    shown = [piece for piece in pieces if piece.aside is None and piece.text]
    return shown[end].change if shown else None


def _is_layout(table: Table) -> bool:
    """Tell whether a table only arranges running text."""
    return arranges_text([[_sketch(cell) for cell in row.cells] for row in table.rows])


def _has_text(items: Sequence[Item]) -> bool:
    """Tell whether there is anything to read in the items of a cell."""
    return any(
        bool(item.pieces)
        if isinstance(item, Text)
        else isinstance(item, Foreign) or any(_has_text(cell.items) for row in item.rows for cell in row.cells)
        for item in items
    )


def _sketch(cell: Cell) -> CellSketch:
    texts = (item.text for item in cell.items if isinstance(item, Text))
    inner = (len(item.rows) for item in cell.items if isinstance(item, Table))
    return CellSketch(tuple(len(text) for text in texts if text), tuple(inner), _has_text(cell.items))
