"""Which document prevails by one sentence: who stands as the subject of the verb, unless the sentence says no order.

A sentence that denies, or that makes an exception, settles nothing: to read an order as its opposite would call present
what is denied.  All words are data (``names.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dpa_checker.sets.naming import Name, Words, find_names, load_words

#: Between a document that is only compared with and the verb there are at most so many words ("shall always").
_FEW: Final = 2
#: A sentence with more such verbs states no order; it would only take time.
_MOST_VERBS: Final = 8
_CLAUSE: Final = re.compile(r"[,;:]")


def find_prevailing(sentence: str) -> tuple[Name, ...]:
    """Return the name that prevails in a sentence, then those that give way; nothing when it says no such thing."""
    words = load_words()
    if not words.trigger.search(sentence):
        return ()
    found = find_names(sentence)
    text = _blank_harmless(sentence, words)
    verbs = _verbs(text, words)
    if not 0 < len(verbs) <= _MOST_VERBS or denies(sentence, found, max(verb.end for verb in verbs)):
        return ()
    winners = [chain for verb in verbs if (chain := _Reading(text, found, words).winner(verb))]
    distinct = {(chain[0].kind, chain[0].number) for chain in winners}
    if len(distinct) != 1:
        return ()
    return _others(winners[0], found)


def denies(sentence: str, found: Sequence[Name], end: int) -> bool:
    """Tell whether a sentence makes an exception anywhere, or denies before ``end``; "No." of a name denies nothing."""
    words = load_words()
    text = _blank_harmless(sentence, words)
    if words.exception.search(text):
        return True
    for name in found:
        text = text[: name.start] + " " * (name.end - name.start) + text[name.end :]
    return bool(words.negation.search(text, 0, end))


def _blank_harmless(sentence: str, words: Words) -> str:
    return words.harmless.sub(lambda match: " " * len(match[0]), sentence)


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb at ``[start, end)``; ``inner`` is what stands between its halves ("geht ... vor"), if it has two."""

    start: int
    end: int
    inner: tuple[int, int] | None = None


def _verbs(text: str, words: Words) -> list[_Verb]:
    verbs = [_Verb(match.start(), match.end()) for match in words.prevail.finditer(text)]
    for first, last in words.around:
        opened = first.search(text)
        closed = last.search(text, opened.end()) if opened else None
        if opened and closed:
            verbs.append(_Verb(opened.start(), closed.end(), (opened.end(), closed.start())))
    return verbs


#: Names that stand together ("this Agreement and its Annex 2"); nothing when only compared with, or out of the running.
_Chain = tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence with the names in it."""

    text: str
    found: Sequence[Name]
    words: Words

    def winner(self, verb: _Verb) -> _Chain:
        """Return the names that prevail by a verb; empty when they cannot be told."""
        before = [name for name in self.found if name.end <= verb.start]
        if verb.inner is None:
            return self._subject(before, verb)
        low, high = verb.inner
        within = [name for name in self.found if low <= name.start and name.end <= high]
        free = [chain for chain, compared in self._chains(within, low) if not compared]
        if not free:
            return self._subject(before, verb)
        ends = [low, *(name.end for name in within)]
        nominative = [
            chain for chain in free if not self._yields(chain[0], max(end for end in ends if end <= chain[0].start))
        ]
        if self._yields(free[0][0], low):
            subject = self._subject(before, verb)
            return subject or (nominative[0] if nominative else ())
        if self._stands_before(before, verb) and not self._search(self.words.nominative, low, free[0][0]):
            return ()
        return nominative[0]

    def _subject(self, before: Sequence[Name], verb: _Verb) -> _Chain:
        """Return the names before a verb that are its subject; empty when another may be."""
        chains = list(self._chains(before, 0))
        free = [chain for chain, compared in chains if not compared]
        if not free:
            return ()
        gap = self.text[before[-1].end : verb.start]
        if self.words.owning.match(gap):
            return free[-1]
        if len({(name.kind, name.number) for name in before}) > 1 and self.words.pronoun.search(gap):
            return ()
        if self.words.coordinate.match(gap):
            if not self.words.elided.match(gap):
                return ()
            clause = max((match.end() for match in _CLAUSE.finditer(self.text, 0, before[-1].start)), default=0)
            return free[0] if free[0] == next((chain for chain in free if chain[0].start >= clause), ()) else ()
        if chains[-1][1] and len(re.findall(r"\w+", gap)) > _FEW:
            return ()
        return free[-1]

    def _chains(self, names: Sequence[Name], low: int) -> Iterator[tuple[_Chain, bool]]:
        """Yield names, those joined by "and" together, and whether they are only compared with."""
        chain: list[Name] = []
        compared = False
        for name, end in zip(names, [low, *(name.end for name in names)], strict=False):
            if chain and self.words.joint.fullmatch(self.text, end, name.start):
                chain.append(name)
                continue
            if chain:
                yield tuple(chain), compared
            chain, compared = [name], self._search(self.words.against, end, name)
        if chain:
            yield tuple(chain), compared

    def _stands_before(self, before: Sequence[Name], verb: _Verb) -> bool:
        """Tell whether a name that may be the subject stands right before the verb."""
        if not before or self.text[before[-1].end : verb.start].strip():
            return False
        chains = list(self._chains(before, 0))
        end = before[-2].end if len(before) > 1 else 0
        return not chains[-1][1] and not self._yields(before[-1], end)

    def _yields(self, name: Name, low: int) -> bool:
        return self._search(self.words.yielding, low, name)

    def _search(self, pattern: re.Pattern[str], low: int, name: Name) -> bool:
        """Tell whether a pattern is found between ``low`` and a name, whose first word counts."""
        first = re.compile(r"\w+").match(self.text, name.start, name.end)
        return bool(pattern.search(self.text, low, first.end() if first else name.end))


def _others(chain: _Chain, found: Sequence[Name]) -> tuple[Name, ...]:
    """Return who prevails and then those that give way, which those that prevail together with it do not."""
    own = {(name.kind, name.number) for name in chain}
    first = Name(chain[0].kind, chain[0].number)
    others = (Name(name.kind, name.number) for name in found if (name.kind, name.number) not in own)
    return (first, *dict.fromkeys(others))
