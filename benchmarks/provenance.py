"""What a table of figures says of its own making: the command, the date if given, the versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dpa_checker import load_library
from dpa_checker.version import ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class Provenance:
    """The command that makes a table again, and the day on which it was made, when told."""

    command: str
    date: str | None = None

    def render(self) -> str:
        """Return the paragraph that opens a table; it names no folder outside the project."""
        day = f" on {self.date}" if self.date else ""
        return (
            f"Made{day} by `{self.command}` with engine {ENGINE_VERSION} and clause library "
            f"{load_library().version}. Do not edit by hand: run the command again."
        )


def build_command(module: str, options: Sequence[tuple[str, str | None]]) -> str:
    """Return the command line of ``module`` with the ``options`` given; absolute paths are shortened."""
    words = ["python -m", module]
    for name, value in options:
        if value is not None:
            words += [name, Path(value).name if Path(value).is_absolute() else value]
    return " ".join(words)
