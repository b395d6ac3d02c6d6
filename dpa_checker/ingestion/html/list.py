"""Lists of HTML: their numbers as a browser shows them (HTML Living Standard, ``ol``, ``li``; CSS counter styles)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from dpa_checker.ingestion.layout.number_shapes import shape_greek, shape_letters, shape_roman

_BULLETS: Final = {"disc": "•", "circle": "◦", "square": "▪"}
_TYPES: Final = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}


@dataclass(slots=True)
class OpenList:
    """A list that is being read: the kind of its numbers, and the number of its next item."""

    style: str | None = None
    value: int = 1
    step: int = 1

    @classmethod
    def of(cls, element: etree._Element, style: str | None, items: int) -> OpenList:
        """Return the list that ``element`` opens; ``style`` is what the style sheet asks for."""
        if element.tag != "ol":
            return cls(style or element.get("type") or "disc")
        backwards = element.get("reversed") is not None
        start = _whole(element.get("start"))
        first = start if start is not None else items if backwards else 1
        return cls(style or element.get("type") or "decimal", first, -1 if backwards else 1)

    def count(self, value: str | None, style: str | None) -> str | None:
        """Return the number of the next item as shown, None when it has none; the item may set its own."""
        own = _whole(value)
        if own is not None:
            self.value = own
        shown = shape_item(self.value, style or self.style or "decimal")
        self.value += self.step
        return shown


def shape_item(value: int, style: str) -> str | None:
    """Return the number or bullet of a list item, None for the style "none" and for pictures."""
    style = _TYPES.get(style, style.lower())
    if style == "none" or style.startswith("url"):
        return None
    if style in _BULLETS:
        return _BULLETS[style]
    if style.startswith(("'", '"')):
        return style.strip("'\" ") or None
    if style.endswith("roman"):
        shown = shape_roman(value)
    elif style.endswith(("alpha", "latin")):
        shown = shape_letters(value)
    elif style == "lower-greek":
        shown = shape_greek(value)
    elif style == "decimal-leading-zero":
        shown = f"{value:02d}"
    else:
        shown = str(value)
    return f"{shown.upper() if style.startswith('upper') else shown}."


def _whole(value: str | None) -> int | None:
    """Return a whole number of at most nine figures, None when there is none."""
    digits = (value or "").strip()
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) < 10 else None
