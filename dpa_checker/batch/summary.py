"""What a scan comes to, counted from the columns of its results; and the rule by which a contract fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dpa_checker.batch.columns import UNREAD
from dpa_checker.batch.store import Kept
from dpa_checker.library.schema import MENTIONS
from dpa_checker.model import Processing, Verdict
from dpa_checker.model.letters import VERDICTS
from dpa_checker.report.index_model import Standing, decide_standing
from dpa_checker.report.tally import Tally
from dpa_checker.report.view_model import Status

__all__ = ["FAILING", "FailRule", "Tally", "read_statuses", "read_verdicts", "tally", "tally_columns"]

#: The verdicts that a rule of ``--fail-on`` may name, with those that it stands for.
FAILING: Final = {
    "missing": frozenset({Status.MISSING, Status.CONTRADICTED, Status.CONFLICT}),
    "partial": frozenset({Status.MISSING, Status.CONTRADICTED, Status.CONFLICT, Status.PARTIAL}),
    "contradicted": frozenset({Status.CONTRADICTED, Status.CONFLICT}),
}
#: Verdict strings are counted in groups of so many, a whole column at once.
_GROUP: Final = 4096


@dataclass(frozen=True, slots=True)
class FailRule:
    """When a contract fails: a status of ``statuses`` on one of ``mentions`` (all when empty)."""

    statuses: frozenset[Status]
    mentions: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> FailRule:
        """Return the rule ``missing``, ``partial`` or ``contradicted``, with ``:mention,...`` to narrow it.

        What is in conflict fails each of them.  Raises ``ValueError`` for anything else.
        """
        word, _, names = text.partition(":")
        mentions = frozenset(name.strip() for name in names.split(",") if name.strip())
        unknown = sorted(mentions - set(MENTIONS))
        if word not in FAILING:
            raise ValueError(f"--fail-on {word}: choose {', '.join(FAILING)}.")
        if unknown:
            raise ValueError(f"--fail-on: no such mention: {', '.join(unknown)}. Known: {', '.join(MENTIONS)}.")
        return cls(FAILING[word], mentions)

    def covers(self, mention: str, status: Status) -> bool:
        """Tell whether a mention with this status fails a contract in which processing is in question."""
        return status in self.statuses and (not self.mentions or mention in self.mentions)

    def fails(self, kept: Kept) -> bool:
        """Tell whether a contract fails; one in which no processing is in question does not."""
        return kept.examined and self.finds(kept.processing, kept.verdicts)

    def finds(self, processing: str | None, verdicts: str) -> bool:
        """Tell the same by the columns of an examined document."""
        if processing == Processing.NO:
            return False
        letters, places = _fail_letters(self)
        if places is None:
            return not letters.isdisjoint(verdicts)
        return any(verdicts[place] in letters for place in places)


def read_verdicts(kept: Kept) -> dict[str, tuple[Verdict, bool]]:
    """Return the verdict of each mention and whether it is in conflict; empty when there is no report."""
    return {
        mention: (Verdict(VERDICTS[letter.lower()]), letter.isupper())
        for mention, letter in zip(MENTIONS, kept.verdicts, strict=False)
    }


def read_statuses(verdicts: str) -> tuple[Status, ...]:
    """Return the status of each mention from the letters that are kept."""
    return tuple(_STATUSES[letter] for letter in verdicts[: len(MENTIONS)])


_STATUSES: Final = {letter: Status(verdict) for letter, verdict in VERDICTS.items()} | {
    letter.upper(): Status.CONFLICT for letter in VERDICTS
}


@lru_cache(maxsize=16)
def _fail_letters(rule: FailRule) -> tuple[frozenset[str], tuple[int, ...] | None]:
    """Return the letters that fail, and where they count (``None`` for everywhere)."""
    letters = frozenset(letter for letter, status in _STATUSES.items() if status in rule.statuses)
    places = tuple(index for index, mention in enumerate(MENTIONS) if mention in rule.mentions)
    return letters, places if rule.mentions else None


def tally(results: Iterable[Kept], rule: FailRule | None = None) -> Tally:
    """Return the counts over ``results``."""
    return tally_columns(((kept.error_code, kept.processing, kept.verdicts) for kept in results), rule)


def tally_columns(columns: Iterable[tuple[str, str | None, str]], rule: FailRule | None = None) -> Tally:
    """Return the counts over files of which error code, processing and verdicts are given."""
    counts = Tally()
    group: list[str] = []
    for error_code, processing, verdicts in columns:
        counts.files += 1
        if error_code:
            counts.errors[error_code] += 1
            counts.standings[Standing.NOT_EXAMINED, None] += 1
            continue
        answer = Processing(processing or Processing.SILENT)
        standing = _standing("".join(sorted(set(verdicts))), answer)
        counts.standings[standing, answer] += 1
        if standing is Standing.NOT_EXAMINED:
            counts.errors["nothing-read"] += 1
            continue
        counts.failing += rule is not None and rule.finds(processing, verdicts)
        if answer is not Processing.NO:
            group.append(verdicts[: len(MENTIONS)])
            if len(group) == _GROUP:
                _count_group(counts, group)
                group.clear()
    _count_group(counts, group)
    return counts


@lru_cache(maxsize=8192)
def _standing(letters: str, answer: Processing) -> Standing:
    """Return where a document stands by the letters that it has, each once."""
    statuses = frozenset(_STATUSES[letter] for letter in letters if letter != UNREAD)
    return decide_standing(statuses, answer, unread=UNREAD in letters)


def _count_group(counts: Tally, group: list[str]) -> None:
    """Add the verdicts of many documents, one column after the other."""
    joined = "".join(group)
    for index, mention in enumerate(MENTIONS):
        column = joined[index :: len(MENTIONS)]
        for letter, verdict in VERDICTS.items():
            conflicts = column.count(letter.upper())
            counts.mentions[mention][verdict] += column.count(letter) + conflicts
            counts.conflicts[mention] += conflicts
