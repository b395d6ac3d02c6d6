"""A scan end to end beside the floor: plain text through PDFium and spaCy's tokens of the same files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import psutil

from benchmarks.batch.archive import write_archive
from benchmarks.speed.floor import run_floor
from dpa_checker import load_library
from dpa_checker.batch import PoolEngine, Store, find_items, scan

ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class FloorShare:
    """Processor seconds of a scan (finding, hashing, workers, store) and of the floor, over the same files."""

    files: int
    scan: float
    floor: float

    @property
    def share(self) -> float:
        """The floor as a share of the scan: 1 would be as fast as the floor."""
        return self.floor / self.scan


def measure_floor(pages: Sequence[Path], folder: Path, *, copies: int = 8, rounds: int = ROUNDS) -> FloorShare:
    """Return the cost over ``copies`` of each of ``pages``, the median of ``rounds`` in turns, workers warm."""
    archive = write_archive(folder / "plain", copies * len(pages), pages)
    files = [Path(item.location) for item in find_items([str(archive)])]
    languages = {number: _language(path) for number, path in enumerate(pages)}
    own, floors = [], []
    with PoolEngine(1) as engine:
        for number in range(-1, rounds):
            taken = _scan(archive, folder / f"floor-{number}.sqlite", engine)
            begin = process_time()
            for path in files:
                run_floor(path, languages[int(path.stem) % len(pages)])
            floor = process_time() - begin
            if number >= 0:
                own.append(taken)
                floors.append(floor)
    return FloorShare(len(files), median(own), median(floors))


def _language(path: Path) -> str:
    from dpa_checker import check_file

    return check_file(path).document.language or "en"


def _scan(archive: Path, store_path: Path, engine: PoolEngine) -> float:
    """Return the processor seconds of a scan in this process and its workers."""
    begin, before = process_time(), _workers(engine)
    with Store(store_path) as store:
        scan(find_items([str(archive)]), store, engine, library_version=load_library().version)
    return process_time() - begin + _workers(engine) - before


def _workers(engine: PoolEngine) -> float:
    times = [psutil.Process(pid).cpu_times() for pid in engine.pids]
    return float(sum(one.user + one.system for one in times))
