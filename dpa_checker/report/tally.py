"""The counts over a scan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dpa_checker.model import Processing, Verdict
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.index_model import Standing


@dataclass(slots=True)
class Tally:
    """Counts over the files of a scan.

    ``standings`` counts files by where they stand and by the answer to the first question (``None`` without a
    report); ``mentions``, for each mention, its verdicts over the documents in which processing is in question, and
    ``conflicts`` those in conflict; ``errors`` why files were not examined, by key; ``failing`` the contracts that
    the rule of the scan finds wanting.
    """

    files: int = 0
    failing: int = 0
    standings: Counter[tuple[Standing, Processing | None]] = field(default_factory=Counter)
    mentions: dict[str, Counter[str]] = field(default_factory=lambda: {mention: Counter() for mention in MENTIONS})
    conflicts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def examined(self) -> int:
        """How many files were examined at least in part."""
        return self.files - self.standing(Standing.NOT_EXAMINED)

    @property
    def complete(self) -> int:
        """How many contracts say everything that applies."""
        return self.standing(Standing.ALL_SAID)

    @property
    def in_question(self) -> int:
        """How many examined documents govern, or may govern, processing for another."""
        return self.examined - self.standing(Standing.NOT_IN_QUESTION)

    def standing(self, standing: Standing) -> int:
        """Return how many files stand so."""
        return sum(number for (one, _), number in self.standings.items() if one is standing)

    def answered(self, processing: Processing) -> int:
        """Return how many examined documents answer the first question so."""
        return sum(
            number
            for (standing, answer), number in self.standings.items()
            if answer is processing and standing is not Standing.NOT_EXAMINED
        )

    def most_missing(self, count: int) -> list[tuple[str, int]]:
        """Return the mentions most often missing or contradicted, the most frequent first."""
        numbers = {
            mention: counts[Verdict.MISSING] + counts[Verdict.CONTRADICTED] for mention, counts in self.mentions.items()
        }
        ranked = sorted(numbers.items(), key=lambda entry: (-entry[1], MENTIONS.index(entry[0])))
        return [entry for entry in ranked[:count] if entry[1]]
