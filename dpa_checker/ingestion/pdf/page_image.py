"""A page of a PDF as a picture with boxes drawn on it, for showing where a quote stands."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dpa_checker.errors import DamagedDocument
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.pdf.frame import Frame, read_frame
from dpa_checker.ingestion.pdf.one_page import opened_at
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.model import Box

if TYPE_CHECKING:
    from PIL.Image import Image

#: Pixels across, and in all.
LEAST_WIDTH: Final = 100
MOST_WIDTH: Final = 2_400
_MOST_PIXELS: Final = 12_000_000
#: In pixels: how far a box reaches beyond the words, and how thick its line is.
_RIM: Final = 2
_LINE: Final = 2
#: How hard zlib tries: more takes twice the time, and pages of text come out larger rather than smaller.
_EFFORT: Final = 3
#: Line and filling (red, green, blue, opacity) of a quote that grants and of one that denies.
_FOR: Final = ((20, 37, 61, 255), (255, 214, 10, 70))
_AGAINST: Final = ((176, 0, 32, 255), (176, 0, 32, 50))
_BROKEN: Final = "The page cannot be drawn. Open the original instead."


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to be drawn; ``against`` marks words that deny."""

    box: Box
    against: bool = False


def render_page_image(data: bytes, number: int, marks: Sequence[Mark], width: int, limits: Limits) -> bytes:
    """Return page ``number`` (1-based) of a PDF as PNG, ``width`` pixels across unless it would be too high.

    Marks of other pages are left out.  Raises ``DocumentError``.
    """
    with opened_at(data, number, limits, broken=_BROKEN) as (source, facts):
        unit = facts.units.get(number, 1.0)
        return _render(source[number - 1], unit, [mark for mark in marks if mark.box.page == number], width)


def _render(page: pdfium.PdfPage, unit: float, marks: Sequence[Mark], width: int) -> bytes:
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise DamagedDocument(_BROKEN)
    wanted = max(LEAST_WIDTH, min(width, MOST_WIDTH))
    scale = min(wanted / across, (_MOST_PIXELS / (across * down)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=True)
    try:
        image = bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
    drawn = _draw(image, read_frame(page, unit), marks) if marks else _spare(image)
    written = io.BytesIO()
    drawn.save(written, format="PNG", compress_level=_EFFORT)
    return written.getvalue()


def _spare(image: Image) -> Image:
    """Return a picture without colours in shades of grey, which is a third of it."""
    from PIL import ImageChops

    red, green, blue = image.split()
    coloured = ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox()
    return image if coloured else green


def _draw(image: Image, frame: Frame, marks: Sequence[Mark]) -> Image:
    from PIL import Image as Pictures
    from PIL import ImageDraw

    layer = Pictures.new("RGBA", image.size, (255, 255, 255, 0))
    pen = ImageDraw.Draw(layer)
    across, down = image.width / frame.width, image.height / frame.height
    for mark in marks:
        line, filling = _AGAINST if mark.against else _FOR
        box = mark.box
        left, right = sorted((box.x0 * across - _RIM, box.x1 * across + _RIM))
        top, bottom = sorted((box.y0 * down - _RIM, box.y1 * down + _RIM))
        pen.rectangle((left, top, right, bottom), fill=filling, outline=line, width=_LINE)
    return Pictures.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
