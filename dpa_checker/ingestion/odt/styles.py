"""Styles of an OpenDocument text: what decides whether and how text shows, inherited through parents.

Source: ODF 1.3 part 3, chapters 16 (styles) and 20 (formatting attributes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Final

from lxml import etree

from dpa_checker.ingestion.html.colour import Colour, look_alike, parse_colour
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_LENGTH = re.compile(r"(-?[\d.]+)(pt|cm|mm|in|pc|px|%)?$")
_POINTS: Final = {"pt": 1.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pc": 12.0, "px": 0.75}
_SMALLEST: Final = 1.05
_DEEPEST: Final = 30
_DEFAULT_SIZE: Final = 12.0
_WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Format:
    """What a style says; None where it leaves the choice to its parent or to what stands around it.

    ``size`` is in points, or a share of the size around it when ``relative``; ``colour`` ``()`` is
    automatic, ``ground`` ``()`` not known (None is the white page); ``indent`` is in points; ``listing`` "" takes a
    paragraph out of its list.
    """

    hidden: bool | None = None
    struck: bool | None = None
    bold: bool | None = None
    size: float | None = None
    relative: bool | None = None
    colour: Colour | None = None
    ground: Colour | None = None
    indent: float | None = None
    outline: int | None = None
    listing: str | None = None
    title: bool | None = None

    def over(self, below: Format) -> Format:
        """Return this format with what it leaves open taken from ``below``."""
        size, relative = self.size, self.relative
        if size is not None and relative and below.size is not None:
            size, relative = size * below.size, below.relative
        chosen = {
            one.name: getattr(self if getattr(self, one.name) is not None else below, one.name) for one in fields(self)
        }
        merged = Format(**chosen)
        return replace(merged, size=size, relative=relative) if size is not None else merged

    @property
    def unseen(self) -> bool:
        """Whether text of this format cannot be seen: hidden, too small, or of the colour behind it."""
        if self.hidden:
            return True
        size = (self.size or _DEFAULT_SIZE) * (_DEFAULT_SIZE if self.relative else 1.0)
        if self.size is not None and size <= _SMALLEST:
            return True
        ground = _WHITE if self.ground is None else self.ground
        return bool(self.colour and ground) and look_alike(self.colour or (), ground)


class Styles:
    """The styles of a document, by family and name."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._own: dict[tuple[str, str], tuple[Format, str | None]] = {}
        self._defaults: dict[str, Format] = {}
        self._resolved: dict[tuple[str, str], Format] = {}
        for root in roots:
            for group in ("styles", "automatic-styles"):
                holder = child(root, group)
                for element in holder if holder is not None else ():
                    self._read(element)

    def resolve(self, family: str, name: str | None) -> Format:
        """Return the format of a style with what it inherits; an unknown one says nothing."""
        key = (family, name or "")
        if key not in self._resolved:
            self._resolved[key] = self._collect(*key)
        return self._resolved[key]

    def _read(self, element: etree._Element) -> None:
        """Keep one style."""
        family = attribute(element, "family") or ""
        tag = local_name(element)
        if tag == "default-style":
            self._defaults[family] = _read_format(element)
        elif tag == "style":
            name = attribute(element, "name") or ""
            shown = attribute(element, "display-name") or name
            found = _read_format(element)
            if family == "paragraph" and shown == "Title":
                found = replace(found, title=True)
            self._own[family, name] = (found, attribute(element, "parent-style-name"))

    def _collect(self, family: str, name: str) -> Format:
        """Return what a chain of styles comes to; a circle is cut."""
        result = Format()
        seen: set[str] = set()
        step: str | None = name
        while step and (family, step) in self._own and step not in seen and len(seen) < _DEEPEST:
            seen.add(step)
            own, step = self._own[family, step]
            result = result.over(own)
        return result.over(self._defaults[family]) if family == "paragraph" and family in self._defaults else result


def _read_format(element: etree._Element) -> Format:
    """Return what one style element says."""
    text, paragraph = child(element, "text-properties"), child(element, "paragraph-properties")
    size, relative = _read_size(attribute(text, "font-size"))
    outline = attribute(element, "default-outline-level") or ""
    weight = attribute(text, "font-weight")
    return Format(
        hidden=_one_of(attribute(text, "display"), "none"),
        struck=_read_strike(text),
        bold=None if weight is None else weight == "bold" or (weight.isdigit() and int(weight) >= 600),
        size=size,
        relative=relative,
        colour=() if attribute(text, "use-window-font-color") == "true" else _read_colour(attribute(text, "color")),
        ground=read_ground(element),
        indent=to_points(attribute(paragraph, "margin-left")),
        outline=int(outline) if outline.isdigit() else None,
        listing=attribute(element, "list-style-name"),
    )


def _one_of(value: str | None, meant: str) -> bool | None:
    """Tell whether a value is the one meant, None when it is not set."""
    return None if value is None else value == meant


def _read_strike(text: etree._Element | None) -> bool | None:
    """Tell whether text properties strike through, None when they do not say."""
    values = [attribute(text, f"text-line-through-{name}") for name in ("style", "type")]
    given = [value for value in values if value is not None]
    return all(value != "none" for value in given) if given else None


def read_ground(element: etree._Element | None) -> Colour | None:
    """Return the background that a style gives, None when it gives none."""
    found: Colour | None = None
    for one in element if element is not None else ():
        value = attribute(one, "background-color")
        if value is not None and value != "transparent":
            found = _read_colour(value) or found
        if attribute(one, "fill") in ("gradient", "bitmap", "hatch") or child(one, "background-image") is not None:
            found = ()
        elif attribute(one, "fill") == "solid":
            found = _read_colour(attribute(one, "fill-color")) or found
    return found


def _read_colour(value: str | None) -> Colour | None:
    """Return a colour, None when there is none."""
    return parse_colour(value) if value else None


def _read_size(value: str | None) -> tuple[float | None, bool | None]:
    """Return a size of type: points, or a share and True."""
    match = _LENGTH.match(value) if value else None
    if match is None or not match[1].strip("-."):
        return None, None
    if match[2] == "%":
        return float(match[1]) / 100, True
    return float(match[1]) * _POINTS.get(match[2] or "pt", 1.0), False


def to_points(value: str | None) -> float | None:
    """Return a length in points, None when it is relative or not set."""
    match = _LENGTH.match(value) if value else None
    if match is None or match[2] == "%" or not match[1].strip("-."):
        return None
    return float(match[1]) * _POINTS.get(match[2] or "pt", 1.0)
