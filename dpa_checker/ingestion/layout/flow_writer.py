"""From a flow of paragraphs and tables to a document: its text, blocks, what was set aside, changes and comments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dpa_checker.ingestion.layout.blocks import build_blocks, reads_as_title
from dpa_checker.ingestion.layout.flow import (
    Cell,
    Change,
    Item,
    Paragraph,
    Piece,
    Remark,
    Row,
    Table,
    has_text,
    is_layout,
)
from dpa_checker.ingestion.layout.labels import LabelStyle, detect_label
from dpa_checker.ingestion.layout.options import find_unselected, find_unselected_cells, make_excerpt
from dpa_checker.ingestion.layout.passage import Passage, clamp
from dpa_checker.ingestion.layout.text_layout import detect_passages
from dpa_checker.model import (
    BlockKind,
    Comment,
    Document,
    Notice,
    NoticeKind,
    Reading,
    Revision,
    RevisionKind,
    Unread,
    UnreadReason,
)

#: What a reader of the report is told of text that was set aside; readers may say it in the words of their format.
DETAILS: Mapping[UnreadReason, str] = {
    UnreadReason.HIDDEN: "Hidden text stands here in the file; it is not shown and was not examined.",
    UnreadReason.STRUCK_THROUGH: "Struck-through text stands here; it does not count as said.",
    UnreadReason.UNSELECTED_OPTION: "An option that is not ticked stands here; it does not count as said.",
}

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_CELLS = " | "
_LONG_HEADING = 180
_HEADING_WORDS = 3
_BOLD_WORDS = 8
_PLAIN_WORDS = 14

_Spans = Sequence[tuple[int, int]]


@dataclass(slots=True)
class _Line:
    """A paragraph put together: its text and, by offsets into it, what it sets aside, changes and marks."""

    text: str = ""
    asides: list[tuple[UnreadReason, int, str]] = field(default_factory=list)
    changes: list[tuple[int, int, Change]] = field(default_factory=list)
    marks: list[tuple[int, Piece]] = field(default_factory=list)


class FlowWriter:
    """Collects one reading of a document, item after item."""

    def __init__(self, kind: RevisionKind = RevisionKind.INSERTION) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._tables = 0
        self._kind = kind
        self._opened: dict[int, int] = {}
        self.passages: list[Passage] = []
        self.unread: list[Unread] = []
        self.revisions: list[Revision] = []
        self.comments: list[Comment] = []

    def text(self) -> str:
        """Return all text written so far."""
        return "".join(self._parts)

    def add(self, item: Item) -> None:
        """Write a paragraph or a table."""
        if isinstance(item, Paragraph):
            self._add_paragraph(item)
        else:
            self._add_table(item)

    def _add_paragraph(self, item: Paragraph) -> None:
        """Write a paragraph as one passage, a preformatted one as the passages of its lines."""
        line = _assemble(item)
        if not item.preformatted:
            line = _cut(line, find_unselected(line.text))
        if not line.text:
            self._write(line)
            return
        self._separate()
        start = self._length
        self._write(line)
        if item.preformatted:
            self._add_passages(start, line.text)
            return
        kind, level = _kind(item, line.text)
        label = None if item.label and _has_own_number(item.label, line.text) else item.label
        self.passages.append(
            Passage(
                start,
                self._length,
                item.indent,
                kind=kind,
                level=level,
                heading_like=False if item.contents else True if item.bold else None,
                label=label,
            )
        )

    def _add_passages(self, start: int, text: str) -> None:
        """Add the passages of plain text that was written at ``start``."""
        base = self._tables
        for one in detect_passages(text):
            table = base + one.table if one.table is not None else None
            self._tables = max(self._tables, table or 0)
            cells = tuple((start + begin, start + end) for begin, end in one.cells)
            self.passages.append(replace(one, start=start + one.start, end=start + one.end, cells=cells, table=table))

    def _add_table(self, table: Table) -> None:
        """Write the rows of a table, or its paragraphs when it only arranges running text."""
        self._tables += 1
        number = self._tables
        layout = is_layout(table)
        for row in table.rows:
            filled = [cell for cell in row.cells if has_text(cell.items)]
            if layout or (len(filled) == 1 and len(row.cells) == 1):
                for cell in filled:
                    for item in cell.items:
                        self.add(item)
            elif filled:
                self._add_row(row, number)

    def _add_row(self, row: Row, table: int) -> None:
        """Write a table row as one passage; a row that is set aside as a whole leaves no passage."""
        lines = [_join(_cell_lines(cell)) for cell in row.cells]
        spans = find_unselected_cells([line.text for line in lines])
        lines = [_cut(line, cut) for line, cut in zip(lines, spans, strict=True)]
        if not any(line.text for line in lines):
            for line in lines:
                self._write(line)
            return
        self._separate()
        cells: list[tuple[int, int]] = []
        for number, (line, cell) in enumerate(zip(lines, row.cells, strict=True)):
            if number and not cell.covered:
                self._append(_BETWEEN_CELLS)
            begin = self._length
            self._write(line)
            cells.append((begin, self._length))
        filled = [span for span in cells if span[0] < span[1]]
        self.passages.append(
            Passage(
                filled[0][0],
                filled[-1][1],
                kind=BlockKind.TABLE_ROW,
                cells=tuple(clamp(span, filled) for span in cells),
                table=table,
                header=True if row.header else None,
            )
        )

    def _separate(self) -> None:
        """Write what stands between two blocks."""
        if self._length:
            self._append(_BETWEEN_BLOCKS)

    def _append(self, text: str) -> None:
        """Append text."""
        self._parts.append(text)
        self._length += len(text)

    def _write(self, line: _Line) -> None:
        """Write a line with what hangs on it."""
        base = self._length
        for reason, place, excerpt in line.asides:
            self._set_aside(reason, base + place, excerpt)
        for start, end, change in line.changes:
            self._change(base + start, base + end, change)
        for place, piece in line.marks:
            if piece.opens is not None:
                self._opened[id(piece.opens)] = base + place
            if piece.closes is not None:
                self._close(piece.closes, base + place)
        self._append(line.text)

    def _set_aside(self, reason: UnreadReason, place: int, excerpt: str) -> None:
        """Report text that does not count, together with what was set aside at the same place for the same reason."""
        if self.unread and reason is not UnreadReason.UNSELECTED_OPTION:
            last = self.unread[-1]
            if last.reason is reason and last.start == place:
                self.unread[-1] = replace(last, excerpt=make_excerpt(f"{last.excerpt} {excerpt}"))
                return
        self.unread.append(Unread(reason, start=place, end=place, detail=DETAILS[reason], excerpt=excerpt))

    def _change(self, start: int, end: int, change: Change) -> None:
        """Add a revision, or lengthen the last one when it goes on."""
        if self.revisions:
            last = self.revisions[-1]
            touches = start == last.end or (start == self._length == last.end + len(_BETWEEN_BLOCKS))
            if touches and (last.author, last.date) == (change.author, change.date):
                self.revisions[-1] = replace(last, end=end)
                return
        self.revisions.append(Revision(start, end, self._kind, change.author, change.date))

    def _close(self, remark: Remark, place: int) -> None:
        """Add a comment whose text ends at ``place``."""
        start = self._opened.get(id(remark), place)
        self.comments.append(Comment(remark.text, remark.author, start, max(start, place)))


def _assemble(item: Paragraph) -> _Line:
    """Return a paragraph as one line; white space beside what is set aside does not double."""
    line = _Line()
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
        _shift(line, f"{item.label} ")
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


def _clip(line: _Line) -> None:
    """Bring all offsets of a line within its text."""
    _move(line, lambda place: min(place, len(line.text)))


def _shift(line: _Line, prefix: str) -> None:
    """Put ``prefix`` before a line."""
    line.text = prefix + line.text
    _move(line, lambda place: place + len(prefix))


def _move(line: _Line, where: Callable[[int], int]) -> None:
    """Apply ``where`` to all offsets of a line; changes that become empty are dropped."""
    line.asides = [(reason, where(place), excerpt) for reason, place, excerpt in line.asides]
    moved = [(where(start), where(end), change) for start, end, change in line.changes]
    line.changes = [(start, end, change) for start, end, change in moved if start < end]
    line.marks = [(where(place), piece) for place, piece in line.marks]


def _cut(line: _Line, spans: _Spans) -> _Line:
    """Return a line without the unticked options at ``spans``."""
    if not spans:
        return line
    text = line.text
    excerpts = [(start, make_excerpt(text[start:end])) for start, end in spans]

    def where(place: int) -> int:
        return place - sum(min(place, end) - start for start, end in spans if start < place)

    line.text = "".join(text[end:start] for end, start in _gaps(spans, len(text)))
    _move(line, where)
    line.asides += [(UnreadReason.UNSELECTED_OPTION, where(start), excerpt) for start, excerpt in excerpts]
    line.asides.sort(key=lambda aside: aside[1])
    line.text = line.text.rstrip()
    _clip(line)
    return line


def _gaps(spans: _Spans, length: int) -> list[tuple[int, int]]:
    """Return what lies between ``spans``."""
    edges = [0, *(edge for span in spans for edge in span), length]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _cell_lines(cell: Cell) -> list[_Line]:
    """Return the lines of a cell; the rows of an inner table come one a line."""
    lines: list[_Line] = []
    for item in cell.items:
        if isinstance(item, Paragraph):
            lines.append(_assemble(item))
            continue
        for row in item.rows:
            inner = [_join(_cell_lines(one), " ") for one in row.cells]
            lines.append(_join([one for one in inner if one.text or one.asides], _BETWEEN_CELLS))
    return lines


def _join(lines: Sequence[_Line], between: str = "\n") -> _Line:
    """Return lines as one."""
    joined = _Line()
    for line in lines:
        base = len(joined.text) + (len(between) if joined.text and line.text else 0)
        place = base if line.text else len(joined.text)
        joined.asides += [(reason, place + at, excerpt) for reason, at, excerpt in line.asides]
        joined.changes += [(base + start, base + end, change) for start, end, change in line.changes]
        joined.marks += [(place + at, piece) for at, piece in line.marks]
        if line.text:
            joined.text = joined.text + between + line.text if joined.text else line.text
    return joined


def _has_own_number(bullet: str, text: str) -> bool:
    """Tell whether a number is typed behind an automatic bullet ("• (a) the subject matter")."""
    found = detect_label(text)
    return len(bullet) == 1 and not bullet.isalnum() and found is not None and found.style is not LabelStyle.BULLET


def _kind(item: Paragraph, text: str) -> tuple[BlockKind | None, int | None]:
    """Return what the format says of a paragraph: a heading with its level, a note, its depth in a list.

    Clauses set in a heading style for their number alone ("2.1 The Processor shall ...") are list items.
    """
    if item.note:
        return BlockKind.NOTE, None
    if item.outline is None:
        return None, item.level
    rest = text.removeprefix(item.label or "").strip()
    most = _PLAIN_WORDS if item.label is None else _BOLD_WORDS if item.bold else _HEADING_WORDS
    if len(text) < _LONG_HEADING and reads_as_title(rest, most_words=most):
        return BlockKind.HEADING, max(item.outline, item.level or 1)
    if item.label is not None:
        return BlockKind.LIST_ITEM, item.level
    return BlockKind.PARAGRAPH, None


def write_document(
    data: bytes,
    name: str | None,
    media_type: str,
    read: Callable[[Reading], list[Item]],
    *,
    tracked: bool = False,
    notices: Callable[[], tuple[Notice, ...]] = tuple,
) -> Document:
    """Return the document of a flow; when ``tracked``, with the reading of all changes rejected beside it.

    ``read`` gives the flow of a reading; ``notices`` is asked when the accepted reading has been read.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    accepted = _write(read(Reading.ACCEPTED), sha256, name, media_type, RevisionKind.INSERTION)
    told = notices()
    if accepted.comments:
        authors = ", ".join(dict.fromkeys(comment.author for comment in accepted.comments if comment.author))
        told = (*told, Notice(NoticeKind.COMMENTS, authors, len(accepted.comments)))
    if not tracked:
        return replace(accepted, notices=told)
    rejected = _write(read(Reading.REJECTED), sha256, name, media_type, RevisionKind.DELETION)
    if (rejected.text, rejected.unread) == (accepted.text, accepted.unread):
        return replace(accepted, revisions=(), notices=told)
    changes = [*accepted.revisions, *rejected.revisions]
    authors = ", ".join(dict.fromkeys(change.author for change in changes if change.author))
    told = (*told, Notice(NoticeKind.REVISIONS, authors, max(1, len(changes))))
    return replace(accepted, notices=told, rejected=replace(rejected, notices=told))


def _write(items: Iterable[Item], sha256: str, name: str | None, media_type: str, kind: RevisionKind) -> Document:
    """Return the document of one reading."""
    writer = FlowWriter(kind)
    for item in items:
        writer.add(item)
    text = writer.text()
    return Document(
        text=text,
        blocks=build_blocks(text, writer.passages),
        sha256=sha256,
        media_type=media_type,
        name=name,
        unread=tuple(writer.unread),
        comments=tuple(writer.comments),
        revisions=tuple(writer.revisions),
    )
