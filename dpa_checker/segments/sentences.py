"""Sentences of a block: where a stop ends one, and where it belongs to an abbreviation, a number or a name.

The list of abbreviations comes from ``clause_library/languages/*/cues.yaml`` and has three kinds of entry:

* ``art``: its stop never ends a sentence;
* ``etc.`` (written with its stop): its stop may end one as well, and does when the next word is a common word,
  that is when the text has it in small letters elsewhere ("etc. The ...", but "Inc. Harborough ...");
* ``am #`` and ``# mai``: a day or an ordinal number written with a stop ("am 5. Mai").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_CLOSING = "\"'”’»)\\]*_“‘«›"
_BOUNDARY = re.compile(
    rf"(?<=[.!?…])(?P<closing>[{_CLOSING}]*(?:\s[»”](?!\w))?)\s+(?=[\"'“„«»‹›‚‘(\[*_]*\s?[^\W_a-z]|§)"
    r"|;\s+|;\s*$|\n\s*\n|\s*[•▪●]\s+"
)
_WORD = re.compile(rf"(?P<word>(?:\w{{1,2}}\.-?\s?(?:à-)?)*[^\W_]+(?:[.\-]{{1,2}}[^\W_]+)*)\.[{_CLOSING}]*$")
_FIRST = re.compile(r"[\"'“„«»‹›‚‘(\[*_\s]*(?P<word>\w+(?P<stop>\.?))")
_ENUMERATION = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*[a-z]?|[A-Za-z]|[ivxlc]{2,6}|[IVXLC]{2,6})")
_BLANK_LINE = re.compile(r"\n\s*\n")
_DATE = re.compile(r"(?:3[01]|[012]?\d)\.(?:1[012]|0?\d)")
_INITIALS = re.compile(r"[^\W\d_](?:\.\s?[^\W\d_])*")
_BEFORE_ENUMERATION = ' \n\t*_#("“„«§'
_LOOK_BACK = 48
_ENUMERATOR = re.compile(r"(?<![^\s,;:(])\(?([a-z]|[ivx]{1,4}|\d{1,2})\)(?=\s)")
_FIRST_ENUMERATORS = frozenset({"a", "i", "1"})
_MIN_ITEMS = 2


def split_sentences(text: str, start: int, end: int, abbreviations: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return the sentence spans within ``text[start:end]``; a semicolon ends a part as well."""
    return SentenceSplitter(text, abbreviations).split(start, end)


@dataclass
class SentenceSplitter:
    """Splits the blocks of one text; ``abbreviations`` as in the head of this module, in small letters."""

    text: str
    abbreviations: frozenset[str]

    def split(self, start: int, end: int, label: int = 0) -> tuple[tuple[int, int], ...]:
        """Return the spans of the sentences of ``text[start:end]``, whose first ``label`` characters are a number."""
        spans: list[tuple[int, int]] = []
        begin = start
        for match in _BOUNDARY.finditer(self.text, start, end):
            stop = match.start()
            if stop < begin or (match["closing"] is not None and not self._ends(begin, match, start + label)):
                continue
            if match["closing"] is not None:
                stop += len(match["closing"])
            elif match.group().startswith(";"):
                stop += 1
            spans.extend(self._items(begin, stop))
            begin = match.end()
        spans.extend(self._items(begin, end))
        return tuple(spans)

    def _ends(self, begin: int, match: re.Match[str], labelled: int) -> bool:
        """Tell whether the stop, question mark or ellipsis before ``match`` ends the sentence from ``begin``."""
        stop = match.start()
        if stop <= labelled or not any(character.isalnum() for character in self.text[begin:stop]):
            return False
        if _BLANK_LINE.search(match.group()):
            return True
        first = _FIRST.match(self.text, match.end())
        if first is not None and first["word"][0].islower():
            return False
        return self._may_end(self.text[max(begin, stop - _LOOK_BACK) : stop], first)

    def _may_end(self, before: str, first: re.Match[str] | None) -> bool:
        """Tell whether the stop at the end of ``before`` may end a sentence that ``first`` follows."""
        match = _WORD.search(before)
        if match is None:
            return True
        after = first["word"].rstrip(".") if first is not None else ""
        whole = re.sub(r"\s", "", match["word"])
        last = re.split(r"\s", match["word"])[-1]
        lead = before[: match.end("word") - len(last)].rstrip()
        if not lead.strip(_BEFORE_ENUMERATION) and _ENUMERATION.fullmatch(last):
            return False
        if _DATE.fullmatch(whole) and after.isdigit():
            return False
        if last.isdigit():
            return not self._is_ordinal(lead, after) or self._is_common(after)
        if after[:1].isdigit():
            return not (self._is_listed(whole) or self._is_listed(last) or len(last) == 1)
        if any(self._never_ends(word.casefold()) for word in (whole, last) if len(word) > 1):
            return False
        if self._is_listed(whole) or self._is_listed(last) or _INITIALS.fullmatch(last):
            if first is not None and first["stop"] and len(after) == 1:
                return False
            return self._is_common(after) and not (last == "M" and after.istitle())
        return True

    def _never_ends(self, word: str) -> bool:
        """Tell whether an abbreviation is listed in no language as one that may end a sentence."""
        return word in self.abbreviations and word + "." not in self.abbreviations

    def _is_listed(self, word: str) -> bool:
        """Tell whether a word (without its last stop) is an abbreviation, be it one that may end a sentence."""
        folded = word.casefold()
        return not self.abbreviations.isdisjoint((folded, folded + ".", folded.replace(".", "")))

    def _is_ordinal(self, lead: str, after: str) -> bool:
        """Tell whether the number between ``lead`` and the word ``after`` is a day or an ordinal."""
        word = lead.split()[-1].casefold() if lead else ""
        return f"{word} #" in self.abbreviations or f"# {after.casefold()}" in self.abbreviations

    def _is_common(self, word: str) -> bool:
        """Tell whether a capital stands at the start of ``word`` only because a sentence begins."""
        return word.casefold() in self._small_words

    @cached_property
    def _small_words(self) -> frozenset[str]:
        return frozenset(word for word in re.findall(r"\w+", self.text) if word[0].islower())

    def _items(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the span without outer white space; one with an inline list gives its lead and its items."""
        while begin < end and self.text[begin].isspace():
            begin += 1
        while end > begin and self.text[end - 1].isspace():
            end -= 1
        if end <= begin:
            return
        for first, last in self._split_list(begin, end):
            while last > first and self.text[last - 1].isspace():
                last -= 1
            yield first, last

    def _split_list(self, start: int, end: int) -> list[tuple[int, int]]:
        """Split a sentence at its inline list "a) ... b) ..." into the lead and the items."""
        marks = list(_ENUMERATOR.finditer(self.text, start, end))
        opening = next((index for index, mark in enumerate(marks) if mark.group(1) in _FIRST_ENUMERATORS), None)
        if opening is None or len(marks) - opening < _MIN_ITEMS or marks[opening].start() == start:
            return [(start, end)]
        cuts = [start, *(mark.start() for mark in marks[opening:]), end]
        return [(first, last) for first, last in pairwise(cuts) if self.text[first:last].strip()]
