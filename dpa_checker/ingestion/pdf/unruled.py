"""Tables of a PDF page without rules: their rows told from running columns, and read cell by cell.

The rows of a table begin at the same height in several columns again and again, and each cell ends before the next
row begins; paragraphs of running columns begin and end independently of those beside them.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from statistics import mean

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.row import Row, Stretch, flow, group_rows

_WIDER = 0.2
_BLANK = 0.8
_VERY_BLANK = 1.8
_LEAST_EVIDENCE = 2
_MOST_STRAY = 0.5
_ALIGNED_ROWS = 0.6
_WRAPPED = 0.2
_LOWER = 0.8
_TALL = 4.0
_IN_STEP = 0.6
_FULL = 0.97
_LONG = 0.55
_SHARED = 0.25
_CLOSED = re.compile(r"[.;:!?…][\s\"'»”’)\]]*$")
_STOP = re.compile(r"\w[.;:!?](?:\s|$)")
_CUT = re.compile(r"\w[-\u2010\u00ad\ufffe]$")


class _Run(IntEnum):
    """Whether a line goes on with the one above."""

    NONE = 0
    PROBABLE = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True)
class _Column:
    """The lines of one column from top to bottom, each with the number of its level.

    ``right`` is its right edge, ``wraps`` tells that its lines run on into each other, ``small`` that small letters
    at their beginnings say nothing.
    """

    lines: tuple[tuple[int, PdfLine], ...]
    left: float
    right: float
    wraps: bool
    small: bool

    def around(self, level: int) -> tuple[PdfLine | None, PdfLine | None, int]:
        """Return the last line above a level, the first at or below it, and the level of that one."""
        place = bisect_right(self.lines, level - 1, key=lambda item: item[0])
        above = self.lines[place - 1][1] if place else None
        number, below = self.lines[place] if place < len(self.lines) else (-1, None)
        return above, below, number

    def runs_on(self, above: PdfLine, below: PdfLine) -> _Run:
        """Tell whether ``below`` goes on with the sentence of ``above``."""
        if _CUT.search(above.text) and below.text[0].isalnum():
            return _Run.CERTAIN
        if _CLOSED.search(above.text):
            return _Run.NONE
        word = below.text.split(" ", 1)[0]
        reach = above.x1 + (below.x1 - below.x0) * (len(word) + 1) / max(1, len(below.text))
        share = (reach - self.left) / max(1.0, self.right - self.left)
        if _is_small(below) and not self.small and share > _LONG:
            return _Run.CERTAIN
        return _Run.PROBABLE if self.wraps and share > _FULL else _Run.NONE


class _Band:
    """Lines between two full-width ones, as levels (lines side by side) and columns."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        self.levels = group_rows(lines)
        self.edges = _column_edges(lines)
        self.columns = [
            _measure(column)
            for left, right in zip(self.edges, [*self.edges[1:], float("inf")], strict=True)
            if (column := self._between(left, right))
        ]
        self._usual = _usual_gap(self.columns)
        self.parted = False
        self.full = all(len(level) == len(self.edges) for level in self.levels)
        strong = [level for level in range(1, len(self.levels)) if self._is_open(level, strong=True)]
        self.parted = len(strong) >= 2 or (len(self.levels) <= 3 and bool(strong))

    def _between(self, left: float, right: float) -> list[tuple[int, PdfLine]]:
        """Return the lines that begin in ``[left, right)`` with their levels."""
        return [(number, line) for number, level in enumerate(self.levels) for line in level if left <= line.x0 < right]

    def cells(self, lines: Sequence[PdfLine]) -> Row:
        """Return lines by column."""
        return tuple(
            tuple(line for line in lines if left <= line.x0 < right)
            for left, right in zip(self.edges, [*self.edges[1:], float("inf")], strict=True)
        )

    def rows(self, *, lenient: bool = False) -> list[list[list[PdfLine]]]:
        """Return the levels of each row."""
        groups: list[list[list[PdfLine]]] = [[self.levels[0]]]
        for level in range(1, len(self.levels)):
            strong = self.parted and not self.full
            if self._is_open(level, strong=strong, lenient=lenient):
                groups.append([self.levels[level]])
            else:
                groups[-1].append(self.levels[level])
        return self._with_loose_ends(groups)

    def _with_loose_ends(self, groups: list[list[list[PdfLine]]]) -> list[list[list[PdfLine]]]:
        """Return the rows, what stands below a later column alone put to the row above it."""
        rows: list[list[list[PdfLine]]] = []
        for group in groups:
            lines = [line for level in group for line in level]
            if rows and len(self.edges) > 1 and all(line.x0 >= self.edges[1] - 1 for line in lines):
                columns = {bisect_right(self.edges, line.x0) for line in lines}
                above = {bisect_right(self.edges, line.x0) for line in rows[-1][0]}
                if len(columns) == 1 and len(above) > 1 and columns <= above:
                    rows[-1] += group
                    continue
            rows.append(group)
        return rows

    def _is_open(self, level: int, *, strong: bool, lenient: bool = False) -> bool:
        """Tell whether a row may begin at a level: every column has ended; ``strong``: white space parts them.

        ``lenient`` lets a short line in one column outweigh a full one in another.
        """
        if self._is_beside(level):
            return False
        if not strong and not self._begins_first(level) and not self._is_white(level):
            return False
        ended = probable = 0
        for column in self.columns:
            above, below, number = column.around(level)
            if above is None or below is None or self.is_wide(above, below):
                continue
            run = column.runs_on(above, below)
            if strong or number != level or run is _Run.CERTAIN:
                return False
            probable += run is _Run.PROBABLE
            ended += run is _Run.NONE
        return probable == 0 or (lenient and probable <= ended)

    def _is_beside(self, level: int) -> bool:
        """Tell whether a level shares some height with those above, as lines centred beside each other do."""
        top = min(line.y0 for line in self.levels[level])
        bottom = max(line.y1 for above in self.levels[max(0, level - 2) : level] for line in above)
        return top < bottom - _SHARED * self.levels[level][0].size

    def _begins_first(self, level: int) -> bool:
        """Tell whether there is a line of the first column on a level."""
        return len(self.edges) < 2 or self.levels[level][0].x0 < self.edges[1] - 1

    def _is_white(self, level: int) -> bool:
        """Tell whether white space parts all columns above a level."""
        around = [column.around(level) for column in self.columns]
        return all(above is None or below is None or self.is_wide(above, below) for above, below, _ in around)

    def is_wide(self, above: PdfLine, below: PdfLine) -> bool:
        """Tell whether more than the usual white space parts two lines of a column."""
        return below.y0 - above.y1 > self._usual + _WIDER * min(above.size or 10.0, below.size or 10.0)

    def blank(self, level: int) -> int:
        """Return 1 when a shorter cell ends above a level, 2 when it is much shorter than that beside it."""
        gaps = [
            below.y0 - above.y1
            for column in self.columns
            for above, below, number in [column.around(level)]
            if above is not None and below is not None and number == level
        ]
        blank = (max(gaps) - min(gaps)) / max(1.0, self.levels[level][0].size) if gaps else 0.0
        return (blank > _BLANK) + (blank > _VERY_BLANK)

    def stray(self, rows: Sequence[Sequence[Sequence[PdfLine]]]) -> int:
        """Return how many paragraphs end within rows, in the column that has the fewest."""
        owner = [number for number, row in enumerate(rows) for _ in row]
        counts = []
        for column in self.columns:
            count = 0
            for (first, above), (second, below) in itertools.pairwise(column.lines):
                if owner[first] == owner[second]:
                    ended = _CLOSED.search(above.text) is not None and not column.runs_on(above, below)
                    count += self.is_wide(above, below) or (not self.parted and ended)
            counts.append(count)
        return min(counts)


def _measure(lines: list[tuple[int, PdfLine]]) -> _Column:
    """Return a column of lines."""
    left, right = min(line.x0 for _, line in lines), max(line.x1 for _, line in lines)
    small = sum(1 for _, line in lines if _is_small(line))
    follows = sum(
        1
        for (_, above), (_, below) in itertools.pairwise(lines)
        if below.text[0].islower() and not _CLOSED.search(above.text)
    )
    says_nothing = small >= _LOWER * len(lines) and not any(_STOP.search(line.text) for _, line in lines)
    return _Column(
        tuple(lines), left, right, not says_nothing and follows >= max(2, _WRAPPED * len(lines)), says_nothing
    )


def _is_small(line: PdfLine) -> bool:
    """Tell whether a line begins in the middle of a sentence, by a small letter."""
    return line.text[0].islower() or line.text[0] == "("


def _usual_gap(columns: Sequence[_Column]) -> float:
    """Return the usual white space between two lines of one paragraph."""
    gaps = sorted(
        below.y0 - above.y1
        for column in columns
        for (_, above), (_, below) in itertools.pairwise(column.lines)
        if -0.4 * above.size < below.y0 - above.y1 < 2 * above.size
    )
    return gaps[len(gaps) // 8] if gaps else 0.0


def _column_edges(band: Sequence[PdfLine]) -> list[float]:
    """Return the left edges of the columns: where no line of the band reaches over."""
    edges: list[float] = []
    reach = float("-inf")
    for line in sorted(band, key=lambda line: line.x0):
        if line.x0 > reach + 2:
            edges.append(line.x0)
        reach = max(reach, line.x1)
    return edges


def is_table(lines: Sequence[PdfLine]) -> bool:
    """Tell whether text side by side stands in rows rather than in running columns."""
    band = _Band(lines)
    if len(band.edges) < 2:
        return False
    rows = band.rows()
    evidence = aligned = level = 0
    for number, row in enumerate(rows):
        if len(row[0]) > 1 or _is_centred(band.cells([line for one in row for line in one])):
            aligned += 1
            evidence += (1 + band.blank(level)) * (max(2, len(row[0])) - 1) if number else 0
        level += len(row)
    stray = band.stray(rows)
    least = _LEAST_EVIDENCE + (stray > 0)
    if evidence < least or aligned < _ALIGNED_ROWS * len(rows) or stray > _MOST_STRAY * aligned:
        return False
    cells = [band.cells([line for level in row for line in level]) for row in rows]
    return not (_is_counted(cells) or _has_headings(cells) or _is_translation(cells))


def _is_centred(cells: Row) -> bool:
    """Tell whether the cells of a row are centred at one height."""
    middles = [(cell[0].y0 + cell[-1].y1) / 2 for cell in cells if cell]
    return len(middles) > 1 and max(middles) - min(middles) < 2


def _is_counted(rows: Sequence[Row]) -> bool:
    """Tell whether clauses are counted down two columns, each by itself or the second one on from the first."""
    counted = 0
    for cells in zip(*rows, strict=True):
        labels = [label for cell in cells if cell and (label := detect_label(cell[0].text)) is not None]
        counted += any(below.follows(above) for above, below in itertools.pairwise(labels))
    return counted >= 2


def _has_headings(rows: Sequence[Row]) -> bool:
    """Tell whether rows below the first are bold in all columns, as headings over paragraphs are."""
    bold = [all(line.bold for cell in row for line in cell) for row in rows if sum(1 for cell in row if cell) > 1]
    return 0 < sum(bold[1:]) < len(bold) - 1


def _is_translation(rows: Sequence[Row]) -> bool:
    """Tell whether two columns seem to say the same in two languages: long paragraphs in step."""
    heights = [(len(row[0]), len(row[1])) for row in rows if len(row) == 2 and row[0] and row[1]]
    if len(heights) < max(2, len(rows)):
        return False
    tall = mean(max(pair) for pair in heights) >= _TALL
    return tall and all(min(pair) >= _IN_STEP * max(pair) for pair in heights)


def read_rows(lines: Sequence[PdfLine]) -> list[Stretch]:
    """Return the rows of a table without rules; what stands alone in its row is read as lines."""
    band = _Band(lines)
    stretches: list[Stretch] = []
    for levels in band.rows(lenient=True):
        group = [line for level in levels for line in level]
        cells = band.cells(group)
        if sum(1 for cell in cells if cell) < 2:
            stretches.append(flow(sorted(group, key=lambda line: (line.y0 + line.y1, line.x0))))
        elif stretches and stretches[-1].rows:
            stretches[-1] = replace(stretches[-1], rows=(*stretches[-1].rows, cells))
        else:
            stretches.append(Stretch(rows=(cells,)))
    return stretches
