"""dpa-checker: does a contract say what GDPR Article 28(3) requires?

The steps, in order: a file is ingested into a document, split into clauses, read for concepts, matched by
frames, decided, and reported.

    check_file(path) -> Report      a PDF, DOCX or text file
    check_text(text) -> Report      a whole contract or a single clause
    check_set(paths) -> SetReport   the documents of one relation, judged together
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpa_checker.errors import DpaCheckerError
from dpa_checker.model import Report
from dpa_checker.report.set_model import SetReport

if TYPE_CHECKING:
    from dpa_checker.ingestion import Limits
    from dpa_checker.library import load_library

__all__ = [
    "DpaCheckerError",
    "Report",
    "SetReport",
    "check_file",
    "check_set",
    "check_text",
    "load_library",
]


def check_file(path: str | PathLike[str], language: str | None = None, *, limits: Limits | None = None) -> Report:
    """Return the report on the contract at ``path``.

    The file is read in a separate process under ``limits`` (docs/ingestion.md).  ``language`` (ISO 639-1)
    overrides detection.  Raises :class:`DpaCheckerError`: a ``DocumentError`` when the file cannot be examined,
    ``UnsupportedLanguage`` when ``language`` has no lexicon.
    """
    from dpa_checker.source import check_source

    return check_source(Path(path), language=language, limits=limits)


def check_text(text: str, language: str | None = None) -> Report:
    """Return the report on ``text``; every offset counts the Unicode code points of that very string."""
    from dpa_checker.ingestion import read_text
    from dpa_checker.pipeline import check_document

    return check_document(read_text(text), language=language)


def check_set(
    paths: Iterable[str | PathLike[str]],
    language: str | None = None,
    *,
    name: str = "",
    limits: Limits | None = None,
) -> SetReport:
    """Return the report on the contracts at ``paths`` together: which says what, what none says, what contradicts.

    Files are read as :func:`check_file` reads them; one that cannot be examined is listed in the report and raises
    nothing.  ``name`` is the set's in the report.  Raises ``EmptyDocument`` when there is no path, and
    ``UnsupportedLanguage`` when ``language`` has no lexicon.
    """
    from dpa_checker.sets.check import check_paths

    return check_paths(paths, name=name, language=language, limits=limits)


def __getattr__(name: str) -> Any:
    """Load the clause library's reader when it is first asked for, so that importing the package is quick."""
    if name == "load_library":
        from dpa_checker.library import load_library

        return load_library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
