"""Text that a clipping path (ISO 32000-2, 8.5.4) cuts away, looked for line by line."""

from __future__ import annotations

import ctypes
from typing import Any

from dpa_checker.ingestion.pdf.line import PageText
from dpa_checker.ingestion.pdf.pdfium import pdfium_c

_MOST_PATHS = 12
_MOST_SEGMENTS = 60
_LEAST_SEEN = 0.5

Bounds = tuple[float, float, float, float]


def find_clipped(text: PageText) -> set[int]:
    """Return the addresses of the text objects in lines whose middle stands outside its clipping paths.

    One object a line is looked at, by the boxes of the paths alone; whether the line can be seen remains open.
    """
    known: dict[int, Bounds | None] = {}
    clipped: set[int] = set()
    for first, end in text.spans:
        handle = text.painter((first + end) // 2) or text.painter(first)
        if handle and _is_cut(handle, known):
            clipped.update(text.owner(index) for index in range(first, end))
    clipped.discard(0)
    return clipped


def _is_cut(handle: Any, known: dict[int, Bounds | None]) -> bool:
    """Tell whether most of an object lies outside the boxes of its clipping paths."""
    path = pdfium_c.FPDFPageObj_GetClipPath(handle)
    count = pdfium_c.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return False
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(handle, *edges):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    for number in range(max(0, count - _MOST_PATHS), count):
        box = _bounds(path, number, known)
        if box is None:
            continue
        across, along = min(right, box[2]) - max(left, box[0]), min(top, box[3]) - max(bottom, box[1])
        if across < _LEAST_SEEN * (right - left) or along < _LEAST_SEEN * (top - bottom):
            return True
    return False


def _bounds(path: Any, number: int, known: dict[int, Bounds | None]) -> Bounds | None:
    """Return the box of a clipping path, remembered by its first segment, which objects share."""
    segment = pdfium_c.FPDFClipPath_GetPathSegment(path, number, 0)
    if not segment:
        return None
    key = ctypes.addressof(segment.contents)
    if key in known:
        return known[key]
    x, y = ctypes.c_float(), ctypes.c_float()
    across: list[float] = []
    along: list[float] = []
    for index in range(min(pdfium_c.FPDFClipPath_CountPathSegments(path, number), _MOST_SEGMENTS)):
        if pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFClipPath_GetPathSegment(path, number, index), x, y):
            across.append(x.value)
            along.append(y.value)
    known[key] = (min(across), min(along), max(across), max(along)) if across else None
    return known[key]
