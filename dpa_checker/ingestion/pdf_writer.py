"""The text of a PDF as it is put together: passages, and anchors from the text back to the pages."""

from __future__ import annotations

from collections.abc import Sequence

from dpa_checker.ingestion.hyphen import Hyphenation
from dpa_checker.ingestion.passage import Passage, clamp
from dpa_checker.ingestion.pdf_line import PdfLine
from dpa_checker.ingestion.pdf_paragraph import Measure, Paragraph, usual_size
from dpa_checker.model import Anchor, BlockKind, Box

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_CELLS = " | "
_POINTS_A_CHARACTER = 5.0
_LARGE = 1.12

Placed = tuple[PdfLine, int]


class Writer:
    """Collects the text; every line that is written leaves an anchor with its page and box."""

    def __init__(self, hyphenation: Hyphenation, body: Measure) -> None:
        self._hyphenation = hyphenation
        self._body = body
        self._parts: list[str] = []
        self._length = 0
        self._tables = 0
        self.passages: list[Passage] = []
        self.anchors: list[Anchor] = []

    def text(self) -> str:
        """Return all text written so far."""
        return "".join(self._parts)

    def add_paragraph(self, paragraph: Paragraph) -> None:
        """Write a paragraph as one passage."""
        self._separate()
        start = self._length
        self._add_lines(paragraph.lines)
        first, page = paragraph.lines[0]
        size = usual_size(paragraph.lines)
        bold = not self._body.bold and all(line.bold for line, _ in paragraph.lines)
        prominent = bold or size >= _LARGE * self._body.size
        self.passages.append(
            Passage(
                start,
                self._length,
                first.x0 / _POINTS_A_CHARACTER,
                page=page,
                kind=BlockKind.NOTE if paragraph.note else None,
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
        self._separate()
        spans: list[tuple[int, int]] = []
        for number, cell in enumerate(cells):
            if number:
                self._write(_BETWEEN_CELLS)
            begin = self._length
            for place, paragraph in enumerate(cell):
                if place:
                    self._write("\n")
                self._add_lines(paragraph.lines)
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

    def _add_lines(self, lines: Sequence[Placed]) -> None:
        """Append lines with the words at their ends put together, and their anchors."""
        for number, (line, page) in enumerate(lines):
            text, glue = line.text, ""
            if number + 1 < len(lines):
                text, glue = self._hyphenation.join(text, lines[number + 1][0].text)
            text = text.replace("\u00ad", "").replace("\ufffe", "-")
            start = self._length
            self._write(text)
            box = Box(page, round(line.x0, 2), round(line.y0, 2), round(line.x1, 2), round(line.y1, 2))
            self.anchors.append(Anchor(start, self._length, page, (box,)))
            if glue:
                self._write(glue)
