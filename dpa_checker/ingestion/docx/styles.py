"""Styles of a DOCX: outline levels, numbering and how runs look, inherited through basedOn (ECMA-376-1, 17.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from dpa_checker.ingestion.docx.look import PLAIN, UNKNOWN_GROUND, WHITE, Look, is_flat, read_fill, read_look, to_number
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_HEADING_NAME = re.compile(r"heading (\d)$", re.IGNORECASE)
_DEEPEST = 30
_UNITS = (("pt", 1.0), ("cm", 28.35), ("mm", 2.835), ("in", 72.0), ("pc", 12.0), ("pi", 12.0))


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says; None where it leaves the choice to the style that it is based on."""

    name: str = ""
    parent: str | None = None
    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    look: Look = PLAIN
    indent: float | None = None
    fill: str | None = None
    flat: bool | None = None
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A style with everything it inherits; ``outline`` counts from 0, ``indent`` is in points.

    ``fill`` is the colour behind the paragraph, None when it has none of its own; ``flat`` tells that its lines have
    no height to speak of.
    """

    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    look: Look = PLAIN
    indent: float = 0.0
    fill: str | None = None
    flat: bool = False
    contents: bool = False
    title: bool = False


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._resolved: dict[str | None, ParagraphStyle] = {}
        self._characters: dict[str | None, Look] = {}
        self._defaults = read_look(child(root, "docDefaults", "rPrDefault", "rPr"))
        self.language = attribute(child(root, "docDefaults", "rPrDefault", "rPr", "lang"), "val") or ""
        self.default: str | None = None
        for element in root if root is not None else ():
            if local_name(element) != "style":
                continue
            identity = attribute(element, "styleId") or ""
            self._styles[identity] = _read_style(element)
            if attribute(element, "type") == "paragraph" and attribute(element, "default") in (
                "1",
                "true",
                "on",
            ):
                self.default = identity

    def resolve(self, identity: str | None) -> ParagraphStyle:
        """Return the style ``identity`` with what it inherits; an unknown one says nothing."""
        key = identity if identity in self._styles else self.default
        if key not in self._resolved:
            self._resolved[key] = self._collect(key)
        return self._resolved[key]

    def look(self, identity: str | None) -> Look:
        """Return what a character style says of the look of a run."""
        if identity not in self._characters:
            look = PLAIN
            for style in reversed(self._chain(identity)):
                look = style.look.over(look)
            self._characters[identity] = look
        return self._characters[identity]

    def table_ground(self, identity: str | None) -> str | None:
        """Return the colour behind the cells of a table style: None when it has none, empty when it depends."""
        return UNKNOWN_GROUND if any(style.shaded for style in self._chain(identity)) else None

    def _chain(self, identity: str | None) -> list[Style]:
        """Return a style and those that it is based on, the nearest first; a circle is cut."""
        chain: list[Style] = []
        seen: set[str] = set()
        while identity is not None and identity in self._styles and identity not in seen and len(chain) < _DEEPEST:
            seen.add(identity)
            chain.append(self._styles[identity])
            identity = chain[-1].parent
        return chain

    def _collect(self, identity: str | None) -> ParagraphStyle:
        """Return what a chain of styles comes to."""
        chain = self._chain(identity)
        names = [style.name.casefold() for style in chain]
        look = self._defaults
        for style in reversed(chain):
            look = style.look.over(look)
        outline = next((style.outline for style in chain if style.outline is not None), None)
        return ParagraphStyle(
            outline=outline if outline is None or outline < 9 else None,
            numbering=next((style.numbering for style in chain if style.numbering is not None), None),
            level=next((style.level for style in chain if style.level is not None), None),
            look=look,
            indent=next((style.indent for style in chain if style.indent is not None), 0.0),
            fill=next((style.fill for style in chain if style.fill is not None), None),
            flat=next((style.flat for style in chain if style.flat is not None), False),
            contents=any(name.startswith(("toc ", "table of")) for name in names[:1]),
            title="title" in names,
        )


def _read_style(element: etree._Element) -> Style:
    """Return what one style element says."""
    paragraph, run = child(element, "pPr"), child(element, "rPr")
    name = attribute(child(element, "name"), "val") or ""
    outline = to_int(attribute(child(paragraph, "outlineLvl"), "val"))
    if outline is None and (match := _HEADING_NAME.match(name)) is not None:
        outline = int(match[1]) - 1
    return Style(
        name=name,
        parent=attribute(child(element, "basedOn"), "val"),
        outline=outline,
        numbering=attribute(child(paragraph, "numPr", "numId"), "val"),
        level=to_int(attribute(child(paragraph, "numPr", "ilvl"), "val")),
        look=read_look(run),
        indent=read_indent(paragraph),
        fill=read_fill(child(paragraph, "shd")),
        flat=read_flat(paragraph),
        shaded=attribute(element, "type") == "table" and _is_shaded(element),
    )


def read_indent(paragraph: etree._Element | None) -> float | None:
    """Return the left indent of paragraph properties in points, None when not set."""
    indent = child(paragraph, "ind")
    return to_points(attribute(indent, "left") or attribute(indent, "start"))


def read_flat(paragraph: etree._Element | None) -> bool | None:
    """Return whether paragraph properties give lines no height to speak of, None when they do not say."""
    spacing = child(paragraph, "spacing")
    return is_flat(spacing, height="line", rule="lineRule") if attribute(spacing, "line") is not None else None


def to_points(value: str | None) -> float | None:
    """Return a length in points: twentieths of a point, or a number with its unit as strict files have."""
    for unit, points in _UNITS:
        if value and value.endswith(unit):
            number = to_number(value.removesuffix(unit))
            return number * points if number is not None else None
    number = to_number(value)
    return number / 20 if number is not None else None


def _is_shaded(element: etree._Element) -> bool:
    """Tell whether a table style puts any colour but white behind its cells."""
    return any(read_fill(one) not in (None, WHITE) for one in element.iter() if local_name(one) == "shd")


def to_int(value: str | None) -> int | None:
    """Return a whole number, None when ``value`` is none."""
    try:
        return int(float(value)) if value is not None else None
    except (ValueError, OverflowError):
        return None
