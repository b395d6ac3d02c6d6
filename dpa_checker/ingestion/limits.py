"""Limits on what a reader takes in, so that a hostile or huge file ends in a typed error."""

from __future__ import annotations

from dataclasses import dataclass

from dpa_checker.errors import LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of reading one file; sizes are in bytes, ``max_depth`` in nested tables and boxes."""

    max_bytes: int = 100_000_000
    max_pages: int = 2_000
    max_unpacked_bytes: int = 500_000_000
    max_part_bytes: int = 100_000_000
    max_zip_entries: int = 10_000
    max_depth: int = 40
    max_characters: int = 50_000_000

    def check(self, limit: str, value: int) -> None:
        """Raise :class:`LimitExceeded` when ``value`` is above the limit named ``limit``."""
        allowed: int = getattr(self, limit)
        if value > allowed:
            raise LimitExceeded(
                f"The file is over the limit {limit}: {value} where {allowed} is allowed. "
                f"Split the document, or raise the limit if you trust its source."
            )
