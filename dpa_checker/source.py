"""The way in for files: another process begins to read before this one has loaded what judges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dpa_checker.ingestion.isolation import start_reading
from dpa_checker.ingestion.limits import Limits

if TYPE_CHECKING:
    from dpa_checker.model import Report


def check_source(
    source: Path | bytes, *, name: str | None = None, language: str | None = None, limits: Limits | None = None
) -> Report:
    """Return the report on a file, or on its bytes, read in a separate process under ``limits``.

    ``name`` is shown in the report (by default the name of the file); ``language`` (ISO 639-1) overrides
    detection.  Raises ``DocumentError`` and ``UnsupportedLanguage``.
    """
    languages = (language,) if language else ()
    with start_reading(source, name=name, limits=limits or Limits(), languages=languages) as pending:
        from dpa_checker.library import load_library
        from dpa_checker.pipeline import check_document

        library = load_library()
        return check_document(pending.result(), language=language, library=library)
