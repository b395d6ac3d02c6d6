"""The checker run over a corpus, on as many processes as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from benchmarks.accuracy.corpus import FilePair, LabelledDocument, read_source
from benchmarks.accuracy.fold import fold_of
from benchmarks.accuracy.outcome import DocumentOutcome, FileOutcome, build_file_outcome, build_outcome
from dpa_checker import Report
from dpa_checker.ingestion import read_file, read_text
from dpa_checker.matching import Scorer
from dpa_checker.pipeline import check_document

Scorers = Sequence[Scorer]
_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def examine_documents(
    documents: Sequence[LabelledDocument], *, workers: int, scorers: Scorers = ()
) -> list[DocumentOutcome]:
    """Return the outcomes of ``documents``, in their order; the language is left to the checker to find.

    ``scorers`` are the weights fitted without each fold: a development document is checked with those of its own
    fold, a validation document with the weights that ship.
    """
    return _spread(examine_document, [(document, _scorer_of(document, scorers)) for document in documents], workers)


def examine_pairs(pairs: Sequence[FilePair], *, workers: int, scorers: Scorers = ()) -> list[FileOutcome]:
    """Return how the verdicts on each file differ from those on its labelled text, in order."""
    return _spread(examine_pair, [(pair, _scorer_of(pair.document, scorers)) for pair in pairs], workers)


def examine_document(job: tuple[LabelledDocument, Scorer | None]) -> DocumentOutcome:
    """Return the outcome of one document."""
    document, scorer = job
    return build_outcome(document, _check(document, scorer))


def examine_pair(job: tuple[FilePair, Scorer | None]) -> FileOutcome:
    """Return the outcome of one file."""
    pair, scorer = job
    on_file = check_document(read_file(pair.path), scorer=scorer)
    return build_file_outcome(pair.document, _check(pair.document, scorer), on_file, pair.path.name)


def _scorer_of(document: LabelledDocument, scorers: Scorers) -> Scorer | None:
    return scorers[fold_of(document.id)] if scorers and not document.validation else None


def _check(document: LabelledDocument, scorer: Scorer | None) -> Report:
    if document.path.suffix == ".txt":
        return check_document(read_text(read_source(document.path)), scorer=scorer)
    return check_document(read_file(document.path), scorer=scorer)


def _spread(work: Callable[[_Job], _Result], jobs: Sequence[_Job], workers: int) -> list[_Result]:
    if workers <= 1 or len(jobs) <= 1:
        return [work(job) for job in jobs]
    with ProcessPoolExecutor(max_workers=min(workers, len(jobs))) as pool:
        return list(pool.map(work, jobs))
