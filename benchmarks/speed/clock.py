"""Processor seconds of pieces of work, measured side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time
from typing import Any


def time_alternately(works: Sequence[Callable[[], Any]], *, rounds: int) -> list[float]:
    """Return the processor seconds of each of ``works``: the best of ``rounds``, after one round to warm up.

    Seconds are those of the processor, which on an idle machine are those of the clock: the time of other
    programs does not count.  The works take turns within a round, so that a busy moment meets all of them.
    """
    for work in works:
        work()
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for position, work in enumerate(works):
            begin = process_time()
            work()
            best[position] = min(best[position], process_time() - begin)
    return best
