"""A command with all its processes: seconds, processor seconds, and memory at its highest."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import psutil

_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class TreeCost:
    """What a command took: seconds by the clock, and bytes resident at its highest.

    ``resident`` adds up what each process holds, pages that several share counted for each; ``proportional`` (PSS)
    counts those once.
    """

    seconds: float
    resident: int
    proportional: int


def run_measured(command: Sequence[str], folder: Path) -> TreeCost:
    """Run ``command`` in ``folder`` to its end, looking at its processes meanwhile; raises when it fails."""
    begin = perf_counter()
    resident = proportional = 0
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            processes = [root, *_children(root)]
            resident = max(resident, sum(_resident(one) for one in processes))
            proportional = max(proportional, sum(_proportional(one.pid) for one in processes))
            sleep(_LOOK_SECONDS)
        assert process.stderr is not None
        told = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}: {told[-500:]}")
    return TreeCost(perf_counter() - begin, resident, proportional)


def _children(root: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(root.children(recursive=True))
    return []


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _proportional(pid: int) -> int:
    """Return the proportional set size of a process; 0 where the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
