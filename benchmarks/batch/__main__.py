"""``python -m benchmarks.batch``: measure scans and write the page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.batch.archive import list_samples, write_archive, write_plain_pages, write_texts
from benchmarks.batch.cluster import measure_cluster
from benchmarks.batch.floor import measure_floor
from benchmarks.batch.gain import measure_gain
from benchmarks.batch.scale import measure_scan, measure_summary
from benchmarks.batch.table import Measurements, render_table
from benchmarks.provenance import Provenance, build_command
from benchmarks.speed.machine import describe_machine

#: Numbers of one-page texts to scan, always and with ``--full``.
TEXTS: Final = (1_000, 10_000)
FULL_TEXTS: Final = (100_000,)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write the page, and return the exit code."""
    options = _build_parser().parse_args(argv)
    with TemporaryDirectory(prefix="dpa-checker-batch-", dir=options.scratch) as folder:
        measured = measure(
            Path(folder), sizes=options.sizes, texts=TEXTS + FULL_TEXTS * options.full, results=options.results
        )
    command = build_command("benchmarks.batch", [("--output", options.output and str(options.output))])
    command += " --full" * options.full
    page = render_table(measured, Provenance(command, options.date).render(), describe_machine())
    if options.output is None:
        sys.stdout.write(page)
    else:
        options.output.write_text(page, encoding="utf-8")
    return 0


def measure(folder: Path, *, sizes: Sequence[int], texts: Sequence[int], results: int) -> Measurements:
    """Return all measurements; what is made for them is written to ``folder``."""
    samples = list_samples()
    small = write_archive(folder / "small", 4 * len(samples), samples)
    short = write_texts(folder / "short", 500)
    scans = [
        measure_scan("contracts", count, lambda place, number: write_archive(place, number, samples), folder)
        for count in sizes
    ]
    scans += [measure_scan("one-page texts", count, write_texts, folder) for count in texts]
    return Measurements(
        gain=measure_gain(small, folder),
        floor=measure_floor(write_plain_pages(folder / "pages", samples), folder),
        scans=scans,
        summary=measure_summary(results, folder),
        clusters=[
            measure_cluster("contracts", small, folder),
            measure_cluster("one-page texts", short, folder),
        ],
    )


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description="Measure scans of many contracts.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the page goes (default: standard output)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000], metavar="N", help="files to scan")
    parser.add_argument("--results", type=int, default=1_000_000, metavar="N", help="results to sum up")
    parser.add_argument("--full", action="store_true", help="100,000 one-page texts as well")
    parser.add_argument("--scratch", metavar="FOLDER", help="where the files to scan are made for the while")
    parser.add_argument("--date", metavar="DAY", help="the day to write on the page (default: none)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
