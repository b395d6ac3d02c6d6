"""The bookmarks of a PDF (ISO 32000-2, 12.3.3): titles that make the lines they point to headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from dpa_checker.ingestion.layout.labels import detect_label
from dpa_checker.ingestion.pdf.pdfium import pdfium

_MOST = 5_000
_DEEPEST = 8
_SHORTEST = 2
_LONGEST = 300
_NOISE = re.compile(r"[\W_]+")


class Outline:
    """The titles of bookmarks by page, with their level (1 is outermost)."""

    def __init__(self, titles: Mapping[int, Mapping[str, int]] | None = None) -> None:
        self._titles = titles or {}

    def level(self, page: int, text: str) -> int | None:
        """Return the level of the heading ``text`` on ``page`` when a bookmark names it, its number apart."""
        own = self._titles.get(page)
        if not own or len(text) > _LONGEST:
            return None
        return next((own[key] for key in _keys(text) if key in own), None)


def read_outline(source: pdfium.PdfDocument) -> Outline:
    """Return the bookmarks of a document, at most 5,000, eight levels deep."""
    titles: dict[int, dict[str, int]] = {}
    for number, mark in enumerate(source.get_toc(max_depth=_DEEPEST)):
        if number >= _MOST:
            break
        target = mark.get_dest()
        index = target.get_index() if target is not None else None
        if index is None:
            continue
        for key in _keys(mark.get_title()):
            titles.setdefault(index + 1, {}).setdefault(key, mark.level + 1)
    return Outline(titles)


@lru_cache(maxsize=4096)
def _keys(text: str) -> tuple[str, ...]:
    """Return what a title and the line it names have in common: the words, with and without the number.

    Case counts for the first letter alone, so that the last word of a sentence is no heading.
    """
    label = detect_label(text.strip())
    bare = text.strip()[label.length :] if label is not None else text
    keys = [_NOISE.sub(" ", form).strip() for form in (text, bare)]
    return tuple(key[:1] + key[1:].casefold() for key in dict.fromkeys(keys) if len(key) >= _SHORTEST)
