"""Words cut at the end of a line, put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HYPHENS = "\ufffe\u00ad\u2010\u2011-"
_SOFT = "\ufffe\u00ad"
_TAIL = re.compile(r"(\w+)[\ufffe\u00ad\u2010\u2011-]$")
_HEAD = re.compile(r"\w+")
_COMPOUND = re.compile(r"\w+-\w+")
_WHOLE_WORD = 4
_CONJUNCTIONS = frozenset("und oder bzw and or och eller samt lub og tai".split())
_SHORT_CONJUNCTIONS = frozenset("et ou y o e en of i ja".split())


class Hyphenation:
    """Decides whether a hyphen at a line end belongs to the word, first by words seen elsewhere."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._compounds: set[str] = set()
        self._words: set[str] = set()

    def join(self, above: str, below: str) -> tuple[str, str]:
        """Return the line ``above`` as it is kept, and what stands between it and the line ``below``."""
        if not above or above[-1] not in _HYPHENS:
            return above, " "
        tail, head = _TAIL.search(above), _HEAD.match(below)
        if tail is None or head is None:
            return above.rstrip(_SOFT), " "
        if self._is_conjunction(tail[1], head[0]):
            return above[:-1] + "-", " "
        if self._keeps(tail[1], head[0]):
            return above[:-1] + "-", ""
        return above[:-1], ""

    def _is_conjunction(self, tail: str, head: str) -> bool:
        """Tell whether ``head`` joins two compounds of which ``tail`` is the first ("in- and outside").

        The ends of words look like the conjunctions of other languages: those count when the text has them, and
        not the word that the two pieces make.
        """
        word = head.casefold()
        if word in _CONJUNCTIONS:
            return True
        if word not in _SHORT_CONJUNCTIONS:
            return False
        self._learn()
        return word in self._words and (tail + head).casefold() not in self._words

    def _keeps(self, tail: str, head: str) -> bool:
        """Tell whether the hyphen between ``tail`` and ``head`` is part of the word."""
        if not (tail[-1].islower() and head[0].islower()):
            return True
        self._learn()
        tail, head = tail.casefold(), head.casefold()
        if f"{tail}-{head}" in self._compounds:
            return True
        if f"{tail}{head}" in self._words or min(len(tail), len(head)) < _WHOLE_WORD:
            return False
        return tail in self._words and head in self._words

    def _learn(self) -> None:
        """Collect the words and compounds of the text, the pieces at line ends left out."""
        if self._words:
            return
        for line in self._lines:
            folded = line.casefold()
            if "-" in folded:
                self._compounds.update(_COMPOUND.findall(folded))
            words = _HEAD.findall(folded)
            if folded[-1:] in _HYPHENS:
                words = words[:-1]
            self._words.update(words[1:])
