"""The annotations of a PDF page (ISO 32000-2, 12.5): remarks, form fields with their values, strike-outs, files.

Nothing is run or fetched: actions are counted, links left alone.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dpa_checker.ingestion.pdf.aside import Aside
from dpa_checker.ingestion.pdf.characters import clean
from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.line import FIELD, PdfLine
from dpa_checker.ingestion.pdf.pdfium import pdfium, pdfium_c
from dpa_checker.ingestion.pdf.table import Rectangle
from dpa_checker.model import UnreadReason

_MOST = 2_000
_UNSEEN = 2 | 32
_INDENT = 2.0
_TYPE = 12.0
_LEADING = 1.2
_PASSWORD = 1 << 13
_REMARKS = frozenset(
    getattr(pdfium_c, f"FPDF_ANNOT_{kind}")
    for kind in (
        "TEXT FREETEXT LINE SQUARE CIRCLE POLYGON POLYLINE HIGHLIGHT UNDERLINE SQUIGGLY STRIKEOUT STAMP CARET INK "
        "FILEATTACHMENT REDACT"
    ).split()
)
_BOXES = frozenset((pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON))
_CHOICES = frozenset((pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX))
_STARTS_PROGRAM = frozenset((pdfium_c.PDFACTION_LAUNCH, pdfium_c.PDFACTION_REMOTEGOTO))


@dataclass(frozen=True, slots=True)
class Remark:
    """What someone noted on a page; ``boxes`` are the words it marks, or where it stands."""

    text: str
    author: str
    boxes: tuple[Rectangle, ...]
    marks: bool


@dataclass(slots=True)
class Annotations:
    """The annotations of a page, in points of the displayed page.

    ``values`` are the contents of form fields as lines; ``ticked`` and ``open_boxes`` the check boxes and radio
    buttons; ``struck`` the words struck out; ``outside`` counts links that would start a program or open a file.
    """

    remarks: list[Remark] = field(default_factory=list)
    values: list[PdfLine] = field(default_factory=list)
    ticked: list[Rectangle] = field(default_factory=list)
    open_boxes: list[Rectangle] = field(default_factory=list)
    struck: list[Rectangle] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    fields: int = 0
    outside: int = 0


def read_annotations(page: pdfium.PdfPage, frame: Frame) -> Annotations:
    """Return the annotations of ``page``, at most 2,000."""
    found = Annotations()
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page.raw), _MOST)):
        handle = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if not handle:
            continue
        try:
            _take(handle, page, frame, found)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(handle)
    return found


def _take(handle: Any, page: pdfium.PdfPage, frame: Frame, found: Annotations) -> None:
    """Add one annotation to those ``found``."""
    kind = pdfium_c.FPDFAnnot_GetSubtype(handle)
    if kind == pdfium_c.FPDF_ANNOT_LINK:
        link = pdfium_c.FPDFAnnot_GetLink(handle)
        action = pdfium_c.FPDFLink_GetAction(link) if link else None
        found.outside += bool(action and pdfium_c.FPDFAction_GetType(action) in _STARTS_PROGRAM)
    elif kind == pdfium_c.FPDF_ANNOT_WIDGET:
        if page.formenv is not None:
            _take_field(handle, page.formenv.raw, frame, found)
    elif kind in _REMARKS:
        _take_remark(handle, kind, frame, found)


def _take_remark(handle: Any, kind: int, frame: Frame, found: Annotations) -> None:
    """Add a remark, the words it strikes out, the file it carries."""
    if pdfium_c.FPDFAnnot_GetFlags(handle) & _UNSEEN:
        return
    quads = list(_quads(handle, frame))
    if kind == pdfium_c.FPDF_ANNOT_STRIKEOUT:
        found.struck += quads
    if kind == pdfium_c.FPDF_ANNOT_FILEATTACHMENT:
        found.files.append(_file_name(handle))
    text = " ".join(clean(_string(handle, b"Contents")).split())
    if text:
        box = _box(handle, frame)
        boxes = tuple(quads) or ((box,) if box is not None else ())
        found.remarks.append(Remark(text, clean(_string(handle, b"T")), boxes, bool(quads)))


def _take_field(handle: Any, form: Any, frame: Frame, found: Annotations) -> None:
    """Add a form field: its value as lines where it stands, or its box."""
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, handle)
    box = _box(handle, frame)
    if box is None or kind < pdfium_c.FPDF_FORMFIELD_CHECKBOX:
        return
    found.fields += 1
    unseen = bool(pdfium_c.FPDFAnnot_GetFlags(handle) & _UNSEEN)
    if kind in _BOXES:
        if not unseen:
            ticked = pdfium_c.FPDFAnnot_IsChecked(form, handle)
            (found.ticked if ticked else found.open_boxes).append(box)
    elif kind in _CHOICES or kind == pdfium_c.FPDF_FORMFIELD_TEXTFIELD:
        value = _value(handle, form, kind)
        if unseen and value.strip():
            found.asides.append(Aside(UnreadReason.HIDDEN, " ".join(value.split()), box))
        elif not unseen:
            found.values += _lines(value, box)


def _value(handle: Any, form: Any, kind: int) -> str:
    """Return what a text field or a choice shows."""
    if kind in _CHOICES:
        chosen = [
            _wide(pdfium_c.FPDFAnnot_GetOptionLabel, form, handle, number)
            for number in range(min(max(pdfium_c.FPDFAnnot_GetOptionCount(form, handle), 0), _MOST))
            if pdfium_c.FPDFAnnot_IsOptionSelected(form, handle, number)
        ]
        if chosen:
            return "\n".join(chosen)
    elif pdfium_c.FPDFAnnot_GetFormFieldFlags(form, handle) & _PASSWORD:
        return ""
    return _wide(pdfium_c.FPDFAnnot_GetFormFieldValue, form, handle)


def _lines(value: str, box: Rectangle) -> Iterator[PdfLine]:
    """Yield the lines of a field's value from the top of its box; a single one stands in its middle."""
    lines = [clean(line) for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    left, top, right, bottom = box
    size = min(_TYPE, max(bottom - top, 1.0) / (len(lines) if len(lines) > 1 else 1))
    start = top if len(lines) > 1 else (top + bottom - size) / 2
    step = min(size * _LEADING, max((bottom - top - size) / max(len(lines) - 1, 1), size))
    for number, line in enumerate(lines):
        if line:
            y0 = start + number * step
            yield PdfLine(
                line, left + _INDENT, y0, max(right - _INDENT, left + 2 * _INDENT), y0 + size, size, first=FIELD
            )


def _box(handle: Any, frame: Frame) -> Rectangle | None:
    """Return the box of an annotation on the displayed page."""
    edges = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(handle, edges):
        return None
    return frame.place(edges.left, edges.bottom, edges.right, edges.top)


def _quads(handle: Any, frame: Frame) -> Iterator[Rectangle]:
    """Yield the boxes of the words that an annotation marks."""
    points = pdfium_c.FS_QUADPOINTSF()
    for number in range(min(pdfium_c.FPDFAnnot_CountAttachmentPoints(handle), _MOST)):
        if pdfium_c.FPDFAnnot_GetAttachmentPoints(handle, number, points):
            across = (points.x1, points.x2, points.x3, points.x4)
            along = (points.y1, points.y2, points.y3, points.y4)
            yield frame.place(min(across), min(along), max(across), max(along))


def _string(handle: Any, key: bytes) -> str:
    """Return a text entry of an annotation."""
    return _wide(pdfium_c.FPDFAnnot_GetStringValue, handle, key)


def _file_name(handle: Any) -> str:
    """Return the name of the file that an annotation carries."""
    attachment = pdfium_c.FPDFAnnot_GetFileAttachment(handle)
    return read_file_name(attachment) if attachment else ""


def read_file_name(attachment: Any) -> str:
    """Return the name of an embedded file."""
    count, size = pdfium_c.FPDFAttachment_GetName, ctypes.c_ulong()
    length = count(attachment, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 2))
    size.value = count(attachment, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), length)
    return clean(buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "replace"))


def _wide(call: Callable[..., int], *arguments: Any) -> str:
    """Return the UTF-16 string that a PDFium function writes into a buffer of the length it asks for."""
    length = call(*arguments, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
