"""The body of an OpenDocument text as a flow, in one reading of its tracked changes.

Source: ODF 1.3 part 3, chapters 4 to 10 (text, lists, tables, notes, drawings, fields).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from dpa_checker.ingestion.layout.flow import Cell, Change, Item, Paragraph, Piece, Remark, Row, Table, set_aside
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.odt.changes import read_regions
from dpa_checker.ingestion.odt.controls import box_of_field, read_controls
from dpa_checker.ingestion.odt.lists import Counters, Lists
from dpa_checker.ingestion.odt.styles import Format, Styles
from dpa_checker.ingestion.odt.tables import is_hidden_section, walk_rows
from dpa_checker.ingestion.odt.xml import text_of, to_number
from dpa_checker.ingestion.source.xml import attribute, child, local_name
from dpa_checker.model import Reading, UnreadReason

_WHITE = re.compile(r"[ \t\r\n]+")
_SHAPES: Final = frozenset(
    "frame custom-shape rect ellipse circle line polyline polygon path regular-polygon connector caption g measure "
    "page-thumbnail".split()
)
_INDEXES: Final = frozenset(
    "table-of-content illustration-index table-index object-index user-index alphabetical-index bibliography".split()
)
_GROUPS: Final = frozenset(
    "section index-body index-title table-header-rows table-rows table-row-group numbered-paragraph".split()
)
_SILENT: Final = frozenset(
    "tracked-changes sequence-decls variable-decls user-field-decls dde-connection-decls forms script ruby-text "
    "hidden-text image object object-ole plugin applet title desc event-listeners section-source "
    "table-of-content-source illustration-index-source table-index-source object-index-source user-index-source "
    "alphabetical-index-source bibliography-source glue-point contour-polygon enhanced-geometry soft-page-break "
    "bookmark bookmark-start bookmark-end reference-mark note-citation number".split()
)
_MOST_REPEATED: Final = 200
_POINTS_A_CHARACTER: Final = 5.0
_CUT_LEVELS: Final = 10


class OdtBody:
    """Walks through a text once, counting numbers and following changes."""

    def __init__(self, body: etree._Element, styles: Styles, lists: Lists, limits: Limits, reading: Reading) -> None:
        self._body = body
        self._styles = styles
        self._lists = lists
        self._limits = limits
        self._accepted = reading is Reading.ACCEPTED
        self._regions = read_regions(body)
        self._controls = read_controls(body)
        self._out: list[Item] = []
        self._current: Paragraph | None = None
        self._held: Paragraph | None = None
        self._later: list[Item] = []
        self._changing: dict[str, Change] = {}
        self._absent: set[str] = set()
        self._deleted: Change | None = None
        self._remarks: dict[str, Remark] = {}
        self._label: tuple[str | None, int] | None = None
        self._ground: Format = Format()
        self._contents = False

    def read(self) -> list[Item]:
        """Return the flow of the body."""
        return self.read_blocks(self._body)

    def read_blocks(self, element: Iterable[etree._Element]) -> list[Item]:
        """Return the flow of what stands within an element."""
        outer, self._out = self._out, []
        held, self._held = self._held, None
        self._blocks(element, 0)
        self._release()
        items, self._out, self._held = self._out, outer, held
        return items

    def _blocks(self, element: Iterable[etree._Element], depth: int) -> None:
        """Add the blocks within an element."""
        self._limits.check("max_depth", depth // 4)
        for one in element:
            name = local_name(one)
            if name in ("p", "h"):
                self._paragraph(one, depth)
            elif name == "list":
                self._list(one, None, 0, depth)
            elif name == "table":
                self._table(one, depth)
            elif name in ("change-start", "change-end", "change"):
                self._mark(name, one, depth)
            elif name in _SHAPES or name in ("a", "control"):
                self._out += self._shape(one, depth)
            elif name == "section" and is_hidden_section(one):
                self._aside(one, depth)
            elif name in _INDEXES:
                before, self._contents = self._contents, True
                self._blocks(one, depth + 1)
                self._contents = before
            elif name in _GROUPS:
                self._blocks(one, depth + 1)

    def _aside(self, element: etree._Element, depth: int) -> None:
        """Add the blocks of a hidden section, all set aside."""
        self._release()
        outer, self._out = self._out, []
        self._blocks(element, depth + 1)
        self._release()
        outer += set_aside(self._out, UnreadReason.HIDDEN)
        self._out = outer

    def _paragraph(self, element: etree._Element, depth: int) -> None:
        """Add a paragraph or heading, then its text boxes and notes."""
        paragraph_format = self._styles.resolve("paragraph", attribute(element, "style-name")).over(self._ground)
        joins = self._held is not None
        self._current = self._held or self._start(element, paragraph_format)
        self._held = None
        if joins:
            self._label = None
        self._inline(element, paragraph_format, depth)
        if self._absent:
            self._held = self._current
        else:
            self._finish()
        self._current = None

    def _finish(self) -> None:
        """End the current paragraph and put after it what hung on it."""
        if self._current is not None:
            self._current.bold = self._current.bold and bool(self._current.text.strip())
            if not self._current.blank:
                self._out.append(self._current)
        later, self._later = self._later, []
        self._out += later

    def _release(self) -> None:
        """End a paragraph that waited for one to run into."""
        self._current, self._held = self._held, None
        self._finish()
        self._current = None

    def _start(self, element: etree._Element, own: Format) -> Paragraph:
        """Return a new paragraph with its number and level."""
        paragraph = Paragraph(bold=True, contents=self._contents, indent=(own.indent or 0.0) / _POINTS_A_CHARACTER)
        if local_name(element) == "h":
            level = to_number(attribute(element, "outline-level"), _CUT_LEVELS) or 1
            paragraph.outline = level if not self._contents else None
            if self._label is None and own.listing != "" and attribute(element, "is-list-header") != "true":
                again = attribute(element, "restart-numbering") == "true"
                start = to_number(attribute(element, "start-value"), 100_000)
                paragraph.label = self._lists.count_heading(level - 1, start if start is not None or not again else 1)
        elif own.title:
            paragraph.outline = 1
        if self._label is not None:
            paragraph.label, paragraph.level = self._label
            self._label = None
        return paragraph

    def _list(self, element: etree._Element, counters: Counters | None, level: int, depth: int) -> None:
        """Add a list; ``counters`` are those of the list around it."""
        if counters is None:
            counters = self._lists.open(element)
        style = attribute(element, "style-name") or counters.style
        for item in element:
            if local_name(item) not in ("list-item", "list-header"):
                self._blocks([item], depth + 1)
                continue
            counted = local_name(item) == "list-header"
            start = to_number(attribute(item, "start-value"), 100_000)
            for one in item:
                if local_name(one) == "list":
                    self._list(one, counters, level + 1, depth + 1)
                    continue
                if local_name(one) in ("p", "h") and not counted:
                    counted = True
                    if self._held is None and not self._is_dropped(one):
                        self._label = self._lists.count(counters, style, level, start), level + 1
                self._blocks([one], depth + 1)
                self._label = None

    def _is_dropped(self, element: etree._Element) -> bool:
        """Tell whether a paragraph shows nothing in this reading and takes no number."""
        return bool(self._absent) and child(element, "change-end") is None

    def _table(self, element: etree._Element, depth: int) -> None:
        """Add a table."""
        self._release()
        table = Table()
        for row, header in walk_rows(element, header=False):
            hidden = attribute(row, "visibility") in ("collapse", "filter")
            repeated = to_number(attribute(row, "number-rows-repeated"), _MOST_REPEATED) or 1
            for _ in range(repeated):
                made = Row(list(self._cells(row, depth)), header)
                for cell in made.cells if hidden else ():
                    set_aside(cell.items, UnreadReason.HIDDEN)
                if not self._absent:
                    table.rows.append(made)
        if table.rows:
            self._out.append(table)

    def _cells(self, row: etree._Element, depth: int) -> Iterator[Cell]:
        """Yield the cells of a row; those under a merged cell are covered when it reaches over from the left."""
        over = 0
        for one in row:
            name = local_name(one)
            repeated = to_number(attribute(one, "number-columns-repeated"), _MOST_REPEATED) or 1
            if name == "covered-table-cell":
                for _ in range(repeated):
                    yield Cell(covered=over > 0)
                    over -= 1
            elif name == "table-cell":
                over = (to_number(attribute(one, "number-columns-spanned"), _MOST_REPEATED) or 1) - 1
                for _ in range(repeated):
                    yield Cell(self._inner(one, depth + 4, "table-cell", attribute(one, "style-name")))

    def _inner(self, element: Iterable[etree._Element], depth: int, family: str, style: str | None) -> list[Item]:
        """Return the flow of a cell, text box or note, on the background of its style."""
        kept = self._out, self._current, self._held, self._later, self._label, self._ground
        self._out, self._current, self._held, self._later, self._label = [], None, None, [], None
        ground = self._styles.resolve("graphic" if family == "shape" else family, style).ground
        if ground is not None or family == "shape":
            self._ground = Format(ground=ground or ())
        self._blocks(element, depth)
        self._release()
        items = self._out
        self._out, self._current, self._held, self._later, self._label, self._ground = kept
        return items

    def _shape(self, element: etree._Element, depth: int) -> list[Item]:
        """Return the flow of a frame, a drawn shape or a control."""
        self._limits.check("max_depth", depth // 4)
        name = local_name(element)
        if name == "control":
            shown = self._controls.get(attribute(element, "control") or "", "")
            return [Paragraph([Piece(shown)])] if shown else []
        if name in ("a", "g", "frame"):
            return [item for one in element for item in self._shape(one, depth + 1)]
        if name in _SHAPES or name == "text-box":
            holder = element.getparent() if name == "text-box" else element
            family = "graphic" if name == "text-box" else "shape"
            return self._inner(element, depth + 4, family, attribute(holder, "style-name"))
        return []

    def _mark(self, name: str, element: etree._Element, depth: int) -> None:
        """Follow the start or end of a change, or the place where a deletion was taken out.

        Deleted text stands in place between marks, or apart in the list of changes.
        """
        identity = attribute(element, "change-id") or ""
        region = self._regions.get(identity)
        if name == "change-end":
            self._changing.pop(identity, None)
            self._absent.discard(identity)
        elif region is None:
            return
        elif name == "change-start" and region.deletion is self._accepted:
            self._absent.add(identity)
        elif name == "change-start":
            self._changing[identity] = region.change
        elif name == "change" and region.deletion and not self._accepted and self._deleted is None:
            self._deleted = region.change
            self._restore(list(region.content), depth)
            self._deleted = None

    def _restore(self, content: list[etree._Element], depth: int) -> None:
        """Add deleted content: its first paragraph ends the current one, its last begins the next."""
        if self._current is None:
            self._blocks(content, depth + 1)
            return
        for number, one in enumerate(content):
            own = self._styles.resolve("paragraph", attribute(one, "style-name")).over(self._ground)
            if number and local_name(one) in ("p", "h"):
                self._finish()
                self._current = self._start(one, own)
            if local_name(one) in ("p", "h"):
                self._inline(one, own, depth + 1)
            else:
                outer, self._current = self._current, None
                self._blocks([one], depth + 1)
                self._current = outer

    def _inline(self, element: etree._Element, look: Format, depth: int) -> None:
        """Add the characters within a paragraph or span."""
        self._limits.check("max_depth", depth // 4)
        self._add(element.text, look)
        for one in element:
            self._one_inline(local_name(one), one, look, depth)
            self._add(one.tail, look)

    def _one_inline(self, name: str, element: etree._Element, look: Format, depth: int) -> None:
        """Add one element within a paragraph."""
        if name == "s":
            self._put(" " * (to_number(attribute(element, "c"), 1000) or 1), look)
        elif name in ("tab", "line-break"):
            self._put(" " if name == "tab" else "\n", look)
        elif name in ("change-start", "change-end", "change"):
            self._mark(name, element, depth)
        elif name == "note":
            self._note(element, depth)
        elif name in ("annotation", "annotation-end"):
            self._annotation(name, element)
        elif name == "hidden-text":
            self._put(attribute(element, "string-value") or "", Format(hidden=True))
        elif name == "hidden-paragraph":
            self._hide_paragraph(element)
        elif name.startswith("fieldmark"):
            self._put(box_of_field(element), look)
        elif name == "control":
            self._put(self._controls.get(attribute(element, "control") or "", ""), look)
        elif name in _SHAPES:
            if not self._absent:
                self._later += self._shape(element, depth + 1)
        elif name == "content-control" and attribute(element, "showing-place-holder") == "true":
            return
        elif name not in _SILENT:
            own = self._styles.resolve("text", attribute(element, "style-name")) if name == "span" else Format()
            self._inline(element, own.over(look), depth + 1)

    def _hide_paragraph(self, element: etree._Element) -> None:
        """Set the current paragraph aside when its field says that it is hidden."""
        if self._current is not None and attribute(element, "is-hidden") == "true":
            set_aside([self._current], UnreadReason.HIDDEN)
            self._current.pieces.append(_HIDES_REST)

    def _add(self, text: str | None, look: Format) -> None:
        """Add characters of the file, with their white space run together."""
        if not text or self._current is None:
            return
        text = _WHITE.sub(" ", text)
        last = next((piece.text for piece in reversed(self._current.pieces) if piece.text), " ")
        if text[0] == " " and last[-1].isspace():
            text = text[1:]
        self._put(text, look)

    def _put(self, text: str, look: Format) -> None:
        """Add characters as they are."""
        if not text or self._current is None or self._absent:
            return
        reason = None
        if look.unseen or _HIDES_REST in self._current.pieces[-64:]:
            reason = UnreadReason.HIDDEN
        elif look.struck:
            reason = UnreadReason.STRUCK_THROUGH
        change = self._deleted or next(iter(self._changing.values()), None)
        self._current.pieces.append(Piece(text, reason, change))
        if reason is None and text.strip() and not look.bold:
            self._current.bold = False

    def _note(self, element: etree._Element, depth: int) -> None:
        """Keep a footnote or endnote for after the paragraph, with its number."""
        if self._absent:
            return
        citation = child(element, "note-citation")
        number = text_of(citation).strip() if citation is not None else ""
        body = child(element, "note-body")
        items = self._inner(body, depth + 4, "paragraph", None) if body is not None else []
        for item in items:
            if isinstance(item, Paragraph):
                item.note, item.outline, item.level = True, None, None
                item.label, number = number or None, ""
        self._later += items

    def _annotation(self, name: str, element: etree._Element) -> None:
        """Mark where the text that a comment is about begins and ends."""
        if self._current is None:
            return
        identity = attribute(element, "name")
        if name == "annotation-end":
            remark = self._remarks.pop(identity or "", None)
            if remark is not None:
                self._current.pieces.append(Piece(closes=remark))
            return
        creator = child(element, "creator")
        lines = [" ".join(text_of(one).split()) for one in element if local_name(one) in ("p", "list")]
        author = (creator.text or "").strip() if creator is not None else ""
        remark = Remark("\n".join(line for line in lines if line), author)
        self._current.pieces.append(Piece(opens=remark))
        if identity is None or not any(
            attribute(one, "name") == identity for one in self._body.iter("{*}annotation-end")
        ):
            self._current.pieces.append(Piece(closes=remark))
        else:
            self._remarks[identity] = remark


#: Stands where a field hides the paragraph; what comes behind it is hidden too.
_HIDES_REST: Final = Piece("")
