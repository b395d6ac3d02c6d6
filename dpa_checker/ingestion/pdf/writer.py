"""The text of a PDF as it is put together: passages, and anchors from the text back to the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dpa_checker.ingestion.boxes import narrow_box
from dpa_checker.ingestion.layout.options import (
    OPEN_BOXES,
    TICKED_BOXES,
    cut_spans,
    find_unselected,
    find_unselected_cells,
    make_excerpt,
)
from dpa_checker.ingestion.layout.passage import Passage, clamp
from dpa_checker.ingestion.pdf.hyphen import Hyphenation
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.outline import Outline
from dpa_checker.ingestion.pdf.paragraph import Measure, Paragraph, usual_size
from dpa_checker.model import Anchor, BlockKind, Box, Unread, UnreadReason

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_CELLS = " | "
_POINTS_A_CHARACTER = 5.0
_LARGE = 1.12
_BOX_SIGN = re.compile(rf"[{OPEN_BOXES}{TICKED_BOXES}]|\[[ \t\u00a0xX✓✔✗✘]{{0,3}}\]")

Placed = tuple[PdfLine, int]
Spans = Sequence[tuple[int, int]]


class _Piece(NamedTuple):
    """A stretch of a text on its way into the document, with its place on the page."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class _Draft:
    """The text of a paragraph or cell with the places of its pieces."""

    text: str
    pieces: tuple[_Piece, ...]


class Writer:
    """Collects the text; every line that is written leaves anchors with its page and boxes.

    A line has one anchor for each part between two stops, so that the box of a sentence that begins or ends
    within a line is its own.
    """

    def __init__(self, hyphenation: Hyphenation, body: Measure, outline: Outline) -> None:
        self._hyphenation = hyphenation
        self._body = body
        self._outline = outline
        self._parts: list[str] = []
        self._length = 0
        self._tables = 0
        self.passages: list[Passage] = []
        self.anchors: list[Anchor] = []
        self.unread: list[Unread] = []

    def text(self) -> str:
        """Return all text written so far."""
        return "".join(self._parts)

    def add_paragraph(self, paragraph: Paragraph) -> None:
        """Write a paragraph as one passage; nothing when all of it is an option that was not chosen."""
        draft = self._draft(paragraph.lines)
        spans = find_unselected(draft.text) if _may_offer(draft.text) else ()
        first, page = paragraph.lines[0]
        kept = _without(draft, spans)
        if kept.text:
            self._separate()
        start = self._length
        self._put_aside(draft.text, spans, page)
        if not kept.text:
            return
        self._put(kept)
        level = self._outline.level(page, kept.text) if len(paragraph.lines) <= 3 else None
        size = usual_size(paragraph.lines)
        bold = not self._body.bold and all(line.bold for line, _ in paragraph.lines)
        prominent = bold or size >= _LARGE * self._body.size
        self.passages.append(
            Passage(
                start,
                self._length,
                first.x0 / _POINTS_A_CHARACTER,
                page=page,
                kind=BlockKind.NOTE if paragraph.note else BlockKind.HEADING if level is not None else None,
                level=level,
                heading_like=True if prominent and len(paragraph.lines) <= 3 else None,
                alone=paragraph.spaced and len(paragraph.lines) == 1,
            )
        )

    def new_table(self) -> int:
        """Return the number of a table that begins here."""
        self._tables += 1
        return self._tables

    def add_row(self, cells: Sequence[Sequence[Paragraph]], page: int, table: int) -> None:
        """Write a table row as one passage, its cells parted by " | "."""
        drafts = [_join([self._draft(paragraph.lines) for paragraph in cell]) for cell in cells]
        texts = [draft.text for draft in drafts]
        unchosen: Sequence[Spans] = [()] * len(texts)
        if any(_may_offer(text) for text in texts):
            unchosen = find_unselected_cells(texts)
        kept = [_without(draft, spans) for draft, spans in zip(drafts, unchosen, strict=True)]
        if any(draft.text for draft in kept):
            self._separate()
        for text, taken in zip(texts, unchosen, strict=True):
            self._put_aside(text, taken, page)
        if not any(draft.text for draft in kept):
            return
        spans: list[tuple[int, int]] = []
        for number, draft in enumerate(kept):
            if number:
                self._write(_BETWEEN_CELLS)
            begin = self._length
            self._put(draft)
            spans.append((begin, self._length))
        filled = [span for span in spans if span[0] < span[1]]
        self.passages.append(
            Passage(
                filled[0][0],
                filled[-1][1],
                page=page,
                kind=BlockKind.TABLE_ROW,
                cells=tuple(clamp(span, filled) for span in spans),
                table=table,
            )
        )

    def _separate(self) -> None:
        """Write what stands between two blocks."""
        if self._length:
            self._write(_BETWEEN_BLOCKS)

    def _write(self, text: str) -> None:
        """Append text that has no place on a page."""
        self._parts.append(text)
        self._length += len(text)

    def _put(self, draft: _Draft) -> None:
        """Append a draft with its anchors."""
        start = self._length
        self._write(draft.text)
        for piece in draft.pieces:
            self.anchors.append(Anchor(start + piece.start, start + piece.end, piece.box.page, (piece.box,)))

    def _put_aside(self, text: str, spans: Spans, page: int) -> None:
        """List the options of ``text`` that were not chosen, at the places where they would stand."""
        gone = 0
        for start, end in spans:
            place = self._length + start - gone
            gone += end - start
            excerpt = make_excerpt(text[start:end])
            self.unread.append(Unread(UnreadReason.UNSELECTED_OPTION, page, place, place, excerpt=excerpt))

    def _draft(self, lines: Sequence[Placed]) -> _Draft:
        """Return lines with the words at their ends put together."""
        parts: list[str] = []
        pieces: list[_Piece] = []
        length = 0
        for number, (line, page) in enumerate(lines):
            text, glue = line.text, ""
            if number + 1 < len(lines):
                text, glue = self._hyphenation.join(text, lines[number + 1][0].text)
            if not text.isascii():
                text = text.replace("\u00ad", "").replace("\ufffe", "-").strip()
            pieces += _pieces(line, page, length, text)
            parts += (text, glue)
            length += len(text) + len(glue)
        return _Draft("".join(parts), tuple(pieces))


def _pieces(line: PdfLine, page: int, start: int, text: str) -> Iterator[_Piece]:
    """Yield the parts of a line that is kept as ``text`` and begins at ``start``, cut at its stops."""
    left, begin = line.x0, 0
    y0, y1 = round(line.y0, 2), round(line.y1, 2)
    for offset, before, after in line.cuts:
        offset -= line.text.count("\u00ad", 0, offset)
        if begin < offset < len(text):
            end = begin + len(text[begin:offset].rstrip())
            yield _Piece(start + begin, start + end, Box(page, round(left, 2), y0, round(before, 2), y1))
            left, begin = after, offset
    yield _Piece(start + begin, start + len(text), Box(page, round(left, 2), y0, round(line.x1, 2), y1))


def _may_offer(text: str) -> bool:
    """Tell whether a text may hold the box of an option."""
    return ("[" in text or not text.isascii()) and _BOX_SIGN.search(text) is not None


def _without(draft: _Draft, spans: Spans) -> _Draft:
    """Return a draft without ``spans``, the boxes of its pieces cut to what is left of them."""
    if not spans:
        return draft
    pieces: list[_Piece] = []
    gone = 0
    kept = _gaps(spans, len(draft.text))
    for start, end in kept:
        gone = start - sum(after - before for before, after in kept if after <= start)
        for piece in draft.pieces:
            left, right = max(start, piece.start), min(end, piece.end)
            if left < right:
                words = draft.text[piece.start : piece.end]
                box = narrow_box(piece.box, words, left - piece.start, right - piece.start)
                pieces.append(_Piece(left - gone, right - gone, box))
    return _Draft(cut_spans(draft.text, spans), tuple(pieces))


def _gaps(spans: Spans, length: int) -> list[tuple[int, int]]:
    """Return the spans of a text of ``length`` that ``spans`` leave."""
    edges = [0, *(edge for span in spans for edge in span), length]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _join(drafts: Sequence[_Draft]) -> _Draft:
    """Return the paragraphs of a cell as one draft, each on its line."""
    if len(drafts) == 1:
        return drafts[0]
    pieces: list[_Piece] = []
    length = 0
    for draft in drafts:
        pieces += (_Piece(piece.start + length, piece.end + length, piece.box) for piece in draft.pieces)
        length += len(draft.text) + 1
    return _Draft("\n".join(draft.text for draft in drafts), tuple(pieces))
