"""``dpa-checker check FILE``: one contract, one report."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from dpa_checker.cli.terminal import (
    REPORT_LANGUAGES,
    STANDARD_STREAM,
    UsageError,
    default_report_language,
    fail,
    say,
    shown_name,
    supported_languages,
    terminal_width,
    write_file,
    write_standard_output,
)
from dpa_checker.errors import DocumentError
from dpa_checker.report.outcome import FAILURE_EXIT_CODE, Outcome, decide_outcome, exit_code, unsupported_language

if TYPE_CHECKING:
    from dpa_checker.model import Report

FORMATS: Final = ("text", "json", "html", "pdf", "docx")
#: Formats of the report to send, which no terminal shows.
_SENT: Final = frozenset({"pdf", "docx"})

#: Allocations between two rounds of the collector: what one contract loads stays until the end anyway.
_COLLECTION: Final = 100_000

_SUFFIX_FORMATS: Final = {
    ".txt": "text",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}


def add_check_options(check: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    check.add_argument(
        "file", metavar="FILE", help="the contract (PDF, DOCX, ODT, RTF, text, ...); - is standard input"
    )
    check.add_argument("--format", choices=FORMATS, help="default: by the suffix of --output, else text")
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


def run_check(options: argparse.Namespace) -> int:
    """Examine the file, write its report, and return the exit code of the report."""
    gc.set_threshold(_COLLECTION)
    output_format = choose_format(options)
    refuse_bad_output(options)
    if output_format in _SENT:
        _require_letter(options)
    say(options, f"examining {shown_name(options.file)} ...")
    report = _examine(options.file, options.language)
    content = _render(report, options, output_format)
    if options.output in (None, STANDARD_STREAM):
        write_standard_output(content)
    else:
        write_file(Path(options.output), content)
        say(options, f"report written to {shown_name(options.output)}")
    return _conclude(report, options)


def _conclude(report: Report, options: argparse.Namespace) -> int:
    """Return the exit code of ``report``, telling why when nothing was examined."""
    from dpa_checker.report.catalogue import load_catalogue

    outcome = decide_outcome(report)
    language = unsupported_language(report)
    if language is not None:
        return fail(_unsupported_message(language, report), FAILURE_EXIT_CODE)
    told = load_catalogue("en").text(f"exit.{outcome}")
    if outcome is Outcome.NOT_EXAMINED:
        return fail(f"{told}.", FAILURE_EXIT_CODE)
    say(options, told)
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
        raise DocumentError(f"{shown_name(file)} cannot be read: {reason}.") from error

    from dpa_checker import check_file

    return check_file(path, language=language)


def _examine_stream(stream: IO[bytes], language: str | None, *, name: str | None) -> Report:
    """Examine what ``stream`` holds; it is kept in memory only."""
    from dpa_checker.ingestion import Limits
    from dpa_checker.source import check_source

    limits = Limits()
    data = stream.read(limits.max_bytes + 1)
    limits.check("max_bytes", len(data))
    return check_source(data, name=name, language=language, limits=limits)


def _render(report: Report, options: argparse.Namespace, output_format: str) -> str | bytes:
    language = options.report_language or default_report_language(os.environ)
    if output_format == "json":
        from dpa_checker.report.render_json import render_json

        return render_json(report, include_text=options.include_text)
    if output_format == "html":
        from dpa_checker.report.render_html import render_html

        return render_html(report, language=language)
    if output_format in _SENT:
        from dpa_checker.report.letter import LetterOptions, render_docx, render_pdf

        render = render_pdf if output_format == "pdf" else render_docx
        return render(report, LetterOptions(language=language))
    from dpa_checker.report.render_text import DEFAULT_WIDTH, render_text

    on_terminal = options.output in (None, STANDARD_STREAM) and sys.stdout.isatty()
    width = terminal_width() if on_terminal else DEFAULT_WIDTH
    colour = on_terminal and not options.no_colour and not os.environ.get("NO_COLOR")
    return render_text(report, language=language, width=width, colour=colour)


def choose_format(options: argparse.Namespace) -> str:
    """Return the format asked for, else that of the output file's suffix, else text."""
    suffix = Path(options.output).suffix.lower() if options.output else ""
    chosen: str = options.format or _SUFFIX_FORMATS.get(suffix, "text")
    if options.include_text and chosen != "json":
        raise UsageError("--include-text needs --format json.")
    return chosen


def _require_letter(options: argparse.Namespace) -> None:
    """Raise before any work when the report to send cannot be written, or would go to a terminal."""
    from dpa_checker.report.letter.extra import require_letter

    if options.output in (None, STANDARD_STREAM) and sys.stdout.isatty():
        raise UsageError("PDF and DOCX are not for a terminal: name a file with --output.")
    require_letter()


def refuse_bad_output(options: argparse.Namespace) -> None:
    """Raise before any work when the output cannot be written or would overwrite the contract."""
    if options.output in (None, STANDARD_STREAM):
        return
    output = Path(options.output)
    if output.is_dir() or not output.parent.is_dir():
        raise UsageError(f"--output {shown_name(options.output)}: name a file in a folder that exists.")
    both_exist = options.file != STANDARD_STREAM and output.exists() and Path(options.file).exists()
    if both_exist and output.samefile(options.file):
        raise UsageError("--output is the file to check; name another file.")


def _unsupported_message(language: str, report: Report) -> str:
    from dpa_checker.report.catalogue import load_catalogue

    names = load_catalogue("en")
    told = (dict(finding.reason_arguments).get("supported", "") for finding in report.findings)
    codes = next(filter(None, told), "").replace(",", " ").split() or supported_languages()
    supported = ", ".join(f"{names.language_name(code)} ({code})" for code in codes)
    which = names.language_name(language) if language else "a language that was not recognised"
    return f"the document is in {which}, which is not supported. Supported: {supported}."
