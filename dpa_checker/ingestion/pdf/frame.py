"""How a PDF page is displayed: from the space of the page to points from the top left."""

from __future__ import annotations

from dataclasses import dataclass

from dpa_checker.ingestion.pdf.pdfium import pdfium


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page is displayed: its visible box in PDF space and its rotation in quarter turns.

    ``unit`` is the size of a unit of that space in points (``UserUnit``, ISO 32000-2, 14.11).
    """

    left: float
    bottom: float
    right: float
    top: float
    turns: int
    unit: float = 1.0

    @property
    def width(self) -> float:
        """The width of the page as displayed."""
        return self.unit * (self.top - self.bottom if self.turns % 2 else self.right - self.left)

    @property
    def height(self) -> float:
        """The height of the page as displayed."""
        return self.unit * (self.right - self.left if self.turns % 2 else self.top - self.bottom)

    def place(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Return a rectangle of PDF space in points from the top left of the displayed page."""
        if self.turns == 1:
            x0, y0, x1, y1 = y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        elif self.turns == 2:
            x0, y0, x1, y1 = self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        elif self.turns == 3:
            x0, y0, x1, y1 = self.top - y1, self.right - x1, self.top - y0, self.right - x0
        else:
            x0, y0, x1, y1 = x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        if self.unit != 1.0:
            x0, y0, x1, y1 = x0 * self.unit, y0 * self.unit, x1 * self.unit, y1 * self.unit
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def read_frame(page: pdfium.PdfPage, unit: float = 1.0) -> Frame:
    """Return how ``page`` is displayed."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4, unit)
