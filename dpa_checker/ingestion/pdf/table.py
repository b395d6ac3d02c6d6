"""Ruled tables of a PDF page: cells from the printed rules, text from the characters within them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dpa_checker.ingestion.pdf.line import PageText, PdfLine
from dpa_checker.ingestion.pdf.reading_order import flatten, order_page
from dpa_checker.ingestion.pdf.row import Row

_SNAP = 3.0
_JOIN = 3.0
_CROSS = 3.0
_MOST_EDGES = 3000
_LEAST_LEVELS = 3
_HIGHER = 1.5

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

    edges: list[Any] = [_edge(rule) for rule in (*rules, *_close_ends(rules))]
    merged = merge_edges(edges, _SNAP, _SNAP, _JOIN, _JOIN)
    intersections = edges_to_intersections(merged, _CROSS, _CROSS)
    cells = intersections_to_cells(intersections)
    return [list(group) for group in cells_to_tables(cells) if len(group) > 1]


def _close_ends(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the level rules that a table lacks where a page break cuts a row: the upright ones end all the same."""
    upright = [rule for rule in rules if rule.upright]
    level = [rule for rule in rules if not rule.upright]
    for at_end in (True, False):
        open_ends: dict[int, list[Rule]] = defaultdict(list)
        for rule in upright:
            open_ends[round((rule.end if at_end else rule.start) / _SNAP)].append(rule)
        for group in open_ends.values():
            closing = _closing_rule(group, level, at_end=at_end)
            if closing is not None:
                yield closing


def _closing_rule(upright: Sequence[Rule], level: Sequence[Rule], *, at_end: bool) -> Rule | None:
    """Return the rule across the open ends of ``upright``, which has to make a row no higher than is usual."""
    left, right = min(rule.place for rule in upright), max(rule.place for rule in upright)
    place = max(rule.end for rule in upright) if at_end else min(rule.start for rule in upright)
    if right - left < _SNAP or any(
        abs(rule.place - place) <= _CROSS and rule.start < right - _CROSS and rule.end > left + _CROSS for rule in level
    ):
        return None
    places = _full_levels(level, left, right)
    inner = [one for one in places if (one < place if at_end else one > place)]
    if len(inner) < _LEAST_LEVELS:
        return None
    nearest = inner[-1] if at_end else inner[0]
    heights = [below - above for above, below in itertools.pairwise(inner)]
    meets = all((rule.start if at_end else -rule.end) <= (nearest if at_end else -nearest) + _CROSS for rule in upright)
    if not meets or abs(place - nearest) > _HIGHER * max(heights):
        return None
    return Rule(False, place, left, right)


def _full_levels(level: Sequence[Rule], left: float, right: float) -> list[float]:
    """Return the heights, from top to bottom, where level rules reach from ``left`` to ``right``."""
    reach: dict[int, tuple[float, float, float]] = {}
    for rule in level:
        place, start, end = reach.get(round(rule.place / _SNAP), (rule.place, rule.start, rule.end))
        reach[round(rule.place / _SNAP)] = (place, min(start, rule.start), max(end, rule.end))
    return sorted(place for place, start, end in reach.values() if start <= left + _CROSS and end >= right - _CROSS)


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
    for cells in sorted(grids, key=_area):
        box = _box(cells)
        inside = [line for line in remaining if _touches(line, box)]
        filled, outside = _fill(cells, inside, text)
        nested = [table for table in tables if _holder(table.box, cells) is not None]
        rows = _rows(cells, filled, nested)
        if not rows:
            continue
        tables = [table for table in tables if table not in nested] + [PdfTable(box, rows)]
        taken = {id(line) for line in inside}
        remaining = [line for line in remaining if id(line) not in taken] + outside
    return tables, remaining


def _box(cells: Sequence[Rectangle]) -> Rectangle:
    """Return the box around cells."""
    return (
        min(cell[0] for cell in cells),
        min(cell[1] for cell in cells),
        max(cell[2] for cell in cells),
        max(cell[3] for cell in cells),
    )


def _area(cells: Sequence[Rectangle]) -> float:
    """Return the area of the box around cells; a table within a cell of another has less."""
    x0, y0, x1, y1 = _box(cells)
    return (x1 - x0) * (y1 - y0)


def _holder(box: Rectangle, cells: Sequence[Rectangle]) -> Rectangle | None:
    """Return the cell that a box lies in, if any."""
    x0, y0, x1, y1 = box
    return next(
        (
            cell
            for cell in cells
            if cell[0] - _CROSS <= x0 and cell[1] - _CROSS <= y0 and x1 <= cell[2] + _CROSS and y1 <= cell[3] + _CROSS
        ),
        None,
    )


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
        if whole is None and not line.length:
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
    for index in range(line.first, line.first + line.length):
        box = text.character(index) if not text.text[index].isspace() else None
        if box is None:
            continue
        middle = (box[0] + box[2]) / 2
        cell = next((cell for cell in cells if cell[0] <= middle <= cell[2]), None)
        if begun and cell != current:
            _add_piece(pieces, current, text.piece(start, index))
            start = index
        current, begun = cell, True
    _add_piece(pieces, current, text.piece(start, line.first + line.length))
    return pieces


def _add_piece(pieces: list[tuple[Rectangle | None, PdfLine]], cell: Rectangle | None, piece: PdfLine | None) -> None:
    """Add a piece of a line when there is something in it."""
    if piece is not None:
        pieces.append((cell, piece))


def _rows(
    cells: Sequence[Rectangle], filled: dict[Rectangle, list[PdfLine]], nested: Sequence[PdfTable]
) -> tuple[Row, ...]:
    """Return the rows of a table; none when its text stands in a single column."""
    tops: list[float] = []
    for top in sorted(cell[1] for cell in cells):
        if not tops or top - tops[-1] > _SNAP:
            tops.append(top)
    rows: list[Row] = []
    for top in tops:
        row = sorted((cell for cell in cells if abs(cell[1] - top) <= _SNAP), key=lambda cell: cell[0])
        contents = tuple(
            _read_cell(filled[cell], [table for table in nested if _holder(table.box, cells) == cell]) for cell in row
        )
        if any(contents):
            rows.append(contents)
    if not any(sum(1 for cell in row if cell) > 1 for row in rows):
        return ()
    return _without_empty_columns(rows)


def _read_cell(lines: Sequence[PdfLine], nested: Sequence[PdfTable]) -> tuple[PdfLine, ...]:
    """Return what stands in a cell in reading order, the cells of tables within it one after the other."""
    return tuple(flatten(order_page(lines, nested)))


def _without_empty_columns(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows without the columns that are empty throughout, as narrow spacers are."""
    if len({len(row) for row in rows}) > 1:
        return tuple(tuple(cell for cell in row if cell) if len(row) > 2 else row for row in rows)
    kept = [number for number in range(len(rows[0])) if any(row[number] for row in rows)]
    return tuple(tuple(row[number] for number in kept) for row in rows)
