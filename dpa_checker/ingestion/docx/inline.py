"""The text within a DOCX paragraph as Word shows it in one reading of its tracked changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from dpa_checker.ingestion.docx.fields import BLANK, OPEN_BOX, TICKED_BOX, Fields
from dpa_checker.ingestion.docx.look import UNKNOWN_GROUND, WHITE, Look, read_look, read_shape_fill
from dpa_checker.ingestion.docx.package import is_on
from dpa_checker.ingestion.docx.pieces import Mark, Piece, shown_text
from dpa_checker.ingestion.docx.revisions import Side, change_of, format_change, other_side
from dpa_checker.ingestion.docx.styles import ParagraphStyle, Styles, to_int
from dpa_checker.ingestion.docx.symbols import read_symbol, read_symbols
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.layout.options import find_boxes
from dpa_checker.ingestion.source.xml import attribute, child, local_name
from dpa_checker.model import ORDINARY, Face, UnreadReason

_SKIPPED = frozenset(
    ("pPr", "rPr", "sdtPr", "sdtEndPr", "ctrlPr", "fPr", "rt", "proofErr", "bookmarkStart", "bookmarkEnd")
)
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_RANGES = {"commentRangeStart": True, "commentRangeEnd": False}
_SHAPES = ("wsp", "shape", "rect", "roundrect", "oval")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands: how deep, on which ground, within which tracked change, and whether in sight."""

    depth: int = 0
    ground: str = WHITE
    change: Change | None = None
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A text box that hangs on a paragraph."""

    content: etree._Element
    place: Place


@dataclass(slots=True)
class Inline:
    """What a paragraph holds: its pieces, whether all that is shown is bold, its notes, text boxes and diagrams."""

    pieces: list[Piece] = field(default_factory=list)
    bold: bool = True
    notes: list[tuple[str, etree._Element, Place]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    diagrams: list[tuple[str, Place]] = field(default_factory=list)

    def text(self) -> str:
        """Return the text that counts, without outer white space."""
        return shown_text(self.pieces).strip()


@dataclass(frozen=True, slots=True)
class _Run:
    """What holds for the content of a run; ``face`` is None for what stands in for a control."""

    aside: UnreadReason | None
    change: Change | None
    face: Face | None
    font: str | None
    place: Place


class InlineReader:
    """Reads paragraphs in order; complex fields may run on from one paragraph to the next."""

    def __init__(self, styles: Styles, side: Side) -> None:
        self._styles = styles
        self._side = side
        self.fields = Fields(side)

    def read(self, paragraph: etree._Element, style: ParagraphStyle, place: Place) -> Inline:
        """Return what is shown of a paragraph."""
        inline = Inline()
        self._walk(paragraph, inline, style, place)
        inline.bold = inline.bold and bool(inline.text())
        return inline

    def _walk(self, element: etree._Element, inline: Inline, style: ParagraphStyle, place: Place) -> None:
        """Add the content of an element that may hold runs."""
        for one in element:
            name = local_name(one)
            if name == "r":
                self._run(one, inline, style, place)
            elif name in _SKIPPED or self._side.lacks(name):
                continue
            elif self._side.adds(name):
                self._walk(one, inline, style, replace(place, change=change_of(one)))
            elif name in _RANGES:
                inline.pieces.append(Piece(mark=Mark(attribute(one, "id") or "", _RANGES[name])))
            elif name == "AlternateContent":
                chosen = choose(one)
                if chosen is not None:
                    self._walk(chosen, inline, style, place)
            elif name == "sdt":
                self._control(one, inline, style, place)
            elif name == "f" and child(one, "den") is not None:
                self._fraction(one, inline, style, place)
            else:
                self._walk(one, inline, style, place)

    def _control(self, control: etree._Element, inline: Inline, style: ParagraphStyle, place: Place) -> None:
        """Add a content control: its text, a blank for its prompt, a box for its state."""
        properties = child(control, "sdtPr")
        if shows_prompt(control):
            self._add(BLANK, inline, _Run(None, place.change, None, None, place))
            self.fields.blanks += 1
            return
        state = checkbox_state(properties)
        before = len(inline.pieces)
        self._walk(control, inline, style, place)
        if state is not None:
            shown = "".join(piece.text for piece in inline.pieces[before:])
            if not find_boxes(shown.strip()):
                del inline.pieces[before:]
                self._add(TICKED_BOX if state else OPEN_BOX, inline, _Run(None, place.change, None, None, place))

    def _fraction(self, element: etree._Element, inline: Inline, style: ParagraphStyle, place: Place) -> None:
        """Add a fraction of a formula as numerator, stroke, denominator."""
        for number, name in enumerate(("num", "den")):
            if number:
                self._add("/", inline, _Run(None, place.change, None, None, place))
            part = child(element, name)
            if part is not None:
                self._walk(part, inline, style, place)

    def _run(self, run: etree._Element, inline: Inline, style: ParagraphStyle, place: Place) -> None:
        """Add the content of a run."""
        look = self._look(self._side.properties(run, "rPr"), style)
        aside = _why_aside(look, place)
        change = place.change
        if change is None and aside is None:
            change = self._shown_by_format(run, style, place)
        face = Face(bool(look.bold), bool(look.italic), bool(look.underlined))
        self._content(run, inline, style, _Run(aside, change, face, look.font, place))

    def _content(self, run: etree._Element, inline: Inline, style: ParagraphStyle, state: _Run) -> None:
        """Add what stands in a run."""
        for one in run:
            name = local_name(one)
            if name == "rPr":
                continue
            if name == "AlternateContent":
                chosen = choose(one)
                if chosen is not None:
                    self._content(chosen, inline, style, state)
            elif name in ("drawing", "pict", "object"):
                hidden = state.aside is UnreadReason.HIDDEN
                within = replace(state.place, unseen=hidden, change=state.change)
                inline.boxes += [Box(content, _on_shape(content, within)) for content in find_boxes_of_text(one)]
                inline.diagrams += [(attribute(link, "dm") or "", within) for link in one.iter("{*}relIds")]
            elif name in ("footnoteReference", "endnoteReference"):
                inline.notes.append((name.removesuffix("Reference"), one, replace(state.place, change=state.change)))
            elif name == "ruby":
                base = child(one, "rubyBase")
                if base is not None:
                    self._walk(base, inline, style, state.place)
            elif name == "fldChar":
                self._put(self.fields.step(one), inline, state)
            elif name == "instrText":
                self.fields.note_code(one.text or "")
            else:
                self._add(self._characters(one, name, state.font), inline, state)

    def _characters(self, element: etree._Element, name: str, font: str | None) -> str:
        """Return the characters that an element of a run stands for."""
        if name == "t" or (name == "delText" and self._side.rejects):
            return read_symbols(element.text or "", font)
        if name in _BREAKS:
            return _BREAKS[name]
        if name == "sym":
            code = _hexadecimal(attribute(element, "char"))
            return read_symbol(code, attribute(element, "font")) if code is not None else ""
        return ""

    def _add(self, text: str, inline: Inline, state: _Run) -> None:
        """Add characters unless they belong to the code of a field."""
        if not self.fields.in_code:
            self.fields.note_text(text)
            self._put(text, inline, state)

    def _put(self, text: str, inline: Inline, state: _Run) -> None:
        """Add characters."""
        if not text:
            return
        inline.pieces.append(Piece(text, state.aside, state.change, face=state.face or ORDINARY))
        if state.aside is None and text.strip() and state.face is not None:
            inline.bold = inline.bold and state.face.bold

    def _look(self, properties: etree._Element | None, style: ParagraphStyle) -> Look:
        """Return how a run looks: its own properties on its character style on the style of the paragraph."""
        if properties is None or not len(properties):
            return style.look
        named = attribute(child(properties, "rStyle"), "val")
        base = self._styles.look(named).toggled_over(style.look) if named is not None else style.look
        return read_look(properties).over(base)

    def _shown_by_format(self, run: etree._Element, style: ParagraphStyle, place: Place) -> Change | None:
        """Return the tracked change of formatting without which a run would not count, if there is one."""
        change = format_change(run, "rPr")
        if change is None:
            return None
        other = self._look(other_side(self._side).properties(run, "rPr"), style)
        return change if _why_aside(other, place) is not None else None


def _why_aside(look: Look, place: Place) -> UnreadReason | None:
    """Return why text of such a look does not count, None when it does."""
    if place.unseen or look.is_unseen(place.ground):
        return UnreadReason.HIDDEN
    return UnreadReason.STRUCK_THROUGH if look.crossed_out else None


def shows_prompt(control: etree._Element) -> bool:
    """Tell whether a content control shows its prompt instead of an entry."""
    return bool(is_on(child(control, "sdtPr", "showingPlcHdr")))


def checkbox_state(properties: etree._Element | None) -> bool | None:
    """Return whether the box of a content control is ticked, None when it is none (``w14:checkbox``)."""
    box = child(properties, "checkbox")
    return bool(is_on(child(box, "checked"))) if box is not None else None


def choose(element: etree._Element) -> etree._Element | None:
    """Return the branch of alternate content to read: the first, unless only the fallback holds text."""
    branches = list(element)
    for branch in branches:
        if any(local_name(one) in ("txbxContent", "t") for one in branch.iter()):
            return branch
    return branches[0] if branches else None


def find_boxes_of_text(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text box contents under an element, each alternate content read once."""
    name = local_name(element)
    if name == "txbxContent":
        yield element
        return
    if name == "AlternateContent":
        chosen = choose(element)
        if chosen is not None:
            yield from find_boxes_of_text(chosen)
        return
    for one in element:
        yield from find_boxes_of_text(one)


def _on_shape(content: etree._Element, place: Place) -> Place:
    """Return the place within the shape around a text box: on its ground."""
    shape = next((one for one in content.iterancestors() if local_name(one) in _SHAPES), None)
    fill = read_shape_fill(shape) if shape is not None else UNKNOWN_GROUND
    return place if fill is None else replace(place, ground=fill)


def list_place(properties: etree._Element | None, side: Side) -> tuple[str | None, int | None]:
    """Return the list and level that paragraph properties set directly in this reading."""
    numbered = child(properties, "numPr")
    if side.rejects and child(numbered, "ins") is not None:
        return None, None
    return attribute(child(numbered, "numId"), "val"), to_int(attribute(child(numbered, "ilvl"), "val"))


def _hexadecimal(value: str | None) -> int | None:
    """Return the number of a hexadecimal code, None when it is none."""
    try:
        return int(value or "", 16)
    except ValueError:
        return None
