"""One page of a PDF as read: its lines, and cheap signs of what else it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from dpa_checker.ingestion.pdf_columns import infer_columns
from dpa_checker.ingestion.pdf_line import Frame, PageText, PdfLine, read_frame
from dpa_checker.ingestion.pdf_rules import is_grid, read_rules
from dpa_checker.ingestion.pdf_table import PdfTable, build_tables, find_grids
from dpa_checker.ingestion.pdfium import pdfium

_FEWEST_LETTERS = 10
_MARGIN = 0.14
_LETTER = re.compile(r"[^\W\d_]")
_SPACE = re.compile(r"\s")
_LOST = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff\ufffd]")


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What was read of one page (1-based ``number``).

    ``letters`` is counted up to the few that make a page count as read; ``lines`` stand outside the ruled
    ``tables``; ``drawn`` tells whether there is an image or a drawing; ``legible`` is False when its
    characters have no meaning (fonts without a Unicode table).
    """

    number: int
    frame: Frame
    lines: tuple[PdfLine, ...]
    letters: int
    drawn: bool
    legible: bool
    tables: tuple[PdfTable, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether there is enough legible text to call the page read."""
        return self.legible and self.letters >= _FEWEST_LETTERS


def read_page(page: pdfium.PdfPage, number: int) -> PdfPage:
    """Return what PDFium tells of a page; the caller closes it."""
    frame = read_frame(page)
    textpage = page.get_textpage()
    try:
        text = PageText(textpage, frame)
        lines = list(text.lines())
        drawn, rules = read_rules(page, frame)
        tables: list[PdfTable] = []
        rules += infer_columns(rules, lines)
        if is_grid(rules):
            grids = [cells for cells in find_grids(rules) if not _is_marginal(cells, frame)]
            tables, lines = build_tables(grids, lines, text)
    finally:
        textpage.close()
    letters = sum(1 for _ in islice(_LETTER.finditer(text.text), _FEWEST_LETTERS))
    legible = _is_legible(text.text)
    return PdfPage(number, frame, tuple(lines), letters, drawn, legible, tuple(tables))


def _is_marginal(cells: Sequence[tuple[float, float, float, float]], frame: Frame) -> bool:
    """Tell whether a grid stands wholly in the head or foot of the page, where running headers are."""
    return (
        max(cell[3] for cell in cells) <= _MARGIN * frame.height
        or min(cell[1] for cell in cells) >= (1 - _MARGIN) * frame.height
    )


def _is_legible(text: str) -> bool:
    """Tell whether most characters stand for something."""
    if text.isascii() and text.replace("\r\n", "").isprintable():
        return True
    return len(_LOST.findall(text)) <= 0.3 * len(text) - 0.3 * len(_SPACE.findall(text))
