"""Words of a text with their spans, folded so that typography cannot hide a word.

Folding: compatibility forms and ligatures resolved (NFKD), case folded, accents dropped, soft hyphens and
hyphenated line ends joined.  Apostrophes and hyphens separate words.  Own tokeniser: the look-up below needs
spans and folded forms only, and a regular expression gives both faster than a tokeniser with exception tables
(figures in docs/performance.md).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LINE_END = r"[-\u00ad\u2010\u2011\ufffe][ \t]*\r?\n[ \t]*(?=[^\W\d_])"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f]|{_LINE_END}|[\u00ad\ufffe])*")
_JOINER = re.compile(r"[-\u00ad\u2010\u2011\ufffe]|\s")
_SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: folded words, and their half-open spans in the text."""

    words: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return ``word`` in the form in which lexicon and text are compared."""
    lowered = word.casefold()
    if lowered.isascii() and "-" not in lowered and "\n" not in lowered:
        return lowered
    lowered = _JOINER.sub("", lowered).translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def tokenise(text: str) -> Tokens:
    """Return the words of ``text``, in order."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _WORD.finditer(text):
        words.append(fold(match.group()))
        starts.append(match.start())
        ends.append(match.end())
    return Tokens(words, starts, ends)
