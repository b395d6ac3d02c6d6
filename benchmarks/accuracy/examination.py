"""The checker run over a corpus, on as many processes as are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from benchmarks.accuracy.corpus import FilePair, LabelledDocument, read_source
from benchmarks.accuracy.outcome import DocumentOutcome, FileOutcome, build_file_outcome, build_outcome
from dpa_checker import Report, check_file, check_text

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def examine_documents(documents: Sequence[LabelledDocument], *, workers: int) -> list[DocumentOutcome]:
    """Return the outcomes of ``documents``, in their order; the language is left to the checker to find."""
    return _spread(examine_document, documents, workers)


def examine_pairs(pairs: Sequence[FilePair], *, workers: int) -> list[FileOutcome]:
    """Return how the verdicts on each file differ from those on its labelled text, in order."""
    return _spread(examine_pair, pairs, workers)


def examine_document(document: LabelledDocument) -> DocumentOutcome:
    """Return the outcome of one document."""
    return build_outcome(document, _check(document))


def examine_pair(pair: FilePair) -> FileOutcome:
    """Return the outcome of one file."""
    return build_file_outcome(pair.document, _check(pair.document), check_file(pair.path), pair.path.name)


def _check(document: LabelledDocument) -> Report:
    if document.path.suffix == ".txt":
        return check_text(read_source(document.path))
    return check_file(document.path)


def _spread(work: Callable[[_Job], _Result], jobs: Sequence[_Job], workers: int) -> list[_Result]:
    if workers <= 1 or len(jobs) <= 1:
        return [work(job) for job in jobs]
    with ProcessPoolExecutor(max_workers=min(workers, len(jobs))) as pool:
        return list(pool.map(work, jobs))
