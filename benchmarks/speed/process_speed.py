"""Whole processes: peak memory on a file, and the command line from start to finish."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

RUNS: Final = 5
_PROJECT: Final = Path(__file__).resolve().parents[2]
_FINISHED: Final = frozenset({0, 1, 4})


@dataclass(frozen=True, slots=True)
class FileMemory:
    """Peak memory in bytes of a process that checks one file, and its seconds without start-up."""

    name: str
    pages: int
    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class CommandSpeed:
    """Seconds of the command line from start to finish: best and median of its runs."""

    name: str
    best: float
    median: float


def measure_memory(path: Path, name: str | None = None) -> FileMemory:
    """Return what a fresh process takes to check the file at ``path``."""
    told = json.loads(_run(["-m", "benchmarks.speed.child", str(path)]).stdout)
    return FileMemory(name or path.name, told["pages"] or 0, told["seconds"], told["peak"])


def time_command(path: Path, name: str | None = None, *, runs: int = RUNS) -> CommandSpeed:
    """Return the seconds of ``dpa-checker check`` on the file at ``path``, interpreter and all."""
    taken: list[float] = []
    for _ in range(runs):
        begin = perf_counter()
        _run(["-m", "dpa_checker.cli", "check", str(path), "--format", "json"], finished=_FINISHED)
        taken.append(perf_counter() - begin)
    return CommandSpeed(name or path.name, min(taken), median(taken))


def _run(arguments: Sequence[str], *, finished: frozenset[int] = frozenset({0})) -> subprocess.CompletedProcess[str]:
    """Run Python with ``arguments`` from the project's folder; raises ``RuntimeError`` when it fails."""
    places = [str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in finished:
        raise RuntimeError(f"{' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done
