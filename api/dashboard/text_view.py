"""The text of a contract as it is shown: its blocks, with the evidence of the findings marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dpa_checker.model import Block, BlockKind, Document, Reading, Report


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage that bears a finding; ``anchor`` is its name on the page."""

    start: int
    end: int
    mention: str
    against: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that bears the same findings throughout; ``anchors`` are those of passages that begin in it."""

    text: str
    mentions: tuple[str, ...] = ()
    against: bool = False
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block: cells where it is a row of a table, else one; ``page`` is set where a page begins."""

    kind: str
    level: int
    cells: tuple[tuple[Segment, ...], ...]
    page: int | None = None


def list_marks(report: Report) -> tuple[Mark, ...]:
    """Return the passages that stand in the text as it is shown, that with all tracked changes accepted."""
    return tuple(
        Mark(item.start, item.end, finding.mention, item.against, f"e-{finding.mention}-{number}")
        for finding in report.findings
        for number, item in enumerate(finding.evidence)
        if item.reading is not Reading.REJECTED and item.start < item.end
    )


def build_text(document: Document, marks: Sequence[Mark]) -> Iterator[Paragraph]:
    """Give the blocks of a text in order."""
    page: int | None = None
    named: set[str] = set()
    for block in document.blocks:
        begins = block.page if block.page is not None and block.page != page else None
        page = block.page or page
        spans = block.cells if block.kind is BlockKind.TABLE_ROW and block.cells else ((block.start, block.end),)
        cells = tuple(tuple(_segments(document.text, start, end, marks, named)) for start, end in spans)
        yield Paragraph(str(block.kind), _level(block), cells, begins)


def _level(block: Block) -> int:
    return min(block.level or 1, 4)


def _segments(text: str, start: int, end: int, marks: Sequence[Mark], named: set[str]) -> Iterator[Segment]:
    within = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {start, end} | {edge for mark in within for edge in (mark.start, mark.end) if start < edge < end}
    places = sorted(edges)
    for left, right in itertools.pairwise(places):
        over = [mark for mark in within if mark.start < right and mark.end > left]
        anchors = tuple(mark.anchor for mark in over if mark.anchor not in named)
        named.update(anchors)
        mentions = tuple(dict.fromkeys(mark.mention for mark in over))
        yield Segment(text[left:right], mentions, any(mark.against for mark in over), anchors)
