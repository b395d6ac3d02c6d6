"""A page of HTML as a flow: what a browser shows of it, in its order.

Source: HTML Living Standard (rendering, lists, tables, forms).  Nothing is fetched and no script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from dpa_checker.ingestion.html.form import Forms, shown_value
from dpa_checker.ingestion.html.list import OpenList
from dpa_checker.ingestion.html.style import Look, StyleSheet, derive_look
from dpa_checker.ingestion.layout.flow import Cell, Item, Paragraph, Piece, Row, Table
from dpa_checker.ingestion.layout.labels import LabelStyle, detect_label
from dpa_checker.ingestion.layout.line import is_labelled_value
from dpa_checker.model import UnreadReason

_SILENT: Final = frozenset(
    "head title script style meta link base object embed applet param source track audio video canvas map area "
    "datalist svg math-annotation frameset rp rt colgroup col".split()
)
_UNSHOWN: Final = frozenset("template noscript noframes iframe".split())
_BLOCKS: Final = frozenset(
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup p plaintext pre "
    "search section summary table tbody td tfoot th thead tr ul xmp caption".split()
)
_BLOCK_DISPLAY: Final = frozenset("block flex grid list-item flow-root table table-row table-caption".split())
_INLINE_DISPLAY: Final = frozenset("inline inline-block contents".split())
_WHITE = re.compile(r"[ \t\r\n\f]+")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_MOST_SPANNED: Final = 100
_INDENT: Final = 4.0
_BREAK: Final = Piece("\n")


@dataclass(slots=True)
class _Place:
    """Where new text goes: the items of the page or of a cell, and the paragraph that is being filled."""

    items: list[Item] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    outline: int | None = None
    plain: bool = False
    label: str | None = None
    level: int | None = None


class HtmlWalker:
    """Walks through a page once."""

    def __init__(self, root: etree._Element, sheet: StyleSheet, *, foreign: bool) -> None:
        self._root = root
        self._sheet = sheet
        self._foreign = foreign
        self._forms = Forms(root)
        self._lists: list[OpenList] = []
        self._place = _Place()
        self._aside: UnreadReason | None = None

    def walk(self) -> list[Item]:
        """Return the flow of the page."""
        self._element(self._root, Look(), depth=0)
        self._flush()
        return self._place.items

    def _element(self, element: etree._Element, above: Look, depth: int) -> None:
        """Add an element with all that is in it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SILENT:
            return
        declared = self._sheet.declare(element)
        marked = bool(element.get("class") or element.get("id")) and tag not in ("html", "body")
        look = derive_look(above, element, declared, foreign=self._foreign and marked)
        if tag in _UNSHOWN or (tag == "dialog" and element.get("open") is None):
            look = replace(look, gone=True)
        block = tag in _BLOCKS
        if look.display:
            block = (block and look.display not in _INLINE_DISPLAY) or look.display in _BLOCK_DISPLAY
        if tag == "br":
            self._place.pieces.append(_BREAK)
        elif tag in ("input", "select", "textarea"):
            self._field(element, look)
        elif tag == "table":
            self._table(element, look, depth)
        elif tag == "label":
            self._label(element, look, depth)
        elif tag in ("ol", "ul", "menu", "dir"):
            self._list(element, look, depth)
        elif block:
            self._block(element, look, depth)
        else:
            self._children(element, look, depth)

    def _children(self, element: etree._Element, look: Look, depth: int) -> None:
        """Add the text and the elements within an element."""
        self._text(element.text, look)
        for one in element:
            self._element(one, look, depth + 1)
            self._text(one.tail, look)

    def _block(self, element: etree._Element, look: Look, depth: int) -> None:
        """Add an element that begins and ends a paragraph."""
        self._flush()
        tag = str(element.tag)
        place = self._place
        outline = place.outline
        if tag in _HEADINGS:
            place.outline = _HEADINGS[tag]
        elif element.get("role") == "heading" and (element.get("aria-level") or "2").isdigit():
            place.outline = min(int(element.get("aria-level") or "2"), 9)
        if tag == "li" and not look.gone:
            self._number(element, look)
        self._children(element, look, depth)
        self._flush()
        place.outline = outline
        if tag == "li":
            place.label = place.level = None

    def _number(self, element: etree._Element, look: Look) -> None:
        """Give the paragraph that comes next the number or bullet of its list item."""
        if not self._lists:
            self._lists.append(OpenList(style="disc"))
        opened = self._lists[-1]
        self._place.label = opened.count(element.get("value"), look.numbers or element.get("type"))
        self._place.level = len(self._lists)

    def _list(self, element: etree._Element, look: Look, depth: int) -> None:
        """Add a list."""
        self._flush()
        items = sum(1 for one in element if one.tag == "li")
        self._lists.append(OpenList.of(element, look.numbers, items))
        self._children(element, look, depth)
        self._flush()
        self._lists.pop()
        self._place.label = self._place.level = None

    def _text(self, text: str | None, look: Look) -> None:
        """Add characters."""
        if not text:
            return
        raw = look.preformatted and "\n" in text.strip("\n")
        if not look.preformatted:
            text = _WHITE.sub(" ", text)
            if text == " " and self._ends_white():
                return
        reason = self._reason(look)
        self._place.plain = self._place.plain or (raw and reason is None)
        self._place.pieces.append(Piece(text, reason))
        if reason is None and text.strip() and not look.bold:
            self._place.pieces.append(_LIGHT)

    def _ends_white(self) -> bool:
        """Tell whether white space added here would not show."""
        last = next((piece for piece in reversed(self._place.pieces) if piece.text), None)
        return last is None or (last.aside is None and last.text[-1].isspace())

    def _reason(self, look: Look) -> UnreadReason | None:
        """Return why text that looks so does not count."""
        if look.hidden:
            return UnreadReason.HIDDEN
        return UnreadReason.STRUCK_THROUGH if look.struck else self._aside

    def _field(self, element: etree._Element, look: Look) -> None:
        """Add what a form field shows."""
        if self._forms.is_labelled(element):
            return
        for text, aside in shown_value(element):
            self._place.pieces.append(Piece(text, UnreadReason.HIDDEN if look.hidden else aside or self._reason(look)))

    def _label(self, element: etree._Element, look: Look, depth: int) -> None:
        """Add the label of a form field, a tick box before its words."""
        box = self._forms.box_of(element)
        if box is None:
            self._children(element, look, depth)
            return
        before = self._aside
        ticked = box.get("checked") is not None
        self._aside = before or (None if ticked else UnreadReason.UNSELECTED_OPTION)
        self._text("☒ " if ticked else "☐ ", look)
        self._children(element, look, depth)
        self._aside = before

    def _flush(self) -> None:
        """End the paragraph that is being filled."""
        place = self._place
        pieces, plain = place.pieces, place.plain
        place.pieces, place.plain = [], False
        if plain:
            self._keep(Paragraph([piece for piece in pieces if piece.text], preformatted=True))
            return
        for lines in _split_lines(pieces):
            texts = [piece for piece in lines if piece is not _LIGHT]
            paragraph = Paragraph(texts, outline=place.outline, bold=_LIGHT not in lines)
            if place.label is not None or place.level is not None:
                paragraph.label, paragraph.level = place.label, place.level
                if paragraph.text.strip():
                    place.label = place.level = None
            paragraph.indent = _INDENT * len(self._lists)
            self._keep(paragraph)

    def _keep(self, paragraph: Paragraph) -> None:
        """Keep a paragraph that shows something or sets something aside."""
        if not paragraph.blank:
            self._place.items.append(paragraph)

    def _table(self, element: etree._Element, look: Look, depth: int) -> None:
        """Add a table; its caption stands before it."""
        self._flush()
        table = Table()
        spans: dict[int, int] = {}
        for row, header, row_look in self._rows(element, look, depth):
            table.rows.append(self._row(row, header, row_look, depth, spans))
        if element.get("role") in ("presentation", "none"):
            for one in table.rows:
                for cell in one.cells:
                    self._place.items += cell.items
        elif table.rows:
            self._place.items.append(table)

    def _rows(
        self, element: etree._Element, look: Look, depth: int, *, header: bool = False
    ) -> Iterator[tuple[etree._Element, bool, Look]]:
        """Yield the rows of a table with whether they are in its head; what else stands in it is added before it."""
        for one in element:
            if one.tag == "tr":
                yield one, header, derive_look(look, one, self._sheet.declare(one), foreign=self._foreign)
            elif one.tag in ("thead", "tbody", "tfoot"):
                inner = derive_look(look, one, self._sheet.declare(one), foreign=self._foreign)
                yield from self._rows(one, inner, depth + 1, header=one.tag == "thead")
            else:
                self._element(one, look, depth + 1)
                self._flush()

    def _row(self, element: etree._Element, header: bool, look: Look, depth: int, spans: dict[int, int]) -> Row:
        """Return a row; ``spans`` holds, by column, for how many rows more a cell reaches down."""
        row = Row()
        tags: list[str] = []
        for one in element:
            if one.tag not in ("td", "th"):
                continue
            _cover(row, spans)
            tags.append(str(one.tag))
            row.cells.append(self._cell(one, look, depth))
            width, height = (_number_of(one.get(name)) for name in ("colspan", "rowspan"))
            for _ in range(width - 1):
                row.cells.append(Cell(covered=True))
            if height > 1:
                spans.update({len(row.cells) - 1 - place: height - 1 for place in range(width)})
        _cover(row, spans)
        row.header = bool(tags) and (header or (len(tags) > 1 and set(tags) == {"th"}))
        return row

    def _cell(self, element: etree._Element, above: Look, depth: int) -> Cell:
        """Return a cell with what it holds."""
        outer, lists = self._place, self._lists
        self._place, self._lists = _Place(), []
        look = derive_look(above, element, self._sheet.declare(element), foreign=self._foreign)
        self._children(element, look, depth + 2)
        self._flush()
        cell = Cell(self._place.items)
        self._place, self._lists = outer, lists
        return cell


#: Stands behind text that is not bold.
_LIGHT: Final = Piece()


def _cover(row: Row, spans: dict[int, int]) -> None:
    """Put empty cells where cells of rows above reach down to."""
    while spans.get(len(row.cells), 0) > 0:
        spans[len(row.cells)] -= 1
        row.cells.append(Cell())


def _number_of(value: str | None) -> int:
    """Return how many columns or rows a cell takes."""
    return min(int(value), _MOST_SPANNED) if value and value.isdigit() and int(value) > 1 else 1


def _split_lines(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Yield the paragraphs of a run of pieces: an empty line parts them, and so does a line with a label."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece is _BREAK:
            lines.append([])
        else:
            lines[-1].append(piece)
    current = lines[0]
    above = _shown(current)
    for line in lines[1:]:
        text = _shown(line)
        if not text or not above or _begins(text, above):
            yield current
            current = line
        else:
            current = [*current, _BREAK, *line]
        above = text
    yield current


def _begins(text: str, above: str) -> bool:
    """Tell whether a line begins a paragraph of its own."""
    label = detect_label(text)
    if label is not None and label.style is not LabelStyle.BARE:
        return True
    return is_labelled_value(text) and is_labelled_value(above)


def _shown(line: list[Piece]) -> str:
    """Return what a line shows."""
    return "".join(piece.text for piece in line if piece.aside is None).strip()
