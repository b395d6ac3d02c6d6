"""Boxes of parts of a line: cut to some of its characters, and put together again along the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dpa_checker.model import Box

#: Advance widths of a sans-serif face in thousandths of the type size, by characters that share one.
_GROUPS: Final = {
    222: "ijl'’|",
    278: " .,:;!/\\ftI[]\u00a0",
    333: 'r()-–"“”`',
    500: "ckvxyzsJ",
    722: "wCDHNRU&",
    778: "GOQ",
    667: "ABEKPSVXY",
    833: "mM",
    944: "W",
}
_WIDTHS: Final = {character: width for width, group in _GROUPS.items() for character in group}
_USUAL: Final = 556
_LEAST: Final = 0.01


def narrow_box(box: Box, text: str, start: int, end: int) -> Box:
    """Return the part of ``box``, which holds ``text``, that ``text[start:end]`` takes, by usual widths."""
    if start <= 0 and end >= len(text):
        return box
    before, inside = _width(text[:start]), _width(text[start:end])
    total = before + inside + _width(text[end:])
    if total <= 0:
        return box
    width = box.x1 - box.x0
    return replace(
        box,
        x0=round(box.x0 + width * before / total, 2),
        x1=round(box.x0 + width * (before + inside) / total, 2),
    )


def join_boxes(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Return the boxes with pieces of one line, one beside the other, made one."""
    joined: list[Box] = []
    for box in boxes:
        last = joined[-1] if joined else None
        if last is not None and last.page == box.page and _is_beside(last, box):
            joined[-1] = replace(last, x0=min(last.x0, box.x0), x1=max(last.x1, box.x1))
        else:
            joined.append(box)
    return tuple(joined)


def _is_beside(left: Box, right: Box) -> bool:
    """Tell whether two boxes are of one height and no more than a space apart."""
    level = abs(left.y0 - right.y0) < _LEAST and abs(left.y1 - right.y1) < _LEAST
    return level and -1.0 <= right.x0 - left.x1 <= 1.2 * (left.y1 - left.y0)


def _width(text: str) -> int:
    """Return the width of ``text`` in thousandths of its size."""
    return sum(_WIDTHS.get(character, _USUAL) for character in text)
