"""Text of a PDF page that a reader cannot see, found in two steps.

Cheap signs single out text objects that may be hidden: painted in the colour of the paper or of a box beneath,
transparent, of no size, beside the page, painted over later, in a layer that is off, or not painted at all.
What lies wholly under an opaque rectangle is hidden.  For the rest the page is rendered with and without it: a word
that changes no pixel in its place is hidden.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from dpa_checker.ingestion.pdf.clip import find_clipped
from dpa_checker.ingestion.pdf.frame import Frame
from dpa_checker.ingestion.pdf.line import PageText
from dpa_checker.ingestion.pdf.objects import FAINT, LEAST_HEIGHT, LIGHT, Colour, Cover, Survey, TextObject
from dpa_checker.ingestion.pdf.pdfium import as_object, pdfium, pdfium_c
from dpa_checker.ingestion.pdf.picture import Picture, render
from dpa_checker.ingestion.pdf.table import Rectangle

_SAME = 22
_CLEAR = 60
_UNPAINTED = (3, 7)
_OUTLINED = (1, 2, 5, 6)
_LEAST_TYPE = 1.0
_FULL_PAGE = 0.6
_SCANNED = 2.0
_SPAN = 12
_NOTHING = 0.1
_MOST_PAIRS = 2_000_000


@dataclass(slots=True)
class _Word:
    """Characters of one text object without a blank between them, with their box on the displayed page."""

    indices: list[int]
    box: Rectangle


def find_hidden(page: pdfium.PdfPage, text: PageText, survey: Survey, *, layered: bool) -> set[int]:
    """Return the indices of the characters that cannot be seen.

    ``layered`` tells that the file has layers (optional content) that are off.
    """
    judge = _Judge(text, survey)
    judge.sort(find_clipped(text), layered=layered)
    if not (judge.unpainted or judge.doubtful or judge.hidden):
        return set()
    return judge.decide(page)


class _Judge:
    """Sorts text objects into seen, hidden and doubtful, and settles the doubts with a rendering."""

    def __init__(self, text: PageText, survey: Survey) -> None:
        self._text = text
        self._survey = survey
        self._covers = _largest(survey.covers, _MOST_PAIRS // max(1, len(survey.texts)))
        self.hidden: list[TextObject] = []
        self.unpainted: list[TextObject] = []
        self.doubtful: list[TextObject] = []
        self._buried: list[TextObject] = []
        self._sealed: set[int] = set()

    def sort(self, clipped: set[int], *, layered: bool) -> None:
        """Put the text objects where they belong by their own signs and those of what is painted around them."""
        frame = self._text.frame
        odd: set[int] = set()
        for item in self._survey.texts if layered or clipped else self._survey.odd:
            left, bottom, right, top, order, colour, opacity, mode, _, address = item
            width, height = (right - left) * frame.unit, (top - bottom) * frame.unit
            if width < _NOTHING and height < _NOTHING and not _is_tiny(item, frame.unit):
                continue
            beside = right <= frame.left or top <= frame.bottom or left >= frame.right or bottom >= frame.top
            if beside or ((width < LEAST_HEIGHT or height < LEAST_HEIGHT) and _is_tiny(item, frame.unit)):
                self.hidden.append(item)
            elif mode in _UNPAINTED:
                self.unpainted.append(item)
            elif layered or opacity <= FAINT or address in clipped:
                self.doubtful.append(item)
            elif colour is not None and min(colour) >= LIGHT and mode not in _OUTLINED:
                odd.add(order)
        chosen = self._overpainted() | self._blended() | odd
        if chosen:
            settled = {item.order for item in (*self.hidden, *self.unpainted, *self.doubtful)}
            for item in self._survey.texts:
                if item.order in chosen and item.order not in settled and self._is_doubtful(item):
                    self.doubtful.append(item)

    def _overpainted(self) -> set[int]:
        """Return the text objects over which something is painted later, by their order."""
        texts = self._survey.texts
        return {
            item[4]
            for left, bottom, right, top, order, *_ in self._covers
            for item in texts
            if item[4] < order and item[0] < right and item[2] > left and item[1] < top and item[3] > bottom
        }

    def _blended(self) -> set[int]:
        """Return the text objects in a colour that is also painted beneath them, by their order."""
        grounds = {cover.colour for cover in self._covers if cover.colour is not None}
        shades = {item.colour for item in self._survey.texts if item.colour is not None} if grounds else ()
        if len(grounds) * len(shades) > _MOST_PAIRS:
            return set()
        alike = {shade for shade in shades if any(_contrast(shade, ground) < _SAME for ground in grounds)}
        return {item.order for item in self._survey.texts if item.colour in alike} if alike else set()

    def _is_doubtful(self, item: TextObject) -> bool:
        """Tell whether what is painted before and after leaves it open that a text object can be seen."""
        ground: Cover | None = None
        for cover in self._covers:
            if cover.order > item.order:
                if _holds(cover, item):
                    self._buried.append(item)
                    if cover.solid and _surrounds(cover, item):
                        self._sealed.add(item.order)
                    return True
            elif _contains(cover, item):
                ground = cover
        if item.colour is None or item.mode in _OUTLINED:
            return False
        light = min(item.colour) >= LIGHT
        if ground is None or ground.colour is None:
            return light
        return _contrast(item.colour, ground.colour) < (_CLEAR if light else _SAME)

    def decide(self, page: pdfium.PdfPage) -> set[int]:
        """Return the characters that are hidden."""
        owners: dict[int, list[TextObject]] = {}
        if not self._is_scan(self.unpainted, image_above=False):
            if any(item.mode == 7 for item in self.unpainted) or self._on_pictures(self.unpainted):
                owners[0] = self.unpainted
            else:
                self.hidden += self.unpainted
        if self._buried and self._is_scan(self._buried, image_above=True):
            buried = {item.order for item in self._buried}
            self.doubtful = [item for item in self.doubtful if item.order not in buried]
        elif self._sealed:
            self.hidden += [item for item in self.doubtful if item.order in self._sealed]
            self.doubtful = [item for item in self.doubtful if item.order not in self._sealed]
        owners[1] = self.doubtful
        found = _indices_of(self._text, self.hidden)
        if owners.get(0) or self.doubtful:
            found |= self._compare(page, owners, _words_of(self._text, [*owners.get(0, ()), *self.doubtful]))
        return found

    def _compare(
        self, page: pdfium.PdfPage, owners: dict[int, list[TextObject]], words: dict[int, list[_Word]]
    ) -> set[int]:
        """Return the characters whose words leave no trace on the page as rendered."""
        places = [word.box for items in owners.values() for item in items for word in words.get(item.address, ())]
        if not places:
            return set()
        area = reduce(_union, places)
        shown = render(page, self._text.frame, area, turned=self._text.turned)
        if shown is None:
            return set()
        found: set[int] = set()
        for item in owners.get(0, ()):
            for word in words.get(item.address, ()):
                if not shown.has_ink(word.box):
                    found.update(word.indices)
        doubtful = owners[1]
        if doubtful:
            without = _render_without(page, self._text, doubtful, area)
            difference = shown.compare(without) if without is not None else None
            for item in doubtful:
                for word in words.get(item.address, ()):
                    if difference is not None and not difference.touches(word.box):
                        found.update(word.indices)
        return found

    def _is_scan(self, items: Sequence[TextObject], *, image_above: bool) -> bool:
        """Tell whether ``items`` are the text layer of a scan: a picture fills the page, and little else is text."""
        if not items:
            return False
        first = min(item.order for item in items)
        frame = self._text.frame
        size = max(1.0, (frame.right - frame.left) * (frame.top - frame.bottom))
        covered = sum(
            _area(cover, frame) for cover in self._covers if cover.image and (not image_above or cover.order > first)
        )
        chosen = {item.order for item in items}
        apart = [item for item in self._survey.texts if item.order not in chosen and item.mode not in _UNPAINTED]
        own = sum(_extent(item) for item in items)
        return covered >= _FULL_PAGE * size and own >= _SCANNED * sum(_extent(item) for item in apart)

    def _on_pictures(self, items: Sequence[TextObject]) -> bool:
        """Tell whether pictures stand where some of ``items`` do."""
        return any(cover.image and _holds(cover, item) for item in items for cover in self._covers)


def _render_without(
    page: pdfium.PdfPage, text: PageText, items: Sequence[TextObject], area: Rectangle
) -> Picture | None:
    """Return the page as it looks without ``items``."""
    for item in items:
        pdfium_c.FPDFPageObj_SetIsActive(as_object(item.address), False)
    try:
        return render(page, text.frame, area, turned=text.turned)
    finally:
        for item in items:
            pdfium_c.FPDFPageObj_SetIsActive(as_object(item.address), True)


def _indices_of(text: PageText, items: Sequence[TextObject]) -> set[int]:
    """Return the characters of text objects that have a shape."""
    wanted = {item.address for item in items}
    if not wanted:
        return set()
    said = text.text
    return {index for index, owner in text.owners() if owner in wanted and not said[index].isspace()}


def _words_of(text: PageText, items: Sequence[TextObject]) -> dict[int, list[_Word]]:
    """Return the words of text objects by the address of the object."""
    wanted = {item.address for item in items}
    words: dict[int, list[_Word]] = {}
    last = 0
    for index, owner in text.owners():
        if owner not in wanted or text.text[index].isspace():
            last = 0
            continue
        box = text.ink(index)
        if box is None:
            continue
        run = words.setdefault(owner, [])
        if last == owner and run and len(run[-1].indices) < _SPAN:
            word = run[-1]
            word.indices.append(index)
            word.box = _union(word.box, box)
        else:
            run.append(_Word([index], box))
        last = owner
    return words


def _is_tiny(item: TextObject, unit: float) -> bool:
    """Tell whether type is too small to be seen, below a point."""
    size, matrix = ctypes.c_float(), pdfium_c.FS_MATRIX()
    handle = as_object(item.address)
    if not (pdfium_c.FPDFTextObj_GetFontSize(handle, size) and pdfium_c.FPDFPageObj_GetMatrix(handle, matrix)):
        return False
    scale = unit * max(abs(matrix.a) + abs(matrix.b), abs(matrix.c) + abs(matrix.d))
    tall = unit * max(item.right - item.left, item.top - item.bottom)
    return bool(abs(size.value) * scale < _LEAST_TYPE) and (not item.nested or tall < _LEAST_TYPE)


def _largest(covers: list[Cover], most: int) -> list[Cover]:
    """Return at most so many covers, the largest ones, in the order of painting."""
    if len(covers) <= most:
        return covers
    by_size = sorted(covers, key=lambda cover: (cover.right - cover.left) * (cover.top - cover.bottom))
    return sorted(by_size[-most:] if most else [], key=lambda cover: cover.order)


def _contrast(one: Colour, other: Colour) -> int:
    """Return how far two colours lie apart, 0 to 255."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]), abs(one[2] - other[2]))


def _holds(cover: Cover, item: TextObject) -> bool:
    """Tell whether a cover lies over enough of a text to matter: half of its height and a piece of its width."""
    across = min(cover.right, item.right) - max(cover.left, item.left)
    along = min(cover.top, item.top) - max(cover.bottom, item.bottom)
    width, height = item.right - item.left, item.top - item.bottom
    share, piece = (along / max(height, 0.01), across) if width >= height else (across / max(width, 0.01), along)
    return share >= 0.5 and piece >= min(4.0, 0.5 * max(width, height))


def _contains(cover: Cover, item: TextObject) -> bool:
    """Tell whether a text lies on a cover for the most part."""
    across = min(cover.right, item.right) - max(cover.left, item.left)
    along = min(cover.top, item.top) - max(cover.bottom, item.bottom)
    return across >= 0.6 * (item.right - item.left) and along >= 0.6 * (item.top - item.bottom)


def _surrounds(cover: Cover, item: TextObject) -> bool:
    """Tell whether the whole of a text lies within the edges of a cover."""
    return (
        cover.left <= item.left and cover.bottom <= item.bottom and cover.right >= item.right and cover.top >= item.top
    )


def _union(one: Rectangle, other: Rectangle) -> Rectangle:
    """Return the box around two boxes."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(cover: Cover, frame: Frame) -> float:
    """Return how much of the visible page a cover takes, in square points."""
    across = min(cover.right, frame.right) - max(cover.left, frame.left)
    along = min(cover.top, frame.top) - max(cover.bottom, frame.bottom)
    return max(0.0, across) * max(0.0, along)


def _extent(item: TextObject) -> float:
    """Return the length of a text object."""
    return max(item.right - item.left, item.top - item.bottom)
