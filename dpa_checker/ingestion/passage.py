"""A passage: a span that a reader found to belong together, before its layout role is decided."""

from __future__ import annotations

from dataclasses import dataclass

from dpa_checker.model import BlockKind


@dataclass(frozen=True, slots=True)
class Passage:
    """One future block with what its format tells of it.

    ``indent`` is the left edge, in characters or points; ``kind`` and ``level`` are set when the format states
    them; ``heading_like`` is a reader's hint (bold, larger type), None when it has none.  ``table`` numbers the
    table that a row belongs to, and ``header`` tells whether the format marks the row as the header row.
    """

    start: int
    end: int
    indent: float = 0.0
    page: int | None = None
    kind: BlockKind | None = None
    level: int | None = None
    heading_like: bool | None = None
    alone: bool = True
    cells: tuple[tuple[int, int], ...] = ()
    table: int | None = None
    header: bool | None = None
