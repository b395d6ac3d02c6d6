"""A document as a flow of paragraphs and tables: the form that readers of marked-up formats bring their input into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dpa_checker.ingestion.layout.role import CellSketch, arranges_text
from dpa_checker.model import UnreadReason


@dataclass(frozen=True, slots=True)
class Change:
    """Who made a tracked change, and when (ISO 8601)."""

    author: str = ""
    date: str = ""


@dataclass(slots=True, eq=False)
class Remark:
    """A comment; the flow marks where the text it is about begins and ends."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters of one kind.

    ``aside`` says why it does not count as said; ``change`` marks text that stands in this reading only.  A piece
    without text may mark where a remark ``opens`` or ``closes``.
    """

    text: str = ""
    aside: UnreadReason | None = None
    change: Change | None = None
    opens: Remark | None = None
    closes: Remark | None = None


@dataclass(slots=True)
class Paragraph:
    """A paragraph; ``label`` is its automatic number as shown, which its pieces do not hold.

    ``outline`` is the level of a heading (1 is outermost), ``level`` the depth in a list, ``indent`` the left edge
    in characters.  ``preformatted`` text keeps its lines and is laid out as plain text.
    """

    pieces: list[Piece] = field(default_factory=list)
    label: str | None = None
    level: int | None = None
    outline: int | None = None
    bold: bool = False
    indent: float = 0.0
    note: bool = False
    contents: bool = False
    preformatted: bool = False

    @property
    def text(self) -> str:
        """What the paragraph says, without its label and what is set aside."""
        return "".join(piece.text for piece in self.pieces if piece.aside is None)

    @property
    def blank(self) -> bool:
        """Whether the paragraph shows nothing and sets nothing aside."""
        return not any(piece.text.strip() or piece.opens or piece.closes for piece in self.pieces)


@dataclass(slots=True)
class Cell:
    """A table cell; ``covered`` when a merged cell lies over it."""

    items: list[Item] = field(default_factory=list)
    covered: bool = False


@dataclass(slots=True)
class Row:
    """A table row; ``header`` when the format marks it as naming the columns."""

    cells: list[Cell] = field(default_factory=list)
    header: bool = False


@dataclass(slots=True)
class Table:
    """A table."""

    rows: list[Row] = field(default_factory=list)


Item = Paragraph | Table


def walk_paragraphs(items: list[Item]) -> Iterator[Paragraph]:
    """Yield all paragraphs in reading order, those of tables too."""
    for item in items:
        if isinstance(item, Paragraph):
            yield item
        else:
            for row in item.rows:
                for cell in row.cells:
                    yield from walk_paragraphs(cell.items)


def set_aside(items: list[Item], reason: UnreadReason) -> list[Item]:
    """Return ``items`` with all their text set aside; what already was keeps its reason."""
    for paragraph in walk_paragraphs(items):
        paragraph.pieces = [
            piece if piece.aside is not None else replace(piece, aside=reason) for piece in paragraph.pieces
        ]
        paragraph.label = None
    return items


def is_layout(table: Table) -> bool:
    """Tell whether a table only arranges running text; cells that a merged one covers do not count."""
    return arranges_text([[_sketch(cell) for cell in row.cells if not cell.covered] for row in table.rows])


def has_text(items: list[Item]) -> bool:
    """Tell whether anything stands in ``items``, set aside or not."""
    return any(not paragraph.blank for paragraph in walk_paragraphs(items))


def _sketch(cell: Cell) -> CellSketch:
    texts = (item.text for item in cell.items if isinstance(item, Paragraph))
    inner = (len(item.rows) for item in cell.items if isinstance(item, Table))
    return CellSketch(tuple(len(text) for text in texts if text.strip()), tuple(inner), has_text(cell.items))
