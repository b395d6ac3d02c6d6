"""Pages whose text has to be recognised from their picture: rendered, recognised, and read like any other page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.ocr import PageImage, RecognisedLine, Recogniser, current_recognition, find_recogniser
from dpa_checker.ingestion.pdf.frame import Frame, read_frame
from dpa_checker.ingestion.pdf.legibility import is_legible
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.page import PdfPage, find_unreadable
from dpa_checker.ingestion.pdf.pdfium import pdfium
from dpa_checker.model import Anchor, Notice, NoticeKind

DPI: Final = 250
_POINTS_AN_INCH: Final = 72
_MOST_PIXELS: Final = 40_000_000
_FEWEST_LETTERS: Final = 10
#: Below this mean confidence a page stays unread: what was recognised is not to be trusted.
_TRUSTED: Final = 0.6
_TOLERANCE: Final = 0.01
_CONTRAST: Final = 40
_BLANK: Final = 0.0003
_PROMINENT: Final = 1.45
_STOPS: Final = (".", ";", ":", "!", "?")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The pages of a PDF with those put in place that were recognised; ``confidence`` has their lines by page."""

    pages: tuple[PdfPage, ...]
    lines: dict[int, tuple[RecognisedLine, ...]]
    blank: frozenset[int]
    notices: tuple[Notice, ...]

    def mark(self, anchors: Sequence[Anchor]) -> tuple[Anchor, ...]:
        """Return the anchors with the confidence of the recognised line that each stands on."""
        if not self.lines:
            return tuple(anchors)
        return tuple(self._mark(anchor) if anchor.page in self.lines else anchor for anchor in anchors)

    def _mark(self, anchor: Anchor) -> Anchor:
        scores = [
            line.confidence
            for box in anchor.boxes
            for line in self.lines.get(box.page, ())
            if line.y0 < (box.y0 + box.y1) / 2 < line.y1 and line.x0 < box.x1 and box.x0 < line.x1
        ]
        return replace(anchor, ocr_confidence=min(scores)) if scores else anchor


def recognise_pages(source: pdfium.PdfDocument, pages: Sequence[PdfPage], limits: Limits) -> Recognised:
    """Return ``pages`` with the unreadable ones recognised, as far as a recogniser is there and limits allow.

    What could not be recognised with confidence stays as it was, and is reported as unread.
    """
    wanted = [page.number for page in pages if find_unreadable(page) is not None]
    recognition = current_recognition()
    recogniser = find_recogniser(recognition.languages) if wanted and recognition.wanted else None
    done: dict[int, PdfPage] = {}
    lines: dict[int, tuple[RecognisedLine, ...]] = {}
    blank: set[int] = set()
    for number in wanted:
        page = source[number - 1]
        try:
            frame = read_frame(page)
            image = _render(page, frame)
            if _is_blank(image):
                blank.add(number)
            elif recogniser is not None and len(lines) < limits.max_recognised_pages:
                found, recogniser = _recognise_narrowly(recogniser, image)
                if _is_trusted(found):
                    lines[number] = found
                    done[number] = _as_page(pages[number - 1], frame, found)
        finally:
            page.close()
        recognition.on_page(number)
    notices: tuple[Notice, ...] = ()
    if lines and recogniser is not None:
        notices = (Notice(NoticeKind.RECOGNISED, recogniser.name, len(lines)),)
    return Recognised(tuple(done.get(page.number, page) for page in pages), lines, frozenset(blank), notices)


def _render(page: pdfium.PdfPage, frame: Frame) -> PageImage:
    """Return the page as displayed in grey, at ``DPI`` or at what the largest picture allows."""
    inches = max(1.0, frame.width * frame.height / _POINTS_AN_INCH**2)
    dpi = int(min(DPI, (_MOST_PIXELS / inches) ** 0.5))
    bitmap = page.render(scale=dpi / _POINTS_AN_INCH, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        if bitmap.stride != bitmap.width:
            starts = range(0, bitmap.stride * bitmap.height, bitmap.stride)
            rows = b"".join(rows[start : start + bitmap.width] for start in starts)
        return PageImage(rows, bitmap.width, bitmap.height, dpi)
    finally:
        bitmap.close()


def _is_blank(image: PageImage) -> bool:
    """Tell whether a page shows no more than specks: the back of a scanned sheet."""
    from PIL import Image

    tones = Image.frombuffer("L", (image.width, image.height), image.pixels, "raw", "L", 0, 1).histogram()
    paper = tones.index(max(tones))
    inked = sum(tones[: max(0, paper - _CONTRAST)]) + sum(tones[paper + _CONTRAST :])
    return inked <= _BLANK * len(image.pixels)


def _recognise(recogniser: Recogniser, image: PageImage) -> tuple[RecognisedLine, ...]:
    """Return the lines of a page in points."""
    scale = _POINTS_AN_INCH / image.dpi
    return tuple(line.scaled(scale) for line in recogniser.recognise(image))


def _recognise_narrowly(recogniser: Recogniser, image: PageImage) -> tuple[tuple[RecognisedLine, ...], Recogniser]:
    """Return the lines of a page, and the recogniser for the pages to come: that of its language alone if surer."""
    found = _recognise(recogniser, image)
    narrow = recogniser.narrowed(" ".join(line.text for line in found))
    if narrow is None:
        return found, recogniser
    again = _recognise(narrow, image)
    return (again, narrow) if _confidence(again) >= _confidence(found) - _TOLERANCE else (found, recogniser)


def _is_trusted(lines: Sequence[RecognisedLine]) -> bool:
    """Tell whether there is enough text, sure enough and in some language, to call the page read."""
    if sum(len(line.text) for line in lines) < _FEWEST_LETTERS or _confidence(lines) < _TRUSTED:
        return False
    return is_legible("\n".join(line.text for line in lines))


def _confidence(lines: Sequence[RecognisedLine]) -> float:
    """Return the mean confidence of a letter."""
    letters = sum(len(line.text) for line in lines)
    return sum(len(line.text) * line.confidence for line in lines) / letters if letters else 0.0


def _as_page(page: PdfPage, frame: Frame, lines: Sequence[RecognisedLine]) -> PdfPage:
    """Return a page with the recognised lines as its text; the height of letters varies too much to tell sizes."""
    usual = median(line.y1 - line.y0 for line in lines)
    shown = tuple(_as_line(line, usual) for line in lines)
    letters = sum(len(line.text) for line in lines)
    return PdfPage(page.number, frame, shown, letters, page.drawn, True, files=page.files, fields=page.fields)


def _as_line(line: RecognisedLine, usual: float) -> PdfLine:
    height = line.y1 - line.y0
    size = height if height > _PROMINENT * usual else usual
    cuts = []
    offset = 0
    for word, following in zip(line.words, line.words[1:], strict=False):
        offset += len(word.text) + 1
        if word.text.endswith(_STOPS):
            cuts.append((offset, word.x1, following.x0))
    return PdfLine(line.text, line.x0, line.y0, line.x1, line.y1, size, cuts=tuple(cuts))
