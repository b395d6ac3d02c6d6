"""The main path: document, clauses, reading, decisions, report.  One direction, no back and forth."""

from __future__ import annotations

from dpa_checker.errors import UnsupportedLanguage
from dpa_checker.language import assign_languages
from dpa_checker.library import Library, load_library
from dpa_checker.matching import Scorer, examine_clauses
from dpa_checker.model import Document, Report
from dpa_checker.report.build import build_report, build_unexamined_report
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
    """
    shelf = library or load_library()
    if language is not None and language not in shelf.languages:
        raise UnsupportedLanguage(f"no lexicon for the language {language!r}; supported: {', '.join(shelf.languages)}")
    abbreviations, annex_words = shelf.structure_words
    clauses = build_clauses(document, abbreviations=abbreviations, annex_words=annex_words)
    languages = assign_languages(document.text, clauses, shelf.languages, forced=language)
    if languages.main is None or not any(clause.language for clause in languages.clauses):
        return build_unexamined_report(document, languages, shelf)
    examination = examine_clauses(document.text, languages.clauses, shelf, scorer)
    return build_report(document, languages, examination, shelf)
