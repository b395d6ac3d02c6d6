"""``python -m benchmarks.accuracy``: measure accuracy and write the table."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.accuracy.confusion import is_ignored, render_confusion
from benchmarks.accuracy.corpus import Corpus, LabelledDocument, load_corpus
from benchmarks.accuracy.examination import examine_documents, examine_pairs
from benchmarks.accuracy.table import Results, render_table
from benchmarks.provenance import Provenance, build_command
from dpa_checker import load_library
from dpa_checker.matching import Scorer

_PROJECT: Final = Path(__file__).resolve().parents[2]
_CORPUS: Final = _PROJECT.parent / "shared" / "corpus"
_SAMPLES: Final = _PROJECT / "sample_contracts"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write what was asked for, and return the exit code."""
    parser = _build_parser()
    options = parser.parse_args(argv)
    if options.confusion is not None and not is_ignored(options.confusion):
        parser.error("--confusion quotes contracts: name it confusion*.md, which git ignores")
    results = measure(load_corpus(options.corpus or default_corpus()), options.languages, options.workers)
    if not results.documents:
        parser.error("no labelled document in a supported language: check --corpus and --languages")
    command = build_command(
        "benchmarks.accuracy",
        [
            ("--corpus", options.corpus and str(options.corpus)),
            ("--output", options.output and str(options.output)),
            ("--languages", options.languages and ",".join(options.languages)),
        ],
    )
    table = render_table(results, Provenance(command, options.date).render())
    if options.output is None:
        sys.stdout.write(table)
    else:
        options.output.write_text(table, encoding="utf-8")
    if options.confusion is not None:
        options.confusion.write_text(render_confusion(results.documents, results.files), encoding="utf-8")
    return 0


def measure(corpus: Corpus, languages: Sequence[str] | None = None, workers: int = 1) -> Results:
    """Return the outcomes on ``corpus``; ``languages`` (default: all with a lexicon) narrows it."""
    supported = load_library().languages
    asked = [document for document in corpus.documents if languages is None or document.language in languages]
    documents = [document for document in asked if document.language in supported]
    unsupported = Counter(document.language for document in asked if document.language not in supported)
    kept = {document.id for document in documents}
    scorers = _cross_validate(documents) if documents[0].path.suffix == ".txt" else []
    pairs = [pair for pair in corpus.pairs if pair.document.id in kept]
    return Results(
        corpus=corpus.name,
        documents=tuple(examine_documents(documents, workers=workers, scorers=scorers)),
        files=tuple(examine_pairs(pairs, workers=workers, scorers=scorers)),
        unsupported=tuple(sorted(unsupported.items())),
    )


def _cross_validate(documents: Sequence[LabelledDocument]) -> list[Scorer]:
    """Return for each fold the weights fitted on the other folds (validation takes no part)."""
    from benchmarks.fit import fit_folds, load_units

    library = load_library()
    return fit_folds(load_units(documents, library), library)


def default_corpus() -> Path:
    """Return the labelled corpus beside the project when it is there, else the sample contracts."""
    return _CORPUS if (_CORPUS / "labels").is_dir() else _SAMPLES


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description="Measure the checker on labelled contracts."
    )
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="labelled corpus, or sample contracts")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the table goes (default: standard output)")
    parser.add_argument(
        "--confusion",
        type=Path,
        metavar="FILE",
        help="list the errors of development documents (confusion*.md)",
    )
    parser.add_argument("--languages", type=_codes, metavar="fr,en", help="only documents in these languages")
    parser.add_argument("--date", metavar="DAY", help="the day to write in the table (default: none)")
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: one a core)",
    )
    return parser


def _codes(listed: str) -> list[str]:
    return [code.strip() for code in listed.split(",") if code.strip()]


if __name__ == "__main__":
    raise SystemExit(main())
