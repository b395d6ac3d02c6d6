"""PDF: opening and mending the file, reading its pages one by one, telling which could not be read."""

from __future__ import annotations

import hashlib
import io

import pikepdf

from dpa_checker.errors import DamagedDocument, DocumentError, EmptyDocument, EncryptedDocument
from dpa_checker.ingestion.blocks import build_blocks
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.pdf_layout import build_text
from dpa_checker.ingestion.pdf_line import Frame
from dpa_checker.ingestion.pdf_page import PdfPage, read_page
from dpa_checker.ingestion.pdfium import pdfium
from dpa_checker.model import Document, Unread, UnreadReason

MEDIA_TYPE = "application/pdf"

_LOCKED = "The PDF is locked with a password. Save a copy without the password and try again."
_BROKEN = "The PDF is damaged and could not be mended. Print or export it again from a viewer, and retry."
_MENDED = "The PDF was damaged and was mended before reading; compare the text with the original."
_SCANNED = "The page has no text layer; it is probably a scan. Run text recognition (OCR) on it."
_ILLEGIBLE = "The text layer of the page cannot be decoded. Run text recognition (OCR) on it."


class PdfReader:
    """Reads PDF files with a text layer; pages without one are listed as unread."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a PDF; raises a typed error when it is locked, broken, empty or too long."""
        try:
            return _read(data, name, limits)
        except DocumentError:
            raise
        except Exception as error:
            raise DamagedDocument(_BROKEN) from error


def _read(data: bytes, name: str | None, limits: Limits) -> Document:
    """Return the document of a PDF; library errors come through."""
    source, notices = _open(data)
    try:
        limits.check("max_pages", len(source))
        pages, broken = _read_pages(source)
    finally:
        source.close()
    unread = _list_unread(pages, broken)
    readable = [page if page.has_text else _without_text(page) for page in pages]
    if not unread and not any(page.lines or page.tables for page in readable):
        raise EmptyDocument("The PDF has no text on any page. Check that the right file was given.")
    built = build_text(readable)
    limits.check("max_characters", len(built.text))
    return Document(
        text=built.text,
        blocks=build_blocks(built.text, built.passages),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPE,
        name=name,
        pages=len(pages),
        page_starts=built.page_starts,
        anchors=built.anchors,
        unread=tuple(unread),
        notices=notices,
        awkward_pages=tuple(page.number for page in pages if page.tables),
    )


def _open(data: bytes) -> tuple[pdfium.PdfDocument, tuple[str, ...]]:
    """Return the opened PDF, mended by pikepdf when PDFium cannot open it, with a notice of that."""
    try:
        source = pdfium.PdfDocument(data)
        if len(source) > 0:
            return source, ()
        source.close()
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocument(_LOCKED) from error
        if "security" in str(error).lower():
            raise EncryptedDocument(_LOCKED) from error
    return _mend(data), (_MENDED,)


def _mend(data: bytes) -> pdfium.PdfDocument:
    """Return the PDF as rewritten by pikepdf."""
    mended = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            if len(source.pages) == 0:
                raise DamagedDocument(_BROKEN)
            source.save(mended)
        return pdfium.PdfDocument(mended.getvalue())
    except pikepdf.PasswordError as error:
        raise EncryptedDocument(_LOCKED) from error
    except DocumentError:
        raise
    except Exception as error:
        raise DamagedDocument(_BROKEN) from error


def _read_pages(source: pdfium.PdfDocument) -> tuple[list[PdfPage], set[int]]:
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
            pages.append(read_page(page, number))
        finally:
            page.close()
    return pages, broken


def _list_unread(pages: list[PdfPage], broken: set[int]) -> list[Unread]:
    """Return the pages that hold something but could not be read, with the reason."""
    unread: list[Unread] = []
    for page in pages:
        if page.number in broken:
            unread.append(Unread(UnreadReason.DAMAGED, page=page.number, detail="The page could not be loaded."))
        elif not page.legible:
            unread.append(Unread(UnreadReason.NO_TEXT_LAYER, page=page.number, detail=_ILLEGIBLE))
        elif not page.has_text and page.drawn:
            unread.append(Unread(UnreadReason.NO_TEXT_LAYER, page=page.number, detail=_SCANNED))
    return unread


def _without_text(page: PdfPage) -> PdfPage:
    """Return a page without its text when that is garbled; a few letters on a blank page are kept."""
    if page.legible:
        return page
    return PdfPage(page.number, page.frame, (), page.letters, page.drawn, page.legible)
