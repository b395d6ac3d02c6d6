"""``python -m benchmarks.speed``: measure speed and memory and write the table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.provenance import Provenance, build_command
from benchmarks.speed.contract_speed import ROUNDS, NamedFile, time_contracts, time_plain_pages
from benchmarks.speed.machine import describe_machine
from benchmarks.speed.process_speed import measure_memory, time_command
from benchmarks.speed.specimen import write_long_contract, write_short_contract
from benchmarks.speed.table import Measurements, render_table
from benchmarks.speed.tokeniser_speed import time_tokenisers
from dpa_checker.ingestion import read_file

_PROJECT: Final = Path(__file__).resolve().parents[2]
_SAMPLES: Final = _PROJECT / "sample_contracts"
_CORPUS_FILES: Final = _PROJECT.parent / "shared" / "corpus" / "files"
LONG_PAGES: Final = 600


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write the table, and return the exit code."""
    parser = _build_parser()
    options = parser.parse_args(argv)
    files = [NamedFile(path.name, path) for path in options.files] if options.files else default_files()
    try:
        with TemporaryDirectory(prefix="dpa-checker-speed-") as folder:
            measured = measure(files, Path(folder), rounds=options.rounds, long_pages=options.long_pages)
    except ValueError as error:
        parser.error(str(error))
    command = build_command("benchmarks.speed", [("--output", options.output and str(options.output))])
    table = render_table(measured, Provenance(command, options.date).render(), describe_machine())
    if options.output is None:
        sys.stdout.write(table)
    else:
        options.output.write_text(table, encoding="utf-8")
    return 0


def measure(
    files: Sequence[NamedFile], folder: Path, *, rounds: int = ROUNDS, long_pages: int = LONG_PAGES
) -> Measurements:
    """Return all measurements on the PDF ``files``; what is made for them is written to ``folder``.

    Raises :class:`ValueError` when none of them is in a supported language.
    """
    whole = time_contracts(files, rounds=rounds)
    languages = {speed.name: speed.language for speed in whole}
    supported = [file for file in files if file.name in languages]
    if not supported:
        raise ValueError("no PDF in a supported language: name some with --files")
    short = write_short_contract(folder / "short.txt")
    long = write_long_contract(folder / "long.pdf", pages=long_pages)
    smallest = min(supported, key=lambda file: (file.path.stat().st_size, file.name))
    return Measurements(
        plain=time_plain_pages(supported, folder, rounds=rounds),
        rounds=rounds,
        whole=whole,
        tokenisers=time_tokenisers(
            [(languages[file.name], read_file(file.path).text) for file in supported], rounds=rounds
        ),
        commands=[time_command(short, "short text"), time_command(smallest.path, smallest.name)],
        memory=[measure_memory(smallest.path, smallest.name), measure_memory(long, "made in this run")],
    )


def default_files() -> list[NamedFile]:
    """Return the PDF files of the sample contracts, by folder, and of the labelled corpus, by number."""
    samples = [NamedFile(path.parent.name, path) for path in sorted(_SAMPLES.glob("*/*.pdf"))]
    others = enumerate(sorted(_CORPUS_FILES.glob("*.pdf")), start=1)
    return samples + [NamedFile(f"corpus file {number}", path) for number, path in others]


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description="Measure the checker's speed and memory against the floor.",
    )
    parser.add_argument("--files", type=Path, nargs="+", metavar="PDF", help="PDF files (default: samples and corpus)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the table goes (default: standard output)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, of which the best is kept")
    parser.add_argument("--long-pages", type=int, default=LONG_PAGES, metavar="N", help="pages of the long PDF")
    parser.add_argument("--date", metavar="DAY", help="the day to write in the table (default: none)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
