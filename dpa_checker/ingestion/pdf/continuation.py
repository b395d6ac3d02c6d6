"""The last row of a table at the foot of a PDF page, held until the next page tells whether it goes on there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.paragraph import Column, Labels, Paragraph, is_full, measure_column, starts_paragraph
from dpa_checker.ingestion.pdf.row import Row, same_row

_CLOSED = re.compile(r"[.;:!?…][\s\"'»”’)\]]*$")
_CUT = re.compile(r"\w[-\u2010\u00ad\ufffe]$")
_OUTSIDE = 6.0
_APART = 1.5


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row that is not written yet: the paragraphs of its cells, its page, its table and the table's columns."""

    cells: list[list[Paragraph]]
    page: int
    table: int
    columns: tuple[Column | None, ...]

    def goes_on(self, row: Row) -> bool:
        """Tell whether ``row``, the first one on the next page, is the rest of this one."""
        return len(row) == len(self.cells) and any(
            bool(cell) and self._runs_on(number, cell[0]) for number, cell in enumerate(row)
        )

    def count_beside(self, lines: Sequence[PdfLine]) -> int:
        """Return how many of ``lines``, the first ones on the next page, stand in rows of the table; 0 for none."""
        count, beside = 0, False
        for number, line in enumerate(lines):
            if not any(column is not None and _is_within(line, column) for column in self.columns):
                break
            above = lines[number - 1] if number else None
            if above is not None and line.y0 - above.y1 > _APART * line.size:
                break
            beside = beside or (above is not None and same_row(above, line))
            count += 1
        return count if beside else 0

    def add(self, row: Sequence[Sequence[Paragraph]]) -> None:
        """Add the paragraphs of the cells of the rest."""
        for number, paragraphs in enumerate(row):
            self._add_cell(number, paragraphs)

    def take(self, lines: Sequence[PdfLine], page: int) -> int:
        """Add the lines at the top of the next ``page`` that go on with one cell; return how many they are."""
        number = next((number for number in range(len(self.cells)) if self._runs_on(number, lines[0])), None)
        column = self.columns[number] if number is not None else None
        if number is None or column is None:
            return 0
        taken = Paragraph([(lines[0], page)])
        for line in lines[1:]:
            above = taken.lines[-1][0]
            if not _is_within(line, column) or starts_paragraph(above, line, column, Labels(), taken):
                break
            taken.lines.append((line, page))
        self._add_cell(number, [taken])
        return len(taken.lines)

    def _add_cell(self, number: int, paragraphs: Sequence[Paragraph]) -> None:
        """Add paragraphs to a cell, the first one to its last where that goes on."""
        if not paragraphs:
            return
        joins = self._runs_on(number, paragraphs[0].lines[0][0])
        if joins:
            self.cells[number][-1].lines.extend(paragraphs[0].lines)
        self.cells[number].extend(paragraphs[1:] if joins else paragraphs)

    def _runs_on(self, number: int, line: PdfLine) -> bool:
        """Tell whether ``line`` goes on with the sentence at the end of a cell."""
        column, cell = self.columns[number], self.cells[number]
        if column is None or not cell or not _is_within(line, column):
            return False
        above = cell[-1].lines[-1][0]
        if _CLOSED.search(above.text) or not is_full(above, line, column) or detect_label(line.text) is not None:
            return False
        return line.text[0].islower() or line.text[0] == "(" or _CUT.search(above.text) is not None


def hold_row(rows: Sequence[Row], cells: list[list[Paragraph]], page: int, table: int) -> HeldRow:
    """Return the last of ``rows``, of which ``cells`` are the paragraphs."""
    same = [row for row in rows if len(row) == len(cells)]
    columns = [[line for row in same for line in row[number]] for number in range(len(cells))]
    return HeldRow(cells, page, table, tuple(measure_column(lines, 0.0) if lines else None for lines in columns))


def _is_within(line: PdfLine, column: Column) -> bool:
    """Tell whether a line stands in a column."""
    return line.x0 > column.right - column.width - _OUTSIDE and line.x1 < column.right + _OUTSIDE
