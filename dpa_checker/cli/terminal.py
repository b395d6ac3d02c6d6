"""What the commands share: standard streams, one-line messages, names as shown, the locale's language."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PROGRAM: Final = "dpa-checker"
REPORT_LANGUAGES: Final = ("en", "fr", "sv", "de")
STANDARD_STREAM: Final = "-"

_WIDTHS: Final = (60, 100)


class UsageError(Exception):
    """The command was called wrongly; the message says what to do."""


def default_report_language(environment: Mapping[str, str]) -> str:
    """Return the language of the locale in ``environment`` if reports can be written in it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            language = value[:2].lower()
            return language if language in REPORT_LANGUAGES and not value[2:3].isalpha() else "en"
    return "en"


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file that only its owner can read; raises ``UsageError`` when it cannot be written."""
    from dpa_checker.report.output import write_private_file

    try:
        write_private_file(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{shown_name(str(path))} cannot be written: {reason}.") from error


def write_standard_output(content: str | bytes) -> None:
    """Write UTF-8, or what the terminal can show; bytes as they are."""
    encoding = (sys.stdout.encoding or "utf-8") if sys.stdout.isatty() else "utf-8"
    data = content if isinstance(content, bytes) else content.encode(encoding, errors="replace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # a reader that has seen enough, as head, is no error
            raise UsageError(f"standard output cannot be written: {error.strerror}.") from error


def supported_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a lexicon."""
    from dpa_checker import load_library

    return tuple(sorted(load_library().languages))


def terminal_width() -> int:
    """Return the columns to fill, within bounds that read well."""
    from shutil import get_terminal_size

    narrowest, widest = _WIDTHS
    return max(narrowest, min(widest, get_terminal_size().columns))


def say(options: argparse.Namespace, message: str) -> None:
    """Write progress to standard error, on terminals or on demand."""
    if not options.quiet and (options.verbose or sys.stderr.isatty()):
        print(f"{PROGRAM}: {message}", file=sys.stderr)


def fail(message: str, code: int) -> int:
    """Write one line to standard error and return ``code``."""
    line = " ".join("".join(char if char.isprintable() else " " for char in message).split())
    print(f"{PROGRAM}: {line}", file=sys.stderr)
    return code


def shown_name(name: str) -> str:
    """Return a file name as it may be shown: without its folder and without control characters."""
    if name == STANDARD_STREAM:
        return "standard input"
    return "".join(char if char.isprintable() else "?" for char in Path(name).name)
