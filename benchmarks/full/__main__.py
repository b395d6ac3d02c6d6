"""``python -m benchmarks.full``: run everything that is too long for every change, and write down how it ended."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.full.step import NOT_RUN, ROOT, Ending, Step, run_step
from benchmarks.provenance import Provenance, build_command
from benchmarks.speed.machine import describe_machine

_PACKAGES: Final = ("pypdfium2", "pdfplumber", "sqlalchemy")
STEPS: Final = (
    Step("style", ("ruff", "check", ".")),
    Step("types", ("mypy",)),
    Step("layers", ("lint-imports", "--no-cache")),
    Step("security of the code", ("bandit", "-q", "-r", "api", "dpa_checker", "-c", "pyproject.toml")),
    Step("known vulnerabilities", ("python", "-m", "benchmarks.full.dependencies")),
    Step("all tests", ("python", "-m", "pytest", "-q", "-n", "auto")),
    Step("accuracy", ("python", "-m", "benchmarks.accuracy")),
    Step("drafted contracts", ("python", "-m", "benchmarks.drafted")),
    Step("ingestion", ("python", "-m", "benchmarks.ingestion")),
    Step("speed", ("python", "-m", "benchmarks.speed")),
    Step("scans", ("python", "-m", "benchmarks.batch", "--full")),
    Step("service under load", ("python", "-m", "benchmarks.service")),
    Step("dashboard in a browser", ("python", "-m", "benchmarks.dashboard")),
    Step("fuzzing", ("python", "-m", "benchmarks.fuzz")),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the steps, write the page after each; returns 1 when one failed, 2 when none failed and one was not run."""
    options = _build_parser().parse_args(argv)
    chosen = [step for step in STEPS if not options.only or step.name in options.only]
    command = build_command("benchmarks.full", [("--output", options.output and str(options.output))])
    endings: list[Ending] = []
    for step in chosen:
        sys.stderr.write(f"\n== {step.name}\n")
        endings.append(run_step(step))
        page = render_page(endings, Provenance(command, options.date).render())
        if options.output is not None:
            options.output.write_text(page, encoding="utf-8")
    if options.output is None:
        sys.stdout.write(page)
    codes = {ending.code for ending in endings}
    return 1 if codes - {0, NOT_RUN} else 2 if NOT_RUN in codes else 0


def render_page(endings: Sequence[Ending], provenance: str) -> str:
    """Return the page: what was run on which commit and machine, and how each step ended."""
    rows = [
        f"| {ending.step.name} | `{' '.join(ending.step.command)}` | {ending.seconds:,.0f} | {ending.result} | "
        f"{ending.closing} |"
        for ending in endings
    ]
    table = "\n".join(
        ("| step | command | seconds | result | its last line |", "| --- | --- | ---: | --- | --- |", *rows)
    )
    return f"# The full run\n\n{provenance}\n\nCommit {_commit()}. Machine: {describe_machine(_PACKAGES)}.\n\n{table}\n"


def _commit() -> str:
    """Return the commit that was checked, with a mark when files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full", description="Run all checks and measurements.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the page goes (default: standard output)")
    parser.add_argument("--only", nargs="+", choices=[step.name for step in STEPS], metavar="STEP", help="these only")
    parser.add_argument("--date", metavar="DAY", help="the day to write on the page (default: none)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
