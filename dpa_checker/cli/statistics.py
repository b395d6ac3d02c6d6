"""``dpa-checker statistics FOLDER``: what the contracts of an archive say, counted from the results of a scan."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from dpa_checker.cli.terminal import REPORT_LANGUAGES, UsageError, default_report_language, write_standard_output

HTML_NAME: Final = "statistics.html"
XLSX_NAME: Final = "statistics.xlsx"

EPILOG: Final = """\
Counts the files of the last scan: the counterparty is the first controller that a contract names, else the first
other party; the year is the one that head and foot of its text name most often.
"""


def add_statistics_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("folder", metavar="FOLDER", help="a folder of results, as scan writes it")
    parser.add_argument(
        "--counterparty", choices=("name", "folder"), default="name", help="by name in the contract, or by folder"
    )
    parser.add_argument("--output", metavar="FOLDER", help="where page and spreadsheet go (default: the same folder)")
    parser.add_argument(
        "--report-language", choices=REPORT_LANGUAGES, help="language of the results (default: by the locale)"
    )


def run_statistics(options: argparse.Namespace) -> int:
    """Write the page and the spreadsheet, name them, and return the exit code."""
    from dpa_checker.batch.export import remove_partial, replacing, replacing_bytes, scratch_folder
    from dpa_checker.batch.lock import FolderBusy, FolderLock
    from dpa_checker.batch.statistics import read_statistics
    from dpa_checker.batch.store import Store, writing_results
    from dpa_checker.report.statistics_html import render_statistics_html
    from dpa_checker.report.statistics_xlsx import write_statistics_xlsx

    kept = Path(options.folder) / "results.sqlite"
    if not kept.is_file():
        raise UsageError(f"{options.folder} holds no results. Scan first, and name the folder of --output.")
    language = options.report_language or default_report_language(os.environ)
    with writing_results(kept.parent), Store(kept) as store:
        statistics = read_statistics(store, by_folder=options.counterparty == "folder")
    if statistics is None:
        raise UsageError(f"{options.folder} holds no scan that has come to its end. Scan first.")
    output = Path(options.output or options.folder)
    with ExitStack() as stack:
        stack.enter_context(writing_results(output))
        with suppress(FolderBusy):  # a scan may run on: its own partial files are left alone
            stack.enter_context(FolderLock(output))
            remove_partial(output)
        with replacing(output / HTML_NAME) as page:
            page.write(render_statistics_html(statistics, language=language))
        with scratch_folder(output) as scratch, replacing_bytes(output / XLSX_NAME) as book:
            write_statistics_xlsx(statistics, book, language=language, scratch=scratch)
    write_standard_output(f"{output / HTML_NAME}\n{output / XLSX_NAME}\n")
    return 0
