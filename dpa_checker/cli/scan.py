"""``dpa-checker scan PATH...``: many contracts, one folder of results."""

from __future__ import annotations

import argparse
import os
import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from dpa_checker.cli.progress import Progress
from dpa_checker.cli.scan_options import (
    add_choice_options,
    add_result_options,
    build_settings,
    make_engine,
    read_formats,
    read_grouping,
    read_rule,
    report_language,
)
from dpa_checker.cli.terminal import UsageError, terminal_width, write_standard_output
from dpa_checker.report.outcome import FAILURE_EXIT_CODE

if TYPE_CHECKING:
    from dpa_checker.batch.export import Results
    from dpa_checker.batch.find import Item
    from dpa_checker.report.tally import Tally

FAILED_EXIT_CODE: Final = 1

EPILOG: Final = """\
formats, in the folder of results:
  html     index.html: the summary and every contract, with a report on each in reports/
  xlsx     results.xlsx: contracts by mentions, the evidence, the files not examined
  jsonl    results.jsonl: a line a file, with its whole report
  csv      results.csv: a line a file, a column a mention
  parquet  results.parquet: the same with the evidence, for data tools (needs the extra "parquet")
  sarif    results.sarif: what asks for attention, for code scanning (SARIF 2.1.0)
  junit    results.junit.xml: a suite a contract, a case a mention; fails by --fail-on (else: missing)

exit codes:
  0  the scan was done, and --fail-on (if given) found nothing
  1  --fail-on found a contract that fails
  2  wrong use of the command, or of dpa-checker.toml
  3  nothing could be examined, or the results could not be written
  130  interrupted; what was done is kept

Results are kept in the output folder: run the command again and only what is new or changed is checked.
What is always passed can stand in dpa-checker.toml (see docs/operations.md).
"""


def add_scan_options(scan: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    scan.add_argument("paths", metavar="PATH", nargs="*", help="files, folders, globs, or addresses such as s3://...")
    add_result_options(scan)
    add_choice_options(scan)
    scan.add_argument("--fail-on", metavar="RULE", help="missing, partial or contradicted, with :mention,... if wanted")
    scan.add_argument(
        "--sets", metavar="RULE", help="judge documents together: folder, or a pattern with (?P<set>...) for the names"
    )
    scan.add_argument("--quiet", action="store_true", help="no progress, no summary")


def run_scan(options: argparse.Namespace) -> int:
    """Scan, write the results, print the summary and return the exit code."""
    from dpa_checker.batch import ScanOptions, Store, scan
    from dpa_checker.batch.export import Results, remove_partial
    from dpa_checker.batch.lock import FolderLock
    from dpa_checker.batch.set_reports import remove_sets, write_sets
    from dpa_checker.batch.store import writing_results
    from dpa_checker.library import load_library

    if not options.paths:
        raise UsageError("name what to scan: files, folders, globs or addresses.")
    require_other_folder(options, options.paths)
    formats, rule, settings = read_formats(options), read_rule(options), build_settings(options)
    grouping = read_grouping(options)
    folder = Path(options.output)
    show = Progress(quiet=options.quiet)
    with ExitStack() as stack:
        stack.enter_context(ending_cleanly())
        stack.enter_context(writing_results(folder))
        stack.enter_context(FolderLock(folder, wait=options.wait))
        store = stack.enter_context(Store(folder / "results.sqlite"))
        remove_partial(folder)
        engine = stack.enter_context(make_engine(options, folder))
        with show.counting(lambda: sum(1 for _ in find_wanted(options, options.paths))):
            number, versions = scan(
                find_wanted(options, options.paths),
                store,
                engine,
                options=ScanOptions(settings),
                library_version=load_library().version,
                on_progress=show,
            )
        results = Results(store, number, versions, report_language(options), rule, grouped=grouping is not None)
        write_results(results, formats, folder)
        if grouping is None:
            remove_sets(folder)
        else:
            write_sets(results, grouping, folder, pages="html" in formats)
        counts = results.tally()
    if not options.quiet:
        show_counts(counts, options)
    if counts.failing:
        return FAILED_EXIT_CODE
    return 0 if counts.examined else FAILURE_EXIT_CODE


def find_wanted(options: argparse.Namespace, paths: Iterable[str]) -> Iterator[Item]:
    """Yield the files to check; what is in the folder of results is none of them."""
    from dpa_checker.batch.find import find_items

    own = _real(options.output)
    real = lru_cache(maxsize=64)(_real)  # files come folder by folder
    found = find_items(list(paths), include=options.include, exclude=options.exclude, recursive=options.recursive)
    return (item for item in found if item.remote or not real(os.path.dirname(item.location)).startswith(own))  # noqa: PTH120


def require_other_folder(options: argparse.Namespace, paths: Iterable[str]) -> None:
    """Raise ``UsageError`` when what is to be checked is within the folder of results, which is always left out."""
    from dpa_checker.batch.remote import is_remote

    own = _real(options.output)
    for path in paths:
        fixed = path if os.path.lexists(path) else re.split(r"[*?\[]", path)[0]
        if fixed != path:
            fixed = os.path.dirname(fixed)  # noqa: PTH120  of a pattern
        if not is_remote(path) and _real(fixed).startswith(own):
            raise UsageError(
                f"--output {options.output} holds what is to be checked. Choose a folder of its own for the results."
            )


def _real(path: str) -> str:
    """Return a path without links, with a separator at its end."""
    return os.path.join(os.path.realpath(path), "")  # noqa: PTH118


def write_results(results: Results, formats: Iterable[str], folder: Path) -> None:
    """Write the results in each format."""
    from dpa_checker.batch.export import WRITERS

    for name in formats:
        file, write = WRITERS[name]
        write(results, folder / file)


def show_counts(counts: Tally, options: argparse.Namespace) -> None:
    """Print the summary of a scan."""
    from dpa_checker.report.render_summary import render_summary

    language = report_language(options)
    write_standard_output(render_summary(counts, language=language, width=terminal_width(), folder=options.output))


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does, so that workers and temporary files go with it."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = None
    with suppress(ValueError):  # signals belong to the main thread
        before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
