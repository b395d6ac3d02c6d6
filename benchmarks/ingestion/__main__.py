"""``python -m benchmarks.ingestion``: generate the files, read them with every reader, and write the table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.ingestion.case import Case
from benchmarks.ingestion.measure import share_of_sentences, share_of_words
from benchmarks.ingestion.office_cases import make_office_cases
from benchmarks.ingestion.pdf_cases import make_pdf_cases
from benchmarks.ingestion.peers import extract, extract_ours, list_peers
from benchmarks.provenance import Provenance, build_command
from dpa_checker.errors import DocumentError

BEGIN: Final = "<!-- recovery: begin, made by python -m benchmarks.ingestion -->"
END: Final = "<!-- recovery: end -->"
OURS: Final = "dpa-checker"


@dataclass(frozen=True, slots=True)
class Row:
    """A case with the share that each reader recovers (None: it does not read the format) and our seconds."""

    case: Case
    shares: dict[str, float | None]
    seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table or put it into a document between its marks, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description=__doc__)
    parser.add_argument("--output", type=Path, help="a Markdown file with the marks of the table, written anew")
    parser.add_argument("--date", help="the date to show")
    parser.add_argument("--keep", type=Path, help="keep the generated files in this folder")
    options = parser.parse_args(argv)
    with TemporaryDirectory(prefix="dpa-checker-ingestion-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [measure(case) for case in (*make_pdf_cases(folder), *make_office_cases(folder))]
    command = build_command("benchmarks.ingestion", [("--output", options.output and str(options.output))])
    table = f"{Provenance(command, options.date).render()}\n\n{render(rows)}"
    if options.output is None:
        sys.stdout.write(table)
        return 0
    text = options.output.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    options.output.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")
    return 0


def measure(case: Case) -> Row:
    """Return what each reader recovers of a case."""
    share = share_of_words if case.scan else share_of_sentences
    began = time.perf_counter()
    try:
        text = extract_ours(case.path)
    except DocumentError:
        text = ""
    seconds = time.perf_counter() - began
    shares: dict[str, float | None] = {OURS: share(case.expected, text)}
    for peer in list_peers():
        found = extract(peer, case.path)
        shares[peer] = None if found is None else share(case.expected, found)
    return Row(case, shares, seconds)


def render(rows: Sequence[Row]) -> str:
    """Return the table in Markdown, with what falls behind a peer below it."""
    readers = [OURS, *list_peers()]
    lines = [
        f"| file | writer | format | {' | '.join(readers)} |",
        f"| --- | --- | --- |{' ---: |' * len(readers)}",
    ]
    for row in rows:
        shown = [_show(row.shares[reader]) for reader in readers]
        case = row.case
        lines.append(f"| {case.what} | {case.writer} | {case.path.suffix[1:]} | {' | '.join(shown)} |")
    behind = [
        f"{row.case.what} ({row.case.writer}, {row.case.path.suffix[1:]})"
        for row in rows
        if any((share or 0.0) > (row.shares[OURS] or 0.0) for reader, share in row.shares.items() if reader != OURS)
    ]
    verdict = f"Behind a peer on: {'; '.join(behind)}." if behind else "Behind no peer on any row."
    return "\n".join([*lines, "", verdict, ""])


def _show(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
