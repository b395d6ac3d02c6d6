"""One reader a format, behind one protocol, and the choice of the reader by content."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.choices.settlement import settle_choices
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.ocr import Recognition, recognition
from dpa_checker.ingestion.sniffing import Format, detect_format
from dpa_checker.ingestion.source.file import load_file
from dpa_checker.ingestion.text import plain
from dpa_checker.model import Document

_DEFAULT = Limits()
_ANY = Recognition()


class Reader(Protocol):
    """Reads the bytes of one format into a document; raises only subclasses of ``DocumentError``."""

    media_type: str

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of ``data``."""
        ...


def read_file(path: Path, *, limits: Limits = _DEFAULT, scans: Recognition = _ANY) -> Document:
    """Return the document of the file at ``path``; its type is told from its content, never from its name."""
    data = load_file(path, limits=limits)
    return read_bytes(data, name=path.name, limits=limits, scans=scans)


def read_bytes(
    data: bytes, *, name: str | None = None, limits: Limits = _DEFAULT, scans: Recognition = _ANY
) -> Document:
    """Return the document of ``data``; ``name`` is kept for the report and chooses no format.

    ``scans`` says how the text of scanned pages is to be recognised.
    """
    limits.check("max_bytes", len(data))
    if not data:
        raise EmptyDocument("The file holds no bytes. Check that it was saved or uploaded in full.")
    with recognition(scans):
        return settle_choices(choose_reader(detect_format(data, limits), name).read(data, name, limits))


def read_text(text: str, *, name: str | None = None) -> Document:
    """Return the document of a string; ``document.text`` is that string, code point for code point.

    No block holds an option that is not ticked or not chosen; such options are reported with their span.
    """
    return settle_choices(plain.read_text(text, name=name))


_READERS: Final = {
    Format.PDF: ("pdf.reader", "PdfReader"),
    Format.DOCX: ("docx.reader", "DocxReader"),
    Format.ODT: ("odt.reader", "OdtReader"),
    Format.RTF: ("rtf.reader", "RtfReader"),
    Format.DOC: ("legacy.doc", "LegacyDocReader"),
    Format.HTML: ("html.reader", "HtmlReader"),
    Format.MAIL: ("mail.reader", "MailReader"),
    Format.MSG: ("mail.outlook", "OutlookReader"),
}


def choose_reader(detected: Format, name: str | None) -> Reader:
    """Return the reader of a format; its libraries are loaded only when they are needed.

    The name of a file says nothing but whether plain text is laid out as Markdown.
    """
    if detected in _READERS:
        module, reader = _READERS[detected]
        made: Reader = getattr(import_module(f"dpa_checker.ingestion.{module}"), reader)()
        return made
    if name is not None and name.lower().endswith((".md", ".markdown", ".mdown", ".mkd")):
        from dpa_checker.ingestion.text.markdown import MarkdownReader

        return MarkdownReader()
    return plain.PlainReader()
