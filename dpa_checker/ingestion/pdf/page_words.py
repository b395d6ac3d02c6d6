"""The sizes of the pages of a PDF, and the words of one page in their places, without reading all the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.page_layout import PageLayout, PrintedLine
from dpa_checker.ingestion.pdf.catalogue import Catalogue
from dpa_checker.ingestion.pdf.layout import build_text
from dpa_checker.ingestion.pdf.one_page import opened_at
from dpa_checker.ingestion.pdf.outline import Outline
from dpa_checker.ingestion.pdf.page import read_page
from dpa_checker.ingestion.pdf.pdfium import pdfium

_BROKEN: Final = "The pages cannot be laid out. Open the original instead."
#: What a page counts as that cannot be loaded, or whose size makes no sense: A4.
_USUAL: Final = (595.28, 841.89)
_LEAST, _MOST = 1.0, 10_000_000.0
#: A page has a hundred lines, or is made to do harm.
_MOST_LINES: Final = 5_000


def read_layout(data: bytes, number: int | None, limits: Limits) -> PageLayout:
    """Return the sizes of the pages of a PDF, and the lines of page ``number`` (1-based) where one is asked for.

    The words of a page without a text layer are not recognised.  Raises ``DocumentError``.
    """
    with opened_at(data, number, limits, broken=_BROKEN) as (source, facts):
        sizes = tuple(_size(source, page, facts.units.get(page, 1.0)) for page in range(1, len(source) + 1))
        return PageLayout(sizes, () if number is None else tuple(_read_lines(source, number, facts)))


def _size(source: pdfium.PdfDocument, number: int, unit: float) -> tuple[float, float]:
    try:
        width, height = source.get_page_size(number - 1)
    except pdfium.PdfiumError:
        return _USUAL
    size = round(width * unit, 2), round(height * unit, 2)
    return size if all(_LEAST <= side <= _MOST for side in size) else _USUAL


def _read_lines(source: pdfium.PdfDocument, number: int, facts: Catalogue) -> Iterator[PrintedLine]:
    """Yield the lines of a page as they are read in a document of this page alone."""
    page = source[number - 1]
    try:
        found = read_page(page, 1, layered=facts.layered, unit=facts.units.get(number, 1.0))
    finally:
        page.close()
    if not found.legible:
        return
    built = build_text([found], Outline())
    for anchor in built.anchors[:_MOST_LINES]:
        words = built.text[anchor.start : anchor.end].encode("utf-8", "replace").decode()
        for box in anchor.boxes:
            yield PrintedLine(words, box.x0, box.y0, box.x1, box.y1)
