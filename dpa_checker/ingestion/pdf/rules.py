"""The rules printed on a PDF page: lines and the edges of boxes, read from PDFium's page objects."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dpa_checker.ingestion.pdf.pdfium import pdfium_c
from dpa_checker.ingestion.pdf.table import Rectangle, Rule

_MOST_SEGMENTS = 2000
_THIN = 3.0
_EDGE = 8.0
_SIMPLE = 6
_SHORTEST = 2.0
_SLIGHT = 1.5

Place = Callable[[float, float, float, float], Rectangle]


def is_grid(rules: Sequence[Rule]) -> bool:
    """Tell whether rules cross as in a table: three columns of rules and two rows, or two and three."""
    upright = [rule for rule in rules if rule.upright]
    columns = _places(upright)
    if columns < 2:
        return False
    level = [rule for rule in rules if not rule.upright]
    rows = _places([rule for rule in level if any(_cross(rule, other) for other in upright)])
    return (columns >= 3 and rows >= 2) or rows >= 3


def _cross(level: Rule, upright: Rule) -> bool:
    """Tell whether a level and an upright rule meet."""
    return (
        level.start - _THIN <= upright.place <= level.end + _THIN
        and upright.start - _THIN <= level.place <= upright.end + _THIN
    )


def _places(rules: Sequence[Rule]) -> int:
    """Return at how many distinct places the rules stand."""
    count, last = 0, float("-inf")
    for rule in sorted(rules, key=lambda rule: rule.place):
        if rule.place - last > _THIN:
            count += 1
            last = rule.place
    return count


def read_path_rules(handle: Any, box: Rectangle, place: Place) -> Iterator[Rule]:
    """Yield the rules that a path draws: a thin one as it is, a box by its edges, others by segments.

    ``box`` is the box of the path on the displayed page, ``place`` puts rectangles of its space there.
    """
    if box[2] - box[0] < _EDGE and box[3] - box[1] < _EDGE:
        return
    rule = _thin(box)
    if rule is not None:
        yield rule
        return
    if pdfium_c.FPDFPath_CountSegments(handle) <= _SIMPLE:
        if _is_stroked(handle):
            yield from _edges(box)
        return
    yield from _segment_rules(handle, place)


def read_dash(box: Rectangle) -> Rule | None:
    """Return the level rule that a path in ``box`` draws when it is as short as a word of two letters."""
    x0, y0, x1, y1 = box
    if _SHORTEST <= x1 - x0 < _EDGE and y1 - y0 <= _SLIGHT:
        return Rule(False, (y0 + y1) / 2, x0, x1)
    return None


def _is_stroked(handle: Any) -> bool:
    """Tell whether a path is drawn as an outline; shading behind lines of text is no rule."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium_c.FPDFPath_GetDrawMode(handle, fill, stroke) and stroke.value)


def _thin(box: Rectangle) -> Rule | None:
    """Return the rule that a narrow box is, if it is one."""
    x0, y0, x1, y1 = box
    if x1 - x0 <= _THIN and y1 - y0 >= _EDGE:
        return Rule(True, (x0 + x1) / 2, y0, y1)
    if y1 - y0 <= _THIN and x1 - x0 >= _EDGE:
        return Rule(False, (y0 + y1) / 2, x0, x1)
    return None


def _edges(box: Rectangle) -> tuple[Rule, Rule, Rule, Rule]:
    """Return the four edges of a box."""
    x0, y0, x1, y1 = box
    return Rule(True, x0, y0, y1), Rule(True, x1, y0, y1), Rule(False, y0, x0, x1), Rule(False, y1, x0, x1)


def _segment_rules(handle: Any, place: Place) -> Iterator[Rule]:
    """Yield the upright and level segments of a path with many (a whole grid drawn at once)."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(handle, matrix):
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    previous: tuple[float, float] | None = None
    for index in range(min(pdfium_c.FPDFPath_CountSegments(handle), _MOST_SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(handle, index)
        if not pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        if previous is not None and pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_LINETO:
            rule = _thin(place(*previous, *point))
            if rule is not None:
                yield rule
        previous = point
