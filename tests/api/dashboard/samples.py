"""Contracts to show, of the sample contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.api.running import ROOT, Caller

SAMPLES = ROOT / "sample_contracts"


def sample_files() -> list[Path]:
    """Return a file of each sample contract."""
    folders = sorted(path for path in SAMPLES.iterdir() if (path / "expected.yaml").exists())
    return [sorted(folder.glob("contract.*"))[0] for folder in folders]


def upload(caller: Caller, name: str, slug: str = "en-dpa-weak", **more: Any) -> str:
    """Return the id of a sample contract, uploaded and examined."""
    file = next(file for file in sample_files() if file.parent.name == slug)
    answer = caller.upload(file.read_bytes(), name, wait=30, **more)
    assert answer.json()["state"] == "done", answer.text
    return str(answer.json()["contract"])
