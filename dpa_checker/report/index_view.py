"""A scan in words: its summary and the line on each contract, in one report language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from dpa_checker.library import load_library
from dpa_checker.model import Processing
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.index_model import STANDING_STATUS, TONES, Contract, Standing
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.tally import Tally
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import SYMBOLS, CountView, Status, Tone

#: The answers that are told apart in the summary; what is not in question has a line of its own.
ANSWERS: Final = (Processing.YES, Processing.SILENT)
_HEADLINES: Final = {
    Standing.NOT_ALL_SAID: "scan.lacking",
    Standing.INCOMPLETE: "scan.open",
    Standing.ALL_SAID: "scan.complete",
    Standing.NOT_IN_QUESTION: "scan.none_in_question",
}


@dataclass(frozen=True, slots=True)
class StandingRow:
    """How many contracts stand so: in all, and by answer (``None`` where the answer is the standing)."""

    standing: Standing
    word: str
    number: int
    answers: tuple[int | None, ...]

    @property
    def status(self) -> Status:
        """The status whose sign and colours show it."""
        return STANDING_STATUS[self.standing]

    @property
    def symbol(self) -> str:
        """The sign, for text."""
        return SYMBOLS[self.status]


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A mention that is missing or contradicted in ``number`` documents, a ``share`` (0 to 1) of those in question."""

    mention: str
    title: str
    reference: str
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Why ``number`` files were not examined."""

    code: str
    sentence: str
    number: int


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What a scan comes to, in words."""

    catalogue: Catalogue
    tone: Tone
    counted: str
    headlines: tuple[str, ...]
    answers: tuple[str, ...]
    standings: tuple[StandingRow, ...]
    missing_of: str
    missing: tuple[MissingRow, ...]
    failures: tuple[FailureRow, ...]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """The line on a contract; ``counts`` has every status, also those with none."""

    title: str
    subtitle: str
    standing: Standing
    word: str
    answer: str
    counts: tuple[CountView, ...]
    failure: str | None

    @property
    def status(self) -> Status:
        """The status whose sign and colours show where the contract stands."""
        return STANDING_STATUS[self.standing]


def build_summary(tally: Tally, *, language: str, most: int = 10) -> IndexSummary:
    """Return the summary of a scan, with the ``most`` mentions that are most often missing."""
    catalogue = load_catalogue(language)
    standings = tuple(_standing_row(standing, tally, catalogue) for standing in Standing if tally.standing(standing))
    files = catalogue.counted("scan.files", tally.files)
    return IndexSummary(
        catalogue=catalogue,
        tone=next((TONES[row.standing] for row in standings), Tone.NEUTRAL),
        counted=f"{files}, {catalogue.counted('scan.examined', tally.examined)}",
        headlines=_headlines(tally, catalogue),
        answers=tuple(catalogue.text(f"processing.{answer}") for answer in ANSWERS),
        standings=standings,
        missing_of=catalogue.counted("scan.most_missing_of", tally.in_question),
        missing=tuple(
            MissingRow(
                mention,
                catalogue.text(f"mention.{mention}"),
                mention_reference(mention, catalogue),
                number,
                number / tally.in_question,
            )
            for mention, number in tally.most_missing(most)
        ),
        failures=tuple(
            FailureRow(code, failure_sentence(code, catalogue), number) for code, number in tally.errors.most_common()
        ),
    )


def _headlines(tally: Tally, catalogue: Catalogue) -> tuple[str, ...]:
    if not tally.examined:
        return (catalogue.text("scan.nothing_examined"),)
    numbers = {standing: tally.standing(standing) for standing in _HEADLINES}
    return tuple(catalogue.counted(_HEADLINES[standing], number) for standing, number in numbers.items() if number)


def _standing_row(standing: Standing, tally: Tally, catalogue: Catalogue) -> StandingRow:
    apart = standing not in (Standing.NOT_EXAMINED, Standing.NOT_IN_QUESTION)
    return StandingRow(
        standing,
        catalogue.text(f"outcome.{standing}"),
        tally.standing(standing),
        tuple(tally.standings[standing, answer] if apart else None for answer in ANSWERS),
    )


def tell_apart(contracts: Iterable[Contract]) -> dict[str, str]:
    """Return the folders, by location, of contracts that have their name in common: as much of them as differs."""
    named: dict[str, list[list[str]]] = defaultdict(list)
    locations: dict[str, list[str]] = defaultdict(list)
    for contract in contracts:
        named[contract.name].append(contract.location.replace("\\", "/").split("/")[:-1])
        locations[contract.name].append(contract.location)
    return {
        location: folder
        for name, folders in named.items()
        if len(folders) > 1
        for location, folder in zip(locations[name], _shortest(folders), strict=True)
    }


def _shortest(folders: list[list[str]]) -> list[str]:
    """Return the ends of folders, of as many steps as it takes for all to differ."""
    deepest = max(len(folder) for folder in folders)
    for steps in range(1, deepest + 1):
        ends = ["/".join(folder[-steps:]) for folder in folders]
        if len(set(ends)) == len(ends):
            return ends
    return ["/".join(folder) for folder in folders]


def build_row(contract: Contract, catalogue: Catalogue, place: str | None = None) -> IndexRow:
    """Return the line on ``contract``, with the folder in its name or, where that is not enough, ``place``."""
    standing, failure = contract.standing, contract.failure
    counts = Counter(contract.statuses)
    folder, _, name = flowed(contract.name).replace("\\", "/").rpartition("/")
    shown = flowed(place or "") or folder
    about = [shown, *_about(contract, catalogue)] if shown else _about(contract, catalogue)
    return IndexRow(
        title=name or flowed(contract.name) or catalogue.text("title.unnamed"),
        subtitle=" · ".join(about),
        standing=standing,
        word=catalogue.text(f"outcome.{standing}"),
        answer=processing_word(contract, catalogue),
        counts=tuple(CountView(status, catalogue.text(f"verdict.{status}"), counts[status]) for status in Status),
        failure=None if failure is None else failure_sentence(failure, catalogue),
    )


def _about(contract: Contract, catalogue: Catalogue) -> list[str]:
    if contract.kind is None:
        return []
    name = catalogue.language_name(contract.language)
    return [catalogue.text(f"kind.{contract.kind}"), name[:1].upper() + name[1:]]


def processing_word(contract: Contract, catalogue: Catalogue) -> str:
    """Return the answer to the first question in words, empty when nothing was examined."""
    if contract.processing is None or contract.standing is Standing.NOT_EXAMINED:
        return ""
    return catalogue.text(f"processing.{contract.processing}")


def failure_sentence(code: str, catalogue: Catalogue) -> str:
    """Return why a file was not examined."""
    return catalogue.texts.get(f"failure.{code}", catalogue.text("failure.other"))


def mention_reference(mention: str, catalogue: Catalogue) -> str:
    """Return the legal reference of a mention as the report language writes it."""
    return _localised_references(catalogue.language)[mention]


@cache
def _localised_references(language: str) -> dict[str, str]:
    catalogue = load_catalogue(language)
    return {mention.id: localise_reference(mention.legal_reference, catalogue) for mention in load_library().mentions}
