"""Limits on what a reader takes in, so that a hostile or huge file ends in a typed error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches

from dpa_checker.errors import LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of reading one file; every one is inclusive, and each is described in ``docs/ingestion.md``.

    Sizes are in bytes.  ``max_depth`` counts nested tables and boxes, ``max_xml_depth`` nested XML elements,
    ``max_nesting`` messages within messages and parts within parts of a Word document.  ``max_ratio`` is unpacked by
    packed size of an entry of an archive, asked only of entries over a megabyte.  Scanned pages beyond
    ``max_recognised_pages`` stay unread.  The last four hold in a separate process: ``max_seconds`` of the clock and
    ``max_cpu_seconds`` of the processor a file (counted anew after each page whose text was recognised),
    ``max_memory_bytes`` of address space, ``max_output_bytes`` of what the process answers.
    """

    max_bytes: int = 100_000_000
    max_pages: int = 2_000
    max_unpacked_bytes: int = 500_000_000
    max_part_bytes: int = 100_000_000
    max_zip_entries: int = 10_000
    max_ratio: int = 500
    max_depth: int = 40
    max_xml_depth: int = 256
    max_characters: int = 50_000_000
    max_attachments: int = 100
    max_nesting: int = 5
    max_recognised_pages: int = 300
    max_seconds: float = 120.0
    max_cpu_seconds: float = 120.0
    max_memory_bytes: int = 2_000_000_000
    max_output_bytes: int = 200_000_000

    def __post_init__(self) -> None:
        """Refuse a limit that is no positive number; raises :class:`ValueError` with its name."""
        for one in fields(self):
            value = getattr(self, one.name)
            kinds = (int, float) if one.name in _IN_SECONDS else (int,)
            if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value < _NO_SENSE:
                kind = "number" if one.name in _IN_SECONDS else "whole number"
                raise ValueError(f"the limit {one.name} must be a positive {kind}, not {value!r}")

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Limits:
        """Return the limits of a configuration, the defaults where it says nothing.

        Raises :class:`ValueError` for an unknown name or an impossible value.
        """
        known = [one.name for one in fields(cls)]
        for name in values:
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise ValueError(f"there is no limit {name!r}: {hint}")
        return cls(**values)  # type: ignore[arg-type]  # checked by __post_init__

    def check(self, limit: str, value: float) -> None:
        """Raise :class:`LimitExceeded` when ``value`` is above the limit named ``limit``."""
        allowed: float = getattr(self, limit)
        if value > allowed:
            raise self.exceeded(limit, value)

    def exceeded(self, limit: str, value: float | None = None) -> LimitExceeded:
        """Return the error of the limit named ``limit``; ``value`` is what was found, where it can be told."""
        found = "more than" if value is None else f"{value} where"
        return LimitExceeded(
            f"The file is over the limit {limit}: {found} {getattr(self, limit)} is allowed. "
            f"Split the document, or raise the limit if you trust its source."
        )


_IN_SECONDS = frozenset({"max_seconds", "max_cpu_seconds"})
#: Above what any platform's resource limits take as a number.
_NO_SENSE = 2**62
