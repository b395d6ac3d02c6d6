"""Seconds of pieces of work, measured side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any


def time_alternately(works: Sequence[Callable[[], Any]], *, rounds: int) -> list[float]:
    """Return the seconds of each of ``works``: the best of ``rounds``, after one round to warm up.

    The works take turns within a round, so that a busy moment of the machine meets all of them; the best
    round is the one that other programs disturbed least.
    """
    for work in works:
        work()
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for position, work in enumerate(works):
            begin = perf_counter()
            work()
            best[position] = min(best[position], perf_counter() - begin)
    return best
