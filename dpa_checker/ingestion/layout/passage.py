"""A passage: a span that a reader found to belong together, before its layout role is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.model import BlockKind


@dataclass(frozen=True, slots=True)
class Passage:
    """One future block with what its format tells of it.

    ``indent`` is the left edge in characters; ``kind`` and ``level`` are set when the format states them;
    ``heading_like`` is a reader's hint (bold, larger type), None when it has none.  ``label`` is the number
    that the format gives the passage, at the start of its text.  ``table`` numbers the table of a row, and
    ``header`` tells whether the format marks the row as the header row.
    """

    start: int
    end: int
    indent: float = 0.0
    page: int | None = None
    kind: BlockKind | None = None
    level: int | None = None
    heading_like: bool | None = None
    alone: bool = True
    label: str | None = None
    cells: tuple[tuple[int, int], ...] = ()
    table: int | None = None
    header: bool | None = None


def clamp(span: tuple[int, int], filled: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of a cell within its row, which begins and ends with the ``filled`` cells."""
    first, last = filled[0][0], filled[-1][1]
    return min(max(span[0], first), last), min(max(span[1], first), last)
