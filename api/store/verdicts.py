"""The verdicts on a contract as one short text in its row, so that counts and orders of many contracts read no more.

A letter a mention, as reviewed, at a place that is the mention's own and never changes: a new mention comes last, and
the migration that brings it lengthens what is kept.  A conflict that nobody has settled has a letter of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import ColumnElement, func, or_

from api.store.schema import CONTRACT
from dpa_checker.library.schema import MENTIONS
from dpa_checker.model.letters import CONFLICT, STATUSES

_PLACES: Final = {mention: place for place, mention in enumerate(MENTIONS)}
_READ: Final = {letter: verdict for verdict, letter in STATUSES.items()}
#: Stands where there is no finding on a mention.
_NONE: Final = "-"
#: Stands nowhere.
_UNKNOWN: Final = "?"
#: What counts as lacking: nothing is said, it is denied, or nobody knows which of two passages prevails.
LACKING: Final = ("missing", "contradicted", CONFLICT)
#: What lists are narrowed to by it: any of ``LACKING``.
ANY_LACKING: Final = "lacking"


def write_verdicts(verdicts: Mapping[str, str]) -> str:
    """Return verdicts by mention as they are kept; raises ``KeyError`` for a mention that has no place."""
    letters = [_NONE] * len(MENTIONS)
    for mention, verdict in verdicts.items():
        letters[_PLACES[mention]] = STATUSES[verdict]
    return "".join(letters)


def read_verdicts(kept: str | None) -> dict[str, str]:
    """Return kept verdicts by mention; none where there is no report."""
    return {mention: _READ[letter] for mention, letter in zip(MENTIONS, kept or "", strict=False) if letter != _NONE}


def count_verdicts(joined: str) -> Iterator[tuple[str, str, int]]:
    """Give mention, verdict and how often it is met, of kept verdicts of many contracts one after the other."""
    for place, mention in enumerate(MENTIONS):
        letters = joined[place :: len(MENTIONS)]
        for verdict, letter in STATUSES.items():
            if number := letters.count(letter):
                yield mention, verdict, number


def holds(mention: str | None, verdict: str | None) -> ColumnElement[bool]:
    """Tell of contracts on which a mention has a verdict; None is any, ``ANY_LACKING`` one of those."""
    sought = LACKING if verdict == ANY_LACKING else (verdict,)
    letters = None if verdict is None else [STATUSES.get(one or "", _UNKNOWN) for one in sought]
    if mention is None:
        if letters is None:
            return CONTRACT.c.verdicts.is_not(None)
        return or_(*(CONTRACT.c.verdicts.contains(letter) for letter in letters))
    own = func.substr(CONTRACT.c.verdicts, _PLACES.get(mention, len(MENTIONS)) + 1, 1)
    return own.not_in((_NONE, "")) if letters is None else own.in_(letters)


def count_letters(*verdicts: str) -> ColumnElement[int]:
    """Return on how many mentions a contract has one of these verdicts."""
    rest: ColumnElement[str] = CONTRACT.c.verdicts
    for verdict in verdicts:
        rest = func.replace(rest, STATUSES[verdict], "")
    return func.length(CONTRACT.c.verdicts) - func.length(rest)
