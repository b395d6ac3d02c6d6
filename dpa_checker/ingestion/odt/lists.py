"""Automatic numbers of an OpenDocument text, counted as an office programme shows them.

Source: ODF 1.3 part 3, 5.3 (lists), 16.30 to 16.34 (list styles, outline style), 19.880 (style:num-format).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from dpa_checker.ingestion.layout.number_shapes import shape_letters, shape_roman
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_PLACE = re.compile(r"%(\d{1,2})%")
_LEVELS: Final = 10
_BULLET: Final = "•"
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list style; ``pattern`` is set when the style spells the whole number out."""

    shape: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1
    bullet: str | None = None
    repeat: bool = False
    pattern: str | None = None


@dataclass(slots=True)
class Counters:
    """Where a list stands: the number of each of its levels, None before its first item."""

    style: str = ""
    values: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Lists:
    """The list styles of a document and the lists that are being counted."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        self._named: dict[str, Counters] = {}
        self._last: dict[str, Counters] = {}
        self._outline = Counters()
        self._headings: dict[int, Level] = {}
        for root in roots:
            for group in ("styles", "automatic-styles"):
                holder = child(root, group)
                for element in holder if holder is not None else ():
                    if local_name(element) == "list-style":
                        self._styles[attribute(element, "name") or ""] = _read_levels(element)
                    elif local_name(element) == "outline-style":
                        self._headings = _read_levels(element)

    def open(self, element: etree._Element) -> Counters:
        """Return the counters of an outermost list: new ones, or those of the list that it goes on with."""
        style = attribute(element, "style-name") or ""
        goes_on = self._named.get(attribute(element, "continue-list") or "")
        if goes_on is None and attribute(element, "continue-numbering") == "true":
            goes_on = self._last.get(style)
        counters = goes_on if goes_on is not None else Counters(style)
        if style:
            counters.style = style
        self._last[style] = counters
        identity = attribute(element, "id")
        if identity:
            self._named[identity] = counters
        return counters

    def count(self, counters: Counters, style: str, level: int, start: int | None) -> str | None:
        """Count an item at ``level`` (from 0) and return its number as shown, None when it shows none."""
        return _count(self._styles.get(style, {}), counters.values, level, start)

    def count_heading(self, level: int, start: int | None) -> str | None:
        """Count a heading at ``level`` (from 0) of the outline and return its number as shown."""
        if not self._headings:
            return None
        return _count(self._headings, self._outline.values, level, start)


def _count(levels: dict[int, Level], values: list[int | None], level: int, start: int | None) -> str | None:
    """Count an item of a list and return its number."""
    if not 0 <= level < _LEVELS:
        return None
    own = levels.get(level, Level())
    for above in range(level):
        if values[above] is None:
            values[above] = levels.get(above, Level()).start
    current = values[level]
    values[level] = start if start is not None else own.start if current is None else current + 1
    values[level + 1 :] = [None] * (_LEVELS - level - 1)
    return _show(levels, values, level) or None


def _show(levels: dict[int, Level], values: list[int | None], level: int) -> str:
    """Return the number of an item as shown."""
    own = levels.get(level, Level())
    if own.bullet is not None:
        return _BULLET if _PRIVATE.match(own.bullet) or not own.bullet.strip() else own.bullet.strip()
    if own.pattern is not None and _PLACE.search(own.pattern):

        def fill(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            return _shape(levels.get(place, Level()), values[place]) if 0 <= place <= level else ""

        return _PLACE.sub(fill, own.pattern).strip()
    if not own.shape:
        return (own.prefix + own.suffix).strip()
    first = max(0, level - own.shown + 1)
    numbers = [_shape(levels.get(place, Level()), values[place]) for place in range(first, level + 1)]
    return f"{own.prefix}{'.'.join(number for number in numbers if number)}{own.suffix}".strip()


def _shape(level: Level, value: int | None) -> str:
    """Return the number of one level."""
    number = value if value is not None else level.start
    if not level.shape:
        return ""
    if level.shape in ("a", "A"):
        shown = shape_letters(number, repeat=level.repeat)
    elif level.shape in ("i", "I"):
        shown = shape_roman(number)
    else:
        return str(number)
    return shown.upper() if level.shape.isupper() else shown


def _read_levels(element: etree._Element) -> dict[int, Level]:
    """Return the levels of a list style or of the outline style."""
    levels: dict[int, Level] = {}
    for one in element:
        place = attribute(one, "level") or ""
        tag = local_name(one)
        if not place.isdigit() or not tag.startswith(("list-level-style", "outline-level-style")):
            continue
        start, shown = attribute(one, "start-value") or "", attribute(one, "display-levels") or ""
        bullet = tag.endswith(("bullet", "image"))
        levels[int(place) - 1] = Level(
            shape=attribute(one, "num-format") or "",
            prefix=attribute(one, "num-prefix") or "",
            suffix=attribute(one, "num-suffix") or "",
            shown=int(shown) if shown.isdigit() else 1,
            start=int(start) if start.isdigit() else 1,
            bullet=(attribute(one, "bullet-char") or _BULLET) if bullet else None,
            repeat=attribute(one, "num-letter-sync") == "true",
            pattern=attribute(one, "num-list-format"),
        )
    return levels
