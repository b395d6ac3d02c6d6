"""A PDF opened for one of its pages, with the checks that a document goes through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.pdf.bomb import check_streams
from dpa_checker.ingestion.pdf.catalogue import Catalogue, read_catalogue
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.ingestion.pdf.reader import open_pdf

_NO_PAGE: Final = "The PDF has no such page. Count its pages from 1."


@contextmanager
def opened_at(
    data: bytes, number: int | None, limits: Limits, *, broken: str
) -> Iterator[tuple[pdfium.PdfDocument, Catalogue]]:
    """Give a PDF that has page ``number`` (1-based; None asks for none), and what its catalogue tells.

    Raises ``DocumentError``, with the message ``broken`` for what PDFium cannot make sense of.
    """
    with damaged_as(broken):
        check_streams(data, limits)
        source, _ = open_pdf(data)
        try:
            limits.check("max_pages", len(source))
            if number is not None and not 1 <= number <= len(source):
                raise DocumentError(_NO_PAGE)
            yield source, read_catalogue(source, data)
        finally:
            source.close()
