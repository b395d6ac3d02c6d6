"""Lines of plain text with their offsets, and the signs by which a line ends or goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_TERMINATED = re.compile(r"(?:[.;:!?…]|,)[\s\"'»”’)\]*_]*$|[;,:.]\s*(?:and|or|und|oder|et|ou|och|eller)[\s*]*$")
_CLOSED = re.compile(r"[.;:!?…][\s\"'»”’)\]*_]*$")
_ENDED = re.compile(r"[.;!?…][\s\"'»”’)\]*_]*$")
_LABELLED_VALUE = re.compile(r"[^\W\d_][^.:;!?|\n]{1,48}[^\s.:;!?|\n]\s?:(?:\s+\S.*)?$")
_DECORATION = re.compile(r"[\s\-–—=_*~#|.·•+:]*")

TAB_WIDTH = 4
SHORT = 90


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text[start:end]`` without its indentation, ``column`` where it begins."""

    start: int
    end: int
    column: int
    content: str
    page_break: bool = False

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing to read."""
        return self.start == self.end


def split_lines(text: str) -> Iterator[Line]:
    """Yield the lines of ``text``; offsets are of ``text`` itself."""
    position = 0
    page_break = False
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match is not None else len(text)
        raw = text[position:end]
        content = raw.strip()
        lead = raw[: len(raw) - len(raw.lstrip())]
        start = position + len(lead)
        if not content:
            start = position
        yield Line(start, start + len(content), len(lead.expandtabs(TAB_WIDTH)), content, page_break)
        if match is not None:
            page_break = match[0] == "\x0c"
            position = match.end()


def is_terminated(content: str) -> bool:
    """Tell whether a line ends a sentence or a limb of a list (a colon, semicolon or comma counts)."""
    return _TERMINATED.search(content) is not None


def ends_sentence(content: str) -> bool:
    """Tell whether a line ends with the end of a sentence."""
    return _ENDED.search(content) is not None


def is_labelled_value(content: str) -> bool:
    """Tell whether a line reads "Label: value"."""
    return _LABELLED_VALUE.match(content) is not None


def is_decoration(content: str) -> bool:
    """Tell whether a line holds only rules and ornaments ("-----", "* * *")."""
    return bool(content) and _DECORATION.fullmatch(content) is not None


def fills(previous: Line, current: Line, width: int) -> bool:
    """Tell whether ``previous`` is full: the first word of ``current`` would not have fitted in ``width``."""
    words = current.content.split(None, 1)
    return previous.column + len(previous.content) + 1 + (len(words[0]) if words else 0) > width


def runs_on(previous: Line, current: Line, width: int) -> bool:
    """Tell whether ``current``, which has no label, goes on with the paragraph of ``previous``."""
    if not _CLOSED.search(previous.content):
        return True
    first = current.content[0]
    if first.islower():
        return True
    return fills(previous, current, width)
