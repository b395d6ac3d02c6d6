"""From the lines of all pages to one text: reading order, running heads dropped, paragraphs rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dpa_checker.ingestion.layout.passage import Passage
from dpa_checker.ingestion.pdf.aside import place_asides, place_remarks
from dpa_checker.ingestion.pdf.continuation import HeldRow, hold_row
from dpa_checker.ingestion.pdf.hyphen import Hyphenation
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.margins import drop_margins
from dpa_checker.ingestion.pdf.numbering import drop_line_numbers
from dpa_checker.ingestion.pdf.outline import Outline
from dpa_checker.ingestion.pdf.page import PdfPage
from dpa_checker.ingestion.pdf.paragraph import (
    Column,
    Labels,
    Measure,
    Paragraph,
    continues_across,
    measure_body,
    measure_column,
    split_notes,
    starts_paragraph,
)
from dpa_checker.ingestion.pdf.reading_order import order_page
from dpa_checker.ingestion.pdf.row import Row, Stretch
from dpa_checker.ingestion.pdf.turn import turn_back
from dpa_checker.ingestion.pdf.unruled import read_rows
from dpa_checker.ingestion.pdf.writer import Writer
from dpa_checker.model import Anchor, Comment, Unread

_LONG_CELL = 400


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF with its passages and anchors; ``page_starts`` has one offset a page."""

    text: str
    passages: tuple[Passage, ...]
    anchors: tuple[Anchor, ...]
    page_starts: tuple[int, ...]
    unread: tuple[Unread, ...] = ()
    comments: tuple[Comment, ...] = ()


def build_text(pages: Sequence[PdfPage], outline: Outline) -> PdfText:
    """Return the text of ``pages`` in reading order; lines named in ``outline`` are headings."""
    asides = [(page.number, aside) for page in pages for aside in page.asides]
    pages = drop_margins([drop_line_numbers(page) for page in pages])
    lines = [line for page in pages for line in page.lines]
    body = measure_body(lines)
    writer = Writer(Hyphenation([line.text for line in lines]), body, outline)
    assembly = _Assembly(writer, body, outline)
    for page in pages:
        assembly.add_page(page)
    assembly.close()
    starts = _page_starts(writer.anchors, len(pages), len(writer.text()))
    set_aside = place_asides(asides, writer.anchors, starts)
    comments = place_remarks([(page.number, remark) for page in pages for remark in page.remarks], writer.anchors)
    return PdfText(
        writer.text(),
        tuple(writer.passages),
        turn_back(writer.anchors, pages),
        starts,
        (*set_aside, *writer.unread),
        comments,
    )


def _page_starts(anchors: Sequence[Anchor], count: int, length: int) -> tuple[int, ...]:
    """Return the offset of the first text of each page; a page without text begins where the next does."""
    starts = [length] * (count + 1)
    for anchor in reversed(anchors):
        if anchor.page is not None:
            starts[anchor.page - 1] = anchor.start
    for number in range(count - 1, -1, -1):
        starts[number] = min(starts[number], starts[number + 1])
    return tuple(starts[:count])


class _Assembly:
    """Goes through the pages and hands finished paragraphs and rows to the writer."""

    def __init__(self, writer: Writer, body: Measure, outline: Outline) -> None:
        self._writer = writer
        self._outline = outline
        self._body = body
        self._labels = Labels()
        self._open: Paragraph | None = None
        self._column = Column(0.0, 1.0, 0.0)
        self._notes: list[Paragraph] = []
        self._table: _TableSoFar | None = None
        self._row: HeldRow | None = None
        self._fresh = True

    def add_page(self, page: PdfPage) -> None:
        """Add the text of a page."""
        by_height = sorted(page.lines, key=lambda line: line.y0 + line.y1)
        _, notes = split_notes(by_height, self._body, page.frame.height)
        below = {id(line) for note in notes for line in note}
        stretches = order_page([line for line in page.lines if id(line) not in below], page.tables)
        stretches = self._find_last_rows(stretches)
        right = max((line.x1 for stretch in stretches for line in stretch.lines), default=0.0)
        if not notes and stretches and stretches[-1].lines:
            kept, notes = split_notes(stretches[-1].lines, self._body, page.frame.height)
            stretches[-1] = Stretch(lines=tuple(kept))
        self._fresh = True
        for stretch in stretches:
            if stretch.rows:
                self._add_rows(stretch, page.number)
            elif stretch.lines:
                self._add_lines(stretch.lines, page.number, right)
        for note in notes:
            self._notes.append(Paragraph([(line, page.number) for line in note], note=True))

    def _find_last_rows(self, stretches: list[Stretch]) -> list[Stretch]:
        """Return the stretches of a page, a row or two at its top that belong to the table before put in cells."""
        lines = stretches[0].lines if stretches else ()
        count = self._row.count_beside(lines) if self._row is not None and lines else 0
        if not count:
            return stretches
        rest = [Stretch(lines=lines[count:])] if count < len(lines) else []
        return [*read_rows(lines[:count]), *rest, *stretches[1:]]

    def close(self) -> None:
        """Hand over the open row or paragraph and the footnotes that waited for its end."""
        if self._row is not None:
            self._writer.add_row(self._row.cells, self._row.page, self._row.table)
            self._row = None
        if self._open is not None:
            self._writer.add_paragraph(self._open)
            self._open = None
        for note in self._notes:
            self._writer.add_paragraph(note)
        self._notes = []

    def _add_lines(self, lines: Sequence[PdfLine], page: int, page_right: float) -> None:
        """Add a stretch of lines; its first line may go on with the paragraph that is open."""
        if self._row is not None and self._fresh:
            lines = lines[self._row.take(lines, page) :]
            if not lines:
                return
        column = measure_column(lines, page_right)
        self._table = None
        for number, line in enumerate(lines):
            if self._open is None:
                starts = True
            elif number == 0:
                starts = not continues_across(self._open.lines[-1][0], line, self._column, self._labels)
            else:
                starts = starts_paragraph(self._open.lines[-1][0], line, column, self._labels, self._open)
            starts = starts or self._parts_heading(line, page)
            self._place(line, page, starts, _is_spaced(lines, number, column))
        self._column = column
        self._fresh = False

    def _parts_heading(self, line: PdfLine, page: int) -> bool:
        """Tell whether ``line`` is a heading named in the outline, or stands below one."""
        if self._outline.level(page, line.text) is not None:
            return True
        above = self._open.lines if self._open is not None else ()
        return len(above) == 1 and self._outline.level(above[0][1], above[0][0].text) is not None

    def _place(self, line: PdfLine, page: int, starts: bool, spaced: bool) -> None:
        """Put a line into the open paragraph or a new one."""
        if starts or self._open is None:
            self.close()
            self._open = Paragraph([], spaced=spaced)
            self._labels.remember(line.text)
        self._open.lines.append((line, page))

    def _add_rows(self, stretch: Stretch, page: int) -> None:
        """Add the rows of a table; one that goes on over a page break keeps its header and the row it was cut in."""
        rows = list(stretch.rows)
        edges = _edges(rows)
        if self._table is not None and self._fresh and _alike(self._table.edges, edges):
            rows = self._go_on(rows, self._table.header, page)
            self._table = replace(self._table, edges=edges)
        else:
            self._table = _TableSoFar(self._writer.new_table(), edges, _words(rows[0]))
        self._fresh = False
        if rows:
            self.close()
            self._write_rows(rows, page, self._table.number)

    def _go_on(self, rows: list[Row], header: list[str], page: int) -> list[Row]:
        """Return the rows of a table that goes on from the page before, less its header and the rest of a row."""
        if len(rows) > 1 and _words(rows[0]) == header:
            rows = rows[1:]
        if self._row is None or not self._row.goes_on(rows[0]):
            return rows
        self._row.add([_cell_paragraphs(cell, page) for cell in rows[0]])
        return rows[1:]

    def _write_rows(self, rows: Sequence[Row], page: int, table: int) -> None:
        """Write the rows of a table, but hold the last one; one that only arranges text gives paragraphs."""
        cells = [[_cell_paragraphs(cell, page) for cell in row] for row in rows]
        layout = _is_layout(cells)
        for row in cells:
            if layout or len(row) == 1:
                for paragraph in itertools.chain.from_iterable(row):
                    self._writer.add_paragraph(paragraph)
            elif row is cells[-1]:
                self._row = hold_row(rows, row, page, table)
            elif any(row):
                self._writer.add_row(row, page, table)


@dataclass(frozen=True, slots=True)
class _TableSoFar:
    """The table that was read last: its number, the left edges of its columns, the words of its first row."""

    number: int
    edges: tuple[float, ...]
    header: list[str]


def _words(row: Row) -> list[str]:
    """Return the words of each cell of a row."""
    return [" ".join(line.text for line in cell) for cell in row]


def _is_spaced(lines: Sequence[PdfLine], number: int, column: Column) -> bool:
    """Tell whether white space parts a line from the one above."""
    if number == 0:
        return True
    pitch = lines[number].y0 - lines[number - 1].y0
    return pitch > 1.2 * (column.pitch or lines[number].size)


def _edges(rows: Sequence[Row]) -> tuple[float, ...]:
    """Return the left edges of the columns of the fullest row."""
    fullest = max(rows, key=lambda row: sum(1 for cell in row if cell))
    return tuple(min(line.x0 for line in cell) if cell else -1.0 for cell in fullest)


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two tables have the same columns."""
    return len(one) == len(other) and all(
        abs(left - right) < 20 or left < 0 or right < 0 for left, right in zip(one, other, strict=True)
    )


def _cell_paragraphs(cell: Sequence[PdfLine], page: int) -> list[Paragraph]:
    """Return the paragraphs within a table cell; those of a table within it are parted cell by cell."""
    return [paragraph for lines in _inner_cells(cell) for paragraph in _lines_paragraphs(lines, page)]


def _inner_cells(cell: Sequence[PdfLine]) -> list[list[PdfLine]]:
    """Return runs of lines one below the other; lines beside each other stand in cells of their own."""
    runs: list[list[PdfLine]] = []
    for line in cell:
        if runs and line.x0 < runs[-1][-1].x1 and line.x1 > runs[-1][-1].x0:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _lines_paragraphs(lines: Sequence[PdfLine], page: int) -> list[Paragraph]:
    """Return the paragraphs that lines below each other make up."""
    column = measure_column(lines, 0.0)
    labels = Labels()
    paragraphs = [Paragraph([(lines[0], page)])]
    labels.remember(lines[0].text)
    for above, line in itertools.pairwise(lines):
        if starts_paragraph(above, line, column, labels, paragraphs[-1]):
            paragraphs.append(Paragraph([]))
            labels.remember(line.text)
        paragraphs[-1].lines.append((line, page))
    return paragraphs


def _is_layout(rows: Sequence[Sequence[Sequence[Paragraph]]]) -> bool:
    """Tell whether a table only arranges running text: in most rows two cells or more hold long text."""
    long = 0
    for row in rows:
        lengths = [sum(len(line.text) for paragraph in cell for line, _ in paragraph.lines) for cell in row]
        crowded = [length for cell, length in zip(row, lengths, strict=True) if length > _LONG_CELL and len(cell) > 1]
        long += 1 if len(crowded) >= 2 else 0
    return 2 * long > len(rows)
