"""What the cluster engine costs a contract over the pool, with two workers of this machine each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from dpa_checker import load_library
from dpa_checker.batch import Engine, PoolEngine, Store, find_items, scan
from dpa_checker.batch.dask_engine import DaskEngine

ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class ClusterCost:
    """Seconds a contract with each engine, two workers, and to start a cluster here."""

    what: str
    files: int
    pool: float
    dask: float
    start: float

    @property
    def overhead(self) -> float:
        """Seconds more a contract than with the pool."""
        return self.dask - self.pool


def measure_cluster(what: str, archive: Path, folder: Path, *, rounds: int = ROUNDS) -> ClusterCost:
    """Return the cost over the files of ``archive``, in turns, the workers of both warm."""
    files = sum(1 for _ in find_items([str(archive)]))
    begin = perf_counter()
    times: tuple[list[float], list[float]] = ([], [])
    with DaskEngine(workers=2, scratch=folder / "dask") as dask, PoolEngine(2) as pool:
        start = perf_counter() - begin
        engines: tuple[Engine, Engine] = (pool, dask)
        for number in range(-1, rounds):
            for place, engine in enumerate(engines):
                taken = _scan(archive, folder / f"{what}-{number}-{place}.sqlite", engine)
                if number >= 0:
                    times[place].append(taken / files)
    return ClusterCost(what, files, median(times[0]), median(times[1]), start)


def _scan(archive: Path, store_path: Path, engine: Engine) -> float:
    begin = perf_counter()
    with Store(store_path) as store:
        scan(find_items([str(archive)]), store, engine, library_version=load_library().version)
    return perf_counter() - begin
