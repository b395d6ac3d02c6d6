"""``python -m benchmarks.full``: run everything that is too long for every change, and write down how it ended."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.full.step import NOT_RUN, Ending, Step, run_step
from benchmarks.provenance import Provenance, build_command
from benchmarks.speed.machine import describe_machine

_PACKAGES: Final = ("pypdfium2", "pdfplumber", "sqlalchemy")
_ROW: Final = re.compile(r"^\| (?P<step>[^|]+) \| `[^|]+` \| [\d,]+ \|.+$", re.MULTILINE)
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
    rows = _read_rows(options.output) if options.only and options.output is not None else {}
    endings: list[Ending] = []
    for step in chosen:
        sys.stderr.write(f"\n== {step.name}\n")
        ending = run_step(step)
        endings.append(ending)
        rows[step.name] = _render_row(ending)
        page = render_page(rows, Provenance(command, options.date).render())
        if options.output is not None:
            options.output.write_text(page, encoding="utf-8")
    if options.output is None:
        sys.stdout.write(page)
    codes = {ending.code for ending in endings}
    return 1 if codes - {0, NOT_RUN} else 2 if NOT_RUN in codes else 0


def render_page(rows: Mapping[str, str], provenance: str) -> str:
    """Return the page: what was run on which commit and machine, and how each step ended."""
    ordered = (rows[step.name] for step in STEPS if step.name in rows)
    head = ("| step | command | seconds | commit | result | its last line |", "| --- | --- | ---: | --- | --- | --- |")
    table = "\n".join((*head, *ordered))
    return f"# The full run\n\n{provenance}\n\nMachine: {describe_machine(_PACKAGES)}.\n\n{table}\n"


def _render_row(ending: Ending) -> str:
    command = " ".join(ending.step.command)
    return (
        f"| {ending.step.name} | `{command}` | {ending.seconds:,.0f} | {ending.commit} | {ending.result} | "
        f"{ending.closing} |"
    )


def _read_rows(page: Path) -> dict[str, str]:
    """Return the rows of a page that is there already, by step: those of steps that are not run again stay."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    return {row["step"]: row[0] for row in _ROW.finditer(text)}


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full", description="Run all checks and measurements.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the page goes (default: standard output)")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=[step.name for step in STEPS],
        metavar="STEP",
        help="these only; rows of others stay on the page",
    )
    parser.add_argument("--date", metavar="DAY", help="the day to write on the page (default: none)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
