"""A paragraph or cell put together: its text with, by offsets, what it sets aside, changes and marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dpa_checker.ingestion.layout.flow import Cell, Change, Paragraph, Piece
from dpa_checker.ingestion.layout.options import cut_spans, make_excerpt
from dpa_checker.model import UnreadReason

BETWEEN_CELLS = " | "

Spans = Sequence[tuple[int, int]]


@dataclass(slots=True)
class Line:
    """A paragraph put together: its text and, by offsets into it, what it sets aside, changes and marks."""

    text: str = ""
    asides: list[tuple[UnreadReason, int, str]] = field(default_factory=list)
    changes: list[tuple[int, int, Change]] = field(default_factory=list)
    marks: list[tuple[int, Piece]] = field(default_factory=list)


def assemble(item: Paragraph) -> Line:
    """Return a paragraph as one line; white space beside what is set aside does not double."""
    line = Line()
    parts: list[str] = []
    length = 0
    seam = True
    pending: list[tuple[UnreadReason, int, str]] = []
    for piece in item.pieces:
        if piece.opens is not None or piece.closes is not None:
            line.marks.append((length, piece))
        if piece.aside is not None:
            if piece.text.strip():
                pending.append((piece.aside, length, piece.text))
                seam = seam or not parts or parts[-1][-1:].isspace()
            continue
        text = piece.text.lstrip() if seam and not item.preformatted else piece.text
        if not text:
            if pending and pending[-1][1] == length:
                pending[-1] = (*pending[-1][:2], pending[-1][2] + piece.text)
            continue
        seam = False
        parts.append(text)
        if piece.change is not None:
            line.changes.append((length, length + len(text), piece.change))
        length += len(text)
    line.text = "".join(parts).rstrip()
    line.asides = _merge_asides(pending)
    _clip(line)
    if item.label and line.text:
        shift(line, f"{item.label} ")
    return line


def _merge_asides(pending: Iterable[tuple[UnreadReason, int, str]]) -> list[tuple[UnreadReason, int, str]]:
    """Return what was set aside with neighbours of one reason put together."""
    merged: list[tuple[UnreadReason, int, str]] = []
    for reason, place, text in pending:
        if merged and merged[-1][:2] == (reason, place):
            merged[-1] = (reason, place, merged[-1][2] + text)
        else:
            merged.append((reason, place, text))
    return [(reason, place, make_excerpt(text)) for reason, place, text in merged]


def _clip(line: Line) -> None:
    """Bring all offsets of a line within its text."""
    _move(line, lambda place: min(place, len(line.text)))


def shift(line: Line, prefix: str) -> None:
    """Put ``prefix`` before a line."""
    line.text = prefix + line.text
    _move(line, lambda place: place + len(prefix))


def _move(line: Line, where: Callable[[int], int]) -> None:
    """Apply ``where`` to all offsets of a line; changes that become empty are dropped."""
    line.asides = [(reason, where(place), excerpt) for reason, place, excerpt in line.asides]
    moved = [(where(start), where(end), change) for start, end, change in line.changes]
    line.changes = [(start, end, change) for start, end, change in moved if start < end]
    line.marks = [(where(place), piece) for place, piece in line.marks]


def cut_out(line: Line, spans: Spans) -> Line:
    """Return a line without the unticked options at ``spans``."""
    if not spans:
        return line
    text = line.text
    excerpts = [(start, make_excerpt(text[start:end])) for start, end in spans]

    def where(place: int) -> int:
        return place - sum(min(place, end) - start for start, end in spans if start < place)

    line.text = cut_spans(text, spans)
    _move(line, where)
    line.asides += [(UnreadReason.UNSELECTED_OPTION, where(start), excerpt) for start, excerpt in excerpts]
    line.asides.sort(key=lambda aside: aside[1])
    line.text = line.text.rstrip()
    _clip(line)
    return line


def cell_lines(cell: Cell) -> list[Line]:
    """Return the lines of a cell; the rows of an inner table come one a line."""
    lines: list[Line] = []
    for item in cell.items:
        if isinstance(item, Paragraph):
            lines.append(assemble(item))
            continue
        for row in item.rows:
            inner = [join(cell_lines(one), " ") for one in row.cells]
            lines.append(join([one for one in inner if one.text or one.asides], BETWEEN_CELLS))
    return lines


def join(lines: Sequence[Line], between: str = "\n") -> Line:
    """Return lines as one."""
    joined = Line()
    for line in lines:
        base = len(joined.text) + (len(between) if joined.text and line.text else 0)
        place = base if line.text else len(joined.text)
        joined.asides += [(reason, place + at, excerpt) for reason, at, excerpt in line.asides]
        joined.changes += [(base + start, base + end, change) for start, end, change in line.changes]
        joined.marks += [(place + at, piece) for at, piece in line.marks]
        if line.text:
            joined.text = joined.text + between + line.text if joined.text else line.text
    return joined
