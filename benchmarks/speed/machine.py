"""The machine on which figures were made, in one line."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("pypdfium2", "pdfplumber", "spacy")


def describe_machine(packages: Sequence[str] = _PACKAGES) -> str:
    """Return cores, processor, system, Python and the packages that the figures depend on."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {_processor()}, {platform.system()}, {python}; {versions}"


def _processor() -> str:
    """Return the model of the processor as the system names it, else its architecture."""
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name" and model.strip():
                return model.strip()
    return platform.processor() or platform.machine()
