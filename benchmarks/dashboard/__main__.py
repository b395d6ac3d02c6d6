"""``python -m benchmarks.dashboard``: measure the dashboard in a browser and write the table."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.dashboard.browser import describe_browser, open_browser
from benchmarks.dashboard.scene import measure, open_stage
from benchmarks.dashboard.table import Measured, render_table
from benchmarks.provenance import Provenance, build_command
from tests.api.postgres import find_programmes, make_database, start_postgres


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.add_argument("--output", type=Path, help="the Markdown file to write; standard output when left out")
    parser.add_argument("--contracts", type=int, default=10_000, help="the size of the portfolio (default: 10,000)")
    parser.add_argument("--times", type=int, default=9, help="how often each page is opened (default: 9)")
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"], help="only on this one; both when left out")
    parser.add_argument("--date", help="the day to be named in the table")
    options = parser.parse_args(argv)
    measured = []
    with open_browser() as browser:
        for database in [options.database] if options.database else ["SQLite", "PostgreSQL"]:
            load = os.getloadavg()[0]
            with TemporaryDirectory(prefix="dpa-checker-dashboard-") as folder, _open_database(database) as url:
                if url is None:
                    sys.stderr.write("PostgreSQL is not installed: left out\n")
                    continue
                with open_stage(Path(folder), url, options.contracts) as stage:
                    waits = measure(browser, stage, Path(folder), options.times)
            measured.append(Measured(database, load, waits))
        described = describe_browser(browser)
    command = build_command("benchmarks.dashboard", [("--output", options.output and str(options.output))])
    provenance = Provenance(command, options.date).render()
    table = render_table(measured, contracts=options.contracts, browser=described, provenance=provenance)
    if options.output is None:
        sys.stdout.write(table)
    else:
        options.output.write_text(table, encoding="utf-8")
    return 0


@contextmanager
def _open_database(name: str) -> Iterator[str | None]:
    """Give the URL of a database, empty for SQLite; None where it is not installed."""
    programmes = find_programmes() if name == "PostgreSQL" else None
    if name == "SQLite":
        yield ""
    elif programmes is None:
        yield None
    else:
        with start_postgres(programmes, durable=True) as url:
            yield make_database(url)


if __name__ == "__main__":
    sys.exit(main())
