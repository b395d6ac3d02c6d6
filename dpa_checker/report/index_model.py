"""The contracts of a scan as its renderers see them: results in short, reports on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dpa_checker.model import Processing, Report
from dpa_checker.report.view_model import Status, Tone


class Standing(StrEnum):
    """Where a contract stands, the most urgent first; what is not in question is no alarm."""

    NOT_ALL_SAID = "not_all_said"
    INCOMPLETE = "incomplete"
    ALL_SAID = "all_said"
    NOT_IN_QUESTION = "not_in_question"
    NOT_EXAMINED = "not_examined"


TONES = {
    Standing.NOT_ALL_SAID: Tone.ALARM,
    Standing.INCOMPLETE: Tone.ATTENTION,
    Standing.ALL_SAID: Tone.GOOD,
    Standing.NOT_IN_QUESTION: Tone.NEUTRAL,
    Standing.NOT_EXAMINED: Tone.NEUTRAL,
}
#: The status whose sign and colours show a standing.
STANDING_STATUS = {
    Standing.NOT_ALL_SAID: Status.MISSING,
    Standing.INCOMPLETE: Status.PARTIAL,
    Standing.ALL_SAID: Status.PRESENT,
    Standing.NOT_IN_QUESTION: Status.NOT_APPLICABLE,
    Standing.NOT_EXAMINED: Status.NOT_EXAMINED,
}
_ALARMING = frozenset({Status.MISSING, Status.CONTRADICTED, Status.CONFLICT})
_UNSETTLED = frozenset({Status.PARTIAL, Status.NOT_EXAMINED})


@dataclass(frozen=True, slots=True)
class Contract:
    """A file of a scan with its result in short.

    ``statuses`` has one entry a mention, none when there is no report; ``error_code`` and ``error`` say why there is
    none.  ``unread`` tells that a part was not examined, ``failing`` that the rule of the scan finds it wanting.
    """

    location: str
    name: str
    sha256: str | None
    error_code: str = ""
    error: str = ""
    language: str | None = None
    kind: str | None = None
    processing: Processing | None = None
    statuses: tuple[Status, ...] = ()
    unread: bool = False
    failing: bool = False

    @property
    def standing(self) -> Standing:
        """Where the contract stands, as ``outcome.decide_outcome`` has it."""
        return decide_standing(frozenset(self.statuses), self.processing, unread=self.unread)

    @property
    def failure(self) -> str | None:
        """The key of why the contract was not examined."""
        if self.error_code:
            return self.error_code
        return "nothing-read" if self.standing is Standing.NOT_EXAMINED else None


def decide_standing(statuses: frozenset[Status], processing: Processing | None, *, unread: bool) -> Standing:
    """Return where a contract stands whose findings have ``statuses``."""
    if statuses <= {Status.NOT_EXAMINED}:
        return Standing.NOT_EXAMINED
    if processing is Processing.NO:
        return Standing.NOT_IN_QUESTION
    if statuses & _ALARMING:
        return Standing.NOT_ALL_SAID
    return Standing.INCOMPLETE if unread or statuses & _UNSETTLED else Standing.ALL_SAID


class Collection(Protocol):
    """The contracts of a scan, by name; gone through as often as wanted, never held as a whole."""

    def __iter__(self) -> Iterator[Contract]:
        """Yield the contracts."""
        ...

    def report(self, contract: Contract) -> Report | None:
        """Return the report on a contract, under the contract's own name."""
        ...
