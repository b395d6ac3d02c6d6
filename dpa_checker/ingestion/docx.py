"""DOCX: what Word shows with all tracked changes accepted, in one text with blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from dpa_checker.errors import DamagedDocument, DocumentError, EmptyDocument
from dpa_checker.ingestion.blocks import build_blocks, reads_as_title
from dpa_checker.ingestion.docx_body import BodyReader, Cell, Item, Table, TableRow, Text
from dpa_checker.ingestion.docx_package import Package
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.passage import Passage, clamp
from dpa_checker.model import BlockKind, Document, Unread, UnreadReason

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_CELLS = " | "
_BROKEN = "The Word document is damaged. Open it in Word or LibreOffice, save it again, and retry."
_HIDDEN = "Hidden text stands here in the Word file; it is not shown and was not examined."
_PICTURES = "The document holds pictures and no text; it is probably a scan. Run text recognition (OCR) on it."
_CHUNKS = "The Word document embeds other documents, which were not read."
_POINTS_A_CHARACTER = 5.0
_LONG_CELL = 400
_LONG_HEADING = 180
_HEADING_WORDS = 3
_BOLD_WORDS = 8
_PLAIN_WORDS = 14


class DocxReader:
    """Reads Word documents (.docx, .docm, .dotx)."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a DOCX; raises a typed error when locked, broken, empty or too large."""
        try:
            return _read(data, name, limits)
        except DocumentError:
            raise
        except Exception as error:
            raise DamagedDocument(_BROKEN) from error


def _read(data: bytes, name: str | None, limits: Limits) -> Document:
    """Return the document of a DOCX; library errors come through."""
    package = Package(data, limits)
    body = BodyReader(package, limits)
    writer = _Writer()
    for item in body.read(package.document()):
        writer.add(item)
    text = writer.text()
    limits.check("max_characters", len(text))
    unread = list(writer.unread)
    if not text and package.has_media():
        unread.append(Unread(UnreadReason.NO_TEXT_LAYER, start=0, end=0, detail=_PICTURES))
    if not text and not unread:
        raise EmptyDocument("The Word document holds no text. Check that the right file was given.")
    return Document(
        text=text,
        blocks=build_blocks(text, writer.passages),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPE,
        name=name,
        unread=tuple(unread),
        notices=(_CHUNKS,) if body.chunks else (),
    )


class _Writer:
    """Collects the text and its passages."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._tables = 0
        self.passages: list[Passage] = []
        self.unread: list[Unread] = []

    def text(self) -> str:
        """Return all text written so far."""
        return "".join(self._parts)

    def add(self, item: Item) -> None:
        """Write a paragraph or a table."""
        if isinstance(item, Text):
            self._add_text(item)
        else:
            self._add_table(item)

    def _add_text(self, item: Text) -> None:
        """Write a paragraph as one passage."""
        if item.hidden:
            place = self._length
            self.unread.append(Unread(UnreadReason.HIDDEN, start=place, end=place, detail=_HIDDEN))
        if not item.text:
            return
        start = self._separate()
        self._write(item.text)
        kind, level = _kind(item)
        self.passages.append(
            Passage(
                start,
                self._length,
                item.indent / _POINTS_A_CHARACTER,
                kind=kind,
                level=level,
                heading_like=False if item.contents else True if item.bold else None,
                label=item.label,
            )
        )

    def _add_table(self, table: Table) -> None:
        """Write the rows of a table, or its paragraphs when it only arranges running text."""
        self._tables += 1
        number = self._tables
        layout = _is_layout(table)
        for row in table.rows:
            filled = [cell for cell in row.cells if _has_text(cell.items)]
            if layout or (len(filled) == 1 and len(row.cells) == 1):
                for cell in filled:
                    for item in cell.items:
                        self.add(item)
            elif filled:
                self._add_row(row, number)

    def _add_row(self, row: TableRow, table: int) -> None:
        """Write a table row as one passage."""
        self._separate()
        spans: list[tuple[int, int]] = []
        for number, cell in enumerate(row.cells):
            if number:
                self._write(_BETWEEN_CELLS)
            begin = self._length
            self._write("\n".join(self._cell_lines(cell)))
            spans.append((begin, self._length))
        filled = [span for span in spans if span[0] < span[1]]
        self.passages.append(
            Passage(
                filled[0][0],
                filled[-1][1],
                kind=BlockKind.TABLE_ROW,
                cells=tuple(clamp(span, filled) for span in spans),
                table=table,
                header=True if row.header else None,
            )
        )

    def _cell_lines(self, cell: Cell) -> Iterator[str]:
        """Yield the lines of a cell; the rows of an inner table come one a line."""
        for item in cell.items:
            if isinstance(item, Text):
                if item.hidden:
                    self.unread.append(
                        Unread(UnreadReason.HIDDEN, start=self._length, end=self._length, detail=_HIDDEN)
                    )
                if item.text:
                    yield item.text
            else:
                for row in item.rows:
                    parts = [" ".join(self._cell_lines(inner)) for inner in row.cells]
                    line = _BETWEEN_CELLS.join(part for part in parts if part)
                    if line:
                        yield line

    def _separate(self) -> int:
        """Write what stands between two blocks and return where the next one begins."""
        if self._length:
            self._write(_BETWEEN_BLOCKS)
        return self._length

    def _write(self, text: str) -> None:
        """Append text."""
        self._parts.append(text)
        self._length += len(text)


def _kind(item: Text) -> tuple[BlockKind | None, int | None]:
    """Return what the format says of a paragraph: a heading with its level, a note, its depth in a list.

    Clauses set in a heading style for their number alone ("2.1 The Processor shall ...") are list items.
    """
    if item.note:
        return BlockKind.NOTE, None
    if item.outline is None:
        return None, item.level
    rest = item.text.removeprefix(item.label or "").strip()
    most = _PLAIN_WORDS if item.label is None else _BOLD_WORDS if item.bold else _HEADING_WORDS
    if len(item.text) < _LONG_HEADING and reads_as_title(rest, most_words=most):
        return BlockKind.HEADING, max(item.outline + 1, item.level or 1)
    if item.label is not None:
        return BlockKind.LIST_ITEM, item.level
    return BlockKind.PARAGRAPH, None


def _has_text(items: Sequence[Item]) -> bool:
    """Tell whether there is anything to read in the items of a cell."""
    for item in items:
        if isinstance(item, Text):
            if item.text or item.hidden:
                return True
        elif any(_has_text(cell.items) for row in item.rows for cell in row.cells):
            return True
    return False


def _is_layout(table: Table) -> bool:
    """Tell whether a table only arranges running text: one column, or several long cells in most rows."""
    if all(len(row.cells) <= 1 for row in table.rows):
        return True
    rows = [row for row in table.rows if any(_has_text(cell.items) for cell in row.cells)]
    crowded = sum(1 for row in rows if sum(1 for cell in row.cells if _is_crowded(cell)) >= 2)
    items = [item for row in rows for cell in row.cells for item in cell.items]
    nested = any(isinstance(item, Table) and len(item.rows) > 1 for item in items)
    return 2 * crowded > len(rows) or (nested and len(rows) == 1)


def _is_crowded(cell: Cell) -> bool:
    """Tell whether a cell holds several paragraphs of running text."""
    texts = [item for item in cell.items if isinstance(item, Text) and item.text]
    return len(texts) > 1 and sum(len(item.text) for item in texts) > _LONG_CELL
