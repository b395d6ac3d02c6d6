"""A folder watched by looking at it now and then, which network drives bear; a file is taken when it has settled."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from dpa_checker.batch.find import Item
from dpa_checker.errors import DocumentError

#: Looking at the folder takes at most this share of the time, however many files it holds.
_SHARE: Final = 0.04

Files = tuple[Item, ...]


@dataclass(slots=True)
class Settling:
    """Tells which files have kept size and stamp for ``seconds``; the clock is the caller's."""

    seconds: float
    _seen: dict[str, tuple[int, str, float]] = field(default_factory=dict)

    def settled(self, items: Iterable[Item], now: float) -> Files:
        """Return the files that have settled by ``now``; those that are gone are forgotten."""
        seen: dict[str, tuple[int, str, float]] = {}
        ready: list[Item] = []
        for item in items:
            size, stamp, since = self._seen.get(item.location, (-1, "", now))
            if (size, stamp) != (item.size, item.stamp):
                since = now
            seen[item.location] = (item.size, item.stamp, since)
            if now - since >= self.seconds:
                ready.append(item)
        self._seen = seen
        return tuple(ready)


def watch(
    find: Callable[[], Iterable[Item]],
    take: Callable[[Files], bool | None],
    stop: threading.Event,
    *,
    interval: float,
    settle: float,
    rest: Callable[[], None] | None = None,
) -> None:
    """Look at what ``find`` gives every ``interval`` seconds and ``take`` the settled files when they are others.

    ``take`` gets all settled files, as a scan would, and tells whether some could not be opened: when the folder was
    away meanwhile, they are taken once more.  ``rest`` is called after a look that found nothing to do.
    A folder that is away for a while, as a network drive may be, changes nothing, and files of a folder within that
    cannot be listed any more stay as they were.  Returns when ``stop`` is set.
    """
    settling = Settling(settle)
    taken: frozenset[tuple[str, int, str]] = frozenset()
    before: Files = ()
    again: bool | None = False
    first = True
    while not stop.is_set():
        began = time.monotonic()
        try:
            before = _with_unlisted(find(), before)
            ready = settling.settled(before, began)
        except (DocumentError, OSError):
            if first:
                raise
            ready = None  # away for now
            taken = frozenset() if again else taken
        first = False
        looked = time.monotonic() - began
        if ready is not None and (marks := frozenset((one.location, one.size, one.stamp) for one in ready)) != taken:
            again = take(ready)
            taken = marks
        elif rest is not None:
            rest()
        stop.wait(max(interval, looked / _SHARE))


def _with_unlisted(items: Iterable[Item], before: Files) -> Files:
    """Return the items with those seen ``before`` below folders that cannot be listed now."""
    found = tuple(items)
    away = tuple(os.path.join(item.location, "") for item in found if item.unlisted)  # noqa: PTH118
    return (*found, *(item for item in before if item.location.startswith(away))) if away else found
