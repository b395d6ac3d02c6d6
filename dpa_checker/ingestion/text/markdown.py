"""Markdown files: text as it is written, without what a renderer strikes through or does not show.

Source: CommonMark 0.31 (comments, code), GitHub Flavored Markdown 0.29 (strike-through, task lists, tables).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.layout.blocks import build_blocks
from dpa_checker.ingestion.layout.flow_writer import DETAILS
from dpa_checker.ingestion.layout.options import make_excerpt
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.text.plain import decode
from dpa_checker.ingestion.text.plain_options import leave_out_options
from dpa_checker.model import Document, Unread, UnreadReason

MEDIA_TYPE: Final = "text/markdown"

_OPENING = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})|(?P<code>`+)|(?P<comment><!--)|<(?P<tag>del|s|strike)>"
    r"|(?<![\\~])(?P<tildes>~~?)(?=[^\s~])",
    re.MULTILINE | re.IGNORECASE,
)
_CLOSING_TILDES = {sign: re.compile(rf"(?<=[^\s~\\]){sign}(?!~)|\n[ \t]*\n") for sign in ("~", "~~")}
_LONGEST: Final = 5_000


class MarkdownReader:
    """Reads Markdown files."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of Markdown in any of the usual encodings; ``sha256`` is of the bytes."""
        written, notices = decode(data)
        limits.check("max_characters", len(written))
        text, unread = _take_out(written)
        if not text.strip() and not unread:
            raise EmptyDocument("The file holds no text, only white space. Check that the right file was given.")
        blocks, options = leave_out_options(text, build_blocks(text))
        return Document(
            text=text,
            blocks=blocks,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=MEDIA_TYPE,
            name=name,
            unread=tuple(sorted((*unread, *options), key=lambda one: one.start or 0)),
            notices=notices,
        )


def _take_out(written: str) -> tuple[str, list[Unread]]:
    """Return the text without struck words and comments, and what these were."""
    parts: list[str] = []
    unread: list[Unread] = []
    length = place = 0
    for start, end, reason in _find(written):
        part = written[place:start]
        if part[-1:].isspace() and written[end : end + 1] in (" ", "\t"):
            end += 1
        parts.append(part)
        length += len(part)
        excerpt = make_excerpt(_bare(written[start:end]))
        unread.append(Unread(reason, start=length, end=length, detail=DETAILS[reason], excerpt=excerpt))
        place = end
    parts.append(written[place:])
    return "".join(parts), unread


def _find(written: str) -> Iterator[tuple[int, int, UnreadReason]]:
    """Yield the spans that a renderer strikes through or leaves out, code apart."""
    if "~" not in written and "<" not in written:
        return
    place = 0
    while (match := _OPENING.search(written, place)) is not None:
        end = _end(written, match)
        place = match.end() if end is None else end
        if end is not None and not (match["fence"] or match["code"]):
            yield match.start(), end, UnreadReason.HIDDEN if match["comment"] else UnreadReason.STRUCK_THROUGH


def _end(written: str, opening: re.Match[str]) -> int | None:
    """Return where what opens at ``opening`` is closed, None when it is not, or not within reason."""
    start = opening.end()
    far = start + _LONGEST
    if opening["fence"]:
        line = written.find("\n" + opening["fence"], start)
        return line + 1 + len(opening["fence"]) if line >= 0 else len(written)
    if opening["tildes"]:
        closing = _CLOSING_TILDES[opening["tildes"]].search(written, start, far)
        return closing.end() if closing is not None and closing[0][0] == "~" else None
    wanted = opening["code"] or ("-->" if opening["comment"] else f"</{opening['tag'].lower()}>")
    found = written[start:far].lower().find(wanted)
    return start + found + len(wanted) if found >= 0 else None


def _bare(part: str) -> str:
    """Return what was set aside without its marks."""
    return re.sub(r"^(?:<!--|~~?|<\w+>)\s*|\s*(?:-->|~~?|</\w+>)$", "", part.strip())
