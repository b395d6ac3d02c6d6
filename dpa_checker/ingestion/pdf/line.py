"""The lines of a PDF page: their characters from PDFium, and their boxes in points from the top left."""

from __future__ import annotations

import ctypes
import math
import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from dpa_checker.ingestion.pdf.aside import Aside
from dpa_checker.ingestion.pdf.characters import clean
from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.pdfium import address_of, by_address, pdfium, pdfium_c
from dpa_checker.model import UnreadReason

_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?")  # PDFium ends a hyphenated line with U+FFFE only
_LETTER = re.compile(r"[^\W\d_]")
_LAST_LETTER = re.compile(r"[^\W_](?=[\W_]*$)")
_BOLD_NAME = re.compile(rb"bold|heavy|black|demi", re.IGNORECASE)
_WIDE_GAP = 1.8
_BOLD = 600
_MANY_RECTANGLES = 24
_LEAST_GAP = 14.0
_NEAR = 0.1
_ALIGNED = 1.5
_EXACT = 0.5
_LEAST_STARTS = 2
_SAMPLE = 200
_MOST_ASIDES = 500
_SOFT = " \u00ad\ufffe"
_LETTERS = 12
_UNEVEN = 0.03
_ASCENT, _DESCENT = 0.9, 0.21
_SPACE = re.compile(r"(?<=\S)\s+(?=\S)")
_CUT = re.compile(r"(?<=[.;:!?…)\]»”])[ \u00a0]+(?=\S)")
_WORD = re.compile(r"\w")


Cut = tuple[int, float, float]
Rectangle = tuple[float, float, float, float]
FIELD: Final = -1


class PdfLine(NamedTuple):
    """A piece of one printed line; edges in points from the top left of the page as displayed.

    ``size`` is the height of the type, ``bold`` whether all of it looks bold, ``first`` and ``length`` the
    range of PDFium character indices (no length when it was put together from several pieces; ``first`` is
    :data:`FIELD` for the value of a form field).  ``cuts``
    are places in it where a quote may begin or end: offset in ``text``, right edge of the characters before,
    left edge of those after.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    first: int = 0
    length: int = 0
    cuts: tuple[Cut, ...] = ()

    @property
    def upright(self) -> bool:
        """Whether the text runs from left to right rather than up or down the margin."""
        return len(self.text) < 4 or (self.y1 - self.y0) < 2.5 * (self.x1 - self.x0)


_get_loose_box = by_address(
    pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_get_weight = by_address(pdfium_c.FPDFText_GetFontWeight, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_count_rectangles = by_address(pdfium_c.FPDFText_CountRects, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
_get_rectangle = by_address(
    pdfium_c.FPDFText_GetRect, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4
)
_get_text_object = by_address(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_read_edges = struct.Struct("4f").unpack_from
_read_rectangle = struct.Struct("4d").unpack_from


class PageText:
    """The text of one page and the geometry of its characters; positions are PDFium character indices."""

    def __init__(self, textpage: pdfium.PdfTextPage, frame: Frame) -> None:
        self._raw: Any = textpage.raw
        self.frame = frame
        self._page = address_of(textpage.raw)
        self._loose = (ctypes.c_float * 4)()
        self._into_loose = ctypes.addressof(self._loose)
        self._rectangle = (ctypes.c_double * 4)()
        place = ctypes.addressof(self._rectangle)
        self._into_rectangle = (place, place + 8, place + 16, place + 24)
        self._name = ctypes.create_string_buffer(128)
        self._edges = [ctypes.c_double() for _ in range(4)]
        count = textpage.count_chars()
        text = textpage.get_text_range() if count > 0 else ""
        self.text: str = text if len(text) == count else self._read_by_character(count)
        self.asides: list[Aside] = []
        self.turned = 0
        self.spans = [match.span() for match in _LINE.finditer(self.text)]
        self._tight = False
        self._near: list[tuple[int, float]] = []

    def _read_by_character(self, count: int) -> str:
        """Return one character an index, for pages where PDFium's text and its indices do not run in step."""
        codes = (pdfium_c.FPDFText_GetUnicode(self._raw, index) for index in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)

    def turn_upright(self) -> int:
        """Turn the frame so that most of the text runs from left to right; return by how many quarter turns.

        To be called before the lines are read.
        """
        longest = sorted(self.spans[:_SAMPLE], key=_length)[-3:]
        turns = {self._direction((first + end) // 2) for first, end in longest}
        if len(turns) == 1 and None not in turns:
            self.turned = ((turns.pop() or 0) - self.frame.turns) % 4
            self.frame = replace(self.frame, turns=(self.frame.turns + self.turned) % 4)
        self._tight = self._find_tight()
        return self.turned

    def _direction(self, index: int) -> int | None:
        """Return the quarter turns clockwise that make a character of the page upright."""
        angle = pdfium_c.FPDFText_GetCharAngle(self._raw, index)
        return -round(2 * angle / math.pi) % 4 if angle >= 0 else None

    def lines(self) -> Iterator[PdfLine]:
        """Yield the lines in the order of the file, cut where a gap parts two columns."""
        self._near.clear()
        columns: list[float] = []
        lines: list[PdfLine] = []
        for first, end in self.spans:
            while first < end and self.text[first].isspace():
                first += 1
            while end > first and self.text[end - 1].isspace():
                end -= 1
            if first == end:
                continue
            for number, (start, stop) in enumerate(self._cut(first, end)):
                line = self._line(start, stop)
                if line is not None:
                    lines.append(line)
                    if number:
                        columns.append(line.x0)
        near = self._near and len(columns) >= _LEAST_STARTS
        columns.sort()
        for line in lines:
            yield from self._cut_at_columns(line, columns) if near else (line,)

    def _cut_at_columns(self, line: PdfLine, columns: Sequence[float]) -> Iterator[PdfLine]:
        """Yield the pieces of a line whose words come close to where columns begin in other lines."""
        last = bisect_right(self._near, (line.first + line.length, 0.0))
        close = self._near[bisect_left(self._near, (line.first, 0.0)) : last]
        near = list(_alike(columns, [x for _, x in close]))
        if len(near) < _LEAST_STARTS:
            yield line
            return
        edges = [x for x in near if sum(abs(x - start) < _ALIGNED for start in near) >= _LEAST_STARTS]
        start, end = line.first, line.first + line.length
        for index in range(start + 1, end) if edges else ():
            box = self.character(index) if not self.text[index].isspace() else None
            if box is not None and any(abs(box[0] - x) < _EXACT for x in edges):
                piece = self.piece(start, index)
                if piece is not None:
                    yield piece
                start = index
        rest = self._line(start, end) if start > line.first else line
        if rest is not None:
            yield rest

    def character(self, index: int) -> tuple[float, float, float, float] | None:
        """Return the box of a character with the full height of its font, or None."""
        if not _get_loose_box(self._page, index, self._into_loose):
            return None
        left, top, right, bottom = _read_edges(self._loose)
        frame = self.frame
        if frame.turns == 0 and frame.unit == 1.0:
            return left - frame.left, frame.top - top, right - frame.left, frame.top - bottom
        return frame.place(left, bottom, right, top)

    def ink(self, index: int) -> tuple[float, float, float, float] | None:
        """Return the box of a character as tight as its shape, or None."""
        left, right, bottom, top = self._edges
        if not pdfium_c.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top):
            return None
        return self.frame.place(left.value, bottom.value, right.value, top.value)

    def owners(self) -> Iterator[tuple[int, int]]:
        """Yield each character with the address of the text object that painted it (0 for none)."""
        page = self._page
        for index in range(len(self.text)):
            yield index, _get_text_object(page, index) or 0

    def owner(self, index: int) -> int:
        """Return the address of the text object that painted a character, 0 for none."""
        return int(_get_text_object(self._page, index) or 0)

    def painter(self, index: int) -> Any:
        """Return PDFium's handle of the text object that painted a character, a null pointer for none."""
        return pdfium_c.FPDFText_GetTextObject(self._raw, index)

    def set_aside(self, indices: Collection[int], reason: UnreadReason) -> None:
        """Take characters out of the text and keep what they said apart, run by run."""
        chosen = set(indices)
        for run in _runs(self.text, sorted(chosen)):
            words = " ".join(clean(self.text[run[0] : run[-1] + 1]).split())
            if _WORD.search(words) and len(self.asides) < _MOST_ASIDES:
                boxes = [box for box in map(self.character, run) if box is not None]
                self.asides.append(Aside(reason, words, _around(boxes)))
        self.text = "".join(
            " " if index in chosen and not character.isspace() else character
            for index, character in enumerate(self.text)
        )

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
        if not text or not text.strip(_SOFT):
            return None
        letter = _LETTER.search(raw, len(raw) // 2) or _LETTER.search(raw)
        middle = first + (letter.start() if letter is not None else (end - first) // 2)
        head, body, tail = self.character(first), self.character(middle), self.character(end - 1)
        if head is None or body is None or tail is None:
            return None
        upright = self.frame.turns % 2 == 0
        size = abs(body[3] - body[1])
        if self._tight:
            head, body, tail = (self._full_height(middle, box) for box in (head, body, tail))
            size = abs(body[3] - body[1])
        y0, y1 = body[1], body[3]
        if abs((tail[1] + tail[3]) - (head[1] + head[3])) > 3 * size or not upright:
            y0, y1 = min(head[1], body[1], tail[1]), max(head[3], body[3], tail[3])
        last = _LAST_LETTER.search(raw)
        bold = self._is_bold(middle) and self._is_bold(first + last.start() if last is not None else end - 1)
        x0, x1 = min(head[0], body[0], tail[0]), max(head[2], body[2], tail[2])
        cuts = self._cuts(raw, text, first) if y1 - y0 < 2.5 * (x1 - x0) else ()
        return PdfLine(text, x0, y0, x1, y1, size, bold, first, end - first, cuts)

    def _find_tight(self) -> bool:
        """Tell whether the boxes that PDFium gives differ in height from letter to letter.

        They do for fonts that state no height, or too small a one, as those that office programs embed.
        """
        if self.frame.turns or not self.spans:
            return False
        first, end = max(self.spans, key=_length)
        places = [index for index in range(first, end) if self.text[index].isalpha()][:_LETTERS]
        heights = [box[3] - box[1] for box in map(self.character, places) if box is not None]
        return len(heights) > 1 and max(heights) - min(heights) > _UNEVEN * max(heights)

    def _full_height(self, index: int, box: Rectangle) -> Rectangle:
        """Return a box drawn out to the usual height of its type about the base line of a character."""
        matrix, (x, y, *_) = pdfium_c.FS_MATRIX(), self._edges
        size = float(pdfium_c.FPDFText_GetFontSize(self._raw, index))
        if not (
            pdfium_c.FPDFText_GetMatrix(self._raw, index, matrix)
            and pdfium_c.FPDFText_GetCharOrigin(self._raw, index, x, y)
        ):
            return box
        size *= math.hypot(matrix.c, matrix.d) * self.frame.unit
        base = (self.frame.top - y.value) * self.frame.unit
        return box[0], base - _ASCENT * size, box[2], base + _DESCENT * size

    def _cuts(self, raw: str, text: str, first: int) -> tuple[Cut, ...]:
        """Return where sentences may begin within a line of characters ``raw`` that reads ``text``."""
        cuts: list[Cut] = []
        for match in _CUT.finditer(raw):
            offset = match.end() if text is raw or text == raw else len(clean(raw[: match.end()] + "|")) - 1
            before, after = self.character(first + match.start() - 1), self.character(first + match.end())
            if before is not None and after is not None and before[2] <= after[2] and 0 < offset < len(text):
                cuts.append((offset, before[2], after[0]))
        return tuple(cuts)

    def _is_bold(self, index: int) -> bool:
        """Tell whether a character is bold, by the weight of its font or else by the font's name."""
        weight = int(_get_weight(self._page, index))
        if weight > 0:
            return weight >= _BOLD
        length = pdfium_c.FPDFText_GetFontInfo(self._raw, index, self._name, len(self._name), None)
        return 0 < length <= len(self._name) and _BOLD_NAME.search(self._name.value) is not None

    def _cut(self, first: int, end: int) -> list[tuple[int, int]]:
        """Return the pieces of a line between gaps too wide for a space."""
        count = _count_rectangles(self._page, first, end - first)
        if count < 2:
            return [(first, end)]
        box = self.character(first)
        size = abs(box[3] - box[1]) if box is not None else 0.0
        limit = max(_WIDE_GAP * size, _LEAST_GAP)
        if count > _MANY_RECTANGLES or self._has_wide_gap(count, limit, first, _NEAR * size):
            return self._cut_at_spaces(first, end, limit)
        return [(first, end)]

    def _has_wide_gap(self, count: int, limit: float, first: int, near: float) -> bool:
        """Tell whether any two rectangles in a row, of those that PDFium counted last, stand far apart.

        Where they stand farther apart than ``near``, the place is kept with ``first``, the start of the line.
        """
        plain, place = self.frame.turns == 0 and self.frame.unit == 1.0, self.frame.place
        reach: float | None = None
        for index in range(count):
            _get_rectangle(self._page, index, *self._into_rectangle)
            x0, top, x1, bottom = _read_rectangle(self._rectangle)
            if not plain:
                x0, _, x1, _ = place(x0, bottom, x1, top)
            if reach is None:
                reach = x1
            elif x0 - reach > limit or reach - x1 > limit:
                return True
            else:
                if x0 - reach > near:
                    self._near.append((first, x0))
                reach = max(reach, x1)
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


def _alike(starts: Sequence[float], places: Sequence[float]) -> Iterator[float]:
    """Yield those of the sorted ``starts`` that stand close to any of ``places``."""
    chosen: set[int] = set()
    for x in places:
        low = bisect_right(starts, x - _ALIGNED)
        chosen.update(range(low, bisect_left(starts, x + _ALIGNED, low)))
    return (starts[number] for number in sorted(chosen))


def _length(span: tuple[int, int]) -> int:
    """Return the length of a span."""
    return span[1] - span[0]


def _runs(text: str, indices: Sequence[int]) -> Iterator[list[int]]:
    """Yield runs of positions with nothing but white space between them."""
    run: list[int] = []
    for index in indices:
        if run and text[run[-1] + 1 : index].strip():
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _around(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """Return the box of the first of ``boxes``, drawn out over those on its row."""
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    x0, y0, x1, y1 = boxes[0]
    for box in boxes[1:]:
        if y0 <= (box[1] + box[3]) / 2 <= y1:
            x0, x1 = min(x0, box[0]), max(x1, box[2])
    return x0, y0, x1, y1
