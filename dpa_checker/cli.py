"""The command line: ``dpa-checker check FILE``, ``dpa-checker languages``, ``dpa-checker schema``.

Data goes to standard output or to ``--output``, everything else to standard error.  Heavy modules are
imported by the commands that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NoReturn

from dpa_checker.errors import DocumentError, DpaCheckerError, LimitExceeded, UnsupportedLanguage
from dpa_checker.report.outcome import (
    FAILURE_EXIT_CODE,
    USAGE_EXIT_CODE,
    Outcome,
    decide_outcome,
    exit_code,
    unsupported_language,
)

if TYPE_CHECKING:
    from dpa_checker.model import Report

PROGRAM: Final = "dpa-checker"
FORMATS: Final = ("text", "json", "html")
REPORT_LANGUAGES: Final = ("en", "fr", "sv", "de")
STANDARD_STREAM: Final = "-"

EXIT_INTERRUPTED: Final = 130

_SUFFIX_FORMATS: Final = {".txt": "text", ".json": "json", ".html": "html", ".htm": "html"}
_LARGEST_INPUT: Final = 100 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_WIDTHS: Final = (60, 100)

_EXIT_CODES: Final = """\
exit codes:
  0  all 27 mentions are present or not applicable, and everything was examined
  1  something is missing, contradicted or in conflict
  4  otherwise, something is said only in part or was not examined
  2  wrong use of the command
  3  the file could not be examined at all

The report reads the words of a document, not conduct, and is no legal advice.
"""


class _UsageError(Exception):
    """The command was called wrongly; the message says what to do."""


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; raises nothing."""
    try:
        options = _build_parser().parse_args(argv)
    except SystemExit as stop:  # how argparse ends --help, --version and a wrong use
        return stop.code if isinstance(stop.code, int) else USAGE_EXIT_CODE
    try:
        return _run(options)
    except _UsageError as error:
        return _fail(str(error), USAGE_EXIT_CODE)
    except UnsupportedLanguage as error:
        return _fail(str(error), USAGE_EXIT_CODE if options.language else FAILURE_EXIT_CODE)
    except DpaCheckerError as error:
        return _fail(str(error), FAILURE_EXIT_CODE)
    except KeyboardInterrupt:
        return _fail("interrupted.", EXIT_INTERRUPTED)
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        # The message of an unforeseen error may quote the contract: only its type is shown.
        name = type(error).__name__
        return _fail(f"unexpected error ({name}). Please report it; --debug shows the traceback.", FAILURE_EXIT_CODE)


def _run(options: argparse.Namespace) -> int:
    if options.command == "languages":
        return _print_languages()
    if options.command == "schema":
        return _print_schema()
    return _check(options)


def _check(options: argparse.Namespace) -> int:
    """Examine the file, write its report, and return the exit code of the report."""
    output_format = _choose_format(options)
    _refuse_bad_output(options)
    _say(options, f"examining {_shown_name(options.file)} ...")
    report = _examine(options.file, options.language)
    content = _render(report, options, output_format)
    if options.output in (None, STANDARD_STREAM):
        _write_standard_output(content)
    else:
        _write_file(Path(options.output), content)
        _say(options, f"report written to {_shown_name(options.output)}")
    return _conclude(report, options)


def _conclude(report: Report, options: argparse.Namespace) -> int:
    """Return the exit code of ``report``, telling why when nothing was examined."""
    from dpa_checker.report.catalogue import load_catalogue

    outcome = decide_outcome(report)
    language = unsupported_language(report)
    if language is not None:
        return _fail(_unsupported_message(language, report), FAILURE_EXIT_CODE)
    told = load_catalogue("en").text(f"exit.{outcome}")
    if outcome is Outcome.NOT_EXAMINED:
        return _fail(f"{told}.", FAILURE_EXIT_CODE)
    _say(options, told)
    return exit_code(report)


def _examine(file: str, language: str | None) -> Report:
    if file == STANDARD_STREAM:
        return _examine_stream(sys.stdin.buffer, language, name=None)
    path = Path(file)
    try:
        if path.is_fifo():
            with path.open("rb") as stream:
                return _examine_stream(stream, language, name=path.name)
        with path.open("rb"):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError(f"{_shown_name(file)} cannot be read: {reason}.") from error

    from dpa_checker import check_file

    return check_file(path, language=language)


def _examine_stream(stream: IO[bytes], language: str | None, *, name: str | None) -> Report:
    """Examine what ``stream`` holds, by way of a private file that is removed at once."""
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from dpa_checker import check_file

    with TemporaryDirectory(prefix="dpa-checker-") as folder:
        path = Path(folder) / "stream"
        _store_stream(stream, path)
        report = check_file(path, language=language)
    return replace(report, document=replace(report.document, name=name))


def _store_stream(stream: IO[bytes], path: Path) -> None:
    stored = 0
    with path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            stored += len(chunk)
            if stored > _LARGEST_INPUT:
                megabytes = _LARGEST_INPUT // _CHUNK
                raise LimitExceeded(f"The input holds more than {megabytes} MB; check a smaller document.")
            file.write(chunk)


def _render(report: Report, options: argparse.Namespace, output_format: str) -> str:
    language = options.report_language or default_report_language(os.environ)
    if output_format == "json":
        from dpa_checker.report.render_json import render_json

        return render_json(report, include_text=options.include_text)
    if output_format == "html":
        from dpa_checker.report.render_html import render_html

        return render_html(report, language=language)
    from dpa_checker.report.render_text import DEFAULT_WIDTH, render_text

    on_terminal = options.output in (None, STANDARD_STREAM) and sys.stdout.isatty()
    width = _terminal_width() if on_terminal else DEFAULT_WIDTH
    colour = on_terminal and not options.no_colour and not os.environ.get("NO_COLOR")
    return render_text(report, language=language, width=width, colour=colour)


def default_report_language(environment: os._Environ[str] | dict[str, str]) -> str:
    """Return the language of the locale in ``environment`` if reports can be written in it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            language = value[:2].lower()
            return language if language in REPORT_LANGUAGES and not value[2:3].isalpha() else "en"
    return "en"


def _choose_format(options: argparse.Namespace) -> str:
    """Return the format asked for, else that of the output file's suffix, else text."""
    suffix = Path(options.output).suffix.lower() if options.output else ""
    chosen: str = options.format or _SUFFIX_FORMATS.get(suffix, "text")
    if options.include_text and chosen != "json":
        raise _UsageError("--include-text needs --format json.")
    return chosen


def _refuse_bad_output(options: argparse.Namespace) -> None:
    """Raise before any work when the output cannot be written or would overwrite the contract."""
    if options.output in (None, STANDARD_STREAM):
        return
    output = Path(options.output)
    if output.is_dir() or not output.parent.is_dir():
        raise _UsageError(f"--output {_shown_name(options.output)}: name a file in a folder that exists.")
    both_exist = options.file != STANDARD_STREAM and output.exists() and Path(options.file).exists()
    if both_exist and output.samefile(options.file):
        raise _UsageError("--output is the file to check; name another file.")


def _write_file(path: Path, content: str) -> None:
    from dpa_checker.report.output import write_private_file

    try:
        write_private_file(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _UsageError(f"{_shown_name(str(path))} cannot be written: {reason}.") from error


def _write_standard_output(content: str) -> None:
    """Write UTF-8, or what the terminal can show."""
    encoding = (sys.stdout.encoding or "utf-8") if sys.stdout.isatty() else "utf-8"
    data = content.encode(encoding, errors="replace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # a reader that has seen enough, as head, is no error
            raise _UsageError(f"standard output cannot be written: {error.strerror}.") from error


def _print_languages() -> int:
    from dpa_checker.report.catalogue import load_catalogue

    names = load_catalogue(default_report_language(os.environ))
    lines = [f"{code}  {names.language_name(code)}" for code in _supported_languages()]
    _write_standard_output("\n".join(lines) + "\n")
    return 0


def _print_schema() -> int:
    from dpa_checker.report.render_json import load_schema

    _write_standard_output(load_schema())
    return 0


def _supported_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a lexicon."""
    from dpa_checker import load_library

    return tuple(sorted(load_library().languages))


def _unsupported_message(language: str, report: Report) -> str:
    from dpa_checker.report.catalogue import load_catalogue

    names = load_catalogue("en")
    told = (dict(finding.reason_arguments).get("supported", "") for finding in report.findings)
    codes = next(filter(None, told), "").replace(",", " ").split() or _supported_languages()
    supported = ", ".join(f"{names.language_name(code)} ({code})" for code in codes)
    which = names.language_name(language) if language else "a language that was not recognised"
    return f"the document is in {which}, which is not supported. Supported: {supported}."


def _terminal_width() -> int:
    from shutil import get_terminal_size

    narrowest, widest = _WIDTHS
    return max(narrowest, min(widest, get_terminal_size().columns))


def _say(options: argparse.Namespace, message: str) -> None:
    """Write progress to standard error, on terminals or on demand."""
    if not options.quiet and (options.verbose or sys.stderr.isatty()):
        print(f"{PROGRAM}: {message}", file=sys.stderr)


def _fail(message: str, code: int) -> int:
    """Write one line to standard error and return ``code``."""
    line = " ".join("".join(char if char.isprintable() else " " for char in message).split())
    print(f"{PROGRAM}: {line}", file=sys.stderr)
    return code


def _shown_name(name: str) -> str:
    if name == STANDARD_STREAM:
        return "standard input"
    return "".join(char if char.isprintable() else "?" for char in Path(name).name)


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
        self.exit(_fail(f"{message} (see {self.prog} --help)", USAGE_EXIT_CODE))


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
    _add_check_options(check)
    languages = commands.add_parser("languages", help="list the languages that can be examined")
    schema = commands.add_parser("schema", help="print the JSON Schema of the report")
    for command in (check, languages, schema):
        command.add_argument("--debug", action="store_true", help="show the traceback of an unexpected error")
        command.set_defaults(**({} if command is check else {"language": None}))
    return parser


def _add_check_options(check: argparse.ArgumentParser) -> None:
    check.add_argument("file", metavar="FILE", help="a PDF, DOCX or text file; - reads standard input")
    check.add_argument("--format", choices=FORMATS, help="default: by the suffix of --output (.json, .html), else text")
    check.add_argument("--output", metavar="PATH", help="write the report to PATH, readable by its owner only")
    check.add_argument("--language", metavar="xx", help="language of the contract (default: found by itself)")
    check.add_argument(
        "--report-language", choices=REPORT_LANGUAGES, help="language of the report (default: by the locale)"
    )
    check.add_argument("--include-text", action="store_true", help="add the text of the document to JSON")
    check.add_argument("--no-colour", "--no-color", action="store_true", help="no colours on a terminal")
    talk = check.add_mutually_exclusive_group()
    talk.add_argument("--quiet", action="store_true", help="say nothing but errors on standard error")
    talk.add_argument("--verbose", action="store_true", help="tell progress even when not on a terminal")


if __name__ == "__main__":
    raise SystemExit(main())
