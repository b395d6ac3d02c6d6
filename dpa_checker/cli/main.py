"""The commands put together: options, dispatch, and the last resort for errors."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final, NoReturn

from dpa_checker.cli.check import add_check_options, run_check
from dpa_checker.cli.scan import EPILOG as SCAN_EPILOG
from dpa_checker.cli.scan import add_scan_options, run_scan
from dpa_checker.cli.scan_options import apply_config
from dpa_checker.cli.service import SERVICE_COMMANDS, is_service_command, run_service
from dpa_checker.cli.statistics import EPILOG as STATISTICS_EPILOG
from dpa_checker.cli.statistics import add_statistics_options, run_statistics
from dpa_checker.cli.terminal import (
    PROGRAM,
    UsageError,
    default_report_language,
    fail,
    supported_languages,
    write_standard_output,
)
from dpa_checker.cli.watch import EPILOG as WATCH_EPILOG
from dpa_checker.cli.watch import add_watch_options, run_watch
from dpa_checker.errors import DpaCheckerError, UnsupportedLanguage
from dpa_checker.report.outcome import FAILURE_EXIT_CODE, USAGE_EXIT_CODE

EXIT_INTERRUPTED: Final = 130
#: The commands whose options may stand in a configuration file, each in its section.
_CONFIGURED: Final = ("scan", "watch")

_EXIT_CODES: Final = """\
exit codes:
  0  all 27 mentions are present or not applicable, and everything was examined
  1  something is missing, contradicted or in conflict
  4  otherwise, something is said only in part or was not examined
  2  wrong use of the command
  3  the file could not be examined at all

The report reads the words of a document, not conduct, and is no legal advice.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; raises nothing."""
    parser = _build_parser()
    given = sys.argv[1:] if argv is None else argv
    try:
        if is_service_command(given):
            return run_service(given)
        options = parser.parse_args(given)
    except UsageError as error:
        return fail(str(error), USAGE_EXIT_CODE)
    except SystemExit as stop:  # how argparse ends --help, --version and a wrong use
        return stop.code if isinstance(stop.code, int) else USAGE_EXIT_CODE
    try:
        if options.command in _CONFIGURED:
            options = apply_config(parser, options, argv)
        return _run(options)
    except UsageError as error:
        return fail(str(error), USAGE_EXIT_CODE)
    except UnsupportedLanguage as error:
        return fail(str(error), USAGE_EXIT_CODE if options.language else FAILURE_EXIT_CODE)
    except DpaCheckerError as error:
        return fail(str(error), FAILURE_EXIT_CODE)
    except KeyboardInterrupt:
        return fail("interrupted.", EXIT_INTERRUPTED)
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        # The message of an unforeseen error may quote the contract: only its type is shown.
        name = type(error).__name__
        return fail(f"unexpected error ({name}). Please report it; --debug shows the traceback.", FAILURE_EXIT_CODE)


def _run(options: argparse.Namespace) -> int:
    if options.command == "languages":
        return _print_languages()
    if options.command == "schema":
        return _print_schema()
    if options.command == "scan":
        return run_scan(options)
    if options.command == "watch":
        return run_watch(options)
    if options.command == "statistics":
        return run_statistics(options)
    return run_check(options)


def _print_languages() -> int:
    from dpa_checker.report.catalogue import load_catalogue

    names = load_catalogue(default_report_language(os.environ))
    lines = [f"{code}  {names.language_name(code)}" for code in supported_languages()]
    write_standard_output("\n".join(lines) + "\n")
    return 0


def _print_schema() -> int:
    from dpa_checker.report.render_json import load_schema

    write_standard_output(load_schema())
    return 0


class _Version(argparse.Action):
    """Prints the version, which is looked up only when asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version(PROGRAM)
        except PackageNotFoundError:
            number = "(not installed)"
        print(f"{PROGRAM} {number}")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """Reports a usage error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(fail(f"{message} (see {self.prog} --help)", USAGE_EXIT_CODE))


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="Check which of the 27 mentions of GDPR Article 28(3) a contract says.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="examine a contract and print its report",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_check_options(check)
    scan = commands.add_parser(
        "scan",
        help="examine many contracts and keep the results",
        epilog=SCAN_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_scan_options(scan)
    watch = commands.add_parser(
        "watch",
        help="examine the contracts of a drop folder as they come",
        epilog=WATCH_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_watch_options(watch)
    statistics = commands.add_parser(
        "statistics",
        help="count what the contracts of a scanned archive say",
        epilog=STATISTICS_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_statistics_options(statistics)
    languages = commands.add_parser("languages", help="list the languages that can be examined")
    schema = commands.add_parser("schema", help="print the JSON Schema of the report")
    for name, about in SERVICE_COMMANDS.items():
        commands.add_parser(name, help=about)  # for the list of commands: the service reads its own options
    for command in (check, scan, watch, statistics, languages, schema):
        command.add_argument("--debug", action="store_true", help="show the traceback of an unexpected error")
        command.set_defaults(command_parser=command)
        command.set_defaults(**({"language": None} if command in (statistics, languages, schema) else {}))
    return parser
