"""What a PDF says of the whole file: layers, scripts, actions, embedded files (ISO 32000-2, 7.7.2)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from dpa_checker.errors import LimitExceeded
from dpa_checker.ingestion.pdf.annotation import read_file_name
from dpa_checker.ingestion.pdf.bomb import multiplies
from dpa_checker.ingestion.pdf.page import PdfPage
from dpa_checker.ingestion.pdf.pdfium import pdfium, pdfium_c
from dpa_checker.model import Notice, NoticeKind

_IN_STREAM = b"/ObjStm"
_SIGNS = (b"/OCProperties", b"/OpenAction", b"/UserUnit")
_OUTSIDE = ("/Launch", "/GoToR", "/SubmitForm", "/ImportData")
_SMALLEST_UNIT, _LARGEST_UNIT = 0.01, 1000.0
_MOST_FILES = 1_000
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_MULTIPLIED = (
    "The file is over the limit max_depth: a page paints forms within forms millions of times. "
    "Print or export it again from a viewer, and retry."
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``layered`` tells that layers may be off; ``scripts`` and ``outside`` count JavaScript and launch actions.

    ``units`` are the sizes of a unit in points on the pages (1-based) where it is not one.
    """

    layered: bool = False
    files: tuple[str, ...] = ()
    scripts: int = 0
    outside: int = 0
    units: Mapping[int, float] = field(default_factory=dict)


def read_catalogue(source: pdfium.PdfDocument, data: bytes) -> Catalogue:
    """Return what the file says of itself; nothing of it is run or fetched."""
    root = _read_root(data)
    files = tuple(
        read_file_name(pdfium_c.FPDFDoc_GetAttachment(source.raw, index))
        for index in range(min(pdfium_c.FPDFDoc_GetAttachmentCount(source.raw), _MOST_FILES))
    )
    scripts = root.scripts + max(pdfium_c.FPDFDoc_GetJavaScriptActionCount(source.raw), 0)
    return replace(root, files=files, scripts=scripts)


def _read_root(data: bytes) -> Catalogue:
    """Return what PDFium does not tell: layers that may be off, the action on opening, units of pages."""
    forms = _FORM.search(data) is not None
    if not forms and _IN_STREAM not in data and not any(sign in data for sign in _SIGNS):
        return Catalogue()
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            if forms and multiplies(source):
                raise LimitExceeded(_MULTIPLIED)
            action = source.Root.get("/OpenAction")
            kind = str(action.get("/S", "")) if isinstance(action, pikepdf.Dictionary) else ""
            return Catalogue(
                layered=_has_layers_off(source.Root.get("/OCProperties")),
                scripts=int(kind == "/JavaScript"),
                outside=int(kind in _OUTSIDE),
                units=dict(_read_units(source)),
            )
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError):
        return Catalogue(layered=_SIGNS[0] in data)


def _read_units(source: pikepdf.Pdf) -> Iterator[tuple[int, float]]:
    """Yield the pages whose unit is not a point."""
    for number, page in enumerate(source.pages, start=1):
        unit = page.obj.get("/UserUnit")
        if unit is not None and _SMALLEST_UNIT <= float(unit) <= _LARGEST_UNIT and float(unit) != 1.0:
            yield number, float(unit)


def _has_layers_off(properties: Any) -> bool:
    """Tell whether the default configuration turns layers off, or a rule may."""
    if properties is None:
        return False
    default = properties.get("/D", {})
    return (
        len(default.get("/OFF", ())) > 0
        or str(default.get("/BaseState", "/ON")) != "/ON"
        or default.get("/AS") is not None
    )


def list_notices(facts: Catalogue, pages: Sequence[PdfPage]) -> Iterator[Notice]:
    """Yield what to know of a file and its pages besides the text."""
    files = [*facts.files, *(name for page in pages for name in page.files)]
    if files:
        names = ", ".join(dict.fromkeys(name for name in files if name))
        yield Notice(NoticeKind.EMBEDDED_FILE, names, len(files))
    if facts.scripts:
        yield Notice(NoticeKind.MACROS, "JavaScript", facts.scripts)
    outside = facts.outside + sum(page.outside for page in pages)
    if outside:
        yield Notice(NoticeKind.EXTERNAL_REFERENCE, "actions that open a program or another file", outside)
    fields = [page for page in pages if page.fields]
    if fields:
        detail = "pages " + ", ".join(str(page.number) for page in fields[:20])
        yield Notice(NoticeKind.FORM_FIELDS, detail, sum(page.fields for page in fields))
    authors = [remark.author for page in pages for remark in page.remarks]
    if authors:
        yield Notice(NoticeKind.COMMENTS, ", ".join(dict.fromkeys(filter(None, authors))), len(authors))
