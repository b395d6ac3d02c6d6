"""One generated file and the sentences that it shows, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """``expected`` are the sentences of ``path`` in order; of a ``scan`` words are counted, not sentences."""

    what: str
    writer: str
    path: Path
    expected: tuple[str, ...]
    scan: bool = False
