"""The statistics of an archive as values: contracts counted by what they are, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dpa_checker.report.groups import MENTIONS

_NONE: Final = (0,) * len(MENTIONS)


class Dimension(StrEnum):
    """By what contracts are counted."""

    COUNTERPARTY = "counterparty"
    KIND = "kind"
    LANGUAGE = "language"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Block:
    """Contracts of one answer to the first question.

    ``complete`` say all that applies.  For each mention, in the order of the 27, ``said`` counts those that say it
    without conflict, ``due`` those in which it applies and was examined.
    """

    contracts: int = 0
    complete: int = 0
    said: tuple[int, ...] = _NONE
    due: tuple[int, ...] = _NONE

    def share(self, mention: str) -> float | None:
        """Return the share of contracts that say a mention (0 to 1); None when it is due in none."""
        place = MENTIONS.index(mention)
        return self.said[place] / self.due[place] if self.due[place] else None

    def mean_share(self, mentions: tuple[str, ...] = MENTIONS) -> float | None:
        """Return the share of ``mentions`` that are said, over all contracts in which they are due."""
        places = [MENTIONS.index(mention) for mention in mentions]
        due = sum(self.due[place] for place in places)
        return sum(self.said[place] for place in places) / due if due else None

    def most_missing(self) -> str | None:
        """Return the mention that the most contracts lack; None when none lacks any."""
        lacking = [due - said for due, said in zip(self.due, self.said, strict=True)]
        most = max(lacking)
        return MENTIONS[lacking.index(most)] if most else None


def sum_blocks(blocks: Sequence[Block]) -> Block:
    """Return all blocks together."""
    if not blocks:
        return Block()
    return Block(
        sum(block.contracts for block in blocks),
        sum(block.complete for block in blocks),
        tuple(map(sum, zip(*(block.said for block in blocks), strict=True))),
        tuple(map(sum, zip(*(block.due for block in blocks), strict=True))),
    )


@dataclass(frozen=True, slots=True)
class Slice:
    """The contracts with one value of a dimension (``None``: not known): the silent, and those that state.

    ``others`` is set where many values are counted together, to how many.
    """

    value: str | int | None = None
    silent: Block = Block()
    stated: Block = Block()
    others: int = 0

    @property
    def both(self) -> Block:
        """All contracts that are counted."""
        return sum_blocks([self.silent, self.stated])


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of an archive.

    ``left_out`` are contracts in which no processing for another is in question.  Slices stand in the order of their
    silent contracts, most first; years from the latest.  ``by_folder`` tells that the folder stands for the
    counterparty.
    """

    files: int = 0
    left_out: int = 0
    not_examined: int = 0
    total: Slice = Slice()
    by: Mapping[Dimension, tuple[Slice, ...]] = field(default_factory=dict)
    by_folder: bool = False
    engine_version: str = ""
    library_version: str = ""
