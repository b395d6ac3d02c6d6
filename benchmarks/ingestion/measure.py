"""Shares of what is recovered in order: of sentences for files with text, of words for scans."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

_UNSEEN: Final = str.maketrans({"\u00ad": None, "\u200b": None, "\ufeff": None, "\u2011": "-", "\u2010": "-"})
_WORD: Final = re.compile(r"\w+")


def share_of_sentences(expected: Sequence[str], text: str) -> float:
    """Return the share of ``expected`` that stands in ``text`` whole and in order.

    White space and soft hyphens do not count; ligatures are resolved.  The order is judged by the longest run of
    sentences whose places ascend.
    """
    flat = _flat(text)
    places = [flat.find(_flat(sentence)) for sentence in expected]
    return _longest_ascent([place for place in places if place >= 0]) / len(expected)


def share_of_words(expected: Sequence[str], text: str) -> float:
    """Return the share of the words of ``expected`` that ``text`` has in the same order."""
    wanted, found = _WORD.findall(_flat(" ".join(expected))), _WORD.findall(_flat(text))
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).split())


def _longest_ascent(places: Sequence[int]) -> int:
    """Return the length of the longest strictly ascending subsequence."""
    tails: list[int] = []
    for place in places:
        where = bisect_left(tails, place)
        tails[where : where + 1] = [place]
    return len(tails)
