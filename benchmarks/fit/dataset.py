"""What is learnt from: passages of labelled contracts and of drafted examples, with their features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.corpus import LabelledDocument, MentionLabel, read_source
from benchmarks.accuracy.fold import FOLDS, fold_of, hash_text
from dpa_checker.ingestion import read_text
from dpa_checker.language import assign_languages
from dpa_checker.library import Library
from dpa_checker.library.schema import MENTIONS
from dpa_checker.matching.feature import describe
from dpa_checker.matching.reading import Reading, read_clauses, settle
from dpa_checker.matching.role import resolve_parties
from dpa_checker.matching.support import Passages, collect_passages
from dpa_checker.matching.term import resolve_terms
from dpa_checker.matching.verdict import data_share
from dpa_checker.model import Processing, Verdict
from dpa_checker.segments import build_clauses

_EXAMPLE_KINDS = ("match", "partial", "contradicted", "wrong_party", "look_alike")
_EXAMPLE_VERDICT = {"match": Verdict.PRESENT, "partial": Verdict.PARTIAL}


@dataclass(slots=True)
class Unit:
    """A document or an example, read: passages and passage features by mention, and the labels."""

    id: str
    fold: int
    example: bool
    processing: Processing
    reading: Reading
    share: float
    labels: dict[str, MentionLabel]
    passages: dict[str, Passages]
    features: dict[str, dict[int, dict[str, float]]]


def load_units(documents: Sequence[LabelledDocument], library: Library) -> list[Unit]:
    """Return the development documents in supported languages, and every example, as units."""
    units = [
        _build_unit(
            document.id,
            fold_of(document.id),
            read_source(document.path),
            document.language,
            dict(document.mentions),
            library,
            processing=document.processing,
        )
        for document in documents
        if not document.validation and document.language in library.languages
    ]
    units += _load_examples(library)
    return units


def _load_examples(library: Library) -> Iterator[Unit]:
    for language in library.languages:
        for mention in MENTIONS:
            examples = library.examples(language, mention)
            for kind in _EXAMPLE_KINDS:
                for number, example in enumerate(getattr(examples, kind)):
                    verdict = _EXAMPLE_VERDICT.get(kind, Verdict.MISSING)
                    if verdict is Verdict.MISSING and mention in example.also:
                        continue
                    spans = ((0, len(example.text)),) if verdict is not Verdict.MISSING else ()
                    yield _build_unit(
                        f"{language}/{mention}/{kind}/{number}",
                        hash_text(example.text) % FOLDS,
                        example.text,
                        language,
                        {mention: MentionLabel(verdict, spans)},
                        library,
                        example=True,
                    )


def _build_unit(
    name: str,
    fold: int,
    text: str,
    language: str,
    labels: dict[str, MentionLabel],
    library: Library,
    *,
    processing: Processing = Processing.YES,
    example: bool = False,
) -> Unit:
    reading = read_whole(text, language, library)
    share = data_share(reading)
    by_id = {mention.id: mention for mention in library.mentions}
    passages = {name: collect_passages(reading, library, by_id[name]) for name in labels}
    features = {
        mention: {number: describe(reading, c, share) for number, c in found.candidates.items()}
        for mention, found in passages.items()
    }
    return Unit(name, fold, example, processing, reading, share, labels, passages, features)


def read_whole(text: str, language: str, library: Library) -> Reading:
    """Return ``text`` read as the pipeline reads it, in a given language."""
    document = read_text(text)
    abbreviations, annex_words = library.structure_words
    clauses = build_clauses(document, abbreviations=abbreviations, annex_words=annex_words)
    languages = assign_languages(text, clauses, library.languages, forced=language)
    reading = read_clauses(text, languages.clauses, library)
    resolve_terms(reading)
    resolve_parties(reading)
    settle(reading)
    return reading
