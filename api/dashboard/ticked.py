"""Contracts ticked in the portfolio: a field for each, named after its id, with the version that was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.errors import Problem
from api.service.bulk import Ticked

PREFIX: Final = "contract-"
_LONGEST: Final = 9


def read_ticked(fields: Mapping[str, str]) -> list[Ticked]:
    """Return the contracts that were ticked, in the order of the form; raises :class:`Problem`."""
    return [
        Ticked(name.removeprefix(PREFIX), _version(seen)) for name, seen in fields.items() if name.startswith(PREFIX)
    ]


def _version(seen: str) -> int:
    if not (seen.isascii() and seen.isdigit() and len(seen) <= _LONGEST):
        raise Problem(422, "invalid", "The form has no version.")
    return int(seen)
