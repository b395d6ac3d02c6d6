"""One page of a PDF as read: its lines, and cheap signs of what else it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from dpa_checker.ingestion.pdf.annotation import Annotations, Remark, read_annotations
from dpa_checker.ingestion.pdf.aside import Aside
from dpa_checker.ingestion.pdf.columns import infer_columns
from dpa_checker.ingestion.pdf.frame import Frame, read_frame
from dpa_checker.ingestion.pdf.legibility import is_legible
from dpa_checker.ingestion.pdf.line import PageText, PdfLine
from dpa_checker.ingestion.pdf.marks import find_labels, find_struck
from dpa_checker.ingestion.pdf.objects import Survey, survey_page
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.ingestion.pdf.rules import is_grid
from dpa_checker.ingestion.pdf.table import PdfTable, build_tables, find_grids
from dpa_checker.ingestion.pdf.visibility import find_hidden
from dpa_checker.model import UnreadReason

_FEWEST_LETTERS = 10
_MARGIN = 0.14
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What was read of one page (1-based ``number``).

    ``frame`` is the page as it is read, ``turned`` by how many quarter turns clockwise from how it is displayed.
    ``letters`` is counted up to the few that make a page count as read; ``lines`` stand outside the ruled
    ``tables``; ``drawn`` tells whether there is an image or a drawing; ``legible`` is False when its
    characters have no meaning (fonts without a Unicode table, or with a false one).
    """

    number: int
    frame: Frame
    lines: tuple[PdfLine, ...]
    letters: int
    drawn: bool
    legible: bool
    tables: tuple[PdfTable, ...] = ()
    asides: tuple[Aside, ...] = ()
    turned: int = 0
    remarks: tuple[Remark, ...] = ()
    files: tuple[str, ...] = ()
    fields: int = 0
    outside: int = 0

    @property
    def has_text(self) -> bool:
        """Whether there is enough legible text to call the page read."""
        return self.legible and self.letters >= _FEWEST_LETTERS


def find_unreadable(page: PdfPage) -> UnreadReason | None:
    """Return why the text of a page has to be recognised from its picture, None when it need not be."""
    if not page.legible:
        return UnreadReason.GARBLED
    if not page.has_text and page.drawn:
        return UnreadReason.NO_TEXT_LAYER
    return None


def read_page(page: pdfium.PdfPage, number: int, *, layered: bool = False, unit: float = 1.0) -> PdfPage:
    """Return what PDFium tells of a page; the caller closes it.

    ``layered`` tells that layers are off; ``unit`` is the size of a unit of the page in points.
    """
    frame = read_frame(page, unit)
    textpage = page.get_textpage()
    try:
        text = PageText(textpage, frame)
        turned = text.turn_upright()
        survey = survey_page(page, text.frame)
        notes = read_annotations(page, text.frame)
        lines = _read_lines(page, text, survey, notes, layered=layered)
        tables: list[PdfTable] = []
        rules = survey.rules + infer_columns(survey.rules, lines)
        if is_grid(rules):
            grids = [cells for cells in find_grids(rules) if not _is_marginal(cells, text.frame)]
            tables, lines = build_tables(grids, lines, text)
    finally:
        textpage.close()
    letters = sum(1 for _ in islice(_LETTER.finditer(text.text), _FEWEST_LETTERS)) + sum(
        len(line.text) for line in notes.values
    )
    return PdfPage(
        number,
        text.frame,
        tuple(lines),
        letters,
        survey.drawn,
        is_legible(text.text),
        tuple(tables),
        (*text.asides, *notes.asides),
        turned,
        tuple(notes.remarks),
        tuple(notes.files),
        notes.fields,
        notes.outside,
    )


def _read_lines(
    page: pdfium.PdfPage, text: PageText, survey: Survey, notes: Annotations, *, layered: bool
) -> list[PdfLine]:
    """Return the lines of a page without what is hidden, struck through or not chosen, the form's values added."""
    hidden = find_hidden(page, text, survey, layered=layered)
    if hidden:
        text.set_aside(hidden, UnreadReason.HIDDEN)
    lines = list(text.lines())
    rules = survey.rules + survey.dashes
    struck = find_struck(text, lines, rules, notes.struck) if rules or notes.struck else set()
    if struck:
        text.set_aside(struck, UnreadReason.STRUCK_THROUGH)
    unchosen = find_labels(text, lines, [*notes.open_boxes, *notes.ticked], notes.open_boxes)
    if unchosen:
        text.set_aside(unchosen, UnreadReason.UNSELECTED_OPTION)
    if struck or unchosen:
        lines = list(text.lines())
    return lines + notes.values


def without_text(page: PdfPage) -> PdfPage:
    """Return a page without its text."""
    return replace(page, lines=(), tables=())


def _is_marginal(cells: Sequence[tuple[float, float, float, float]], frame: Frame) -> bool:
    """Tell whether a grid stands wholly in the head or foot of the page, where running headers are."""
    return (
        max(cell[3] for cell in cells) <= _MARGIN * frame.height
        or min(cell[1] for cell in cells) >= (1 - _MARGIN) * frame.height
    )
