"""The body of a DOCX in reading order: paragraphs with their numbers, tables, notes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from dpa_checker.ingestion.docx_inline import Inline, InlineReader, choose, list_place, mark_is_removed
from dpa_checker.ingestion.docx_numbering import Numbering
from dpa_checker.ingestion.docx_package import Package, attribute, child, is_on, local_name
from dpa_checker.ingestion.docx_styles import ParagraphStyle, Styles, read_indent
from dpa_checker.ingestion.limits import Limits


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph as shown; ``text`` begins with ``label`` when it is numbered, ``level`` counts from 1."""

    text: str
    label: str | None = None
    level: int | None = None
    outline: int | None = None
    bold: bool = False
    indent: float = 0.0
    note: bool = False
    contents: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: the paragraphs and inner tables that it holds, and how many columns it spans."""

    items: tuple[Item, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table row; ``header`` when the table repeats it on each page."""

    cells: tuple[Cell, ...]
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document."""

    rows: tuple[TableRow, ...]


Item = Text | Table


class BodyReader:
    """Walks through a document, counting numbers and following notes."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._limits = limits
        self._styles = Styles(package.related("styles.xml"))
        self._numbering = Numbering(package.related("numbering.xml"), self._styles)
        self._reader = InlineReader(self._styles)
        self._notes = {
            "footnote": _note_elements(package.related("footnotes.xml")),
            "endnote": _note_elements(package.related("endnotes.xml")),
        }
        self._noted = {"footnote": 0, "endnote": 0}
        self._held: Inline | None = None
        self.chunks = 0

    def read(self, root: etree._Element) -> list[Item]:
        """Return the items of the body of a main part."""
        body = child(root, "body")
        return list(self._blocks(body, 0)) if body is not None else []

    def _blocks(self, element: etree._Element, depth: int) -> Iterator[Item]:
        """Yield the items under an element that holds blocks."""
        self._limits.check("max_depth", depth)
        for one in element:
            name = local_name(one)
            if name == "p":
                yield from self._paragraph(one, depth)
            elif name == "tbl":
                yield self._table(one, depth + 1)
            elif name == "AlternateContent":
                chosen = choose(one)
                if chosen is not None:
                    yield from self._blocks(chosen, depth)
            elif name == "altChunk":
                self.chunks += 1
            elif name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"):
                yield from self._blocks(one, depth)

    def _paragraph(self, element: etree._Element, depth: int) -> Iterator[Item]:
        """Yield a paragraph, then its text boxes, then its notes."""
        properties = child(element, "pPr")
        identity = attribute(child(properties, "pStyle"), "val")
        style = self._styles.resolve(identity)
        inline = self._reader.read(element, style)
        if self._held is not None:
            inline = _join(self._held, inline)
            self._held = None
        if mark_is_removed(properties):
            self._held = inline
            return
        text = inline.text()
        if text or inline.hidden:
            yield self._shown(text, inline, properties, identity, style)
        for box in inline.boxes:
            yield from self._blocks(box, depth + 1)
        for kind, number in inline.notes:
            yield from self._note(kind, number, depth)

    def _shown(
        self,
        text: str,
        inline: Inline,
        properties: etree._Element | None,
        identity: str | None,
        style: ParagraphStyle,
    ) -> Text:
        """Return a paragraph with its number."""
        label, level, indent = self._count(properties, identity, style) if text else (None, None, None)
        outline_element = child(properties, "outlineLvl")
        outline = style.outline
        if outline_element is not None and (attribute(outline_element, "val") or "").isdigit():
            own = int(attribute(outline_element, "val") or 9)
            outline = own if own < 9 else None
        if style.title and outline is None:
            outline = 0
        direct = read_indent(properties)
        return Text(
            text=f"{label} {text}" if label else text,
            label=label or None,
            level=level + 1 if level is not None and label else None,
            outline=outline if not style.contents else None,
            bold=inline.bold,
            indent=direct if direct is not None else indent if indent is not None else style.indent,
            contents=style.contents,
            hidden=inline.hidden,
        )

    def _count(
        self, properties: etree._Element | None, identity: str | None, style: ParagraphStyle
    ) -> tuple[str | None, int | None, float | None]:
        """Return the number, level and list indent of a paragraph, counting it when it has one."""
        number, level = list_place(properties)
        if number is None:
            number = style.numbering
            if number is not None and level is None:
                level = self._numbering.level_of_style(number, identity)
        if level is None:
            level = style.level if style.level is not None else 0
        if number is None or number == "0":
            return None, None, None
        return self._numbering.count(number, level), level, self._numbering.indent(number, level)

    def _note(self, kind: str, identity: str, depth: int) -> Iterator[Item]:
        """Yield the paragraphs of a footnote or endnote, the first with the number of the note."""
        element = self._notes[kind].get(identity)
        if element is None:
            return
        self._noted[kind] += 1
        number: str | None = str(self._noted[kind])
        for item in self._blocks(element, depth + 1):
            if isinstance(item, Text) and item.text:
                text = f"{number} {item.text}" if number else item.text
                yield Text(text, label=number, note=True, hidden=item.hidden)
                number = None
            elif isinstance(item, Table):
                yield item

    def _table(self, element: etree._Element, depth: int) -> Table:
        """Return a table; deleted rows and cells are left out."""
        return Table(tuple(self._row(row, depth) for row in _inner(element, "tr") if not _is_deleted(row)))

    def _row(self, element: etree._Element, depth: int) -> TableRow:
        """Return a table row."""
        header = bool(is_on(child(element, "trPr", "tblHeader")))
        cells: list[Cell] = []
        for cell in _inner(element, "tc"):
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is not None:
                continue
            items = tuple(self._blocks(cell, depth))
            span = attribute(child(properties, "gridSpan"), "val") or "1"
            cells.append(Cell(items, int(span) if span.isdigit() else 1))
        return TableRow(tuple(cells), header)


def _join(held: Inline, inline: Inline) -> Inline:
    """Return one paragraph out of the held beginning and the paragraph it runs into."""
    return Inline(
        held.pieces + inline.pieces,
        held.bold and inline.bold,
        held.hidden or inline.hidden,
        held.notes + inline.notes,
        held.boxes + inline.boxes,
    )


def _note_elements(root: etree._Element | None) -> dict[str, etree._Element]:
    """Return the notes of a part by id, without separators."""
    if root is None:
        return {}
    return {
        attribute(note, "id") or "": note
        for note in root
        if local_name(note) in ("footnote", "endnote") and attribute(note, "type") in (None, "normal")
    }


def _inner(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, also those within content controls."""
    for one in element:
        tag = local_name(one)
        if tag == name:
            yield one
        elif tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inner(one, name)


def _is_deleted(row: etree._Element) -> bool:
    """Tell whether a table row is deleted by a tracked change."""
    return child(row, "trPr", "del") is not None
