"""Reading order: lines of a page put together by rows, columns told from tables, columns read one by one."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from statistics import median
from typing import Protocol

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import FIELD, PdfLine

_ADJACENT = 1.8
_LABEL_REACH = 90.0
_FIELD_REACH = 160.0
_LEAST_GUTTER = 8.0
_ROW_GAP = 0.3
_COLUMN_LINES = 4
_COLUMN_WIDTH = 100.0
_MOST_GUTTERS = 3
_JUSTIFIED = 0.9


Row = tuple[tuple[PdfLine, ...], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a page in reading order: lines one after the other, or the rows of a table with their cells.

    ``ruled`` tells that the rows come from printed rules rather than from white space.
    """

    lines: tuple[PdfLine, ...] = ()
    rows: tuple[Row, ...] = ()
    ruled: bool = False


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
            parts.append(_flow(run))
            run = []
        parts.append(Stretch(rows=table.rows, ruled=True))
    return [*parts, _flow(run)] if run else parts


def order_lines(lines: Sequence[PdfLine]) -> list[Stretch]:
    """Return the lines of a page in reading order; lines that run up the margin come last."""
    upright = [line for line in lines if line.upright]
    turned = [line for line in lines if not line.upright]
    if _is_plain(upright):
        stretches = [_flow(upright)] if upright else []
    else:
        stretches = _order(_merge_rows(upright), depth=0)
    return [*stretches, _flow(turned)] if turned else stretches


def _flow(lines: Sequence[PdfLine]) -> Stretch:
    """Return a stretch that is read line by line."""
    return Stretch(lines=tuple(lines))


def _is_plain(lines: Sequence[PdfLine]) -> bool:
    """Tell whether the lines already run down the page, none beside another."""
    return all(after.y0 >= (line.y0 + line.y1) / 2 for line, after in itertools.pairwise(lines))


def same_row(one: PdfLine, other: PdfLine) -> bool:
    """Tell whether two lines stand side by side: more than half the height of the smaller is shared."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _merge_rows(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines from top to bottom, pieces of one line joined, labels with the text beside them."""
    merged: list[PdfLine] = []
    for row in group_rows(lines):
        current: PdfLine | None = None
        for line in row:
            if current is not None and _belongs(current, line):
                current = join_pieces(current, line)
            else:
                if current is not None:
                    merged.append(current)
                current = line
        if current is not None:
            merged.append(current)
    return merged


def group_rows(lines: Sequence[PdfLine]) -> list[list[PdfLine]]:
    """Return rows of lines side by side, from top to bottom, each from left to right."""
    rows: list[list[PdfLine]] = []
    for line in sorted(lines, key=lambda line: ((line.y0 + line.y1) / 2, line.x0)):
        home = next((row for row in reversed(rows[-4:]) if _fits_row(row, line)), None)
        if home is not None:
            home.append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _fits_row(row: Sequence[PdfLine], line: PdfLine) -> bool:
    """Tell whether ``line`` stands beside the lines of ``row`` without covering any."""
    return all(same_row(other, line) and (other.x1 <= line.x0 + 2 or line.x1 <= other.x0 + 2) for other in row)


def _belongs(left: PdfLine, right: PdfLine) -> bool:
    """Tell whether two pieces of a row are one line: no more than a space apart, or a label and its text."""
    gap = right.x0 - left.x1
    if right.first == FIELD and left.first != FIELD and gap < _FIELD_REACH:
        return True
    if gap <= _ADJACENT * max(min(left.size, right.size), 6.0):
        return True
    label = detect_label(left.text + " x")
    return label is not None and label.length >= len(left.text) and gap < _LABEL_REACH


def join_pieces(left: PdfLine, right: PdfLine) -> PdfLine:
    """Return one line made of two pieces beside each other."""
    space = "" if right.x0 - left.x1 < 0.15 * left.size and not left.text.endswith((".", ":", ")")) else " "
    larger = left if len(left.text) >= len(right.text) else right
    return replace(
        larger,
        text=left.text + space + right.text,
        x0=min(left.x0, right.x0),
        x1=max(left.x1, right.x1),
        y0=min(left.y0, right.y0),
        y1=max(left.y1, right.y1),
        bold=left.bold and right.bold,
        first=left.first,
        count=0,
        cuts=(
            *left.cuts,
            (len(left.text) + len(space), left.x1, right.x0),
            *((offset + len(left.text) + len(space), before, after) for offset, before, after in right.cuts),
        ),
    )


def _order(lines: list[PdfLine], depth: int) -> list[Stretch]:
    """Return ``lines`` (from top to bottom) in reading order, cut at the widest gutter found."""
    gutter = _find_gutter(lines) if depth < 4 else None
    if gutter is None:
        return [_flow(_join_justified(lines))] if lines else []
    stretches: list[Stretch] = []
    above: list[PdfLine] = []
    band: list[PdfLine] = []
    for line in lines:
        if line.x0 < gutter < line.x1:
            stretches += _order_band(band, gutter, depth)
            band = []
            above.append(line)
        else:
            if above:
                stretches.append(_flow(above))
                above = []
            band.append(line)
    if above:
        stretches.append(_flow(above))
    return stretches + _order_band(band, gutter, depth)


def _join_justified(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines of a column row by row, pieces that fill its width as justified text does made one."""
    rows = group_rows(lines)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    joined: list[PdfLine] = []
    for row in rows:
        fills = len(row) > 1 and row[-1].x1 - row[0].x0 >= _JUSTIFIED * width
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
    if is_columns(left, right):
        return _order(left, depth + 1) + _order(right, depth + 1)
    return _order_rows(band)


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


def _order_rows(band: Sequence[PdfLine]) -> list[Stretch]:
    """Return the rows of a table without rules; what stands alone in its row is read as lines."""
    edges = _column_edges(band)
    stretches: list[Stretch] = []
    for group in _split_rows(band, edges):
        cells = tuple(
            tuple(line for line in group if left <= line.x0 < right)
            for left, right in zip(edges, [*edges[1:], float("inf")], strict=True)
        )
        if sum(1 for cell in cells if cell) < 2:
            stretches.append(_flow(sorted(group, key=lambda line: (line.y0 + line.y1, line.x0))))
        elif stretches and stretches[-1].rows:
            stretches[-1] = replace(stretches[-1], rows=(*stretches[-1].rows, cells))
        else:
            stretches.append(Stretch(rows=(cells,)))
    return stretches


def _column_edges(band: Sequence[PdfLine]) -> list[float]:
    """Return the left edges of the columns: where no line of the band reaches over."""
    edges: list[float] = []
    reach = float("-inf")
    for line in sorted(band, key=lambda line: line.x0):
        if line.x0 > reach + 2:
            edges.append(line.x0)
        reach = max(reach, line.x1)
    return edges


def _split_rows(band: Sequence[PdfLine], edges: Sequence[float]) -> list[list[PdfLine]]:
    """Return the lines of each row: parted by white space, or opened by a line of the first column."""
    rows = group_rows(band)
    gaps = [
        min(line.y0 for line in below) - max(line.y1 for line in above) for above, below in itertools.pairwise(rows)
    ]
    loose = [gap for gap in gaps if gap > _ROW_GAP * median(line.size for line in band)]
    parted = len(loose) >= 2 or (len(rows) <= 3 and loose)
    full = all(len(row) == len(edges) for row in rows)
    groups: list[list[PdfLine]] = [list(rows[0])]
    for row, gap in zip(rows[1:], gaps, strict=True):
        opens = row[0].x0 < edges[1] - 1 if len(edges) > 1 else True
        wide = gap > _ROW_GAP * row[0].size
        if full or (wide if parted else opens):
            groups.append(list(row))
        else:
            groups[-1] += row
    return groups
