"""How the pages of a file are laid out, for showing them: their sizes, and the words of a page in their places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line, or a part of one; edges in points from the top left of the page as displayed."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Width and height of every page in points, and the ``lines`` of the page asked for, in reading order."""

    sizes: tuple[tuple[float, float], ...]
    lines: tuple[PrintedLine, ...] = ()
