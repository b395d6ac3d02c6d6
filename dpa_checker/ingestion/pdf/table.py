"""Ruled tables of a PDF page: cells from the printed rules, text from the characters within them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dpa_checker.ingestion.pdf.line import PageText, PdfLine
from dpa_checker.ingestion.pdf.reading_order import Row, group_rows

_SNAP = 3.0
_JOIN = 3.0
_CROSS = 3.0
_MOST_EDGES = 3000

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed rule: at ``place`` (x of an upright one, y of a level one), from ``start`` to ``end``."""

    upright: bool
    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A ruled table: its box, and its rows of cells, each with the lines that stand in it."""

    box: Rectangle
    rows: tuple[Row, ...]


def find_grids(rules: Sequence[Rule]) -> list[list[Rectangle]]:
    """Return the cells of each table that ``rules`` make up, by the algorithm of pdfplumber."""
    if not rules or len(rules) > _MOST_EDGES:
        return []
    # Imported when the first table turns up: it takes longer than reading a short contract.
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges: list[Any] = [_edge(rule) for rule in rules]
    merged = merge_edges(edges, _SNAP, _SNAP, _JOIN, _JOIN)
    intersections = edges_to_intersections(merged, _CROSS, _CROSS)
    cells = intersections_to_cells(intersections)
    return [list(group) for group in cells_to_tables(cells) if len(group) > 1]


def _edge(rule: Rule) -> dict[str, Any]:
    """Return a rule in the form that pdfplumber gives its edges."""
    if rule.upright:
        x0, x1, top, bottom = rule.place, rule.place, rule.start, rule.end
    else:
        x0, x1, top, bottom = rule.start, rule.end, rule.place, rule.place
    return {
        "object_type": "line",
        "orientation": "v" if rule.upright else "h",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def build_tables(
    grids: Iterable[Sequence[Rectangle]], lines: Sequence[PdfLine], text: PageText
) -> tuple[list[PdfTable], list[PdfLine]]:
    """Return the tables of a page, and the lines that stand in none.

    A grid with one column of text is a frame around text, not a table.
    """
    remaining = list(lines)
    tables: list[PdfTable] = []
    for cells in grids:
        box = (
            min(cell[0] for cell in cells),
            min(cell[1] for cell in cells),
            max(cell[2] for cell in cells),
            max(cell[3] for cell in cells),
        )
        inside = [line for line in remaining if _touches(line, box)]
        filled, outside = _fill(cells, inside, text)
        rows = _rows(cells, filled)
        if not rows:
            continue
        tables.append(PdfTable(box, rows))
        taken = {id(line) for line in inside}
        remaining = [line for line in remaining if id(line) not in taken] + outside
    return tables, remaining


def _touches(line: PdfLine, box: Rectangle) -> bool:
    """Tell whether the middle of a line is within a box and the two share some width."""
    middle = (line.y0 + line.y1) / 2
    return box[1] <= middle <= box[3] and line.x1 > box[0] and line.x0 < box[2]


def _fill(
    cells: Sequence[Rectangle], lines: Sequence[PdfLine], text: PageText
) -> tuple[dict[Rectangle, list[PdfLine]], list[PdfLine]]:
    """Return the pieces of ``lines`` by cell, and the pieces that lie outside all cells."""
    filled: dict[Rectangle, list[PdfLine]] = {cell: [] for cell in cells}
    outside: list[PdfLine] = []
    for line in lines:
        middle = (line.y0 + line.y1) / 2
        near = [cell for cell in cells if cell[1] <= middle <= cell[3] and line.x1 > cell[0] and line.x0 < cell[2]]
        whole = next((cell for cell in near if cell[0] - 2 <= line.x0 and line.x1 <= cell[2] + 2), None)
        if whole is None and not line.count:
            whole = near[0] if near else None
            pieces: list[tuple[Rectangle | None, PdfLine]] = [(whole, line)]
        else:
            pieces = [(whole, line)] if whole is not None else _cut_at_cells(line, near, text)
        for cell, piece in pieces:
            if cell is None:
                outside.append(piece)
            else:
                filled[cell].append(piece)
    return filled, outside


def _cut_at_cells(line: PdfLine, cells: Sequence[Rectangle], text: PageText) -> list[tuple[Rectangle | None, PdfLine]]:
    """Return a line that crosses rules as one piece for each cell."""
    pieces: list[tuple[Rectangle | None, PdfLine]] = []
    start, current, begun = line.first, None, False
    for index in range(line.first, line.first + line.count):
        box = text.character(index) if not text.text[index].isspace() else None
        if box is None:
            continue
        middle = (box[0] + box[2]) / 2
        cell = next((cell for cell in cells if cell[0] <= middle <= cell[2]), None)
        if begun and cell != current:
            _add_piece(pieces, current, text.piece(start, index))
            start = index
        current, begun = cell, True
    _add_piece(pieces, current, text.piece(start, line.first + line.count))
    return pieces


def _add_piece(pieces: list[tuple[Rectangle | None, PdfLine]], cell: Rectangle | None, piece: PdfLine | None) -> None:
    """Add a piece of a line when there is something in it."""
    if piece is not None:
        pieces.append((cell, piece))


def _rows(cells: Sequence[Rectangle], filled: dict[Rectangle, list[PdfLine]]) -> tuple[Row, ...]:
    """Return the rows of a table; none when its text stands in a single column."""
    tops: list[float] = []
    for top in sorted(cell[1] for cell in cells):
        if not tops or top - tops[-1] > _SNAP:
            tops.append(top)
    rows: list[Row] = []
    for top in tops:
        row = sorted((cell for cell in cells if abs(cell[1] - top) <= _SNAP), key=lambda cell: cell[0])
        contents = tuple(tuple(line for group in group_rows(filled[cell]) for line in group) for cell in row)
        if any(contents):
            rows.append(contents)
    if not any(sum(1 for cell in row if cell) > 1 for row in rows):
        return ()
    return _without_empty_columns(rows)


def _without_empty_columns(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows without the columns that are empty throughout, as narrow spacers are."""
    if len({len(row) for row in rows}) > 1:
        return tuple(tuple(cell for cell in row if cell) if len(row) > 2 else row for row in rows)
    kept = [number for number in range(len(rows[0])) if any(row[number] for row in rows)]
    return tuple(tuple(row[number] for number in kept) for row in rows)
