"""Line numbers in the margin of a PDF page, as in drafts and pleadings: told from clause numbers and dropped."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.page import PdfPage
from dpa_checker.ingestion.pdf.row import group_rows, same_row

_FEWEST = 4
_FEWEST_SINGLE = 10
_LONGEST = 4
_ALIGNED = 2.5
_STEPS = (1, 2, 5, 10)
_REGULAR = 0.8
_FULL = 0.6


def drop_line_numbers(page: PdfPage) -> PdfPage:
    """Return a page without the numbers of its lines."""
    numbers = [line for line in page.lines if line.text.isdecimal() and len(line.text) <= _LONGEST]
    if len(numbers) < _FEWEST:
        return page
    dropped = {id(line) for column in _columns(numbers) if _counts_lines(column, page.lines) for line in column}
    if not dropped:
        return page
    return replace(page, lines=tuple(line for line in page.lines if id(line) not in dropped))


def _columns(numbers: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    """Yield numbers that are aligned at the left or at the right, from top to bottom."""
    for at_left in (True, False):
        groups: dict[int, list[PdfLine]] = defaultdict(list)
        for line in numbers:
            groups[round((line.x0 if at_left else line.x1) / _ALIGNED)].append(line)
        for group in groups.values():
            if len(group) >= _FEWEST:
                yield sorted(group, key=lambda line: line.y0)


def _counts_lines(column: Sequence[PdfLine], lines: Sequence[PdfLine]) -> bool:
    """Tell whether numbers count the lines beside them: outside the text, rising as the lines do."""
    chosen = {id(line) for line in column}
    rest = [line for line in lines if id(line) not in chosen and not line.text.isdecimal() and line.upright]
    beside = [line for line in rest if any(same_row(line, number) for number in column)]
    if not beside or not _is_outside(column, beside):
        return False
    values = [int(line.text) for line in column]
    steps = [after - before for before, after in itertools.pairwise(values)]
    step = max(set(steps), key=steps.count)
    if step not in _STEPS or (step == 1 and len(column) < _FEWEST_SINGLE):
        return False
    rows = group_rows(rest)
    regular = sum(
        1
        for (above, below), rise in zip(itertools.pairwise(column), steps, strict=True)
        if abs(sum(1 for row in rows if above.y0 - 2 <= row[0].y0 < below.y0 - 2) - rise) <= (rise > 1) and rise > 0
    )
    return regular >= _REGULAR * len(steps) and _reads_on(beside if step == 1 else rest)


def _is_outside(column: Sequence[PdfLine], beside: Sequence[PdfLine]) -> bool:
    """Tell whether numbers stand to the left or to the right of all the lines beside them."""
    left, right = min(line.x0 for line in beside), max(line.x1 for line in beside)
    return all(number.x1 <= left for number in column) or all(number.x0 >= right for number in column)


def _reads_on(lines: Sequence[PdfLine]) -> bool:
    """Tell whether lines are running text: most of full width, few of them with a label or figures."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    plain = sum(1 for line in lines if detect_label(line.text) is None)
    return median(line.x1 - line.x0 for line in lines) >= _FULL * width and plain >= 0.5 * len(lines)
