"""What a DOCX is made of as it is read: paragraphs, tables, and parts that were not read."""

from __future__ import annotations

from dataclasses import dataclass

from dpa_checker.ingestion.docx.pieces import Pieces, shown_text
from dpa_checker.ingestion.layout.flow import Change
from dpa_checker.model import Unread


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph as shown; its pieces begin with ``label`` when it is numbered, ``level`` counts from 1.

    ``ending`` is the tracked change without which the paragraph would run on into the next.
    """

    pieces: Pieces
    label: str | None = None
    level: int | None = None
    outline: int | None = None
    bold: bool = False
    indent: float = 0.0
    note: bool = False
    contents: bool = False
    ending: Change | None = None

    @property
    def text(self) -> str:
        """The text that counts as said."""
        return shown_text(self.pieces)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: the paragraphs and inner tables that it holds, and how many columns it spans."""

    items: tuple[Item, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table row; ``header`` when the table repeats it on each page."""

    cells: tuple[Cell, ...]
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document."""

    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A part in another format that Word would show here; ``name`` is its file name.

    ``unread`` is what was not read of it, None when that is all of it.
    """

    name: str
    unread: Unread | None = None


Item = Text | Table | Foreign
