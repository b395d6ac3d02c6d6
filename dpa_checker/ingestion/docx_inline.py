"""The text within a DOCX paragraph as Word shows it with all changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from dpa_checker.ingestion.docx_package import attribute, child, is_on, local_name
from dpa_checker.ingestion.docx_styles import ParagraphStyle, Styles, to_int

_REMOVED = frozenset(
    ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delText", "delInstrText", "rt")
)
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_SYMBOLS = {0xA8: "☐", 0xFE: "☒", 0xFD: "☒", 0xFC: "✓", 0x6F: "☐", 0x78: "☒", 0xB7: "•", 0xA7: "▪", 0xD8: "➢"}


@dataclass(slots=True)
class Inline:
    """What a paragraph holds: its visible text, whether all of it is bold, its notes and text boxes."""

    pieces: list[str] = field(default_factory=list)
    bold: bool = True
    hidden: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)

    def text(self) -> str:
        """Return the visible text without outer white space."""
        return "".join(self.pieces).strip()


class InlineReader:
    """Reads paragraphs in order; complex fields may run on from one paragraph to the next."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._fields: list[bool] = []

    def read(self, paragraph: etree._Element, style: ParagraphStyle) -> Inline:
        """Return what is shown of a paragraph."""
        inline = Inline()
        self._walk(paragraph, inline, style)
        inline.bold = inline.bold and bool(inline.text())
        return inline

    def _walk(self, element: etree._Element, inline: Inline, style: ParagraphStyle) -> None:
        """Add the content of an element that may hold runs."""
        for one in element:
            name = local_name(one)
            if name == "r":
                self._run(one, inline, style)
            elif name == "AlternateContent":
                chosen = choose(one)
                if chosen is not None:
                    self._walk(chosen, inline, style)
            elif name == "t":
                inline.pieces.append(one.text or "")
            elif name not in _REMOVED:
                self._walk(one, inline, style)

    def _run(self, run: etree._Element, inline: Inline, style: ParagraphStyle) -> None:
        """Add the content of a run."""
        properties = child(run, "rPr")
        shown = not self._switch(properties, "vanish", "hidden", style.hidden)
        bold = self._switch(properties, "b", "bold", style.bold)
        for one in run:
            name = local_name(one)
            if name == "fldChar":
                self._field(one, inline, shown)
            elif name == "AlternateContent":
                chosen = choose(one)
                if chosen is not None:
                    inline.boxes += find_boxes(chosen)
            elif name in ("drawing", "pict", "object"):
                inline.boxes += find_boxes(one)
            elif name in ("footnoteReference", "endnoteReference"):
                inline.notes.append((name.removesuffix("Reference"), attribute(one, "id") or ""))
            elif name == "ruby":
                base = child(one, "rubyBase")
                if base is not None:
                    self._walk(base, inline, style)
            else:
                self._add(_characters(one, name), inline, shown=shown, bold=bold)

    def _add(self, text: str, inline: Inline, *, shown: bool, bold: bool) -> None:
        """Add characters unless they are hidden or belong to the code of a field."""
        if not text or not all(self._fields):
            return
        if not shown:
            inline.hidden = inline.hidden or bool(text.strip())
            return
        inline.pieces.append(text)
        inline.bold = inline.bold and (bold or not text.strip())

    def _field(self, element: etree._Element, inline: Inline, shown: bool) -> None:
        """Follow a complex field: its code ends at "separate", its result at "end"."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            box = child(element, "ffData", "checkBox")
            if box is not None:
                checked = child(box, "checked")
                state = is_on(checked if checked is not None else child(box, "default"))
                self._add("☒" if state else "☐", inline, shown=shown, bold=True)
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _switch(self, properties: etree._Element | None, tag: str, name: str, inherited: bool) -> bool:
        """Return a switch of a run: its own, else that of its character style, else that of the paragraph."""
        own = is_on(child(properties, tag))
        if own is not None:
            return own
        styled = self._styles.switch(attribute(child(properties, "rStyle"), "val"), name)
        return inherited if styled is None else styled


def _characters(element: etree._Element, name: str) -> str:
    """Return the characters that an element of a run stands for."""
    if name == "t":
        return element.text or ""
    if name in _BREAKS:
        return _BREAKS[name]
    if name == "sym":
        try:
            code = int(attribute(element, "char") or "", 16)
        except ValueError:
            return ""
        return _SYMBOLS.get(code & 0xFF, "") if code >= 0xF000 or code < 0x100 else chr(code)
    return ""


def choose(element: etree._Element) -> etree._Element | None:
    """Return the branch of alternate content to read: the first, unless only the fallback holds text."""
    branches = list(element)
    for branch in branches:
        if any(local_name(one) in ("txbxContent", "t") for one in branch.iter()):
            return branch
    return branches[0] if branches else None


def find_boxes(element: etree._Element) -> list[etree._Element]:
    """Return the contents of the outermost text boxes within a drawing."""
    return list(_boxes(element))


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text box contents under an element, each alternate content read once."""
    name = local_name(element)
    if name == "txbxContent":
        yield element
        return
    if name == "AlternateContent":
        chosen = choose(element)
        if chosen is not None:
            yield from _boxes(chosen)
        return
    for one in element:
        yield from _boxes(one)


def mark_is_removed(properties: etree._Element | None) -> bool:
    """Tell whether the end of a paragraph is deleted or hidden, so that it runs into the next."""
    mark = child(properties, "rPr")
    if mark is None:
        return False
    if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
        return True
    return bool(is_on(child(mark, "specVanish")))


def list_place(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return the list and level that paragraph properties set directly."""
    numbered = child(properties, "numPr")
    return attribute(child(numbered, "numId"), "val"), to_int(attribute(child(numbered, "ilvl"), "val"))
