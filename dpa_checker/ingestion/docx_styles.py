"""Styles of a DOCX: outline levels, numbering, bold and hidden type, inherited through basedOn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from dpa_checker.ingestion.docx_package import attribute, child, is_on, local_name

_HEADING_NAME = re.compile(r"heading (\d)$", re.IGNORECASE)
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says; None where it leaves the choice to the style that it is based on."""

    name: str = ""
    parent: str | None = None
    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    bold: bool | None = None
    hidden: bool | None = None
    indent: float | None = None


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A style with everything it inherits; ``outline`` counts from 0, ``indent`` is in points."""

    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    bold: bool = False
    hidden: bool = False
    indent: float = 0.0
    contents: bool = False
    title: bool = False


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._resolved: dict[str | None, ParagraphStyle] = {}
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

    def switch(self, identity: str | None, name: str) -> bool | None:
        """Return a switch ("bold" or "hidden") of a character style, None when it is not set."""
        for style in self._chain(identity):
            value: bool | None = getattr(style, name)
            if value is not None:
                return value
        return None

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
        outline = next((style.outline for style in chain if style.outline is not None), None)
        return ParagraphStyle(
            outline=outline if outline is None or outline < 9 else None,
            numbering=next((style.numbering for style in chain if style.numbering is not None), None),
            level=next((style.level for style in chain if style.level is not None), None),
            bold=next((style.bold for style in chain if style.bold is not None), False),
            hidden=next((style.hidden for style in chain if style.hidden is not None), False),
            indent=next((style.indent for style in chain if style.indent is not None), 0.0),
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
        bold=is_on(child(run, "b")),
        hidden=is_on(child(run, "vanish")),
        indent=read_indent(paragraph),
    )


def read_indent(paragraph: etree._Element | None) -> float | None:
    """Return the left indent of paragraph properties in points, None when not set."""
    indent = child(paragraph, "ind")
    value = to_int(attribute(indent, "left") or attribute(indent, "start"))
    return value / 20 if value is not None else None


def to_int(value: str | None) -> int | None:
    """Return a whole number, None when ``value`` is none."""
    try:
        return int(float(value)) if value is not None else None
    except (ValueError, OverflowError):
        return None
