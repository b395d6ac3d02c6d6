"""Where the checker decides a sample contract otherwise than was expected of it before it ran.

``python -m tests.report.sample_differences`` writes ``known_sample_differences.yaml`` anew: read the diff before
committing it.  The tests fail on a difference that is not listed and on a listed one that is gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dpa_checker import check_file

ROOT = Path(__file__).parents[2]
LEDGER = Path(__file__).with_name("known_sample_differences.yaml")
FORMATS = ("contract.pdf", "contract.docx")


def sample_files() -> list[Path]:
    """Return the files of the sample contracts, in order."""
    folders = sorted(path.parent for path in (ROOT / "sample_contracts").glob("*/expected.yaml"))
    return [folder / name for folder in folders for name in FORMATS if (folder / name).exists()]


def find_differences(path: Path) -> dict[str, str]:
    """Return "expected -> found" for each mention that is decided otherwise; a conflict counts as part of a verdict."""
    expected: dict[str, Any] = yaml.safe_load(path.with_name("expected.yaml").read_text(encoding="utf-8"))
    found = {finding.mention: _show(finding.verdict.value, finding.conflict) for finding in check_file(path).findings}
    wanted = {name: _show(said["verdict"], said.get("conflict", False)) for name, said in expected["mentions"].items()}
    return {name: f"{wanted[name]} -> {found[name]}" for name in wanted if wanted[name] != found[name]}


def load_ledger() -> dict[str, dict[str, str]]:
    """Return the known differences by ``<slug>/<file>``."""
    return yaml.safe_load(LEDGER.read_text(encoding="utf-8")) or {}


def name_of(path: Path) -> str:
    """Return ``<slug>/<file>``."""
    return f"{path.parent.name}/{path.name}"


def _show(verdict: str, conflict: bool) -> str:
    return f"{verdict} in conflict" if conflict else verdict


def main() -> None:
    """Write the ledger."""
    known = {name_of(path): find_differences(path) for path in sample_files()}
    kept = {name: differences for name, differences in known.items() if differences}
    LEDGER.write_text(yaml.safe_dump(kept, sort_keys=True, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main()
