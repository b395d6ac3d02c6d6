"""Unticked options in text that stays as it was given: no block holds them, and they are reported with their span."""

from __future__ import annotations

from collections.abc import Iterator

from dpa_checker.ingestion.layout.flow_writer import DETAILS
from dpa_checker.ingestion.layout.omission import omit_spans
from dpa_checker.ingestion.layout.options import (
    OPEN_BOXES,
    TICKED_BOXES,
    find_unselected,
    find_unselected_cells,
    make_excerpt,
)
from dpa_checker.model import Block, BlockKind, Unread, UnreadReason

_SIGNS = frozenset("[" + OPEN_BOXES + TICKED_BOXES)


def leave_out_options(text: str, blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Unread, ...]]:
    """Return ``blocks`` without the unticked options of ``text``, and the spans of those."""
    if _SIGNS.isdisjoint(text):
        return blocks, ()
    kept: list[Block] = []
    unread: list[Unread] = []
    for block in blocks:
        spans = list(_find_spans(text, block))
        for start, end in spans:
            excerpt = make_excerpt(text[start:end])
            detail = DETAILS[UnreadReason.UNSELECTED_OPTION]
            unread.append(Unread(UnreadReason.UNSELECTED_OPTION, start=start, end=end, detail=detail, excerpt=excerpt))
        kept += omit_spans(text, block, spans) if spans else [block]
    return tuple(kept), tuple(unread)


def _find_spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the spans of the unticked options of a block."""
    if block.kind is not BlockKind.TABLE_ROW or not block.cells:
        for start, end in find_unselected(text[block.start : block.end]):
            yield block.start + start, block.start + end
        return
    cells = [text[start:end] for start, end in block.cells]
    for (begin, _), spans in zip(block.cells, find_unselected_cells(cells), strict=True):
        for start, end in spans:
            yield begin + start, begin + end
