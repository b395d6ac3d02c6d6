"""Building the flow of a Rich Text file: paragraphs as they end, tables as their cells and rows end."""

from __future__ import annotations

from dataclasses import dataclass, field

from dpa_checker.ingestion.layout.flow import Cell, Item, Paragraph, Piece, Row, Table, has_text
from dpa_checker.ingestion.rtf.numbers import ListNumbers


@dataclass(slots=True)
class RowShape:
    """How the cells of a row are drawn: ``merged`` tells which are covered by the one to their left."""

    header: bool = False
    merged: list[bool] = field(default_factory=list)
    merging: bool = False


@dataclass(slots=True)
class _OpenTable:
    """A table that is being filled."""

    table: Table = field(default_factory=Table)
    cells: list[Cell] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


class FlowBuilder:
    """Fills one stream of text: the body, a note, a text box, a page header."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.pieces: list[Piece] = []
        self.label: str | None = None
        self.stored: str | None = None
        self.lacking = False
        self._numbers = ListNumbers()
        self.later: list[Item] = []
        self._tables: list[_OpenTable] = []

    @property
    def untouched(self) -> bool:
        """Whether the current paragraph holds nothing yet."""
        return not any(piece.text for piece in self.pieces)

    def pass_over(self, number: int, level: int) -> None:
        """Go on with the current paragraph in the next; one without words of its own is missing in its list."""
        label = self.stored or self.label
        if label is not None and self.untouched:
            self._numbers.skip(number, level, label)
            self.label = None
        self.stored, self.lacking = None, False

    def end_paragraph(self, paragraph: Paragraph, depth: int, number: int = 0) -> None:
        """End the current paragraph, which stands in ``depth`` tables; ``paragraph`` says what it is.

        ``number`` is that of its list.  Its number is as stored, less the paragraphs before it that are missing.
        """
        lacking, self.lacking = self.lacking, False
        paragraph.pieces, self.pieces = self.pieces, []
        paragraph.label = self._take_label(number, (paragraph.level or 1) - 1, gone=lacking and paragraph.blank)
        if paragraph.label is None:
            paragraph.level = None
        later, self.later = self.later, []
        target = self._target(depth)
        if not paragraph.blank:
            target.append(paragraph)
        target += later

    def _take_label(self, number: int, level: int, *, gone: bool) -> str | None:
        """Return the number of the current paragraph; one that is ``gone`` or ran on from another is missing."""
        label, stored = self.label, self.stored
        self.label = self.stored = None
        if label is not None and gone:
            self._numbers.skip(number, level, label)
        shown = self._numbers.show(number, level, label) if label is not None and not gone else None
        if stored is not None and stored != label:
            self._numbers.skip(number, level, stored)
        return shown

    def end_cell(self, depth: int) -> None:
        """End a cell of the table at ``depth``."""
        self._target(max(1, depth))
        one = self._tables[-1]
        one.cells.append(Cell(one.items))
        one.items = []

    def end_row(self, depth: int, shape: RowShape) -> None:
        """End a row of the table at ``depth``."""
        self._target(max(1, depth))
        one = self._tables[-1]
        for cell, merged in zip(one.cells, shape.merged, strict=False):
            cell.covered = merged and not has_text(cell.items)
        if one.cells:
            one.table.rows.append(Row(one.cells, shape.header))
        one.cells = []

    def finish(self) -> list[Item]:
        """Return all items; what was left open is closed."""
        if self.pieces or self.later:
            self.end_paragraph(Paragraph(), len(self._tables))
        self._target(0)
        return self.items

    def _target(self, depth: int) -> list[Item]:
        """Return where items go that stand in ``depth`` tables, opening and closing tables as needed."""
        while len(self._tables) > depth:
            done = self._tables.pop()
            if done.items or done.cells:
                done.cells.append(Cell(done.items))
                done.table.rows.append(Row(done.cells))
            target = self._tables[-1].items if self._tables else self.items
            if done.table.rows:
                target.append(done.table)
        while len(self._tables) < depth:
            self._tables.append(_OpenTable())
        return self._tables[-1].items if self._tables else self.items
