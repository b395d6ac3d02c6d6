"""The pages of a contract as they are shown: pictures, the places of the evidence on them, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.dashboard.text_view import Mark
from api.service.page import PageWords, Sizes
from dpa_checker.ingestion.page_layout import PrintedLine
from dpa_checker.model import Box

#: In points: how far a mark reaches beyond the words.
_RIM: Final = 1.2
#: The line of type from which a letter rises and below which it falls, in parts of the height of a line.
_BASE, _TYPE = 0.81, 0.9
#: A line that is so many times higher than it is wide runs up the page.
_UPWARDS: Final = 2.5


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a page; ``anchor`` is its name where a passage begins with it."""

    x: float
    y: float
    width: float
    height: float
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A passage on a page with the findings that it bears: the places of its lines."""

    mentions: tuple[str, ...]
    against: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """A page with its size in points and the evidence on it."""

    number: int
    width: float
    height: float
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A line as it is laid over the picture: it begins at ``x`` on the base line ``y`` and is so long and high."""

    text: str
    x: float
    y: float
    length: float
    size: float
    upwards: bool = False


def build_pages(sizes: Sizes, marks: Sequence[Mark]) -> tuple[PageView, ...]:
    """Return all pages of a contract; passages in the same places are one spot."""
    found: dict[int, dict[tuple[Box, ...], list[Mark]]] = {}
    for mark in marks:
        for page in dict.fromkeys(box.page for box in mark.boxes):
            boxes = tuple(box for box in mark.boxes if box.page == page)
            found.setdefault(page, {}).setdefault(boxes, []).append(mark)
    return tuple(
        PageView(number, width, height, tuple(_build_spots(found.get(number, {}))))
        for number, (width, height) in enumerate(sizes, start=1)
    )


def _build_spots(found: dict[tuple[Box, ...], list[Mark]]) -> list[Spot]:
    """Return the spots of a page from top to bottom, the smaller of two that begin together above the larger."""
    ordered = sorted(found.items(), key=lambda one: (one[0][0].y0, one[0][0].x0, -len(one[0])))
    return [_build_spot(boxes, marks) for boxes, marks in ordered]


def _build_spot(boxes: tuple[Box, ...], marks: Sequence[Mark]) -> Spot:
    begun = [mark.anchor for mark in marks if mark.boxes[0] == boxes[0]]
    # Each passage has a rectangle of its own to lead to, though they cover each other.
    leading = [_build_place(boxes[0], anchor) for anchor in begun[1:]]
    first = _build_place(boxes[0], begun[0] if begun else "")
    rest = [_build_place(box) for box in boxes[1:]]
    mentions = tuple(dict.fromkeys(mark.mention for mark in marks))
    return Spot(mentions, any(mark.against for mark in marks), (first, *rest, *leading))


def _build_place(box: Box, anchor: str = "") -> Place:
    x, y = min(box.x0, box.x1) - _RIM, min(box.y0, box.y1) - _RIM
    width, height = abs(box.x1 - box.x0) + 2 * _RIM, abs(box.y1 - box.y0) + 2 * _RIM
    return Place(round(x, 1), round(y, 1), round(width, 1), round(height, 1), anchor)


def lay_words(page: PageWords) -> tuple[Words, ...]:
    """Return the lines of a page as they are laid over its picture; what has no size is left out."""
    return tuple(_lay(line) for line in page.lines if line.x0 < line.x1 and line.y0 < line.y1 and line.text.strip())


def _lay(line: PrintedLine) -> Words:
    width, height = line.x1 - line.x0, line.y1 - line.y0
    if len(line.text) > 3 and height > _UPWARDS * width:
        return Words(line.text, round(line.x0 + _BASE * width, 1), round(line.y1, 1), *_measure(height, width), True)
    return Words(line.text, round(line.x0, 1), round(line.y0 + _BASE * height, 1), *_measure(width, height))


def _measure(length: float, height: float) -> tuple[float, float]:
    return round(length, 1), round(_TYPE * height, 1)
