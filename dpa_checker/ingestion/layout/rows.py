"""Table rows written in plain text: markdown pipes, tabs, or columns of spaces."""

from __future__ import annotations

import re

_RULE_ROW = re.compile(r"[\s|:+=_-]+")
_PIPE = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"\t+|(?<=\S) {3,}(?=\S)")

Cells = tuple[tuple[int, int], ...]


def is_table_rule(line: str) -> bool:
    """Tell whether ``line`` is the rule under a table header, such as ``|---|:--|``."""
    return "|" in line and "--" in line and _RULE_ROW.fullmatch(line) is not None


def detect_pipe_cells(line: str) -> Cells | None:
    """Return the spans in ``line`` of the cells of a row such as ``| a | b |`` or ``a | b``."""
    if "|" not in line:
        return None
    stripped = line.strip()
    if not (stripped.startswith("|") or " | " in stripped or "\t|" in stripped):
        return None
    cells = _split(line, _PIPE)
    if stripped.startswith("|"):
        cells = cells[1:]
    if stripped.endswith("|") and not stripped.endswith("\\|") and len(cells) > 1:
        cells = cells[:-1]
    return cells if len(cells) > 1 or (stripped.startswith("|") and stripped.endswith("|")) else None


def detect_gap_cells(line: str) -> Cells | None:
    """Return the spans in ``line`` of cells set apart by tabs or by three spaces and more."""
    body = line.strip()
    if not body or _GAP.search(body) is None:
        return None
    offset = len(line) - len(line.lstrip())
    cells = _split(body, _GAP)
    return tuple((start + offset, end + offset) for start, end in cells)


def _split(line: str, separator: re.Pattern[str]) -> Cells:
    """Return the trimmed spans between the separators of ``line``."""
    spans: list[tuple[int, int]] = []
    position = 0
    for match in [*separator.finditer(line), None]:
        end = match.start() if match is not None else len(line)
        spans.append(_trim(line, position, end))
        if match is not None:
            position = match.end()
    return tuple(spans)


def _trim(line: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its edges; an empty cell keeps a zero-length span."""
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    return start, end
