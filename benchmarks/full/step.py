"""One step of the full run: a command, how it ended, how long it took."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_TOOLS: Final = Path(sys.executable).parent
_FOLDER: Final = re.compile(r"(?<![\w.])/(?:[\w.+-]+/)+")
_LONGEST: Final = 110
#: The exit code of a step that could not be run here for want of something outside: neither passed nor failed.
NOT_RUN: Final = 75


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the full run; the first word is a tool of the same environment, or ``python``."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a step ended, on which commit: its exit code, the seconds by the clock, the last line that it printed."""

    step: Step
    code: int
    seconds: float
    closing: str
    commit: str

    @property
    def result(self) -> str:
        """How it ended in words."""
        if self.code == NOT_RUN:
            return "not run"
        return "passed" if self.code == 0 else f"failed ({self.code})"


def run_step(step: Step) -> Ending:
    """Run a step to its end and show its output on standard error; raises nothing when it fails."""
    tool, *options = step.command
    program = sys.executable if tool == "python" else str(_TOOLS / tool)
    began = time.perf_counter()
    lines: list[str] = []
    with subprocess.Popen(
        [program, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stderr.write(line)
            if line.strip():
                lines = [line.strip()]
    seconds = time.perf_counter() - began
    return Ending(step, process.returncode, seconds, shorten(lines[0] if lines else ""), name_commit())


def name_commit() -> str:
    """Return the commit that is checked, with a mark when files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def shorten(line: str) -> str:
    """Return the line without folders of the machine, fit for a cell of a table."""
    plain = _FOLDER.sub("", line).replace("|", "/").strip("= ")
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"
