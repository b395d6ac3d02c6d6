"""Words of a PDF page that its marks take back: struck through, or the label of a box nobody ticked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from dpa_checker.ingestion.pdf.line import PageText, PdfLine
from dpa_checker.ingestion.pdf.table import Rectangle, Rule

_HIGHEST, _LOWEST = 0.32, 0.72
_SLACK = 3.0
_BLANK = 0.7
_BESIDE = 40.0
_PITCH = 1.6
_ALIGNED = 4.0
_TALLEST = 40.0
_MOST_PAIRS = 2_000_000


def find_struck(
    text: PageText, lines: Sequence[PdfLine], rules: Iterable[Rule], quads: Sequence[Rectangle]
) -> set[int]:
    """Return the characters with a level rule through their middle, or marked as struck out.

    A rule counts when it keeps within its line: one that reaches beyond the words belongs to a table or a form.
    """
    rules = [rule for rule in rules if not rule.upright]
    if len(rules) * len(lines) > _MOST_PAIRS:
        return set()
    upright = sorted((line for line in lines if line.upright and line.length), key=lambda line: line.y1)
    bottoms = [line.y1 for line in upright]
    struck: set[int] = set()
    for rule in rules:
        for line in upright[bisect_left(bottoms, rule.place) :]:
            if line.y1 - rule.place > _TALLEST:
                break
            if _strikes(rule, line):
                struck.update(_between(text, line, rule.start - 1, rule.end + 1))
    for left, top, right, bottom in quads:
        for line in upright:
            if top <= (line.y0 + line.y1) / 2 <= bottom:
                struck.update(_between(text, line, left, right))
    return struck


def _strikes(rule: Rule, line: PdfLine) -> bool:
    """Tell whether a level rule runs through the middle of a line, within its width."""
    height = line.y1 - line.y0
    return (
        line.y0 + _HIGHEST * height <= rule.place <= line.y0 + _LOWEST * height
        and rule.start >= line.x0 - _SLACK
        and rule.end <= line.x1 + max(_SLACK, _BLANK * line.size)
    )


def find_labels(
    text: PageText, lines: Sequence[PdfLine], boxes: Sequence[Rectangle], open_boxes: Sequence[Rectangle]
) -> set[int]:
    """Return the characters of the labels of ``open_boxes``; ``boxes`` are all boxes of the page.

    A label stands behind its box as far as the next one, with the lines below that are set in as far; where the
    row ends with a box, the labels stand before their boxes.
    """
    found: set[int] = set()
    if len(boxes) * len(lines) > _MOST_PAIRS:
        return found
    for row in _rows(boxes):
        beside = [line for line in lines if line.length and _level(line, row[0])]
        before = not any(line.x1 - row[-1][2] >= 0 and line.x0 - row[-1][2] < _BESIDE for line in beside)
        for number, box in enumerate(row):
            if box not in open_boxes:
                continue
            if before:
                start = row[number - 1][2] if number else max(box[0] - 10 * _BESIDE, 0.0)
                near = [line for line in beside if line.x0 < box[0] and box[0] - line.x1 < _BESIDE and line.x1 > start]
                for line in near[-1:]:
                    found.update(_between(text, line, start, box[0]))
                continue
            end = row[number + 1][0] if number + 1 < len(row) else float("inf")
            near = [line for line in beside if line.x1 > box[2] and line.x0 < min(end, box[2] + _BESIDE)]
            for line in near[:1]:
                taken = set(_between(text, line, box[2] - 1, end))
                found |= taken
                if taken and number + 1 == len(row):
                    found.update(_below(text, lines, boxes, line, min(taken)))
    return found


def _rows(boxes: Sequence[Rectangle]) -> Iterator[list[Rectangle]]:
    """Yield the boxes side by side, from left to right."""
    row: list[Rectangle] = []
    for box in sorted(boxes, key=lambda box: (box[1] + box[3]) / 2):
        if row and (box[1] + box[3]) / 2 > row[0][3]:
            yield sorted(row)
            row = []
        row.append(box)
    if row:
        yield sorted(row)


def _below(
    text: PageText, lines: Sequence[PdfLine], boxes: Sequence[Rectangle], first: PdfLine, start: int
) -> Iterator[int]:
    """Yield the characters of the lines that go on with a label that begins at character ``start`` of a line."""
    head = text.character(start)
    above = first
    for line in sorted(lines, key=lambda line: line.y0) if head is not None else ():
        if not line.length or line.y0 <= above.y0 or head is None or abs(line.x0 - head[0]) > _ALIGNED:
            continue
        if line.y0 - above.y0 > _PITCH * above.size or any(_level(line, box) for box in boxes):
            return
        yield from range(line.first, line.first + line.length)
        above = line


def _level(line: PdfLine, box: Rectangle) -> bool:
    """Tell whether a line stands beside a box."""
    return min(line.y1, box[3]) - max(line.y0, box[1]) > 0.4 * min(line.y1 - line.y0, box[3] - box[1])


def _between(text: PageText, line: PdfLine, left: float, right: float) -> Iterator[int]:
    """Yield the characters of a line whose middle is between two edges."""
    for index in range(line.first, line.first + line.length):
        box = text.character(index) if not text.text[index].isspace() else None
        if box is not None and left <= (box[0] + box[2]) / 2 <= right:
            yield index
