"""A PDF page rendered to pixels, to tell whether something is printed in a place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.pdfium import pdfium, pdfium_c
from dpa_checker.ingestion.pdf.table import Rectangle

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALE = 1.5
_MOST_PIXELS = 3_000_000
_CONTRAST = 24
_TRACE = 0.03
_RIM = 3.0
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered part of a page, ``scale`` in pixels a point.

    ``left`` and ``top`` are where it begins on the displayed page, in points.
    """

    image: Image
    scale: float
    left: float
    top: float

    def compare(self, other: Picture) -> Difference:
        """Return where two pictures of the same part of a page differ."""
        return Difference(_mark_changes(self.image, other.image), self)

    def has_ink(self, box: Rectangle) -> bool:
        """Tell whether ``box`` with a narrow rim holds something other than one plain colour."""
        from PIL import Image

        cells = self.cells((box[0] - _RIM, box[1] - _RIM, box[2] + _RIM, box[3] + _RIM))
        size = cells[2] - cells[0], cells[3] - cells[1]
        if not (size[0] and size[1]):
            return False
        part = self.image.crop(cells)
        changes = _mark_changes(part, Image.new(part.mode, size, part.getpixel((0, 0))))
        return changes.histogram()[-1] > _TRACE * size[0] * size[1]

    def cells(self, box: Rectangle) -> tuple[int, int, int, int]:
        """Return the pixels that a rectangle in points covers, at least one each way within the picture."""
        width, height = self.image.size
        left, top = int((box[0] - self.left) * self.scale), int((box[1] - self.top) * self.scale)
        right, bottom = int((box[2] - self.left) * self.scale) + 1, int((box[3] - self.top) * self.scale) + 1
        left, right = max(0, min(left, width)), max(0, min(right, width))
        return left, max(0, min(top, height)), right, max(0, min(bottom, height))


@dataclass(frozen=True, slots=True)
class Difference:
    """Which pixels of two pictures differ by more than an eye would overlook."""

    changes: Image
    picture: Picture

    def touches(self, box: Rectangle) -> bool:
        """Tell whether more than a few pixels within ``box`` differ."""
        left, top, right, bottom = cells = self.picture.cells(box)
        if left >= right or top >= bottom:
            return False
        return self.changes.crop(cells).histogram()[-1] > _TRACE * (right - left) * (bottom - top)


def _mark_changes(one: Image, other: Image) -> Image:
    """Return a picture that is 255 where two pictures differ in any channel, else 0."""
    from PIL import ImageChops

    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] * _CONTRAST + [255] * (256 - _CONTRAST))


def render(page: pdfium.PdfPage, frame: Frame, area: Rectangle, *, turned: int = 0) -> Picture | None:
    """Return the part of ``page`` around ``area`` without annotations, None when it has no size.

    ``frame`` is the page as displayed, ``turned`` by some quarter turns.
    """
    left, top = max(0.0, area[0] - _MARGIN), max(0.0, area[1] - _MARGIN)
    right, bottom = min(frame.width, area[2] + _MARGIN), min(frame.height, area[3] + _MARGIN)
    if right - left < 1 or bottom - top < 1:
        return None
    scale = min(_SCALE, (_MOST_PIXELS / ((right - left) * (bottom - top))) ** 0.5)
    crop = tuple(int(edge / frame.unit) for edge in (left, frame.height - bottom, frame.width - right, top))
    bitmap = page.render(
        scale=scale * frame.unit,
        crop=crop,
        rotation=90 * turned,
        may_draw_forms=False,
        draw_annots=False,
        force_bitmap_format=pdfium_c.FPDFBitmap_BGRx,
    )
    try:
        begin = (math.ceil(crop[edge] * scale * frame.unit) / scale for edge in (0, 3))
        return Picture(bitmap.to_pil().convert("RGB"), scale, *begin)
    finally:
        bitmap.close()
