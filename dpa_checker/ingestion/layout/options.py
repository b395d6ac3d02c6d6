"""Options offered by boxes: which words of a paragraph stand behind a box that nobody ticked.

A box is a character (``☐ □ ▢`` open, ``☑ ☒ ■`` ticked) or typed brackets (``[ ]``, ``[x]``).  An option runs from its
box to the next box of the paragraph, or to the bracket that closes around both; where a line ends with its last box
and does not begin with one, the boxes stand behind their options ("Yes ☐ No ☒").  Brackets within a sentence
("within [ ] hours") are blanks to be filled in, not boxes; wide ones count only where several lines begin so.
Square bullets of symbol fonts and the dingbats used as bullets count as boxes only beside a box that is one without
doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from dpa_checker.ingestion.layout.labels import LabelStyle, detect_label

#: Characters that show an open box, a ticked box, and bullets that show one only among sure boxes.
OPEN_BOXES: Final = "☐□▢◻⬜\U0001f5c6\U0001f78e\U0001f78f\U0001f790"
TICKED_BOXES: Final = "☑☒⊠⌧▣✅\u2bbd\U0001f5f5\U0001f5f7\U0001f5f9\uf0fe\uf0fd"
_DOUBTFUL_OPEN: Final = "❏❐❑❒○\uf06f\uf0a8\uf071\uf072"
_DOUBTFUL_TICKED: Final = "■✓✔✗✘●◉⦿\uf0fc\uf052\uf054"

_LONGEST_EXCERPT: Final = 200
_BEFORE: Final = 80
_BOX = re.compile(
    rf"(?P<open>[{OPEN_BOXES}])|(?P<ticked>[{TICKED_BOXES}])"
    rf"|(?P<maybe_open>[{_DOUBTFUL_OPEN}])|(?P<maybe_ticked>[{_DOUBTFUL_TICKED}])"
    r"|(?P<typed_open>\[[ \t\u00a0]{0,10}\])|(?P<typed_ticked>\[[ \t\u00a0]?[xX✓✔✗✘][ \t\u00a0]?\])"
)
_SIGN = re.compile(rf"[{OPEN_BOXES}{TICKED_BOXES}]|\[[ \t\u00a0xX✓✔✗✘]{{0,10}}\]")
_WIDE = re.compile(r"^[ \t\u00a0]*\[[ \t\u00a0]{4,10}\][ \t\u00a0]+\w", re.MULTILINE)
_NARROW: Final = 5
_BEFORE_TYPED = re.compile(r"(?:^|[\n|:;?(\t]|\s[-–—/]|\s\s|^\s*[-*+•–—])[ \t\u00a0]*$")
_AFTER_TYPED = re.compile(r"(?:[ \t\u00a0]*\S{0,2}\w|[ \t\u00a0]*$|[ \t\u00a0]*[\n|])")
_END_OF_LABEL = re.compile(r"(?:[.:;?!|]|\s[-–—])\s+|\t|\s{2,}")
_EMPTY = re.compile(r"[\W_]*")
_OPENING, _CLOSING = "([", ")]"


@dataclass(frozen=True, slots=True)
class Mark:
    """A box at ``[start, end)`` of a text."""

    start: int
    end: int
    ticked: bool


def set_aside_options(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of one paragraph without its unticked options, and the beginnings of what was set aside.

    The first is the very string given when there is nothing to set aside, and empty when nothing but a number or
    bullet would be left.  Each excerpt has at most 200 characters.
    """
    spans = find_unselected(text)
    if not spans:
        return text, ()
    return cut_spans(text, spans), tuple(make_excerpt(text[start:end]) for start, end in spans)


def find_unselected(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of one paragraph (or table cell) that its unticked options take, in order.

    A paragraph of which only its number or bullet would be left is one span from end to end.
    """
    marks = find_boxes(text)
    if all(mark.ticked for mark in marks):
        return ()
    spans = _merge(_trim(text, span) for span in _spans(text, marks))
    if not _is_worth_keeping(cut_spans(text, spans)):
        return ((0, len(text)),)
    return spans


def find_unselected_cells(cells: Sequence[str]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the spans to set aside in each cell of a table row.

    A box alone in a cell stands for the cells to its right up to the next box, when the row begins with one; for
    the whole row when none of its boxes is ticked.  Other cells are judged one by one.
    """
    lone = [_lone_box(cell) for cell in cells]
    inner = [() if mark is not None else find_unselected(cell) for mark, cell in zip(lone, cells, strict=True)]
    sure = [mark for mark in lone if mark is not None]
    if all(mark.ticked for mark in sure):
        return tuple(inner)
    first = next((number for number, cell in enumerate(cells) if cell.strip()), 0)
    if lone[first] is None:
        none_ticked = not any(mark.ticked for mark in sure)
        return tuple(
            ((0, len(cell)),) if none_ticked and cell else spans for cell, spans in zip(cells, inner, strict=True)
        )
    selected, found = True, []
    for mark, cell, spans in zip(lone, cells, inner, strict=True):
        selected = mark.ticked if mark is not None else selected
        found.append(spans if selected else ((0, len(cell)),) if cell else ())
    return tuple(found)


def find_boxes(text: str) -> tuple[Mark, ...]:
    """Return the boxes of one paragraph in order."""
    if _SIGN.search(text) is None and not any(sign in text for sign in TICKED_BOXES):
        return ()
    matches = list(_BOX.finditer(text))
    last_ticked = max((match.end() for match in matches if match["typed_ticked"] is not None), default=0)
    marks: list[Mark] = []
    sure = False
    wide = len(_WIDE.findall(text)) > 1
    for match in matches:
        kind = match.lastgroup or ""
        if kind == "typed_open" and match.end() - match.start() > _NARROW and not wide:
            continue
        if kind == "typed_open" and not _is_box(text, match, among_boxes=sure or match.end() <= last_ticked):
            continue
        marks.append(Mark(match.start(), match.end(), kind.endswith("ticked")))
        sure = sure or not kind.startswith("maybe")
    return tuple(marks) if sure else ()


def cut_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return ``text`` without ``spans``, which are in order and apart."""
    kept: list[str] = []
    place = 0
    for start, end in spans:
        kept.append(text[place:start])
        place = end
    kept.append(text[place:])
    return "".join(kept)


def make_excerpt(text: str) -> str:
    """Return the beginning of what was set aside on one line, at most 200 characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_EXCERPT else flat[: _LONGEST_EXCERPT - 1].rstrip() + "…"


def _is_box(text: str, match: re.Match[str], *, among_boxes: bool) -> bool:
    """Tell whether empty brackets are a box: with words behind them, at the start of an option or among boxes."""
    if _AFTER_TYPED.match(text, match.end()) is None:
        return False
    before = text[max(match.start() - _BEFORE, 0) : match.start()]
    return among_boxes or _BEFORE_TYPED.search(before) is not None or not _is_worth_keeping(before)


def _spans(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the unticked options, still with their outer white space."""
    ends = [*(mark.start for mark in marks[1:]), len(text)]
    place = 0
    for line, one in groupby(zip(marks, ends, strict=True), key=lambda pair: _line(text, pair[0].start)):
        pairs = list(one)
        behind = _is_behind(text, [mark for mark, _ in pairs], *line)
        place = max(place, line[0])
        for mark, following in pairs:
            if not mark.ticked and behind:
                yield _label_start(text, place, mark.start), mark.end
            elif not mark.ticked:
                yield mark.start, _option_end(text, mark.end, following)
            place = mark.end


def _line(text: str, place: int) -> tuple[int, int]:
    """Return the span of the line around ``place``."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, end if end >= 0 else len(text)


def _is_behind(text: str, line: Sequence[Mark], begin: int, finish: int) -> bool:
    """Tell whether the boxes of a line stand behind their options."""
    head, tail = text[begin : line[0].start], text[line[-1].end : finish]
    if not _EMPTY.fullmatch(tail) or not _is_worth_keeping(head):
        return False
    return finish == len(text) or len(line) > 1


def _label_start(text: str, begin: int, end: int) -> int:
    """Return where the words before a box begin that belong to it: behind the last stop that has words behind it."""
    start = begin
    for match in _END_OF_LABEL.finditer(text, begin, end):
        if not _EMPTY.fullmatch(text, match.end(), end):
            start = match.end()
    return start


def _option_end(text: str, start: int, end: int) -> int:
    """Return where an option ends: at ``end``, or before it at the bracket that closes around its box."""
    depth = 0
    for place in range(start, end):
        if text[place] in _OPENING:
            depth += 1
        elif text[place] in _CLOSING:
            depth -= 1
            if depth < 0:
                return place
    return end


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span that takes the white space before it along when nothing follows it on its line."""
    start, end = span
    if end == len(text) or text[end] == "\n":
        while start and text[start - 1].isspace():
            start -= 1
    elif not text[end - 1].isspace() and (not start or text[start - 1].isspace()):
        while end < len(text) and text[end] in " \t\u00a0":
            end += 1
    return start, end


def _merge(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, those that overlap cut apart so that each option remains one of its own."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        begin = max(start, apart[-1][1]) if apart else start
        if begin < end:
            apart.append((begin, end))
    return tuple(apart)


def _is_worth_keeping(rest: str) -> bool:
    """Tell whether there are words besides a number, a letter or a bullet."""
    bare = rest.strip()
    label = detect_label(bare)
    if label is not None and label.style is not LabelStyle.UNIT:
        bare = bare[label.length :]
    return _EMPTY.fullmatch(bare) is None


def _lone_box(cell: str) -> Mark | None:
    """Return the box of a cell that holds nothing else."""
    stripped = cell.strip()
    if not stripped or len(stripped) > len("[ x ] "):
        return None
    marks = find_boxes(stripped)
    return (
        marks[0]
        if len(marks) == 1 and not _is_worth_keeping(cut_spans(stripped, [(marks[0].start, marks[0].end)]))
        else None
    )
