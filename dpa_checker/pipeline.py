"""The main path: document, clauses, reading, decisions, report.  One direction, no back and forth."""

from __future__ import annotations

from dpa_checker.errors import UnsupportedLanguage
from dpa_checker.language import assign_languages
from dpa_checker.library import Library, load_library
from dpa_checker.matching import Scorer, examine_clauses
from dpa_checker.model import Document, Report
from dpa_checker.report.build import build_report, build_unexamined_report
from dpa_checker.report.readings import leave_all_missing, merge_readings
from dpa_checker.segments import build_clauses


def check_document(
    document: Document,
    *,
    language: str | None = None,
    library: Library | None = None,
    scorer: Scorer | None = None,
) -> Report:
    """Return the report on ``document``.

    ``scorer`` takes the place of the library's fitted weights (for cross-validation).
    ``language`` (ISO 639-1) overrides detection; raises :class:`UnsupportedLanguage` when it has no lexicon.
    A document in a language without a lexicon, or without text, gives a report of 27 findings *not examined*.
    A document with tracked changes is judged in both readings, and each finding takes the worse verdict.
    """
    shelf = library or load_library()
    if language is not None and language not in shelf.languages:
        raise UnsupportedLanguage(f"no lexicon for the language {language!r}; supported: {', '.join(shelf.languages)}")
    report = _check_reading(document, language, shelf, scorer)
    if document.rejected is None:
        return report
    found = report.document.language
    known = language or (found if found in shelf.languages else None)
    rejected = _check_reading(document.rejected, known, shelf, scorer)
    if not document.rejected.text.strip():
        rejected = leave_all_missing(rejected)
    return merge_readings(document, report, rejected)


def _check_reading(document: Document, language: str | None, library: Library, scorer: Scorer | None) -> Report:
    """Return the report on one reading of a document."""
    abbreviations, annex_words = library.structure_words
    clauses = build_clauses(document, abbreviations=abbreviations, annex_words=annex_words)
    languages = assign_languages(document.text, clauses, library.languages, forced=language)
    if languages.main is None or not any(clause.language for clause in languages.clauses):
        return build_unexamined_report(document, languages, library)
    examination = examine_clauses(document.text, languages.clauses, library, scorer)
    return build_report(document, languages, examination, library)
