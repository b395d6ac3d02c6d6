"""A set of files checked: each by itself, then all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from dpa_checker.errors import DocumentError, EmptyDocument, UnsupportedLanguage
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.ingestion.limits import Limits
from dpa_checker.library import load_library
from dpa_checker.pipeline import check_document
from dpa_checker.report.set_model import SetReport
from dpa_checker.sets.judge import judge_set
from dpa_checker.sets.links import find_links
from dpa_checker.sets.member import Member
from dpa_checker.version import ENGINE_VERSION


def check_paths(
    paths: Iterable[str | PathLike[str]], *, name: str, language: str | None = None, limits: Limits | None = None
) -> SetReport:
    """Return the report on the files together; a file that cannot be read is listed, and raises nothing.

    Raises ``EmptyDocument`` when there is no file, ``UnsupportedLanguage`` for a language without a lexicon.
    """
    files = [Path(path) for path in paths]
    if not files:
        raise EmptyDocument("A set needs a file at least; none was given.")
    library = load_library()
    if language is not None and language not in library.languages:
        raise UnsupportedLanguage(
            f"no lexicon for the language {language!r}; supported: {', '.join(library.languages)}"
        )
    with ReadingProcess() as reader:
        members = [
            _check(reader, path, shown, language, limits or Limits())
            for path, shown in zip(files, show_names(files), strict=True)
        ]
    return judge_set(members, name=name, engine_version=ENGINE_VERSION, library_version=library.version)


def _check(reader: ReadingProcess, path: Path, shown: str, language: str | None, limits: Limits) -> Member:
    try:
        document = reader.read(path, name=shown, limits=limits, languages=(language,) if language else ())
    except DocumentError as error:
        return Member(shown, error_code=error.code, error=str(error))
    return Member(shown, check_document(document, language=language), find_links(document), sha256=document.sha256)


def show_names(files: Iterable[Path]) -> list[str]:
    """Return a name for each file: its own, with its folders where two have the same."""
    rows = list(files)
    counts = Counter(path.name for path in rows)
    return [path.name if counts[path.name] == 1 else path.as_posix() for path in rows]
