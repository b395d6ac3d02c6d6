"""The lines of a PDF page: their characters from PDFium, and their boxes in points from the top left."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dpa_checker.ingestion.pdfium import pdfium, pdfium_c

_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?")  # PDFium ends a hyphenated line with U+FFFE only
_LETTER = re.compile(r"[^\W\d_]")
_LAST_LETTER = re.compile(r"[^\W_](?=[\W_]*$)")
_BOLD_NAME = re.compile(rb"bold|heavy|black|demi", re.IGNORECASE)
_WIDE_GAP = 1.8
_BOLD = 600
_MANY_RECTANGLES = 24
_LEAST_GAP = 14.0
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\x02": "\ufffe",
        "\t": " ",
    }
)
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
_SPACE = re.compile(r"(?<=\S)\s+(?=\S)")
_SPACES = re.compile(r"[ \u2000-\u200a]{2,}")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A piece of one printed line; edges in points from the top left of the page as displayed.

    ``size`` is the height of the type, ``bold`` whether all of it looks bold, ``first`` and ``count`` the
    range of PDFium character indices (0 characters when it was put together from several pieces).
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    first: int = 0
    count: int = 0

    @property
    def upright(self) -> bool:
        """Whether the text runs from left to right rather than up or down the margin."""
        return len(self.text) < 4 or (self.y1 - self.y0) < 2.5 * (self.x1 - self.x0)


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page is displayed: its visible box in PDF space and its rotation in quarter turns."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def width(self) -> float:
        """The width of the page as displayed."""
        return self.top - self.bottom if self.turns % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """The height of the page as displayed."""
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

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
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def read_frame(page: pdfium.PdfPage) -> Frame:
    """Return how ``page`` is displayed."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)


class PageText:
    """The text of one page and the geometry of its characters; positions are PDFium character indices."""

    def __init__(self, textpage: pdfium.PdfTextPage, frame: Frame) -> None:
        self._raw: Any = textpage.raw
        self.frame = frame
        self._loose = pdfium_c.FS_RECTF()
        self._name = ctypes.create_string_buffer(128)
        self._edges = [ctypes.c_double() for _ in range(4)]
        count = textpage.count_chars()
        text = textpage.get_text_range() if count > 0 else ""
        self.text: str = text if len(text) == count else self._read_by_character(count)

    def _read_by_character(self, count: int) -> str:
        """Return one character an index, for pages where PDFium's text and its indices do not run in step."""
        codes = (pdfium_c.FPDFText_GetUnicode(self._raw, index) for index in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)

    def lines(self) -> Iterator[PdfLine]:
        """Yield the lines in the order of the file, cut where a gap parts two columns."""
        for match in _LINE.finditer(self.text):
            first, end = match.start(), match.end()
            while first < end and self.text[first].isspace():
                first += 1
            while end > first and self.text[end - 1].isspace():
                end -= 1
            if first == end:
                continue
            for start, stop in self._cut(first, end):
                line = self._line(start, stop)
                if line is not None:
                    yield line

    def character(self, index: int) -> tuple[float, float, float, float] | None:
        """Return the box of a character with the full height of its font, or None."""
        loose = self._loose
        if not pdfium_c.FPDFText_GetLooseCharBox(self._raw, index, loose):
            return None
        frame = self.frame
        if frame.turns == 0:
            top = frame.top
            return loose.left - frame.left, top - loose.top, loose.right - frame.left, top - loose.bottom
        return frame.place(loose.left, loose.bottom, loose.right, loose.top)

    def piece(self, first: int, end: int) -> PdfLine | None:
        """Return the line of characters ``[first, end)`` without outer white space."""
        while first < end and self.text[first].isspace():
            first += 1
        while end > first and self.text[end - 1].isspace():
            end -= 1
        return self._line(first, end) if first < end else None

    def _line(self, first: int, end: int) -> PdfLine | None:
        """Return the line of characters ``[first, end)``, None when nothing of it can be read or placed."""
        raw = self.text[first:end]
        text = clean(raw)
        if not text:
            return None
        letter = _LETTER.search(raw, len(raw) // 2) or _LETTER.search(raw)
        middle = first + (letter.start() if letter is not None else (end - first) // 2)
        head, body, tail = self.character(first), self.character(middle), self.character(end - 1)
        if head is None or body is None or tail is None:
            return None
        upright = self.frame.turns % 2 == 0
        size = abs(body[3] - body[1])
        y0, y1 = body[1], body[3]
        if abs((tail[1] + tail[3]) - (head[1] + head[3])) > 3 * size or not upright:
            y0, y1 = min(head[1], body[1], tail[1]), max(head[3], body[3], tail[3])
        last = _LAST_LETTER.search(raw)
        bold = self._is_bold(middle) and self._is_bold(first + last.start() if last is not None else end - 1)
        x0, x1 = min(head[0], body[0], tail[0]), max(head[2], body[2], tail[2])
        return PdfLine(text, x0, y0, x1, y1, size, bold, first, end - first)

    def _is_bold(self, index: int) -> bool:
        """Tell whether a character is bold, by the weight of its font or else by the font's name."""
        weight = int(pdfium_c.FPDFText_GetFontWeight(self._raw, index))
        if weight > 0:
            return weight >= _BOLD
        length = pdfium_c.FPDFText_GetFontInfo(self._raw, index, self._name, len(self._name), None)
        return 0 < length <= len(self._name) and _BOLD_NAME.search(self._name.value) is not None

    def _cut(self, first: int, end: int) -> list[tuple[int, int]]:
        """Return the pieces of a line between gaps too wide for a space."""
        count = pdfium_c.FPDFText_CountRects(self._raw, first, end - first)
        if count < 2:
            return [(first, end)]
        box = self.character(first)
        size = abs(box[3] - box[1]) if box is not None else 0.0
        limit = max(_WIDE_GAP * size, _LEAST_GAP)
        if count > _MANY_RECTANGLES or self._has_wide_gap(count, limit):
            return self._cut_at_spaces(first, end, limit)
        return [(first, end)]

    def _has_wide_gap(self, count: int, limit: float) -> bool:
        """Tell whether any two rectangles in a row, of those that PDFium counted last, stand far apart."""
        left, top, right, bottom = self._edges
        plain, place = self.frame.turns == 0, self.frame.place
        reach: float | None = None
        for index in range(count):
            pdfium_c.FPDFText_GetRect(self._raw, index, left, top, right, bottom)
            if plain:
                x0, x1 = left.value, right.value
            else:
                x0, _, x1, _ = place(left.value, bottom.value, right.value, top.value)
            if reach is None:
                reach = x1
            elif x0 - reach > limit or reach - x1 > limit:
                return True
            elif x1 > reach:
                reach = x1
        return False

    def _cut_at_spaces(self, first: int, end: int, limit: float) -> list[tuple[int, int]]:
        """Return the pieces of a line, cut where the next word stands farther than ``limit`` away.

        PDFium puts a space of its own where the file has a gap and none.
        """
        pieces: list[tuple[int, int]] = []
        start = first
        for match in _SPACE.finditer(self.text, first, end):
            before, after = self.character(match.start() - 1), self.character(match.end())
            if before is None or after is None:
                continue
            if after[0] - before[2] > limit or before[0] - after[2] > limit:
                pieces.append((start, match.start()))
                start = match.end()
        return [*pieces, (start, end)]


def clean(raw: str) -> str:
    """Return readable characters: ligatures spelt out, control characters dropped, accents composed."""
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    text = _UNSAID.sub("", raw.translate(_LIGATURES))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()
