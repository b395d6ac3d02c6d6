"""Which headings open an annex, and which ones lead back from it to the body of the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dpa_checker.model import Block, BlockKind, Document
from dpa_checker.segments.places import shorten_title, tidy_label

_LONGEST_HEADING = 160
_SUBSTANTIAL = 160
_NUMBER = re.compile(
    r"\s*(?:n[°ºo.]{1,2}\s*)?((?:\d{1,3}[A-Z]?|[IVXLC]{1,7}|[A-Z])(?:\.(?:\d{1,3}|[IVX]{1,4}|[A-Z]))*)(?!\w)"
)
_ORDINAL = re.compile(r"(?P<family>\D*?)\s*(?P<ordinal>\d{1,3})\D*$")
_TITLE_END = re.compile(r"\s*[:–—(\n|]|\s-\s|\s*$")


class Annexes:
    """Names the annexes of a document; ``words`` are those that begin an annex ("Annex", "Bilaga")."""

    def __init__(self, document: Document, words: Sequence[str]) -> None:
        self._text = document.text
        self._opening = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)", re.I)
        self._has_words = bool(words)
        self._titles: set[int] = set()
        self._names = self._find(document.blocks)
        self._body: dict[str, int] = {}
        self._own: dict[str, int] = {}

    def name_at(self, block: Block) -> str:
        """Return the name of the annex that a heading opens, else nothing."""
        return self._names.get(block.start, "")

    def is_title(self, block: Block) -> bool:
        """Tell whether a heading names an annex without opening one: the title of the file, a line of contents."""
        return block.start in self._titles

    def enter(self) -> None:
        """Begin to count the articles of an annex."""
        self._own.clear()

    def is_reference(self, label: str) -> bool:
        """Tell whether a paragraph begins with a wrapped reference ("under / Art. 32 ...") and not with its number."""
        if self._has_words and self._opening.match(label):
            return True
        match = _ORDINAL.match(tidy_label(label))
        if match is None or not match["family"]:
            return False
        return match["family"].casefold() not in self._body | self._own and match["ordinal"] != "1"

    def leads_back(self, label: str, *, within: bool) -> bool:
        """Tell whether an article goes on with the count of the body and not with that of the annex."""
        match = _ORDINAL.match(tidy_label(label))
        if match is None:
            return False
        family, ordinal = match["family"].casefold(), int(match["ordinal"])
        back = within and family in self._body and ordinal == self._body[family] + 1 > 1
        back = back and self._own.get(family) != ordinal - 1
        (self._own if within and not back else self._body)[family] = ordinal
        return back

    def _find(self, blocks: Sequence[Block]) -> dict[int, str]:
        """Return the names of the annexes by the offset of their headings, without mere titles and lists of annexes."""
        if not self._has_words:
            return {}
        found = [
            (number, name)
            for number, block in enumerate(blocks)
            if block.kind is BlockKind.HEADING and (name := self._name(block))
        ]
        top = next((number for number, block in enumerate(blocks) if self._is_substantial(block)), len(blocks))
        names: dict[int, str] = {}
        for place, (number, name) in enumerate(found):
            later = found[place + 1 :]
            end = later[0][0] if later else len(blocks)
            if number < top and self._is_title(name, blocks[number + 1 : end], [other for _, other in later]):
                self._titles.add(blocks[number].start)
            else:
                names[blocks[number].start] = name
        return names

    def _is_title(self, name: str, below: Sequence[Block], later: Sequence[str]) -> bool:
        """Tell whether an annex named before any text is a line of the contents, or the title of all that follows."""
        folded = [other.casefold() for other in later]
        if name.casefold() in folded:
            return True
        if later and _next_in_series(name, later[0]):
            return all(block.kind is BlockKind.HEADING for block in below)
        numbered = [block for block in below if block.kind is BlockKind.HEADING and tidy_label(block.label or "")]
        return len(numbered) > 1

    def _is_substantial(self, block: Block) -> bool:
        return block.kind is not BlockKind.HEADING and block.end - block.start >= _SUBSTANTIAL

    def _name(self, block: Block) -> str:
        """Return the name of an annex from its heading: word and number, or its first words."""
        heading = self._text[block.start : block.end].strip(" *#_")
        word = self._opening.match(heading)
        if word is None or len(heading) >= _LONGEST_HEADING:
            return ""
        number = _NUMBER.match(heading, word.end())
        if number is not None:
            return f"{word[0]} {number[1]}"
        end = _TITLE_END.search(heading, word.end())
        return shorten_title(heading[: end.start()]) if end is not None else word[0]


def _next_in_series(name: str, other: str) -> bool:
    """Tell whether two names count on: "Schedule 1", "Schedule 2"; "Annex A", "Annex B"."""
    *words, last = name.casefold().split()
    *others, following = other.casefold().split()
    if words != others:
        return False
    if last.isdigit() and following.isdigit():
        return int(following) == int(last) + 1
    return (len(last) == len(following) == 1 and ord(following) == ord(last) + 1) or following == last + "i"
