"""``python -m benchmarks.fit [--corpus DIR]``: fit the scorer and write ``clause_library/weights.json``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.accuracy.corpus import load_corpus
from benchmarks.fit.dataset import load_units
from benchmarks.fit.training import fit_scorer
from dpa_checker.library import load_library
from dpa_checker.matching.scorer import Scorer


def main(argv: list[str] | None = None) -> int:
    """Fit, write and report how many weights there are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"), help="labelled contracts")
    arguments = parser.parse_args(argv)
    library = load_library()
    units = load_units(load_corpus(arguments.corpus).documents, library)
    scorer = fit_scorer(units, library)
    path = library.root / "weights.json"
    path.write_text(render_weights(scorer), encoding="utf-8")
    count = sum(len(weights) for weights in scorer.passages.values()) + len(scorer.said) + len(scorer.complete)
    documents = sum(not unit.example for unit in units)
    sys.stderr.write(f"{count} weights from {documents} documents and {len(units) - documents} examples\n")
    return 0


def render_weights(scorer: Scorer) -> str:
    """Return the weights as JSON, one feature a line, in a fixed order."""
    content = {
        "passages": scorer.passages,
        "said": scorer.said,
        "complete": scorer.complete,
        "denial": scorer.denial,
        "confidence": scorer.confidence,
    }
    return json.dumps(content, indent=0, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
