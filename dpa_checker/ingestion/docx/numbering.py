"""Automatic numbering of a DOCX, counted as Word shows it (ECMA-376-1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from dpa_checker.ingestion.docx.number_shapes import shape_number
from dpa_checker.ingestion.docx.package import is_on
from dpa_checker.ingestion.docx.styles import Styles, to_int, to_points
from dpa_checker.ingestion.docx.symbols import read_symbols
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_BULLET = "•"
_PLAIN_BULLETS = "-–—*+>→✓✔☐☑☒■□●○▪▫◦‣"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how its number looks, after which level it starts anew."""

    start: int = 1
    shape: str = "decimal"
    pattern: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None
    indent: float | None = None
    font: str | None = None
    hidden: bool = False


@dataclass(slots=True)
class _List:
    """A concrete list: the definition that it counts in, its levels, and the starts that it overrides.

    A start holds when the list first uses its level.
    """

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)


class Numbering:
    """Counts the numbered paragraphs of a document in order."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._language = styles.language
        if root is not None:
            self._read(root, styles)

    def level_of_style(self, number: str, style: str | None) -> int | None:
        """Return the level of a list that is tied to a paragraph style."""
        found = self._lists.get(number)
        if found is None or style is None:
            return None
        return next((level for level, one in found.levels.items() if one.style == style), None)

    def indent(self, number: str, level: int) -> float | None:
        """Return the left indent in points that a list level gives its paragraphs."""
        found = self._lists.get(number)
        return found.levels.get(level, Level()).indent if found is not None else None

    def count(self, number: str, level: int) -> str | None:
        """Count a paragraph of list ``number`` at ``level`` (from 0) and return its number as shown."""
        found = self._lists.get(number)
        if found is None or not 0 <= level < _LEVELS:
            return None
        counters = self._counters.setdefault(found.definition, [None] * _LEVELS)
        if level in found.starts and level not in found.begun:
            counters[level:] = [None] * (_LEVELS - level)
        found.begun.add(level)
        for above in range(level):
            if counters[above] is None:
                counters[above] = found.levels.get(above, Level()).start
        current = counters[level]
        start = found.levels.get(level, Level()).start
        counters[level] = start if current is None else current + 1
        for below in range(level + 1, _LEVELS):
            restart = found.levels.get(below, Level()).restart
            if restart is None or (restart > 0 and level < restart):
                counters[below] = None
        return _show(found.levels, level, counters, self._language)

    def _read(self, root: etree._Element, styles: Styles) -> None:
        """Read the definitions, then the lists that use them."""
        definitions: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}
        for element in root:
            if local_name(element) == "abstractNum":
                identity = attribute(element, "abstractNumId") or ""
                definitions[identity] = _read_levels(element)
                link = attribute(child(element, "numStyleLink"), "val")
                if link is not None:
                    links[identity] = link
        uses = {
            attribute(element, "numId") or "": (
                attribute(child(element, "abstractNumId"), "val") or "",
                element,
            )
            for element in root
            if local_name(element) == "num"
        }
        for number, (definition, element) in uses.items():
            if definition in links:
                linked = styles.resolve(links[definition]).numbering
                definition = uses[linked][0] if linked in uses else definition
            levels = dict(definitions.get(definition, {}))
            starts = _read_overrides(element, levels)
            self._lists[number] = _List(definition, levels, starts)


def _read_levels(element: etree._Element) -> dict[int, Level]:
    """Return the levels within a definition or an override."""
    levels: dict[int, Level] = {}
    for one in element:
        place = to_int(attribute(one, "ilvl"))
        if local_name(one) == "lvl" and place is not None:
            levels[place] = _read_level(one)
    return levels


def _read_level(element: etree._Element) -> Level:
    """Return one level."""
    start = to_int(attribute(child(element, "start"), "val"))
    indent, run = child(element, "pPr", "ind"), child(element, "rPr")
    fonts = child(run, "rFonts")
    shape = child(element, "numFmt")
    if shape is None:
        shape = child(element, "AlternateContent", "Fallback", "numFmt")
    return Level(
        start=start if start is not None else 1,
        shape=attribute(shape, "val") or "decimal",
        pattern=attribute(child(element, "lvlText"), "val") or "",
        restart=to_int(attribute(child(element, "lvlRestart"), "val")),
        legal=bool(is_on(child(element, "isLgl"))),
        style=attribute(child(element, "pStyle"), "val"),
        indent=to_points(attribute(indent, "left") or attribute(indent, "start")),
        font=attribute(fonts, "ascii") or attribute(fonts, "hAnsi"),
        hidden=bool(is_on(child(run, "vanish"))),
    )


def _read_overrides(element: etree._Element, levels: dict[int, Level]) -> dict[int, int]:
    """Apply the overrides of a list to ``levels`` and return the starts that it sets anew."""
    starts: dict[int, int] = {}
    for override in element:
        place = to_int(attribute(override, "ilvl"))
        if local_name(override) != "lvlOverride" or place is None:
            continue
        levels.update(_read_levels(override))
        start = to_int(attribute(child(override, "startOverride"), "val"))
        if start is not None:
            starts[place] = start
            levels[place] = replace(levels.get(place, Level()), start=start)
    return starts


def _show(levels: dict[int, Level], level: int, counters: list[int | None], language: str) -> str:
    """Return the number of a paragraph as shown."""
    own = levels.get(level, Level())
    if own.hidden:
        return ""
    if own.shape == "bullet":
        sign = own.pattern.strip()
        return sign if not sign or sign in _PLAIN_BULLETS else _BULLET
    if own.shape == "none" and not _PLACE.search(own.pattern):
        return own.pattern.strip()

    def fill(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        other = levels.get(place, Level())
        value = counters[place]
        shape = "decimal" if own.legal and other.shape != "none" else other.shape
        return shape_number(value if value is not None else other.start, shape, language)

    return read_symbols(_PLACE.sub(fill, own.pattern), own.font).strip()
