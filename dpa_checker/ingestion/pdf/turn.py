"""Pages whose text runs up or down: read as if turned, their boxes turned back to the page as displayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.page import PdfPage
from dpa_checker.model import Anchor, Box


def turn_back(anchors: Sequence[Anchor], pages: Sequence[PdfPage]) -> tuple[Anchor, ...]:
    """Return the anchors with the boxes on turned pages as displayed."""
    turned = {page.number: page for page in pages if page.turned}
    if not turned:
        return tuple(anchors)
    return tuple(
        replace(anchor, boxes=tuple(_turn(box, turned.get(box.page)) for box in anchor.boxes)) for anchor in anchors
    )


def _turn(box: Box, page: PdfPage | None) -> Box:
    """Return a box of a turned page on the page as displayed."""
    if page is None:
        return box
    x0, y0, x1, y1 = turn_rectangle((box.x0, box.y0, box.x1, box.y1), page.frame, page.turned)
    return Box(box.page, round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def turn_rectangle(
    box: tuple[float, float, float, float], frame: Frame, turned: int
) -> tuple[float, float, float, float]:
    """Return a rectangle of ``frame`` on the page before it was ``turned`` clockwise by quarter turns."""
    x0, y0, x1, y1 = box
    if turned == 1:
        return y0, frame.width - x1, y1, frame.width - x0
    if turned == 2:
        return frame.width - x1, frame.height - y1, frame.width - x0, frame.height - y0
    return frame.height - y1, x0, frame.height - y0, x1
