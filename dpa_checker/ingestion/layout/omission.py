"""What is left of a block when spans of its text do not count: the text stays, and no block holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dpa_checker.model import Block


def omit_spans(text: str, block: Block, spans: Sequence[tuple[int, int]]) -> Iterator[Block]:
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
