"""Parts in other formats that a DOCX sets in (``w:altChunk``), read in place by the reader of their format.

Source: ECMA-376-1, 17.17.2.  What such a part says becomes items of the document around it; each part counts as an
attachment, and parts within parts as messages within messages.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import groupby
from typing import Final

from dpa_checker.errors import DocumentError, EmptyDocument
from dpa_checker.ingestion.docx.items import Cell, Foreign, Item, Table, TableRow, Text
from dpa_checker.ingestion.docx.package import Package
from dpa_checker.ingestion.docx.pieces import Piece, Pieces
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.reader import choose_reader
from dpa_checker.ingestion.sniffing import Format, detect_format
from dpa_checker.model import NOT_SAID, Block, BlockKind, Comment, Document, Notice, NoticeKind, Unread, UnreadReason

_SHOWN_BY_WORD: Final = frozenset({Format.DOCX, Format.RTF, Format.HTML, Format.PLAIN, Format.MAIL})
_PAGES: Final = (".html", ".htm", ".xhtml")


@dataclass(slots=True)
class Budget:
    """What the parts of one file may still take, those within parts too; ``depth`` is where this document stands."""

    depth: int = 0
    parts: int = 0
    characters: int = 0
    unpacked: int = 0


@dataclass(slots=True)
class Chunks:
    """The set-in parts of a package; each is read once, for both readings."""

    package: Package
    limits: Limits
    budget: Budget = field(default_factory=Budget)
    _read: dict[str, Document | None] = field(default_factory=dict)

    @property
    def tracked(self) -> bool:
        """Whether a part that was read has tracked changes."""
        return any(document is not None and document.rejected is not None for document in self._read.values())

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments of the parts, without their places."""
        found = [one for document in self._read.values() if document is not None for one in document.comments]
        return tuple(replace(one, start=None, end=None, page=None) for one in found)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices of the parts."""
        found = [one for document in self._read.values() if document is not None for one in document.notices]
        return tuple(one for one in found if one.kind is not NoticeKind.COMMENTS)

    def items(self, target: str, name: str, *, rejects: bool) -> Iterator[Item]:
        """Yield what the part ``target`` says in one reading; ``name`` is what a report calls it."""
        if target not in self._read:
            self._read[target] = self._open(target)
        document = self._read[target]
        if document is None:
            yield Foreign(name)
            return
        self.budget.characters += len(document.text)
        self.limits.check("max_characters", self.budget.characters)
        yield from _items(document.rejected or document if rejects else document, name)

    def _open(self, target: str) -> Document | None:
        """Return the document of a part, one without text when it is empty, None when it cannot be read."""
        self.budget.parts += 1
        too_many = self.budget.parts > self.limits.max_attachments or self.budget.depth >= self.limits.max_nesting
        if too_many or target not in self.package.names:
            return None
        try:
            return self._read_as_its_format(self.package.content(target), target)
        except EmptyDocument:
            return Document("", (), "")
        except DocumentError:
            return None

    def _read_as_its_format(self, data: bytes, target: str) -> Document | None:
        """Return the document of a part by its own reader, None when Word would not show such a part."""
        found = detect_format(data, self.limits)
        if found is Format.PLAIN and target.lower().endswith(_PAGES):
            found = Format.HTML
        if found not in _SHOWN_BY_WORD:
            return None
        if found is Format.DOCX:
            self.budget.unpacked += _unpacked(data)
            self.limits.check("max_unpacked_bytes", self.budget.unpacked)
            read: Document = import_module("dpa_checker.ingestion.docx.reader").read_within(
                data, self.limits, self.budget
            )
            return read
        nesting = self.limits.max_nesting - self.budget.depth - 1
        if found is Format.MAIL and nesting < 1:
            return None
        return choose_reader(found, None).read(data, None, replace(self.limits, max_nesting=max(nesting, 1)))


def set_in(item: Item, change: Change | None, *, unseen: bool) -> Item:
    """Return an item of a part as it stands where the part is set in: in a tracked change, or where nothing shows."""
    if change is None and not unseen:
        return item
    if isinstance(item, Text):
        return replace(item, pieces=tuple(_as_set_in(piece, change, unseen=unseen) for piece in item.pieces))
    if isinstance(item, Table):
        rows = (
            replace(row, cells=tuple(_set_in_cell(cell, change, unseen=unseen) for cell in row.cells))
            for row in item.rows
        )
        return Table(tuple(rows))
    return item


def _set_in_cell(cell: Cell, change: Change | None, *, unseen: bool) -> Cell:
    return replace(cell, items=tuple(set_in(item, change, unseen=unseen) for item in cell.items))


def _as_set_in(piece: Piece, change: Change | None, *, unseen: bool) -> Piece:
    aside = UnreadReason.HIDDEN if unseen and piece.aside is None and piece.text else piece.aside
    return replace(piece, aside=aside, change=piece.change or change)


def _unpacked(data: bytes) -> int:
    """Return how large a package unpacks, as its archive declares."""
    try:
        return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocumentError("The set-in Word document is damaged.") from error


def _items(document: Document, name: str) -> Iterator[Item]:
    """Yield the blocks of a document as items, with what it sets aside at its place."""
    asides = sorted((one for one in document.unread if one.reason in NOT_SAID), key=lambda one: one.start or 0)
    words = _Words(document, asides)
    for (rows, _), blocks in groupby(document.blocks, lambda one: (one.kind is BlockKind.TABLE_ROW, len(one.cells))):
        if rows:
            run = list(blocks)
            yield Table(tuple(words.row(block, run) for block in run))
        else:
            yield from (words.paragraph(block) for block in blocks)
    rest = words.pieces(len(document.text), len(document.text))
    if rest:
        yield Text(rest)
    for one in document.unread:
        if one.reason not in NOT_SAID:
            yield Foreign(name, one)


class _Words:
    """The words of a document as pieces, taken from its beginning to its end."""

    def __init__(self, document: Document, asides: Sequence[Unread]) -> None:
        self._document = document
        self._asides = list(reversed(asides))
        self._changes = list(reversed(document.revisions))

    def paragraph(self, block: Block) -> Text:
        """Return the text of a block."""
        heading = block.kind is BlockKind.HEADING
        content = self._document.text[block.start : block.end]
        return Text(
            self.pieces(block.start, block.end),
            label=block.label if block.label is not None and content.startswith(block.label) else None,
            level=block.level if block.kind is BlockKind.LIST_ITEM else None,
            outline=(block.level or 1) - 1 if heading else None,
            bold=heading,
            note=block.kind is BlockKind.NOTE,
        )

    def row(self, block: Block, run: Sequence[Block]) -> TableRow:
        """Return a table row; it is a header when rows of its table say so."""
        spans = block.cells or ((block.start, block.end),)
        header = bool(block.cells) and any(other.header_cells == block.cells for other in run)
        return TableRow(tuple(Cell((Text(self.pieces(start, end)),)) for start, end in spans), header=header)

    def pieces(self, start: int, end: int) -> Pieces:
        """Return the pieces of a span, with what is set aside in it or before it."""
        pieces: list[Piece] = []
        place = start
        while self._asides and (self._asides[-1].start or 0) <= end:
            aside = self._asides.pop()
            at = max(aside.start or 0, place)
            pieces += [*self._changed(place, at), Piece(aside.excerpt, aside=aside.reason), Piece()]
            place = at
        return (*pieces, *self._changed(place, end))

    def _changed(self, start: int, end: int) -> Iterator[Piece]:
        """Yield a stretch in pieces, each with the tracked change that it hangs on."""
        text = self._document.text
        while start < end:
            while self._changes and self._changes[-1].end <= start:
                self._changes.pop()
            one = self._changes[-1] if self._changes else None
            inside = one is not None and one.start <= start
            stop = min(end, end if one is None else one.end if inside else max(one.start, start + 1))
            change = Change(one.author, one.date) if one is not None and inside else None
            yield Piece(text[start:stop], change=change)
            start = stop
