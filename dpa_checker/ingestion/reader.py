"""One reader a format, behind one protocol, and the choice of the reader by content."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from dpa_checker.errors import DocumentError, EmptyDocument, LimitExceeded
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.plain import PlainReader
from dpa_checker.ingestion.sniffing import Format, detect_format
from dpa_checker.model import Document

_DEFAULT = Limits()


class Reader(Protocol):
    """Reads the bytes of one format into a document; raises only subclasses of ``DocumentError``."""

    media_type: str

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of ``data``."""
        ...


def read_file(path: Path, *, limits: Limits = _DEFAULT) -> Document:
    """Return the document of the file at ``path``; its type is told from its content, never from its name."""
    try:
        size = path.stat().st_size
        limits.check("max_bytes", size)
        data = path.read_bytes()
    except LimitExceeded:
        raise
    except OSError as error:
        raise DocumentError(
            f"The file {path.name} could not be opened: {error.strerror or type(error).__name__}. "
            f"Check the path and its permissions."
        ) from error
    return read_bytes(data, name=path.name, limits=limits)


def read_bytes(data: bytes, *, name: str | None = None, limits: Limits = _DEFAULT) -> Document:
    """Return the document of ``data``; ``name`` is kept for the report and plays no part in reading."""
    limits.check("max_bytes", len(data))
    if not data:
        raise EmptyDocument("The file holds no bytes. Check that it was saved or uploaded in full.")
    return _reader_for(detect_format(data)).read(data, name, limits)


def _reader_for(detected: Format) -> Reader:
    """Return the reader of a format; PDF and DOCX libraries are loaded only when they are needed."""
    if detected is Format.PDF:
        from dpa_checker.ingestion.pdf import PdfReader

        return PdfReader()
    if detected is Format.DOCX:
        from dpa_checker.ingestion.docx import DocxReader

        return DocxReader()
    return PlainReader()
