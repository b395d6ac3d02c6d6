"""Paragraphs of a DOCX in one reading: what runs together, which number it has, how it is set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from dpa_checker.ingestion.docx.inline import Inline, InlineReader, Place, list_place
from dpa_checker.ingestion.docx.items import Text
from dpa_checker.ingestion.docx.look import read_fill, read_look
from dpa_checker.ingestion.docx.numbering import Numbering
from dpa_checker.ingestion.docx.package import is_on
from dpa_checker.ingestion.docx.pieces import Mark, Piece, Pieces, strip_pieces
from dpa_checker.ingestion.docx.revisions import Side, change_of, format_change, other_side
from dpa_checker.ingestion.docx.styles import ParagraphStyle, Styles, read_flat, read_indent
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.source.xml import attribute, child
from dpa_checker.model import UnreadReason


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a paragraph's properties say: its style and list, and the tracked change that gave it its list."""

    properties: etree._Element | None
    identity: str | None
    style: ParagraphStyle
    number: str | None
    level: int
    numbered_by: Change | None = None
    ending: Change | None = None


class Paragraphs:
    """Reads paragraphs one by one and holds back those that run on into the next."""

    def __init__(self, inline: InlineReader, styles: Styles, numbering: Numbering, side: Side) -> None:
        self._inline = inline
        self._styles = styles
        self._numbering = numbering
        self._side = side
        self._held: tuple[Inline, _Setting] | None = None
        self._marks: list[Piece] = []

    def mark(self, comment: str, *, opens: bool) -> None:
        """Keep the end of a comment's range that stands between paragraphs for the next paragraph."""
        self._marks.append(Piece(mark=Mark(comment, opens)))

    def hold(self, held: tuple[Inline, _Setting] | None = None) -> tuple[Inline, _Setting] | None:
        """Put ``held`` in the place of the paragraph held back, which is returned."""
        before, self._held = self._held, held
        return before

    def read(self, element: etree._Element, place: Place) -> tuple[Text | None, Inline] | None:
        """Return a paragraph with what it holds, None when it runs on into the next.

        The text is None when there is nothing to say of the paragraph; it counts in its list all the same.
        """
        setting = self._setting(element)
        fill = read_fill(child(setting.properties, "shd"))
        fill = setting.style.fill if fill is None else fill
        flat = read_flat(setting.properties)
        if fill is not None:
            place = replace(place, ground=fill)
        if setting.style.flat if flat is None else flat:
            place = replace(place, unseen=True)
        inline = self._inline.read(element, setting.style, place)
        if self._marks:
            inline.pieces[:0] = self._marks
            self._marks = []
        stands, ending = self._side.mark_change(child(element, "pPr"))
        hides = self._hides_mark(element, setting)
        if self._held is not None:
            inline = _join(self._held[0], inline)
            self._held = None
        setting = replace(setting, ending=ending or place.change)
        if not stands or hides:
            if hides:
                inline.pieces.append(Piece("\n", UnreadReason.HIDDEN))
            self._held = inline, setting
            return None
        return self._shown(inline, setting), inline

    def flush(self) -> tuple[Text | None, Inline] | None:
        """Return the paragraph held back, for lack of one that it could run into."""
        if self._held is None:
            return None
        inline, setting = self._held
        self._held = None
        return (self._shown(inline, setting) if inline.pieces else None), inline

    def _setting(self, element: etree._Element) -> _Setting:
        """Return the setting of a paragraph in this reading."""
        setting = self._setting_in(element, self._side)
        change = format_change(element, "pPr")
        inserted = child(element, "pPr", "numPr", "ins")
        if change is None and inserted is None:
            return setting
        other = self._setting_in(element, other_side(self._side))
        if (setting.number, setting.level, setting.identity) == (other.number, other.level, other.identity):
            return setting
        return replace(setting, numbered_by=change or (change_of(inserted) if inserted is not None else None))

    def _setting_in(self, element: etree._Element, side: Side) -> _Setting:
        """Return the setting of a paragraph in the reading ``side``."""
        properties = side.properties(element, "pPr")
        identity = attribute(child(properties, "pStyle"), "val")
        style = self._styles.resolve(identity)
        number, level = list_place(properties, side)
        if number is None:
            number = style.numbering
            if number is not None and level is None:
                level = self._numbering.level_of_style(number, identity)
        if level is None:
            level = style.level if style.level is not None else 0
        return _Setting(properties, identity, style, None if number == "0" else number, level)

    def _hides_mark(self, element: etree._Element, setting: _Setting) -> bool:
        """Tell whether the end of a paragraph is hidden, so that it runs into the next."""
        mark = child(element, "pPr", "rPr")
        if is_on(child(mark, "specVanish")):
            return True
        look = read_look(mark).over(setting.style.look) if mark is not None else setting.style.look
        return bool(look.hidden)

    def _shown(self, inline: Inline, setting: _Setting) -> Text | None:
        """Return a paragraph with its number."""
        pieces = strip_pieces(inline.pieces)
        label = level = indent = None
        if setting.number is not None:
            label = self._numbering.count(setting.number, setting.level) or None
            level, indent = setting.level, self._numbering.indent(setting.number, setting.level)
        if not pieces:
            return None
        says = any(piece.text and piece.aside is None for piece in pieces)
        if label is not None and says:
            pieces = (Piece(f"{label} ", change=_label_change(pieces, setting)), *pieces)
        style, direct = setting.style, read_indent(setting.properties)
        return Text(
            pieces,
            label=label if says else None,
            level=level + 1 if level is not None and label and says else None,
            outline=None if style.contents else _outline(setting),
            bold=inline.bold,
            indent=direct if direct is not None else indent if indent is not None else style.indent,
            contents=style.contents,
            ending=setting.ending,
        )


def _outline(setting: _Setting) -> int | None:
    """Return the outline level of a paragraph, from 0: its own, that of its style, the first for a title."""
    own = attribute(child(setting.properties, "outlineLvl"), "val") or ""
    if own.isdecimal():
        return int(own) if int(own) < 9 else 0 if setting.style.title else None
    return 0 if setting.style.title and setting.style.outline is None else setting.style.outline


def _label_change(pieces: Pieces, setting: _Setting) -> Change | None:
    """Return the tracked change that a number hangs on: that of all the text behind it, or that of the list."""
    if setting.numbered_by is not None:
        return setting.numbered_by
    changes = [piece.change for piece in pieces if piece.aside is None and piece.text.strip()]
    return changes[0] if changes and None not in changes else None


def _join(held: Inline, inline: Inline) -> Inline:
    """Return one paragraph out of the held beginning and the paragraph it runs into."""
    bold = (held.bold or not held.text()) and (inline.bold or not inline.text())
    return Inline(
        held.pieces + inline.pieces,
        bold and bool(held.text() or inline.text()),
        held.notes + inline.notes,
        held.boxes + inline.boxes,
        held.diagrams + inline.diagrams,
    )
