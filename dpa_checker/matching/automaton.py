"""Look-up of word patterns: many patterns, one pass over the words.

Pattern syntax (one blank between slots)::

    word    the folded word itself        stem*   begins with          *stem   ends with
    *stem*  contains                      a|b     either               ?word   may be absent
    ...     a gap of 0 to 4 words         ...9    a gap of 0 to 9      _       any one word

All patterns share one trie whose edges are words or word classes.  Which classes a word belongs to is
worked out once for each distinct word, so the cost of a text grows with its words, not with the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dpa_checker.errors import LibraryError
from dpa_checker.matching.token import fold

_GAP = re.compile(r"^\.\.\.(\d*)$")
_SPLIT = re.compile(r"[-'’\u2010\u2011]")
_DEFAULT_GAP = 4
_CACHE_LIMIT = 200_000
_FEW = 8

Key = str | int


@dataclass(slots=True)
class _Node:
    edges: dict[Key, _Node] = field(default_factory=dict)
    wildcard: _Node | None = None
    gap: tuple[int, _Node] | None = None
    more_gaps: list[tuple[int, _Node]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


class Hit(NamedTuple):
    """Concept number ``concept`` was said by the words ``[first, last)``."""

    concept: int
    first: int
    last: int


@dataclass(slots=True)
class _Classes:
    """Word classes by number: a class is a set of alternatives, each exact, prefix, suffix or infix."""

    numbers: dict[frozenset[str], int] = field(default_factory=dict)
    exact: dict[str, list[int]] = field(default_factory=dict)
    prefix: dict[str, list[int]] = field(default_factory=dict)
    suffix: dict[str, list[int]] = field(default_factory=dict)
    infix: dict[str, list[int]] = field(default_factory=dict)

    def number(self, alternatives: frozenset[str]) -> int:
        known = self.numbers.get(alternatives)
        if known is not None:
            return known
        number = len(self.numbers)
        self.numbers[alternatives] = number
        for form in alternatives:
            table, stem = self._table(form)
            table.setdefault(stem, []).append(number)
        return number

    def _table(self, form: str) -> tuple[dict[str, list[int]], str]:
        if form.startswith("*") and form.endswith("*") and len(form) > 2:
            return self.infix, form[1:-1]
        if form.startswith("*"):
            return self.suffix, form[1:]
        if form.endswith("*"):
            return self.prefix, form[:-1]
        return self.exact, form

    def of(self, word: str) -> list[int]:
        found = list(self.exact.get(word, ()))
        for length in range(1, len(word) + 1):
            found.extend(self.prefix.get(word[:length], ()))
            found.extend(self.suffix.get(word[-length:], ()))
        for stem, numbers in self.infix.items():
            if stem in word:
                found.extend(numbers)
        return found


class _Walk:
    """One pass over the keys of some words; ``offset`` is the number of the first of them."""

    __slots__ = ("hits", "keys", "offset", "present", "size")

    def __init__(self, keys: list[frozenset[Key]], offset: int) -> None:
        self.keys = keys
        self.offset = offset
        self.size = len(keys)
        self.present: set[Key] = set().union(*keys)
        self.hits: dict[Hit, None] = {}

    def follow(self, node: _Node, begin: int, position: int) -> None:
        """Note what ends at ``node`` and go on from ``position``."""
        for concept in node.outputs:
            self.hits[Hit(concept, begin + self.offset, position + self.offset)] = None
        if position >= self.size:
            return
        edges = node.edges
        if edges:
            here = self.keys[position]
            for key in edges if len(edges) < _FEW else edges.keys() & here:
                if key in here:
                    self.follow(edges[key], begin, position + 1)
        if node.wildcard is not None:
            self.follow(node.wildcard, begin, position + 1)
        if node.gap is not None:
            for width, target in (node.gap, *node.more_gaps):
                self._leap(target, begin, position, width)

    def _leap(self, target: _Node, begin: int, position: int, width: int) -> None:
        """Continue after a gap of at most ``width`` words, wherever a word fits."""
        edges = target.edges
        wanted = [key for key in edges if key in self.present] if len(edges) < _FEW else edges.keys() & self.present
        if not wanted:
            return
        for landing in range(position, min(position + width + 1, self.size)):
            here = self.keys[landing]
            for key in wanted:
                if key in here:
                    self.follow(edges[key], begin, landing + 1)


class Automaton:
    """Compiled patterns of numbered concepts."""

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        """Compile ``(concept number, pattern)`` pairs; raises :class:`LibraryError` on a bad pattern."""
        self._root = _Node()
        self._classes = _Classes()
        self._known: dict[str, tuple[frozenset[Key], tuple[_Node, ...]]] = {}
        for concept, pattern in patterns:
            for slots in _expand(pattern):
                self._add(concept, slots)

    def find(self, words: Sequence[str], first: int = 0, last: int | None = None) -> list[Hit]:
        """Return all hits within ``words[first:last]``, each (concept, span) once, in order."""
        entries = [self._entry(word) for word in words[first : len(words) if last is None else last]]
        walk = _Walk([entry[0] for entry in entries], first)
        for position, (_, starts) in enumerate(entries):
            for node in starts:
                walk.follow(node, position, position + 1)
        return sorted(walk.hits)

    def _entry(self, word: str) -> tuple[frozenset[Key], tuple[_Node, ...]]:
        entry = self._known.get(word)
        if entry is None:
            keys: frozenset[Key] = frozenset((word, *self._classes.of(word)))
            edges = self._root.edges
            entry = (keys, tuple(edges[key] for key in keys if key in edges))
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            self._known[word] = entry
        return entry

    def _add(self, concept: int, slots: list[str]) -> None:
        node = self._root
        for slot in slots:
            node = self._next(node, slot)
        if node is self._root or not slots or _GAP.match(slots[-1]):
            raise LibraryError(f"pattern {' '.join(slots)!r} is empty or ends in a gap: end it with a word")
        if concept not in node.outputs:
            node.outputs.append(concept)

    def _next(self, node: _Node, slot: str) -> _Node:
        gap = _GAP.match(slot) if slot[0] == "." else None
        if gap:
            width = int(gap.group(1) or _DEFAULT_GAP)
            gaps: list[tuple[int, _Node]] = [*([node.gap] if node.gap else []), *node.more_gaps]
            for known, target in gaps:
                if known == width:
                    return target
            target = _Node()
            if node.gap is None:
                node.gap = (width, target)
            else:
                node.more_gaps.append((width, target))
            return target
        if slot == "_":
            if node.wildcard is None:
                node.wildcard = _Node()
            return node.wildcard
        key: Key = slot if "*" not in slot and "|" not in slot else self._classes.number(frozenset(slot.split("|")))
        following = node.edges.get(key)
        if following is None:
            following = node.edges[key] = _Node()
        return following


def _expand(pattern: str) -> list[list[str]]:
    """Return the slot lists of ``pattern``, one for each way to keep or drop its optional words."""
    variants: list[list[str]] = [[]]
    for raw in pattern.split():
        optional = raw.startswith("?") and len(raw) > 1
        slots = _slots(raw[1:] if optional else raw)
        kept = [variant + slots for variant in variants]
        variants = kept + variants if optional else kept
    return [variant for variant in variants if variant]


def _slots(raw: str) -> list[str]:
    if _GAP.match(raw) or raw == "_":
        return [raw]
    if "|" in raw:
        parts = [part for part in raw.split("|") if part]
        if any(_SPLIT.search(part) for part in parts):
            raise LibraryError(f"pattern part {raw!r}: no hyphen or apostrophe among alternatives, they split words")
        return ["|".join(_folded(part) for part in parts)]
    return [_folded(part) for part in _SPLIT.split(raw) if part]


def _folded(part: str) -> str:
    head = "*" if part.startswith("*") else ""
    tail = "*" if part.endswith("*") and len(part) > 1 else ""
    stem = fold(part.strip("*"))
    if not stem:
        raise LibraryError(f"pattern part {part!r} has no letters")
    return f"{head}{stem}{tail}"
