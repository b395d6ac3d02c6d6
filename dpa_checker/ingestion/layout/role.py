"""What a paragraph or table is, from what its format states: the same rules for every marked-up format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.ingestion.layout.blocks import reads_as_title
from dpa_checker.model import BlockKind

_LONG_HEADING: Final = 180
_HEADING_WORDS: Final = 3
_BOLD_WORDS: Final = 8
_PLAIN_WORDS: Final = 14
_LONG_CELL: Final = 400


@dataclass(frozen=True, slots=True)
class CellSketch:
    """What a cell holds: the lengths of its paragraphs that say anything, and the rows of the tables within.

    ``filled`` tells whether anything stands in it, what is set aside included.
    """

    paragraphs: tuple[int, ...]
    inner_rows: tuple[int, ...]
    filled: bool

    @property
    def crowded(self) -> bool:
        """Whether the cell holds several paragraphs of running text."""
        return len(self.paragraphs) > 1 and sum(self.paragraphs) > _LONG_CELL


def judge_kind(
    text: str, label: str | None, *, outline: int | None, level: int | None, bold: bool, note: bool
) -> tuple[BlockKind | None, int | None]:
    """Return kind and level of a paragraph: a heading, a note, its depth in a list; None where the layout decides.

    ``text`` begins with ``label``; ``outline`` and ``level`` are 1 for the outermost.  Clauses set in a heading
    style for their number alone ("2.1 The Processor shall ...") are list items.
    """
    if note:
        return BlockKind.NOTE, None
    if outline is None:
        return None, level
    rest = text.removeprefix(label or "").strip()
    most = _PLAIN_WORDS if label is None else _BOLD_WORDS if bold else _HEADING_WORDS
    if len(text) < _LONG_HEADING and reads_as_title(rest, most_words=most):
        return BlockKind.HEADING, max(outline, level or 1)
    if label is not None:
        return BlockKind.LIST_ITEM, level
    return BlockKind.PARAGRAPH, None


def arranges_text(rows: Sequence[Sequence[CellSketch]]) -> bool:
    """Tell whether a table only arranges running text: one column, or several crowded cells in most rows."""
    if all(len(cells) <= 1 for cells in rows):
        return True
    filled = [cells for cells in rows if any(cell.filled for cell in cells)]
    crowded = sum(1 for cells in filled if sum(cell.crowded for cell in cells) >= 2)
    nested = any(rows > 1 for cells in filled for cell in cells for rows in cell.inner_rows)
    return 2 * crowded > len(filled) or (nested and len(filled) == 1)
