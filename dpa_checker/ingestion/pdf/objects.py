"""The objects painted on a PDF page, in the order of painting, with their boxes on the displayed page.

Form XObjects (ISO 32000-2, 8.10) are entered; their own objects come in their place with the matrices of the
forms around them applied.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.pdfium import address_of, as_object, by_address, pdfium, pdfium_c
from dpa_checker.ingestion.pdf.rules import read_dash, read_path_rules
from dpa_checker.ingestion.pdf.table import Rectangle, Rule

_MOST_OBJECTS = 60_000
_MOST_RULED = 6_000
_DEEPEST = 8
_LEAST_COVER = 4.0
_OPAQUE = 230
#: Channels of a colour as light as paper, an opacity hardly seen, the least height of type in points.
LIGHT: Final = 232
FAINT: Final = 26
LEAST_HEIGHT: Final = 1.5
_RECTANGLE = (4, 5)

Colour = tuple[int, int, int]
Transform = tuple[float, float, float, float, float, float]


class TextObject(NamedTuple):
    """A run of text as painted: its edges, its place in the order of painting, colour, opacity and render mode.

    ``colour`` is None for patterns; ``opacity`` runs from 0 to 255; ``mode`` is the text render mode of
    ISO 32000-2, table 104 (3 paints nothing); ``nested`` tells that it stands in a form.
    """

    left: float
    bottom: float
    right: float
    top: float
    order: int
    colour: Colour | None
    opacity: int
    mode: int
    nested: bool
    address: int


class Cover(NamedTuple):
    """An image, a shading or a filled path: ``colour`` is None where it is not one colour throughout.

    ``solid`` tells that all within its edges is painted over: a plain rectangle, opaque and not clipped.
    """

    left: float
    bottom: float
    right: float
    top: float
    order: int
    colour: Colour | None
    image: bool
    solid: bool = False


@dataclass(slots=True)
class Survey:
    """All that is painted on a page; ``drawn`` tells whether anything but text is.

    Texts and covers are in the space of the page, with the origin at the bottom left; rules in that of the page as
    displayed, ``dashes`` those too short for a table.  ``odd`` are the texts that are not plainly visible by their
    own place, size, colour and mode.
    """

    drawn: bool = False
    odd: list[TextObject] = field(default_factory=list)
    texts: list[TextObject] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    dashes: list[Rule] = field(default_factory=list)


_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int
_count_objects = by_address(pdfium_c.FPDFPage_CountObjects, _INT, _ADDRESS)
_get_object = by_address(pdfium_c.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
_count_children = by_address(pdfium_c.FPDFFormObj_CountObjects, _INT, _ADDRESS)
_get_child = by_address(pdfium_c.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
_get_type = by_address(pdfium_c.FPDFPageObj_GetType, _INT, _ADDRESS)
_get_mode = by_address(pdfium_c.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
_get_bounds = by_address(pdfium_c.FPDFPageObj_GetBounds, _INT, *[_ADDRESS] * 5)
_get_fill = by_address(pdfium_c.FPDFPageObj_GetFillColor, _INT, *[_ADDRESS] * 5)
_read_edges: Callable[[Any], Rectangle] = struct.Struct("4f").unpack_from
_read_shades: Callable[[Any], tuple[int, int, int, int]] = struct.Struct("4I").unpack_from


def survey_page(page: pdfium.PdfPage, frame: Frame) -> Survey:
    """Return what is painted on ``page``, at most 60,000 objects."""
    surveyor = _Surveyor(frame)
    surveyor.enter(address_of(page.raw), _count_objects, _get_object, None, 0)
    return surveyor.survey


class _Surveyor:
    """Walks through objects and the forms among them, with one set of buffers for PDFium's answers."""

    def __init__(self, frame: Frame) -> None:
        self.survey = Survey()
        self._frame = frame
        self._least = LEAST_HEIGHT / frame.unit
        self._seen = 0
        self._edges = (ctypes.c_float * 4)()
        self._shades = (ctypes.c_uint * 4)()
        edges, shades = ctypes.addressof(self._edges), ctypes.addressof(self._shades)
        self._into_edges = (edges, edges + 4, edges + 8, edges + 12)
        self._into_shades = (shades, shades + 4, shades + 8, shades + 12)

    def enter(
        self, parent: int, count: Callable[..., int], get: Callable[..., int], transform: Transform | None, depth: int
    ) -> None:
        """Take in the objects of a page or a form."""
        text_type, form_type = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_FORM
        for index in range(count(parent)):
            self._seen += 1
            if self._seen > _MOST_OBJECTS:
                return
            address = get(parent, index)
            kind = _get_type(address)
            if kind == text_type:
                self._add_text(address, transform)
                continue
            self.survey.drawn = True
            if kind == form_type:
                if depth < _DEEPEST:
                    inner = _compose(_matrix(as_object(address)), transform)
                    self.enter(address, _count_children, _get_child, inner, depth + 1)
                continue
            self._add_drawing(address, kind, transform)

    def _add_text(self, address: int, transform: Transform | None) -> None:
        """Take in a text object that shows something."""
        if not _get_bounds(address, *self._into_edges):
            return
        box = _read_edges(self._edges)
        if transform is not None:
            box = _apply(transform, box)
        left, bottom, right, top = box
        colour, opacity, light = None, 255, False
        if _get_fill(address, *self._into_shades):
            red, green, blue, opacity = _read_shades(self._shades)
            colour, light = (red, green, blue), red >= LIGHT and green >= LIGHT and blue >= LIGHT
        mode, nested, least, frame = _get_mode(address), transform is not None, self._least, self._frame
        # Made without the checks of its constructor: a page may hold a text object for every letter.
        item = tuple.__new__(TextObject, (*box, self._seen, colour, opacity, mode, nested, address))
        self.survey.texts.append(item)
        seen = mode == 0 and not light and opacity > FAINT and right - left >= least and top - bottom >= least
        if not (seen and right > frame.left and top > frame.bottom and left < frame.right and bottom < frame.top):
            self.survey.odd.append(item)

    def _add_drawing(self, address: int, kind: int, transform: Transform | None) -> None:
        """Take in an image, a shading or a path."""
        if not _get_bounds(address, *self._into_edges):
            return
        box = _read_edges(self._edges)
        if transform is not None:
            box = _apply(transform, box)
        large = box[2] - box[0] >= _LEAST_COVER and box[3] - box[1] >= _LEAST_COVER
        if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            if large:
                self.survey.covers.append(Cover(*box, self._seen, None, kind == pdfium_c.FPDF_PAGEOBJ_IMAGE))
            return
        if self._seen <= _MOST_RULED:
            place = self._frame.place if transform is None else partial(_place_through, self._frame, transform)
            shown = self._frame.place(*box)
            dash = read_dash(shown)
            if dash is not None:
                self.survey.dashes.append(dash)
            self.survey.rules += read_path_rules(as_object(address), shown, place)
        if large and _is_filled(as_object(address)):
            colour, opacity = self._fill(address)
            if opacity >= _OPAQUE:
                solid = transform is None and colour is not None and _is_solid(as_object(address))
                self.survey.covers.append(Cover(*box, self._seen, colour, False, solid))

    def _fill(self, address: int) -> tuple[Colour | None, int]:
        """Return the fill colour of an object and its opacity; a pattern is no colour."""
        if not _get_fill(address, *self._into_shades):
            return None, 255
        red, green, blue, opacity = _read_shades(self._shades)
        return (red, green, blue), opacity


def _place_through(
    frame: Frame, transform: Transform, left: float, bottom: float, right: float, top: float
) -> Rectangle:
    """Return a rectangle of the space of a form on the displayed page."""
    return frame.place(*_apply(transform, (left, bottom, right, top)))


def _is_filled(handle: Any) -> bool:
    """Tell whether a path is filled."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium_c.FPDFPath_GetDrawMode(handle, fill, stroke) and fill.value)


def _is_solid(handle: Any) -> bool:
    """Tell whether a filled path is a rectangle along the axes of the page that nothing shines through or cuts."""
    if pdfium_c.FPDFPageObj_HasTransparency(handle) or pdfium_c.FPDFPath_CountSegments(handle) not in _RECTANGLE:
        return False
    clip = pdfium_c.FPDFPageObj_GetClipPath(handle)
    if clip and pdfium_c.FPDFClipPath_CountPaths(clip) > 0:
        return False
    a, b, c, d, _, _ = _matrix(handle)
    if not (b == c == 0 or a == d == 0):
        return False
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(pdfium_c.FPDFPath_CountSegments(handle)):
        segment = pdfium_c.FPDFPath_GetPathSegment(handle, index)
        kind = pdfium_c.FPDF_SEGMENT_LINETO if index else pdfium_c.FPDF_SEGMENT_MOVETO
        if pdfium_c.FPDFPathSegment_GetType(segment) != kind or not pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            return False
        points.append((x.value, y.value))
    return _is_rectangle(points)


def _is_rectangle(points: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a path runs around the four corners of its own box, one after the other."""
    if len(points) == 5 and points[4] != points[0]:
        return False
    sides = list(zip(points[:4], (*points[1:4], points[0]), strict=True))
    level = [one[1] == two[1] and one[0] != two[0] for one, two in sides]
    upright = [one[0] == two[0] and one[1] != two[1] for one, two in sides]
    return all(flat != tall for flat, tall in zip(level, upright, strict=True)) and level[0] != level[1] == upright[2]


def _matrix(handle: Any) -> Transform:
    """Return the matrix of a page object."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(handle, matrix):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _compose(inner: Transform, outer: Transform | None) -> Transform:
    """Return the matrix that applies ``inner`` and then ``outer``."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _apply(transform: Transform, edges: Rectangle) -> Rectangle:
    """Return the box around a rectangle that went through a matrix."""
    a, b, c, d, e, f = transform
    points = list(_corners(edges))
    across = [a * x + c * y + e for x, y in points]
    along = [b * x + d * y + f for x, y in points]
    return min(across), min(along), max(across), max(along)


def _corners(edges: Rectangle) -> Iterator[tuple[float, float]]:
    """Yield the corners of a rectangle."""
    left, bottom, right, top = edges
    yield from ((left, bottom), (right, bottom), (left, top), (right, top))
