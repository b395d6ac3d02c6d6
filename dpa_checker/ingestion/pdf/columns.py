"""Tables printed with level rules only: their columns inferred from where the text leaves a gap."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.line import PdfLine
from dpa_checker.ingestion.pdf.table import Rule

_NEAR = 3.0
_LEAST_WIDTH = 150.0
_LEAST_RULES = 3
_MOST_COLUMNS = 8


def infer_columns(rules: Sequence[Rule], lines: Sequence[PdfLine]) -> list[Rule]:
    """Return the upright rules that tables with level rules alone would have between their columns."""
    stacks: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for rule in _merge_level(rules):
        if rule.end - rule.start >= _LEAST_WIDTH:
            stacks[round(rule.start / (2 * _NEAR)), round(rule.end / (2 * _NEAR))].append(rule)
    inferred: list[Rule] = []
    for stack in stacks.values():
        if len(stack) >= _LEAST_RULES and not _has_inner_rule(stack, rules):
            inferred += _columns_between(stack, lines)
    return inferred


def _merge_level(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the level rules from top to bottom, segments that touch put together."""
    current: Rule | None = None
    for rule in sorted((rule for rule in rules if not rule.upright), key=lambda rule: (round(rule.place), rule.start)):
        if current is not None and abs(rule.place - current.place) < 1.5 and rule.start <= current.end + _NEAR:
            current = Rule(False, current.place, current.start, max(current.end, rule.end))
            continue
        if current is not None:
            yield current
        current = rule
    if current is not None:
        yield current


def _has_inner_rule(stack: Sequence[Rule], rules: Sequence[Rule]) -> bool:
    """Tell whether upright rules already part the columns of a stack of level rules."""
    left, right = stack[0].start, stack[0].end
    top, bottom = stack[0].place, stack[-1].place
    return any(
        rule.upright and left + 9 < rule.place < right - 9 and rule.start < bottom and rule.end > top for rule in rules
    )


def _columns_between(stack: Sequence[Rule], lines: Sequence[PdfLine]) -> list[Rule]:
    """Return the upright rules for a stack of level rules, none when its text is not in columns."""
    left, right = stack[0].start, stack[0].end
    top, bottom = stack[0].place, stack[-1].place
    inside = [
        line
        for line in lines
        if top <= (line.y0 + line.y1) / 2 <= bottom and line.x0 >= left - _NEAR and line.x1 <= right + _NEAR
    ]
    edges = _left_edges(inside)
    if not 2 <= len(edges) <= _MOST_COLUMNS:
        return []
    first = [line for line in inside if line.x0 < edges[1]]
    if all(_is_label(line.text) for line in first) or not _fills_bands(stack, inside, edges[1]):
        return []
    places = [left, *(edge - 2 for edge in edges[1:]), right]
    return [Rule(True, place, top, bottom) for place in places]


def _left_edges(lines: Sequence[PdfLine]) -> list[float]:
    """Return the left edge of each column: where no line reaches over from the left."""
    edges: list[float] = []
    reach = float("-inf")
    for line in sorted(lines, key=lambda line: line.x0):
        if line.x0 > reach + _NEAR:
            edges.append(line.x0)
        reach = max(reach, line.x1)
    return edges


def _is_label(text: str) -> bool:
    """Tell whether a line holds a label and nothing else."""
    label = detect_label(text + " x")
    return label is not None and label.length >= len(text)


def _fills_bands(stack: Sequence[Rule], lines: Sequence[PdfLine], second: float) -> bool:
    """Tell whether most rows between the rules hold text in the first column and beyond it."""
    full = filled = 0
    for above, below in itertools.pairwise(stack):
        row = [line for line in lines if above.place <= (line.y0 + line.y1) / 2 <= below.place]
        if row:
            filled += 1
            full += any(line.x0 < second for line in row) and any(line.x0 >= second for line in row)
    return full >= 2 and 2 * full >= filled
