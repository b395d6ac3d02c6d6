"""What two processes gain over one: plain busy ones, and the workers of the pool, in turns."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from dpa_checker import load_library
from dpa_checker.batch import PoolEngine, Store, find_items, scan

ROUNDS: Final = 3
_TURNS: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class Gain:
    """How much more two do than one in the same time, each the median over the rounds."""

    files: int
    busy: float
    pool: float
    share: float
    one_a_second: float
    two_a_second: float


def measure_gain(archive: Path, folder: Path, *, rounds: int = ROUNDS) -> Gain:
    """Return the gains over the files of ``archive``; stores go to ``folder``.

    The workers are warm.  In each round the four measurements follow each other, and the share is taken within it, so
    that what else the machine does weighs on all.
    """
    files = sum(1 for _ in find_items([str(archive)]))
    busy: list[float] = []
    pool: list[float] = []
    rates: list[tuple[float, float]] = []
    with PoolEngine(1) as single, PoolEngine(2) as double, _Busy() as plain:
        for number in range(-1, rounds):
            one, first = plain.run(1), _scan(archive, folder / f"{number}-1.sqlite", single)
            two, second = plain.run(2), _scan(archive, folder / f"{number}-2.sqlite", double)
            if number >= 0:  # the round before the first warms up
                busy.append(2 * one / two)
                pool.append(first / second)
                rates.append((files / first, files / second))
    return Gain(
        files,
        median(busy),
        median(pool),
        median(mine / theirs for mine, theirs in zip(pool, busy, strict=True)),
        median(rate for rate, _ in rates),
        median(rate for _, rate in rates),
    )


def _scan(archive: Path, store_path: Path, engine: PoolEngine) -> float:
    """Return the seconds of a whole scan with everything but the start of the workers."""
    begin = perf_counter()
    with Store(store_path) as store:
        scan(find_items([str(archive)]), store, engine, library_version=load_library().version)
    return perf_counter() - begin


class _Busy:
    """Two processes that count when they are told to."""

    def __enter__(self) -> _Busy:
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        for _ in range(2):
            ours, theirs = context.Pipe()
            context.Process(target=_be_busy, args=(theirs,), daemon=True).start()
            self._pipes.append(ours)
        return self

    def __exit__(self, *error: object) -> None:
        for pipe in self._pipes:
            pipe.send(0)

    def run(self, number: int) -> float:
        """Return the seconds in which ``number`` of the processes each count as far."""
        return _run(self._pipes[:number])


def _run(pipes: Sequence[Connection]) -> float:
    begin = perf_counter()
    for pipe in pipes:
        pipe.send(_TURNS)
    for pipe in pipes:
        pipe.recv()
    return perf_counter() - begin


def _be_busy(pipe: Connection) -> None:
    while turns := pipe.recv():
        total = 0
        for number in range(turns):
            total += number & 3
        pipe.send(total)
