"""dpa-checker: does a contract say what GDPR Article 28(3) requires?

The steps, in order: a file is ingested into a document, split into clauses, read for concepts, matched by
frames, decided, and reported.

    check_file(path) -> Report      a PDF, DOCX or text file
    check_text(text) -> Report      a whole contract or a single clause
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dpa_checker.errors import DpaCheckerError
from dpa_checker.model import Report

if TYPE_CHECKING:
    from dpa_checker.library import load_library

__all__ = ["DpaCheckerError", "Report", "check_file", "check_text", "load_library"]


def check_file(path: str | PathLike[str], language: str | None = None) -> Report:
    """Return the report on the contract at ``path``.

    ``language`` (ISO 639-1) overrides detection.  Raises :class:`DpaCheckerError`: a ``DocumentError`` when the
    file cannot be examined, ``UnsupportedLanguage`` when ``language`` has no lexicon.
    """
    from dpa_checker.ingestion import read_file
    from dpa_checker.pipeline import check_document

    return check_document(read_file(Path(path)), language=language)


def check_text(text: str, language: str | None = None) -> Report:
    """Return the report on ``text``; every offset counts the Unicode code points of that very string."""
    from dpa_checker.ingestion import read_text
    from dpa_checker.pipeline import check_document

    return check_document(read_text(text), language=language)


def __getattr__(name: str) -> Any:
    """Load the clause library's reader when it is first asked for, so that importing the package is quick."""
    if name == "load_library":
        from dpa_checker.library import load_library

        return load_library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
