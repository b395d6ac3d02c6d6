"""From a flow of paragraphs and tables to a document: its text, blocks, what was set aside, changes and comments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dpa_checker.ingestion.layout.blocks import build_blocks
from dpa_checker.ingestion.layout.flow import (
    Change,
    Item,
    Paragraph,
    Remark,
    Row,
    Table,
    has_text,
    is_layout,
)
from dpa_checker.ingestion.layout.flow_line import BETWEEN_CELLS, Line, assemble, cell_lines, cut_out, join
from dpa_checker.ingestion.layout.labels import LabelStyle, detect_label
from dpa_checker.ingestion.layout.options import find_unselected, find_unselected_cells, make_excerpt
from dpa_checker.ingestion.layout.passage import Passage, clamp
from dpa_checker.ingestion.layout.role import judge_kind
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
        line = assemble(item)
        if not item.preformatted:
            line = cut_out(line, find_unselected(line.text))
        if not line.text:
            self._write(line)
            return
        self._separate()
        start = self._length
        self._write(line)
        if item.preformatted:
            self._add_passages(start, line.text)
            return
        kind, level = judge_kind(
            line.text, item.label, outline=item.outline, level=item.level, bold=item.bold, note=item.note
        )
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
        lines = [join(cell_lines(cell)) for cell in row.cells]
        spans = find_unselected_cells([line.text for line in lines])
        lines = [cut_out(line, taken) for line, taken in zip(lines, spans, strict=True)]
        if not any(line.text for line in lines):
            for line in lines:
                self._write(line)
            return
        self._separate()
        cells: list[tuple[int, int]] = []
        for number, (line, cell) in enumerate(zip(lines, row.cells, strict=True)):
            if number and not cell.covered:
                self._append(BETWEEN_CELLS)
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

    def _write(self, line: Line) -> None:
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


def _has_own_number(bullet: str, text: str) -> bool:
    """Tell whether a number is typed behind an automatic bullet ("• (a) the subject matter")."""
    found = detect_label(text)
    return len(bullet) == 1 and not bullet.isalnum() and found is not None and found.style is not LabelStyle.BULLET


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
