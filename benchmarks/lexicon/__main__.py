"""``python -m benchmarks.lexicon``: count, and with ``--list`` name, the patterns that no proof needs.

A pattern is needed when it matches somewhere in a drafted example, a model clause or a development contract.  An
unneeded one is not wrong (contracts to come may use it), but it has no proof: give it an example or take it out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.accuracy.__main__ import default_corpus
from benchmarks.accuracy.corpus import LabelledDocument, load_corpus, read_source
from benchmarks.markdown import render_rows
from dpa_checker.library import Library, load_library
from dpa_checker.library.schema import MENTIONS
from dpa_checker.matching.automaton import Automaton
from dpa_checker.matching.token import tokenise

_KINDS = ("match", "partial", "contradicted", "wrong_party", "look_alike")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table, and the unneeded patterns when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lexicon", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="labelled corpus, or sample contracts")
    parser.add_argument("--list", type=Path, metavar="FILE", help="where the unneeded patterns are listed")
    options = parser.parse_args(argv)
    library = load_library()
    documents = load_corpus(options.corpus or default_corpus()).documents
    rows: list[list[str]] = []
    unneeded: list[str] = []
    for language in library.languages:
        patterns = _patterns(library, language)
        needed = find_needed(patterns, _texts(library, language, documents))
        rest = [pattern for number, pattern in enumerate(patterns) if number not in needed]
        rows.append([language, str(len(patterns)), str(len(needed)), f"{len(needed) / len(patterns):.2f}"])
        unneeded += [f"{language} {concept}: {words}" for concept, words in rest]
    sys.stdout.write(render_rows(["language", "patterns", "needed", "share"], rows) + "\n")
    if options.list is not None:
        options.list.write_text("\n".join(unneeded) + "\n", encoding="utf-8")
    return 0


def find_needed(patterns: Sequence[tuple[str, str]], texts: Iterator[str]) -> set[int]:
    """Return the numbers of the ``(concept, words)`` patterns that match in one of ``texts``."""
    automaton = Automaton((number, words) for number, (_, words) in enumerate(patterns))
    needed: set[int] = set()
    for text in texts:
        words = tokenise(text).words
        needed.update(hit.concept for hit in automaton.find(words))
    return needed


def _patterns(library: Library, language: str) -> list[tuple[str, str]]:
    concepts = library.lexicon(language).concepts
    return [(concept, words) for concept, listed in sorted(concepts.items()) for words in listed]


def _texts(library: Library, language: str, documents: Sequence[LabelledDocument]) -> Iterator[str]:
    for mention in MENTIONS:
        examples = library.examples(language, mention)
        yield from (example.text for kind in _KINDS for example in getattr(examples, kind))
    yield from (clause.text for clause in library.model_clauses(language).clauses.values())
    for document in documents:
        if document.language == language and not document.validation and document.path.suffix == ".txt":
            yield read_source(document.path)


if __name__ == "__main__":
    raise SystemExit(main())
