"""The objects painted on a PDF page, in the order of painting, with their boxes on the displayed page.

Form XObjects (ISO 32000-2, 8.10) are entered; their own objects come in their place with the matrices of the
forms around them applied.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.pdfium import address_of, as_object, by_address, pdfium, pdfium_c
from dpa_checker.ingestion.pdf.rules import read_dash, read_path_rules
from dpa_checker.ingestion.pdf.table import Rectangle, Rule

_MOST_OBJECTS = 60_000
_MOST_RULED = 6_000
_DEEPEST = 8
_LEAST_COVER = 4.0
_OPAQUE = 230

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
    """An image, a shading or a filled path: ``colour`` is None where it is not one colour throughout."""

    left: float
    bottom: float
    right: float
    top: float
    order: int
    colour: Colour | None
    image: bool


@dataclass(slots=True)
class Survey:
    """All that is painted on a page; ``drawn`` tells whether anything but text is.

    Texts and covers are in the space of the page, with the origin at the bottom left; rules in that of the page as
    displayed, ``dashes`` those too short for a table.
    """

    drawn: bool = False
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
        colour, opacity = None, 255
        if _get_fill(address, *self._into_shades):
            red, green, blue, opacity = _read_shades(self._shades)
            colour = (red, green, blue)
        nested = transform is not None
        # Made without the checks of its constructor: a page may hold a text object for every letter.
        item = tuple.__new__(TextObject, (*box, self._seen, colour, opacity, _get_mode(address), nested, address))
        self.survey.texts.append(item)

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
                self.survey.covers.append(Cover(*box, self._seen, colour, False))

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
