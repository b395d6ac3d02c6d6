"""Lines of a PDF page side by side: rows, pieces put together, and the stretches that pages are read in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.ingestion.pdf.line import PdfLine

Row = tuple[tuple[PdfLine, ...], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a page in reading order: lines one after the other, or the rows of a table with their cells.

    ``ruled`` tells that the rows come from printed rules rather than from white space.
    """

    lines: tuple[PdfLine, ...] = ()
    rows: tuple[Row, ...] = ()
    ruled: bool = False


def flow(lines: Sequence[PdfLine]) -> Stretch:
    """Return a stretch that is read line by line."""
    return Stretch(lines=tuple(lines))


def same_row(one: PdfLine, other: PdfLine) -> bool:
    """Tell whether two lines stand side by side: more than half the height of the smaller is shared."""
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


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
    x0, y0, x1 = line.x0, line.y0, line.x1
    if row[-1].y1 <= y0:
        return False
    return all(same_row(other, line) and (other.x1 <= x0 + 2 or x1 <= other.x0 + 2) for other in row)


def join_pieces(left: PdfLine, right: PdfLine) -> PdfLine:
    """Return one line made of two pieces beside each other."""
    space = "" if right.x0 - left.x1 < 0.15 * left.size and not left.text.endswith((".", ":", ")")) else " "
    larger = left if len(left.text) >= len(right.text) else right
    return larger._replace(
        text=left.text + space + right.text,
        x0=min(left.x0, right.x0),
        x1=max(left.x1, right.x1),
        y0=min(left.y0, right.y0),
        y1=max(left.y1, right.y1),
        bold=left.bold and right.bold,
        first=left.first,
        length=0,
        cuts=(
            *left.cuts,
            (len(left.text) + len(space), left.x1, right.x0),
            *((offset + len(left.text) + len(space), before, after) for offset, before, after in right.cuts),
        ),
    )
