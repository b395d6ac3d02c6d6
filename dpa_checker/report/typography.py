"""Contract text made fit to show: on one line, without characters that act on a terminal or turn text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

# Every white space that breaks a line or aligns text; the no-break spaces of French typography stay.
_FLOW: Final = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")
# Control (terminal escapes), formatting (bidirectional overrides, soft hyphens) and surrogate characters.
_UNSHOWN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs"})


def flowed(text: str) -> str:
    """Return ``text`` on one line, without control, formatting or surrogate characters, and without noncharacters."""
    line = _FLOW.sub(" ", text)
    if not line.isprintable():
        line = "".join(char for char in line if _is_shown(char))
    return line.strip()


def _is_shown(char: str) -> bool:
    code = ord(char)
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not noncharacter and unicodedata.category(char) not in _UNSHOWN_CATEGORIES


def shortened(text: str, length: int) -> str:
    """Return ``text`` cut at a word within ``length`` characters, with an ellipsis when cut."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def page_ranges(pages: Iterable[int]) -> str:
    """Return page numbers in ascending order with runs joined: ``3, 5–7``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{run[0]}–{run[-1]}" if len(run) > 2 else f"{run[0]}, {run[-1]}"
