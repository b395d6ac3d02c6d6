"""The layout of plain text: which lines belong together, which are rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dpa_checker.ingestion.layout.labels import Label, LabelStyle, detect_label, label_counts
from dpa_checker.ingestion.layout.line import (
    SHORT,
    Line,
    ends_sentence,
    fills,
    is_decoration,
    is_labelled_value,
    is_terminated,
    runs_on,
    split_lines,
)
from dpa_checker.ingestion.layout.passage import Passage, clamp
from dpa_checker.ingestion.layout.rows import Cells, detect_gap_cells, detect_pipe_cells, is_table_rule
from dpa_checker.model import BlockKind

_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_MIN_WIDTH = 60
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)")
_BOLD_LINE = re.compile(r"(\*\*|__)(?=\S)[^*_]+\1:?")


@dataclass(slots=True)
class _State:
    """What the reader of lines remembers: passages so far, open tables, the last label of each family."""

    text: str
    passages: list[Passage] = field(default_factory=list)
    table: int = 0
    columns: int | None = None
    labels: dict[str, Label] = field(default_factory=dict)


def detect_passages(text: str) -> tuple[Passage, ...]:
    """Return the passages of ``text`` in order; their spans do not overlap and hold no outer white space."""
    state = _State(text)
    for paragraph in _split_paragraphs(text):
        rows = _detect_rows(paragraph)
        if rows is None:
            state.columns = None
            _add_flow(state, paragraph)
        else:
            _add_rows(state, paragraph, rows)
    return tuple(state.passages)


def _split_paragraphs(text: str) -> Iterator[list[Line]]:
    """Yield runs of lines between blank lines, and runs of table rows apart from the lines around them."""
    run: list[Line] = []
    in_rows = False
    for line in split_lines(text):
        row = detect_pipe_cells(line.content) is not None and not line.blank
        if line.blank or line.page_break or row != in_rows:
            if run:
                yield run
            run = []
        in_rows = row
        if not line.blank:
            run.append(line)
    if run:
        yield run


def _detect_rows(lines: Sequence[Line]) -> list[tuple[Line, Cells]] | None:
    """Return the rows of a paragraph that is a table, without the rule under its header, else None."""
    if all(detect_pipe_cells(line.content) is not None for line in lines):
        piped = [(line, detect_pipe_cells(line.content)) for line in lines]
        return [(line, cells) for line, cells in piped if cells and not is_table_rule(line.content)]
    if len(lines) < 2:
        return None
    gapped = [(line, detect_gap_cells(line.content)) for line in lines]
    found = [(line, cells) for line, cells in gapped if cells]
    if len(found) < len(lines) or len({len(cells) for _, cells in found}) > 1:
        return None
    if any(_label_before_gap(line, cells) for line, cells in found):
        return None
    return found


def _label_before_gap(line: Line, cells: Cells) -> bool:
    """Tell whether the first of two cells is no more than a label ("3.2<tab>The processor...")."""
    label = detect_label(line.content)
    return label is not None and label.length >= cells[1][0]


def _add_rows(state: _State, lines: Sequence[Line], rows: list[tuple[Line, Cells]]) -> None:
    """Add table rows; a run of rows with as many columns as the table above goes on with it."""
    ruled = any(is_table_rule(line.content) for line in lines)
    for line, cells in rows:
        if len(cells) != state.columns or (ruled and line is rows[0][0]):
            state.table += 1
            state.columns = len(cells)
        spans = tuple((line.start + start, line.start + end) for start, end in cells)
        filled = [span for span in spans if span[0] < span[1]]
        if not filled:
            continue
        header = line is rows[0][0] if ruled else None
        state.passages.append(
            Passage(
                filled[0][0],
                filled[-1][1],
                line.column,
                kind=BlockKind.TABLE_ROW,
                cells=tuple(clamp(span, filled) for span in spans),
                table=state.table,
                header=header,
            )
        )


def _add_flow(state: _State, lines: Sequence[Line]) -> None:
    """Add the passages of a paragraph of running lines."""
    width = max(_MIN_WIDTH, *(line.column + len(line.content) for line in lines))
    groups: list[list[Line]] = []
    for number, line in enumerate(lines):
        if _is_underline(lines, number) or is_decoration(line.content):
            if groups and _UNDERLINE.fullmatch(line.content) and len(groups[-1]) == 1:
                groups.append([])
            continue
        if groups and groups[-1] and not _starts_passage(state, lines, number, groups[-1], width):
            groups[-1].append(line)
        else:
            groups.append([line])
        _remember(state, line)
    kept = [group for group in groups if group]
    places = {line.start: number for number, line in enumerate(lines)}
    for group in kept:
        after = places[group[-1].start] + 1
        underlined = after < len(lines) and len(group) == 1 and _is_underline(lines, after)
        passage = _make_passage(state.text, group, lines[after] if underlined else None, alone=len(kept) == 1)
        if group is kept[0] and _resumes(state, group[0]):
            passage = replace(state.passages.pop(), end=passage.end, alone=False)
        state.passages.append(passage)


def _resumes(state: _State, line: Line) -> bool:
    """Tell whether ``line``, after a blank line, goes on with a sentence broken off by a page break."""
    if not state.passages or not line.content[0].islower() or detect_label(line.content) is not None:
        return False
    above = state.passages[-1]
    if above.kind is not None:
        return False
    content = state.text[above.start : above.end]
    return len(content) >= _MIN_WIDTH and content[-1].islower() and content[-1].isalpha()


def _is_underline(lines: Sequence[Line], number: int) -> bool:
    """Tell whether a line underlines the one above it, as a markdown heading of the second form."""
    return number > 0 and _UNDERLINE.fullmatch(lines[number].content) is not None


def _remember(state: _State, line: Line) -> None:
    """Keep the label of ``line`` to recognise the one that follows it."""
    label = detect_label(_plain(line.content))
    if label is not None:
        state.labels[label.family] = label


def _plain(content: str) -> str:
    """Return ``content`` without the hashes and emphasis of markdown at its start."""
    content = _HASHES.sub("", content, count=1) if content.startswith("#") else content
    if content.startswith(("**", "__")):
        content = _EMPHASIS.sub("", content, count=1)
    return content


def _starts_passage(state: _State, lines: Sequence[Line], number: int, group: list[Line], width: int) -> bool:
    """Tell whether a line within a paragraph begins a new passage."""
    line, previous = lines[number], group[-1]
    if _HASHES.match(line.content) or _HASHES.match(previous.content):
        return True
    if _BOLD_LINE.fullmatch(previous.content) and len(group) == 1:
        return True
    label = detect_label(_plain(line.content))
    if label is not None and _label_counts(state, line, label, previous, width):
        return True
    if is_labelled_value(line.content):
        after = lines[number + 1].content if number + 1 < len(lines) else ""
        above = is_labelled_value(previous.content)
        if above and line.content[0].isupper() and not previous.content.endswith((",", "-")):
            return True
        if above or is_labelled_value(after):
            return not _breaks_off(previous, line, width)
    if (len(group) == 1 and _is_title_above(previous, line, width)) or _is_unit_with_title(group, line, width):
        return True
    return not runs_on(previous, line, width)


def _label_counts(state: _State, line: Line, label: Label, previous: Line, width: int) -> bool:
    """Tell whether the label of a line within a paragraph is a label, not a reference that was wrapped."""
    rest = _plain(line.content)[label.length :]
    known = state.labels.get(label.family)
    return label_counts(label, rest, previous.content, known, broken_off=_breaks_off(previous, line, width))


def _breaks_off(previous: Line, line: Line, width: int) -> bool:
    """Tell whether ``previous`` is a full line that ends in the middle of a sentence."""
    return not is_terminated(previous.content) and len(previous.content) > 30 and fills(previous, line, width)


def _is_title_above(previous: Line, line: Line, width: int) -> bool:
    """Tell whether ``previous`` stands as a title on a line of its own above ``line``."""
    if len(previous.content) >= SHORT or fills(previous, line, width) or ends_sentence(previous.content):
        return False
    if not line.content[0].isupper():
        return False
    if previous.content.isupper() and not line.content.isupper():
        return True
    label = detect_label(_plain(previous.content))
    return label is not None and label.style is not LabelStyle.BULLET and label.length < len(previous.content)


def _is_unit_with_title(group: Sequence[Line], line: Line, width: int) -> bool:
    """Tell whether a group is "Article 5" with its title on the second line, and ``line`` stands below it."""
    if len(group) != 2 or not line.content[0].isupper():
        return False
    label = detect_label(_plain(group[0].content))
    if label is None or label.style is not LabelStyle.UNIT or label.length < len(_plain(group[0].content)):
        return False
    title = group[1]
    return len(title.content) < SHORT and not fills(title, line, width) and not ends_sentence(title.content)


def _make_passage(text: str, group: Sequence[Line], underline: Line | None, *, alone: bool) -> Passage:
    """Return the passage of a group of lines; ``underline`` is the rule under a single line."""
    first = group[0]
    hashes = _HASHES.match(first.content)
    start = first.start + (hashes.end() if hashes is not None else 0)
    end = group[-1].end
    kind: BlockKind | None = BlockKind.HEADING if hashes is not None else None
    level = len(hashes[1]) if hashes is not None else None
    if kind is None and underline is not None and not (ends_sentence(first.content) and detect_label(first.content)):
        kind, level = BlockKind.HEADING, 1 if underline.content[0] == "=" else 2
    bold = len(group) == 1 and _BOLD_LINE.fullmatch(text[start:end]) is not None
    return Passage(start, end, first.column, kind=kind, level=level, heading_like=True if bold else None, alone=alone)
