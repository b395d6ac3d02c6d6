"""A PDF page rendered to pixels, to tell whether something is printed in a place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.pdfium import pdfium, pdfium_c
from dpa_checker.ingestion.pdf.table import Rectangle

_SCALE = 1.5
_MOST_PIXELS = 3_000_000
_CONTRAST = 24
_TRACE = 0.03
_CHANNELS = 4
_RIM = 3.0
_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered part of a page: rows of ``stride`` bytes, four bytes a pixel; ``scale`` in pixels a point.

    ``left`` and ``top`` are where it begins on the displayed page, in points.
    """

    pixels: bytes
    width: int
    height: int
    stride: int
    scale: float
    left: float
    top: float

    def differs(self, other: Picture, box: Rectangle) -> bool:
        """Tell whether two pictures of a page differ within ``box`` in more than a few pixels."""
        left, top, right, bottom = self._cells(box)
        changed, enough = 0, _TRACE * (right - left) * (bottom - top)
        for y in range(top, bottom):
            begin, end = y * self.stride + left * _CHANNELS, y * self.stride + right * _CHANNELS
            one, two = self.pixels[begin:end], other.pixels[begin:end]
            if one != two:
                changed += _changed(one, two)
                if changed > enough:
                    return True
        return False

    def has_ink(self, box: Rectangle) -> bool:
        """Tell whether ``box`` with a narrow rim holds something other than one plain colour."""
        left, top, right, bottom = self._cells((box[0] - _RIM, box[1] - _RIM, box[2] + _RIM, box[3] + _RIM))
        rows = [
            self.pixels[y * self.stride + left * _CHANNELS : y * self.stride + right * _CHANNELS]
            for y in range(top, bottom)
        ]
        if not rows:
            return False
        ground = rows[0][:_CHANNELS] * (right - left)
        changed = sum(_changed(row, ground) for row in rows if row != ground)
        return changed > _TRACE * (right - left) * (bottom - top)

    def _cells(self, box: Rectangle) -> tuple[int, int, int, int]:
        """Return the pixels that a rectangle in points covers, at least one each way."""
        left, top = int((box[0] - self.left) * self.scale), int((box[1] - self.top) * self.scale)
        right, bottom = int((box[2] - self.left) * self.scale) + 1, int((box[3] - self.top) * self.scale) + 1
        left, right = max(0, min(left, self.width)), max(0, min(right, self.width))
        return left, max(0, min(top, self.height)), right, max(0, min(bottom, self.height))


def _changed(one: bytes, two: bytes) -> int:
    """Return in how many pixels two rows differ by more than an eye would overlook."""
    count = 0
    for place in range(0, len(one), _CHANNELS):
        if one[place : place + 3] != two[place : place + 3] and any(
            abs(one[place + channel] - two[place + channel]) >= _CONTRAST for channel in range(3)
        ):
            count += 1
    return count


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
        return Picture(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, scale, *begin)
    finally:
        bitmap.close()
