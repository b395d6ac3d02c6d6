"""The body of a DOCX in reading order: paragraphs with their numbers, tables, notes and text boxes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from dpa_checker.ingestion.docx.backdrop import find_backdrops
from dpa_checker.ingestion.docx.chunk import Chunks, set_in
from dpa_checker.ingestion.docx.diagram import read_diagram
from dpa_checker.ingestion.docx.fields import BLANK
from dpa_checker.ingestion.docx.inline import Box, Inline, InlineReader, Place, choose, shows_prompt
from dpa_checker.ingestion.docx.items import Foreign, Item, Text
from dpa_checker.ingestion.docx.look import UNKNOWN_GROUND, WHITE
from dpa_checker.ingestion.docx.notes import Notes
from dpa_checker.ingestion.docx.numbering import Numbering
from dpa_checker.ingestion.docx.package import Package
from dpa_checker.ingestion.docx.paragraph import Paragraphs
from dpa_checker.ingestion.docx.pieces import Piece
from dpa_checker.ingestion.docx.revisions import Side, change_of
from dpa_checker.ingestion.docx.styles import Styles
from dpa_checker.ingestion.docx.table import TableReader
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.source.xml import attribute, child, local_name

_WRAPPERS = frozenset(("sdtContent", "customXml", "smartTag"))


class BodyReader:
    """Walks through a document in one reading, counting numbers and following notes."""

    def __init__(self, package: Package, limits: Limits, side: Side, chunks: Chunks) -> None:
        self._package = package
        self._limits = limits
        self._side = side
        self._chunks = chunks
        styles = self._styles = Styles(package.related("styles.xml"))
        self._inline = InlineReader(styles, side)
        numbering = Numbering(package.related("numbering.xml"), styles)
        self._paragraphs = Paragraphs(self._inline, styles, numbering, side)
        self._notes = Notes(package)
        self._within: list[etree._Element] = []
        self._part = package.main

    @property
    def forms(self) -> int:
        """How many form fields and unfilled blanks were met."""
        return self._inline.fields.forms + self._inline.fields.blanks

    def read(self, root: etree._Element, ground: str = WHITE) -> Iterator[Item]:
        """Yield the items of the body of a main part."""
        body = child(root, "body")
        if body is None:
            return
        self._inline.fields.enter(body)
        backdrops = find_backdrops(body)
        for number, one in enumerate(body):
            place = Place(ground=UNKNOWN_GROUND if number in backdrops else ground)
            yield from self._block(one, place)
        yield from self._flush(Place(ground=ground))

    def read_part(self, name: str) -> Iterator[Item]:
        """Yield the items of a part such as a header."""
        root = self._package.part(name)
        if root is None:
            return
        self._part = name
        self._inline.fields.enter(root)
        pictured = any(True for _ in root.iter("{*}drawing", "{*}pict"))
        yield from self._blocks(root, Place(depth=1, ground=UNKNOWN_GROUND if pictured else WHITE))
        self._part = self._package.main

    def _blocks(self, element: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the items under an element that holds the blocks of a cell, a box, a note or a part."""
        self._limits.check("max_depth", place.depth)
        held = self._paragraphs.hold()
        for one in element:
            yield from self._block(one, place)
        yield from self._flush(place)
        self._paragraphs.hold(held)

    def _block(self, one: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the items that one element of the block level comes to."""
        name = local_name(one)
        if name == "p":
            yield from self._finish(self._paragraphs.read(one, place), place)
        elif name == "tbl":
            yield from self._flush(place)
            tables = TableReader(self._styles, self._side, self._blocks)
            yield tables.read(one, replace(place, depth=place.depth + 1))
        elif name == "AlternateContent":
            chosen = choose(one)
            yield from self._inside(chosen, place) if chosen is not None else ()
        elif name == "sdt":
            yield from self._control(one, place)
        elif name in ("altChunk", "subDoc"):
            yield from self._flush(place)
            yield from self._chunk(one, place)
        elif name in ("commentRangeStart", "commentRangeEnd"):
            self._paragraphs.mark(attribute(one, "id") or "", opens=name == "commentRangeStart")
        elif self._side.adds(name):
            yield from self._inside(one, replace(place, change=change_of(one)))
        elif name in _WRAPPERS:
            yield from self._inside(one, place)

    def _inside(self, element: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the items of an element that only wraps blocks."""
        for one in element:
            yield from self._block(one, place)

    def _control(self, control: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the items of a content control; its prompt is a blank."""
        if shows_prompt(control) and child(control, "sdtContent", "p") is not None:
            self._inline.fields.blanks += 1
            yield from self._flush(place)
            yield Text((Piece(BLANK, change=place.change),))
        else:
            yield from self._inside(control, place)

    def _finish(self, found: tuple[Text | None, Inline] | None, place: Place) -> Iterator[Item]:
        """Yield a paragraph, then its text boxes, then its notes; nothing while it runs on into the next."""
        if found is None:
            return
        text, inline = found
        if text is not None:
            yield text
        for box in inline.boxes:
            yield from self._box(box)
        for diagram, at in inline.diagrams:
            yield from read_diagram(self._package, self._part, diagram, at)
        for kind, reference, at in inline.notes:
            yield from self._note(kind, reference, replace(at, depth=place.depth + 1))

    def _flush(self, place: Place) -> Iterator[Item]:
        """Yield a paragraph that would run on where nothing follows for it to run into."""
        yield from self._finish(self._paragraphs.flush(), place)

    def _box(self, box: Box) -> Iterator[Item]:
        """Yield the items of a text box."""
        yield from self._blocks(box.content, replace(box.place, depth=box.place.depth + 1))

    def _note(self, kind: str, reference: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the paragraphs of a footnote or endnote, the first with the number of the note."""
        element, number = self._notes.follow(kind, reference)
        if element is None or element in self._within:
            return
        self._within.append(element)
        self._inline.fields.enter(element)
        for item in self._blocks(element, place):
            if isinstance(item, Text) and item.text:
                pieces = (Piece(f"{number} ", change=place.change), *item.pieces) if number else item.pieces
                yield Text(pieces, label=number, note=True, ending=item.ending)
                number = None
            else:
                yield item
        self._within.pop()

    def _chunk(self, element: etree._Element, place: Place) -> Iterator[Item]:
        """Yield the items of the part that an element sets in; one that lies outside the file is not read."""
        relation = self._package.relations(self._part).get(attribute(element, "id") or "")
        name = posixpath.basename(relation.target)[:80] if relation is not None else ""
        if relation is None or relation.external or local_name(element) != "altChunk":
            yield Foreign(name)
            return
        for item in self._chunks.items(relation.target, name, rejects=self._side.rejects):
            yield set_in(item, place.change, unseen=place.unseen)
