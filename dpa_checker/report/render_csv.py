"""The one writer of CSV: no text in it is ever taken for a formula by the program that opens it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_rows(target: IO[str], header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """Write ``header`` and ``rows`` to ``target``, which must not translate line ends."""
    writer = csv.writer(target)
    writer.writerow(header)
    for row in rows:
        writer.writerow([escape_formula(value) if isinstance(value, str) else value for value in row])


def escape_formula(value: str) -> str:
    """Return ``value`` such that no spreadsheet takes it for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
