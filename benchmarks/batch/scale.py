"""Time and memory of whole scans of ever more files, and of the summary of a million results."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Final

from benchmarks.batch.process_tree import TreeCost, run_measured
from dpa_checker.batch import Store
from dpa_checker.batch.columns import Columns
from dpa_checker.batch.engine import Outcome
from dpa_checker.batch.export import Results
from dpa_checker.batch.find import Item
from dpa_checker.batch.store import Versions
from dpa_checker.model.letters import LETTERS

_PROJECT: Final = Path(__file__).resolve().parents[2]
_VERSIONS: Final = Versions("", "engine", "library")
_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class ScanCost:
    """A whole scan with two workers, and the scan after it, which finds nothing new; ``stored`` is in bytes."""

    what: str
    files: int
    first: TreeCost
    again: TreeCost
    stored: int


@dataclass(frozen=True, slots=True)
class SummaryCost:
    """Seconds of the summary of ``results`` results, all files counted."""

    results: int
    seconds: float


def measure_scan(what: str, count: int, write: Callable[[Path, int], Path], folder: Path) -> ScanCost:
    """Return what a scan of ``count`` files takes; the files go when it is done."""
    archive = write(folder / f"{what}-{count}", count)
    output = folder / f"{what}-{count}-results"
    command = [sys.executable, "-m", "dpa_checker.cli", "scan", str(archive), "--output", str(output), "--workers", "2"]
    command += ["--format", "jsonl,csv", "--quiet"]
    first = run_measured(command, _PROJECT)
    again = run_measured(command, _PROJECT)
    stored = (output / "results.sqlite").stat().st_size
    rmtree(archive)
    rmtree(output)
    return ScanCost(what, count, first, again, stored)


def measure_summary(results: int, folder: Path) -> SummaryCost:
    """Return how long the summary of made-up results takes, no two with the same verdicts but by chance."""
    path = folder / "summary.sqlite"
    with Store(path) as store:
        number = store.begin(_VERSIONS)
        _fill(store, number, results)
        begin = perf_counter()
        tally = Results(store, number, _VERSIONS).tally()
        seconds = perf_counter() - begin
    if tally.files != results:
        raise RuntimeError(f"the summary counted {tally.files} of {results}")
    path.unlink()
    return SummaryCost(results, seconds)


def _fill(store: Store, scan: int, results: int) -> None:
    chance = random.Random(7)  # noqa: S311  the same results every time
    letters = "".join(LETTERS.values())
    for start in range(0, results, _ROWS):
        with store.bulk():
            for number in range(start, min(results, start + _ROWS)):
                digest = f"{chance.getrandbits(256):064x}"
                verdicts = "".join(chance.choices(letters, (40, 15, 30, 2, 12, 1), k=27))
                error = "" if number % 50 else "damaged-document"
                columns = Columns() if error else Columns("en", "dpa", ("yes", "no", "silent")[number % 3], verdicts)
                place = f"/archive/{number // 1000:04}/{number:07}.pdf"
                store.note(Item(place, place[9:], 50_000, f"{number}"), digest, scan)
                store.keep(Outcome(digest, None, columns, error_code=error), _VERSIONS)
