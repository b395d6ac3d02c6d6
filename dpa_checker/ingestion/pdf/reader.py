"""PDF: opening and mending the file, reading its pages one by one, telling which could not be read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import pikepdf

from dpa_checker.errors import DamagedDocument, EmptyDocument, EncryptedDocument
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.layout.blocks import build_blocks
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.pdf.bomb import check_streams
from dpa_checker.ingestion.pdf.catalogue import Catalogue, list_notices, read_catalogue
from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.layout import build_text
from dpa_checker.ingestion.pdf.outline import read_outline
from dpa_checker.ingestion.pdf.page import PdfPage, find_unreadable, read_page, without_text
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.ingestion.pdf.recognition import recognise_pages
from dpa_checker.model import Document, Notice, NoticeKind, Unread, UnreadReason

MEDIA_TYPE = "application/pdf"

_LOCKED = "The PDF is locked with a password. Save a copy without the password and try again."
_BROKEN = "The PDF is damaged and could not be mended. Print or export it again from a viewer, and retry."
_DETAILS = {
    UnreadReason.DAMAGED: "The page could not be loaded.",
    UnreadReason.NO_TEXT_LAYER: "The page has no text layer; it is probably a scan. Run text recognition (OCR) on it.",
    UnreadReason.GARBLED: "The text layer of the page cannot be decoded. Run text recognition (OCR) on it.",
}


class PdfReader:
    """Reads PDF files; pages without a text layer are recognised where that can be done, else listed as unread."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a PDF; raises a typed error when it is locked, broken, empty or too long."""
        with damaged_as(_BROKEN):
            return _read(data, name, limits)


def _read(data: bytes, name: str | None, limits: Limits) -> Document:
    """Return the document of a PDF; library errors come through."""
    check_streams(data, limits)
    source, notices = open_pdf(data)
    try:
        limits.check("max_pages", len(source))
        outline = read_outline(source)
        facts = read_catalogue(source, data)
        pages, broken = _read_pages(source, facts)
        recognised = recognise_pages(source, pages, limits)
    finally:
        source.close()
    unread = [part for part in _list_unread(recognised.pages, broken) if part.page not in recognised.blank]
    readable = [page if page.legible else without_text(page) for page in recognised.pages]
    if not unread and not any(page.lines or page.tables or page.asides for page in readable):
        raise EmptyDocument("The PDF has no text on any page. Check that the right file was given.")
    built = build_text(readable, outline)
    limits.check("max_characters", len(built.text))
    return Document(
        text=built.text,
        blocks=build_blocks(built.text, built.passages),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPE,
        name=name,
        pages=len(pages),
        page_starts=built.page_starts,
        anchors=recognised.mark(built.anchors),
        unread=(*unread, *built.unread),
        notices=(*notices, *recognised.notices, *list_notices(facts, pages)),
        comments=built.comments,
        awkward_pages=tuple(page.number for page in pages if page.tables),
    )


def open_pdf(data: bytes) -> tuple[pdfium.PdfDocument, tuple[Notice, ...]]:
    """Return the opened PDF, mended by pikepdf when PDFium cannot open it, with a notice of that."""
    try:
        source = pdfium.PdfDocument(data)
        source.init_forms()
        if len(source) > 0:
            return source, ()
        source.close()
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocument(_LOCKED) from error
        if "security" in str(error).lower():
            raise EncryptedDocument(_LOCKED) from error
    return _mend(data), (Notice(NoticeKind.MENDED),)


def _mend(data: bytes) -> pdfium.PdfDocument:
    """Return the PDF as rewritten by pikepdf."""
    mended = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            if len(source.pages) == 0:
                raise DamagedDocument(_BROKEN)
            source.save(mended)
    except pikepdf.PasswordError as error:
        raise EncryptedDocument(_LOCKED) from error
    return pdfium.PdfDocument(mended.getvalue())


def _read_pages(source: pdfium.PdfDocument, facts: Catalogue) -> tuple[list[PdfPage], set[int]]:
    """Return all pages, each closed as soon as it is read, and the numbers of those that cannot be loaded."""
    pages: list[PdfPage] = []
    broken: set[int] = set()
    for number in range(1, len(source) + 1):
        try:
            page = source[number - 1]
        except pdfium.PdfiumError:
            broken.add(number)
            pages.append(PdfPage(number, Frame(0, 0, 0, 0, 0), (), 0, False, True))
            continue
        try:
            pages.append(read_page(page, number, layered=facts.layered, unit=facts.units.get(number, 1.0)))
        finally:
            page.close()
    return pages, broken


def _list_unread(pages: Sequence[PdfPage], broken: set[int]) -> list[Unread]:
    """Return the pages that hold something but could not be read, with the reason."""
    unread: list[Unread] = []
    for page in pages:
        reason = UnreadReason.DAMAGED if page.number in broken else find_unreadable(page)
        if reason is not None:
            unread.append(Unread(reason, page=page.number, detail=_DETAILS[reason]))
    return unread
