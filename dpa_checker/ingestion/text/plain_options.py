"""Unticked options in text that stays as it was given: no block holds them, and they are reported with their span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dpa_checker.ingestion.layout.flow_writer import DETAILS
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
        kept += _split_block(text, block, spans) if spans else [block]
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


def _split_block(text: str, block: Block, spans: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Yield what is left of a block around ``spans``; only the piece at its start keeps its label."""
    edges = [block.start, *(edge for span in spans for edge in span), block.end]
    for begin, finish in zip(edges[::2], edges[1::2], strict=True):
        start, end = begin, finish
        while start < end and not text[start].isalnum() and text[start] not in "([\"'«“„§":
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if any(character.isalnum() for character in text[start:end]):
            cells = tuple(
                (max(one, start), min(other, end)) for one, other in block.cells if one < end and other > start
            )
            whole = len(cells) == len(block.cells)
            yield replace(
                block,
                start=start,
                end=end,
                label=block.label if start == block.start else None,
                cells=cells,
                header_cells=block.header_cells if whole else (),
            )
