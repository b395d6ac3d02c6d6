"""Reading order: lines of a page put together by rows, columns told from tables, columns read one by one."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from statistics import median
from typing import Protocol

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import FIELD, PdfLine
from dpa_checker.ingestion.pdf.row import Row, Stretch, flow, group_rows, join_pieces
from dpa_checker.ingestion.pdf.unruled import is_table, read_rows

_ADJACENT = 1.8
_LABEL_REACH = 90.0
_FIELD_REACH = 160.0
_LEAST_GUTTER = 8.0
_COLUMN_LINES = 4
_COLUMN_WIDTH = 100.0
_MOST_GUTTERS = 3
_JUSTIFIED = 0.9
_STRETCHED = 5.0
_ROW_GAP = 0.3
_APART = 0.5
_LEAST_APART = 0.15
_ALIGNED = 1.5
_LEAST_STARTS = 3
_MOST_ACROSS = 5


class Table(Protocol):
    """A table found by its rules, with its box on the page."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edges."""
        ...

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows of cells of lines."""
        ...


def order_page(lines: Sequence[PdfLine], tables: Sequence[Table]) -> list[Stretch]:
    """Return the lines and ruled tables of a page in reading order."""
    if not tables:
        return order_lines(lines)
    stand_ins = {f"\ufffc{number}": table for number, table in enumerate(tables)}
    placed = [PdfLine(mark, *table.box, size=0.0) for mark, table in stand_ins.items()]
    stretches: list[Stretch] = []
    for stretch in order_lines([*lines, *placed]):
        stretches += _expand(stretch, stand_ins)
    return stretches


def _expand(stretch: Stretch, stand_ins: Mapping[str, Table]) -> list[Stretch]:
    """Return a stretch with the tables in the places that were kept for them."""
    parts: list[Stretch] = []
    run: list[PdfLine] = []
    lines = stretch.lines or tuple(line for row in stretch.rows for cell in row for line in cell)
    if not any(line.text in stand_ins for line in lines):
        return [stretch]
    for line in lines:
        table = stand_ins.get(line.text)
        if table is None:
            run.append(line)
            continue
        if run:
            parts.append(flow(run))
            run = []
        parts.append(Stretch(rows=table.rows, ruled=True))
    return [*parts, flow(run)] if run else parts


def order_lines(lines: Sequence[PdfLine]) -> list[Stretch]:
    """Return the lines of a page in reading order; lines that run up the margin come last."""
    upright = [line for line in lines if line.upright]
    turned = [line for line in lines if not line.upright]
    if _is_plain(upright):
        stretches = [flow(upright)] if upright else []
    else:
        stretches = _order(_merge_rows(upright), depth=0)
    return [*stretches, flow(turned)] if turned else stretches


def _is_plain(lines: Sequence[PdfLine]) -> bool:
    """Tell whether the lines already run down the page, none beside another."""
    return all(after.y0 >= (line.y0 + line.y1) / 2 for line, after in itertools.pairwise(lines))


def _merge_rows(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines from top to bottom, pieces of one line joined, labels with the text beside them."""
    merged: list[PdfLine] = []
    rows = group_rows(lines)
    starts = _column_starts(rows)
    for row in rows:
        current: PdfLine | None = None
        for line in row:
            if current is not None and _belongs(current, line, starts):
                current = join_pieces(current, line)
            else:
                if current is not None:
                    merged.append(current)
                current = line
        if current is not None:
            merged.append(current)
    return merged


def _column_starts(rows: Sequence[Sequence[PdfLine]]) -> list[float]:
    """Return where columns begin less than a wide space to the right of others: line under line, none across."""
    gaps = [(right, right.x0 - left.x1) for row in rows for left, right in itertools.pairwise(row)]
    wide = [right.x0 for right, gap in gaps if gap > _APART * right.size]
    close = [
        right.x0
        for right, gap in gaps
        if _LEAST_APART * right.size < gap <= _ADJACENT * max(right.size, 6.0)
        and any(abs(right.x0 - x) < _ALIGNED for x in wide)
    ]
    if not close:
        return []
    lines = [line for row in rows for line in row]
    starts: list[float] = []
    for x in sorted(close):
        if starts and x - starts[-1] < _ALIGNED:
            continue
        column = [line for line in lines if abs(line.x0 - x) < _ALIGNED]
        top, bottom = min(line.y0 for line in column), max(line.y1 for line in column)
        across = sum(1 for line in lines if line.x0 < x - 2 < line.x1 and top <= (line.y0 + line.y1) / 2 <= bottom)
        if len(column) >= _LEAST_STARTS and _MOST_ACROSS * across <= len(column):
            starts.append(x)
    return starts


def _belongs(left: PdfLine, right: PdfLine, starts: Sequence[float] = ()) -> bool:
    """Tell whether two pieces of a row are one line: no more than a space apart, or a label and its text.

    ``starts`` are the left edges of columns that stand closer to those before them.
    """
    gap = right.x0 - left.x1
    if right.first == FIELD and left.first != FIELD and gap < _FIELD_REACH:
        return True
    label = detect_label(left.text + " x")
    if label is not None and label.length >= len(left.text) and gap < _LABEL_REACH:
        return True
    narrow = gap <= _ADJACENT * max(min(left.size, right.size), 6.0)
    apart = gap > _LEAST_APART * right.size and any(abs(right.x0 - start) < _ALIGNED for start in starts)
    return narrow and not apart


def _order(lines: list[PdfLine], depth: int) -> list[Stretch]:
    """Return ``lines`` (from top to bottom) in reading order, cut at the widest gutter found."""
    gutter = _find_gutter(lines) if depth < 4 else None
    if gutter is None:
        return [flow(_join_justified(lines))] if lines else []
    stretches: list[Stretch] = []
    above: list[PdfLine] = []
    band: list[PdfLine] = []
    other: list[PdfLine] = []
    for row in group_rows(lines):
        crossing = any(line.x0 < gutter < line.x1 for line in row)
        if other and (crossing or row[0].x0 > gutter or row[-1].x1 < gutter or _is_aligned(row, other)):
            other += row
        elif crossing and len(row) > 1:
            band, begun = _part_begun(band, row)
            stretches += _order_band(band, gutter, depth)
            stretches += [flow(above)] if above else []
            above, band, other = [], [], [*begun, *row]
        elif crossing:
            stretches += _order_band(band, gutter, depth)
            band = []
            above += row
        else:
            stretches += _order(other, depth + 1) if other else [flow(above)] if above else []
            above, other = [], []
            band += row
    stretches += _order(other, depth + 1) if other else [flow(above)] if above else []
    return stretches + _order_band(band, gutter, depth)


def _is_aligned(row: Sequence[PdfLine], lines: Sequence[PdfLine]) -> bool:
    """Tell whether each line of a row begins where another of ``lines`` does."""
    return all(any(abs(line.x0 - other.x0) < _ALIGNED for other in lines) for line in row)


def _part_begun(band: Sequence[PdfLine], row: Sequence[PdfLine]) -> tuple[list[PdfLine], list[PdfLine]]:
    """Return a band without its last rows that stand in the columns of ``row``, the first one below, and those."""
    rows = group_rows(band)
    begun: list[PdfLine] = []
    below = row
    while rows and _is_aligned(rows[-1], row):
        near = min(line.y0 for line in below) - max(line.y1 for line in rows[-1]) < _ROW_GAP * row[0].size
        if len(rows[-1]) == 1 and not near:
            break
        below = rows.pop()
        begun = [*below, *begun]
    return [line for one in rows for line in one], begun


def _join_justified(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines of a column row by row, pieces that fill its width as justified text does made one."""
    rows = group_rows(lines)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    joined: list[PdfLine] = []
    for row in rows:
        close = all(right.x0 - left.x1 < _STRETCHED * right.size for left, right in itertools.pairwise(row))
        fills = len(row) > 1 and close and row[-1].x1 - row[0].x0 >= _JUSTIFIED * width
        joined += [reduce(join_pieces, row)] if fills and len(lines) >= _COLUMN_LINES + len(row) else row
    return joined


def _find_gutter(lines: Sequence[PdfLine]) -> float | None:
    """Return the x that parts the most pairs of lines side by side, None when fewer than two are parted."""
    gaps: list[tuple[float, float]] = []
    for row in group_rows(lines):
        gaps += [(left.x1, right.x0) for left, right in itertools.pairwise(row)]
    gaps = [gap for gap in gaps if gap[1] - gap[0] >= _LEAST_GUTTER]
    if not gaps:
        return None
    places = [(left + right) / 2 for left, right in gaps] + [right - 2 for _, right in gaps]

    lefts, rights = sorted(left for left, _ in gaps), sorted(right for _, right in gaps)
    begins, ends = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)

    def parted(x: float) -> int:
        return bisect_right(lefts, x) - bisect_left(rights, x)

    def crossed(x: float) -> int:
        return bisect_left(begins, x) - bisect_right(ends, x)

    best = max(places, key=lambda x: (parted(x) - 0.5 * crossed(x), -x))
    return best if parted(best) >= 2 or len(lines) <= 4 else None


def _order_band(band: list[PdfLine], gutter: float, depth: int) -> list[Stretch]:
    """Return the stretches of a band between full-width lines: two columns, or rows with cells."""
    left = [line for line in band if line.x1 <= gutter + 1]
    right = [line for line in band if line.x1 > gutter + 1]
    if not left or not right:
        return _order(band, depth + 1) if band else []
    above, table, below = _part_table(band)
    if is_columns(left, right) and not is_table(table):
        return _order(left, depth + 1) + _order(right, depth + 1)
    rows = [_order_cells(stretch, depth) for stretch in read_rows(table)]
    return [*([flow(above)] if above else []), *rows, *([flow(below)] if below else [])]


def _part_table(band: Sequence[PdfLine]) -> tuple[list[PdfLine], list[PdfLine], list[PdfLine]]:
    """Return the rows of a band, and apart from them short lines above and below that stand farther to the left."""
    rows = group_rows(band)
    left = min((row[0].x0 for row in rows if len(row) > 1), default=float("-inf"))
    inner = [number for number, row in enumerate(rows) if len(row) > 1 or row[0].x0 > left - _ALIGNED]
    first, last = inner[0], inner[-1] + 1
    above, table, below = (
        [line for row in part for line in row] for part in (rows[:first], rows[first:last], rows[last:])
    )
    return above, table, below


def _order_cells(stretch: Stretch, depth: int) -> Stretch:
    """Return a stretch with the tables and columns within its cells in reading order."""
    if all(_is_plain(cell) for row in stretch.rows for cell in row):
        return stretch
    rows = tuple(tuple(tuple(flatten(_order(list(cell), depth + 1))) for cell in row) for row in stretch.rows)
    return replace(stretch, rows=rows)


def flatten(stretches: Sequence[Stretch]) -> Iterator[PdfLine]:
    """Yield all lines of stretches one by one, tables cell by cell."""
    for stretch in stretches:
        yield from stretch.lines
        for row in stretch.rows:
            for cell in row:
                yield from cell


def is_columns(left: Sequence[PdfLine], right: Sequence[PdfLine]) -> bool:
    """Tell whether both sides hold running text: several lines that mostly fill the width of their column."""
    return _is_running(left) and _is_running(right)


def _is_running(lines: Sequence[PdfLine], depth: int = 0) -> bool:
    """Tell whether lines read as a column of text, or as several side by side."""
    if _is_prose(lines):
        return True
    gutter = _find_gutter(lines) if depth < _MOST_GUTTERS and len(lines) >= 2 * _COLUMN_LINES else None
    if gutter is None or any(line.x0 < gutter < line.x1 for line in lines):
        return False
    left = [line for line in lines if line.x1 <= gutter + 1]
    right = [line for line in lines if line.x1 > gutter + 1]
    return bool(left and right) and _is_running(left, depth + 1) and _is_running(right, depth + 1)


def _is_prose(lines: Sequence[PdfLine]) -> bool:
    """Tell whether lines read as a column of text."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    if len(lines) < _COLUMN_LINES or width < _COLUMN_WIDTH:
        return False
    return median(line.x1 - line.x0 for line in lines) > 0.6 * width and median(len(line.text) for line in lines) > 18
