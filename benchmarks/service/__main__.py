"""``python -m benchmarks.service``: measure the service under load and write the table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.provenance import Provenance, build_command
from benchmarks.service.scene import measure
from benchmarks.service.table import render_table
from tests.api.postgres import find_programmes, make_database, start_postgres


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--output", type=Path, help="the Markdown file to write; standard output when left out")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each load lasts (default: 20)")
    parser.add_argument("--date", help="the day to be named in the table")
    options = parser.parse_args(argv)
    programmes = find_programmes()
    if programmes is None:
        parser.error("PostgreSQL is not installed")
    with TemporaryDirectory(prefix="dpa-checker-load-") as folder, start_postgres(programmes, durable=True) as url:
        measured = measure(Path(folder), make_database(url), seconds=options.seconds)
    command = build_command("benchmarks.service", [("--output", options.output and str(options.output))])
    table = render_table(measured, Provenance(command, options.date).render())
    if options.output is None:
        sys.stdout.write(table)
    else:
        options.output.write_text(table, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
