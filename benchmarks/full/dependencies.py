"""``python -m benchmarks.full.dependencies``: known flaws of what is installed, by pip-audit and its advisories.

Exit codes are those of pip-audit, and :data:`NOT_RUN` where the index was not reached: that is neither a finding nor a
clean bill.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.full.step import NOT_RUN

_UNREACHED: Final = "not run: no advisory index reached"
#: What is asked for first: it is always installed, and known to every index.
_PROBE: Final = "pip-audit"


def main() -> int:
    """Audit what is installed and return the exit code."""
    installed = list_installed()
    probe = [line for line in installed if line.startswith(f"{_PROBE}==")]
    if _audit(probe, quiet=True) is None:
        sys.stderr.write(_UNREACHED + "\n")
        return NOT_RUN
    return _audit(installed) or 0


def list_installed() -> list[str]:
    """Return what is installed, as requirements; what is installed from a folder is this project, and left out."""
    found = {}
    for one in importlib.metadata.distributions():
        if not _is_editable(one):
            found[one.metadata["Name"].lower().replace("_", "-")] = one.version
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _is_editable(one: importlib.metadata.Distribution) -> bool:
    text = one.read_text("direct_url.json")
    return bool(text and json.loads(text).get("dir_info", {}).get("editable"))


def _audit(requirements: Sequence[str], *, quiet: bool = False) -> int | None:
    """Run pip-audit on exactly these and return its exit code, None where it broke off without an answer."""
    with tempfile.TemporaryDirectory() as folder:
        file, answer = Path(folder) / "requirements.txt", Path(folder) / "answer.json"
        file.write_text("\n".join(requirements) + "\n", "utf-8")
        # Its own --skip-editable is taken by --strict for a failure; --no-deps because all are listed.
        command = [sys.executable, "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "-r", str(file)]
        command += ["--progress-spinner", "off", *(["-f", "json", "-o", str(answer)] if quiet else [])]
        done = subprocess.run(command, check=False, capture_output=quiet)
        if quiet and not answer.exists():
            return None
        return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
