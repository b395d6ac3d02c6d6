"""The place of a clause as a lawyer would cite it: "6.1", "Article 4 (2)", "Annex 1, 2.3 (b)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MANY_PARTS = re.compile(r"[A-Z]?\.?\d{1,3}(?:\.\d{1,3})+[a-z]?|[A-Z]\.?\d{1,3}")
_FIGURES = re.compile(r"(?:\d{1,3}|[IVXLC]+|[A-Z])(?:\.\d{1,3})*$")
_UNIT = re.compile(r"[^\W\d_]{3,}|§|[Aa]rt\.")
_STANDS_APART = re.compile(r"(?:[A-Z0-9]|[^\W\d_]{3}).*(?<!\))")
_TITLE_WORDS = 8


def tidy_label(label: str) -> str:
    """Return a label without the stop, dash or colon that only closes it; nothing for a bullet."""
    if not any(character.isalnum() for character in label):
        return ""
    tidy = label.strip().rstrip(" \t.:–—-").strip()
    return label.strip() if tidy.casefold().endswith(("kap", "art")) else tidy


def shorten_title(text: str) -> str:
    """Return the first words of a heading, to name a place that has no number."""
    words = text.strip(" #*_\n.-–—|").split()
    title = " ".join(words[:_TITLE_WORDS])
    return f"{title} …" if len(words) > _TITLE_WORDS else title.rstrip(" :")


def join_labels(labels: Sequence[str]) -> str:
    """Return the citation of a chain of tidy labels, outermost first.

    A number of several parts stands for the numbers above it; only a unit that it does not belong to stays.
    """
    chain = [label for label in labels if label]
    last = max((place for place, label in enumerate(chain) if _MANY_PARTS.fullmatch(label)), default=None)
    if last is not None:
        above = [label for label in chain[:last] if _is_foreign_unit(label, chain[last])]
        chain = [*above[-1:], *chain[last:]]
    cited = ""
    for label in chain:
        cited += f"{', ' if _STANDS_APART.fullmatch(label) else ' '}{label}" if cited else label
    return cited


def _is_foreign_unit(label: str, number: str) -> bool:
    """Tell whether ``label`` is that of a unit ("Article 12") to which ``number`` ("2.3") does not belong."""
    if not _UNIT.match(label):
        return False
    figures = _FIGURES.search(label)
    return figures is not None and not number.startswith((f"{figures[0]}.", figures[0] + "a"))


def numbers_clause(label: str) -> bool:
    """Tell whether a label is that of an article or clause ("§ 5", "5.", "5.1") and not of a part of one ("(a)")."""
    return bool(_UNIT.match(label)) or (label[:1].isdigit() and not label.endswith(")"))


@dataclass(slots=True)
class Place:
    """Where the reader of a document stands: the annex, the headings above and the list items above.

    ``headings`` and ``items`` hold a level and a tidy label, outermost first; ``title`` is the heading
    without a number that counts more than the headings above it.
    """

    annex: str = ""
    title: str = ""
    headings: list[tuple[float, str]] = field(default_factory=list)
    items: list[tuple[int, str]] = field(default_factory=list)
    below_number: bool = False

    def enter_annex(self, name: str) -> None:
        """Begin an annex, whose numbering is its own; without a name, come back to the body."""
        self.annex, self.title = name, ""
        self.headings.clear()
        self.items.clear()

    def open_heading(self, label: str, title: str, level: int | None) -> None:
        """Stand below a heading; one without a number right below one with it is its second line."""
        self.items.clear()
        own = tidy_label(label)
        if not own:
            if self.below_number and level is None:
                return
            self.headings = [entry for entry in self.headings if level is not None and entry[0] < level]
            self.title, self.below_number = shorten_title(title), False
            return
        self.title, self.below_number = "", True
        rank = self._rank(own, level or own.count(".") + 1)
        self.headings = [entry for entry in self.headings if entry[0] < rank]
        if own.casefold() != self.annex.casefold():
            self.headings.append((rank, own))

    def _rank(self, own: str, level: int) -> float:
        """Return the level of a heading; a part ("(2)") and a count that begins below "§ 5" are deeper than it."""
        if own.endswith(")"):
            whole = next((rank for rank, label in reversed(self.headings) if not label.endswith(")")), 0)
            return max(level, whole + 0.5) if whole else level
        if not self.headings or not own.isdigit() or self.headings[-1][0] < level:
            return level
        above, last = self.headings[-1]
        if own == "1" and _UNIT.match(last):
            return above + 0.5
        goes_on = above % 1 and last.isdigit() and int(own) == int(last) + 1
        return above if goes_on else level

    def add_item(self, label: str, level: int) -> str:
        """Return the path of a list item and stand within it."""
        self.below_number = False
        own = tidy_label(label)
        if self._goes_on(own):
            self.headings[-1] = (self.headings[-1][0], own)
            self.items.clear()
            return self._cite([])
        while self.items and self.items[-1][0] >= level:
            self.items.pop()
        self.items.append((level, own))
        return self._cite([entry[1] for entry in self.items])

    def _goes_on(self, own: str) -> bool:
        """Tell whether the number of an item is the next one after that of the heading above, not of its list."""
        if not own.isdigit() or not self.headings or not self.headings[-1][1].isdigit():
            return False
        before = str(int(own) - 1)
        return self.headings[-1][1] == before and all(label != before for _, label in self.items)

    def add_text(self) -> str:
        """Return the path of a paragraph, which stays below a numbered clause ("2.3 ...") and not below an item."""
        self.below_number = False
        return self._cite([label for _, label in self.items if _MANY_PARTS.fullmatch(label)])

    def add_row(self, label: str, *, within: bool) -> str:
        """Return the path of a table row or note; ``within``: a clause above announces it ("4.2 ... as follows:")."""
        self.below_number = False
        above = [entry[1] for entry in self.items if within and _MANY_PARTS.fullmatch(entry[1])]
        return self._cite([*above, tidy_label(label)])

    def here(self) -> str:
        """Return the path of the heading that was opened last; one without a number is no place of its own."""
        path = join_labels([label for _, label in self.headings])
        return ", ".join(part for part in (self.annex, path) if part)

    def _cite(self, below: Sequence[str]) -> str:
        labels = [label for _, label in self.headings]
        if self.title and not any(_MANY_PARTS.fullmatch(label) for label in below):
            path = ", ".join(part for part in (join_labels(labels), self.title, join_labels(below)) if part)
        else:
            path = join_labels([*labels, *below])
        return ", ".join(part for part in (self.annex, path) if part)
