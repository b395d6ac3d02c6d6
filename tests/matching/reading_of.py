"""A text read through the lexicon of its language, for tests of what is found in it."""

from __future__ import annotations

from dpa_checker import load_library
from dpa_checker.ingestion import read_text
from dpa_checker.language import assign_languages
from dpa_checker.matching.polarity import Polarity, judge_act
from dpa_checker.matching.reading import Reading, read_clauses, settle
from dpa_checker.matching.role import resolve_parties
from dpa_checker.model import Clause
from dpa_checker.segments import build_clauses


def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses of ``text``, split with the words of all languages."""
    abbreviations, annex_words = load_library().structure_words
    return build_clauses(read_text(text), abbreviations=abbreviations, annex_words=annex_words)


def reading_of(text: str, language: str = "en") -> Reading:
    """Return ``text`` read in ``language``, parties resolved and hits settled."""
    library = load_library()
    languages = assign_languages(text, clauses_of(text), library.languages, forced=language)
    reading = read_clauses(text, languages.clauses, library)
    resolve_parties(reading)
    settle(reading)
    return reading


def polarity_of(text: str, concept: str, language: str = "en") -> Polarity:
    """Return the judgement on the first act of ``concept`` in the last sentence of ``text`` that says it."""
    reading = reading_of(text, language)
    number = reading.numbers[concept]
    sentence = [sentence for sentence in reading.sentences if sentence.spans(number)][-1]
    return judge_act(reading, sentence, sentence.spans(number)[0])
