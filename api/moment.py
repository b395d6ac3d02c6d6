"""Moments and identifiers: milliseconds since 1970 in UTC, and ids that sort by the moment they were made."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Final

SECOND: Final = 1000
DAY: Final = 24 * 60 * 60 * SECOND


def now() -> int:
    """Return the present moment."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return 32 hexadecimal digits: 48 bits of time, 80 bits of chance."""
    return f"{now():012x}{secrets.token_hex(10)}"


def written(moment: int | None) -> str | None:
    """Return a moment as RFC 3339 writes it."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
