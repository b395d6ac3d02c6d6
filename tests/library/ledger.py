"""The ledger of what the checker decides wrongly today in the clause library's own proof.

    python -m tests.library.ledger            writes known_failures.yaml anew
    python -m tests.library.ledger --show     prints each wrong decision with its text

An example fails when its verdict is none of those that its kind allows.  ``known_failures.yaml`` lists the
ones that fail, by an id made from kind and text.  ``test_examples.py`` refuses a failure that is not in the
ledger and an entry of the ledger that passes: the ledger only shrinks.  It is written anew by hand only.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dpa_checker import check_text, load_library
from dpa_checker.library.loader import load_yaml
from dpa_checker.library.schema import MENTIONS, Example
from dpa_checker.model import Finding

LEDGER = Path(__file__).with_name("known_failures.yaml")
LANGUAGES = tuple(sorted(path.parent.name for path in load_library().root.glob("languages/*/examples")))
KINDS = ("match", "partial", "contradicted", "wrong_party", "look_alike")
NEGATIVE_KINDS = ("contradicted", "wrong_party", "look_alike")
_EXPECTED = {
    "match": {"present"},
    "partial": {"partial"},
    "contradicted": {"contradicted", "missing"},
    "wrong_party": {"missing", "contradicted"},
    "look_alike": {"missing", "contradicted"},
}
_HEADER = """\
# What the checker decides wrongly today in the clause library's own examples and model clauses.
# Made by `python -m tests.library.ledger`; committed by hand only.  An entry is <kind>-<digest of the text>.
# test_examples.py fails on a wrong decision that is not here, and on one that is here and right.
"""

#: Names that are put into the slots of the model clauses, and the opening words that give them their roles.
_OPENING = {
    "en": "This is agreed between Labovita Ltd (the “Controller”) and Codexa Ltd (the “Processor”).",
    "fr": "Entre Labovita SAS (le « Responsable de traitement ») et Codexa SAS (le « Sous-traitant »).",
    "sv": "Mellan Labovita AB (”Personuppgiftsansvarig”) och Codexa AB (”Personuppgiftsbiträdet”).",
    "de": "Zwischen der Labovita GmbH („Verantwortlicher“) und der Codexa GmbH („Auftragsverarbeiter“).",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """An example of ``kind`` with the verdict found, and whether its kind allows it."""

    id: str
    kind: str
    text: str
    verdict: str
    right: bool


def example_id(kind: str, text: str) -> str:
    """Return the stable id of an example: its kind and a digest of its text, white space apart."""
    return f"{kind}-{hashlib.sha256(' '.join(text.split()).encode()).hexdigest()[:8]}"


@cache
def decide_examples(language: str, mention: str) -> tuple[Decided, ...]:
    """Return every example of ``mention`` in ``language`` as the real matcher decides it."""
    examples = load_library().examples(language, mention)
    return tuple(_decide(language, mention, kind, example) for kind in KINDS for example in getattr(examples, kind))


def decide_model_clause(language: str, mention: str) -> Decided:
    """Return the model clause of ``mention``, its slots filled with the parties' names, as it is decided."""
    clause = load_library().model_clauses(language).clauses[mention]
    text = clause.text.format(processor="Codexa", controller="Labovita")
    finding = check_text(f"{_OPENING[language]}\n\n{text}", language=language).finding(mention)
    right = finding.verdict == "present" and not finding.conflict
    return Decided(f"model-{mention}", "model", text, str(finding.verdict), right)


def _decide(language: str, mention: str, kind: str, example: Example) -> Decided:
    finding = check_text(example.text, language=language).finding(mention)
    right = _is_right(mention, kind, example, finding)
    return Decided(example_id(kind, example.text), kind, example.text, str(finding.verdict), right)


def _is_right(mention: str, kind: str, example: Example, finding: Finding) -> bool:
    if mention in example.also and kind != "match":
        return True
    if kind == "match" and mention == "subprocessor-changes" and finding.verdict == "not_applicable":
        return finding.reason == "not_applicable_specific_consent"
    return finding.verdict in _EXPECTED[kind]


def find_failures(language: str) -> dict[str, list[str]]:
    """Return the ids that are decided wrongly in ``language``, by mention, and model clauses not found."""
    failures = {
        mention: [decided.id for decided in decide_examples(language, mention) if not decided.right]
        for mention in MENTIONS
    }
    failures["model_clauses"] = [mention for mention in MENTIONS if not decide_model_clause(language, mention).right]
    return {key: ids for key, ids in failures.items() if ids}


@cache
def read_ledger() -> dict[str, dict[str, list[str]]]:
    """Return the committed ledger: ids by language and mention."""
    return {language: entries or {} for language, entries in load_yaml(LEDGER).items()}


def _write() -> Iterator[str]:
    yield _HEADER
    for language in load_library().languages:
        failures = find_failures(language)
        yield f"{language}:\n" if failures else f"{language}: {{}}\n"
        for key, ids in failures.items():
            yield f"  {key}:\n"
            yield from (f"    - {id_}\n" for id_ in sorted(ids))


def _show() -> Iterator[str]:
    for language in load_library().languages:
        for mention in MENTIONS:
            for decided in (*decide_examples(language, mention), decide_model_clause(language, mention)):
                if not decided.right:
                    yield f"{language} {mention} {decided.id}: {decided.verdict}\n    {decided.text}\n"


def _count(language: str) -> str:
    decided = [each for mention in MENTIONS for each in decide_examples(language, mention)]
    negative = [each for each in decided if each.kind in NEGATIVE_KINDS]
    wrong = sum(not each.right for each in decided)
    false = sum(not each.right and each.verdict == "present" for each in negative)
    models = len(find_failures(language).get("model_clauses", ()))
    return (
        f"{language}: {wrong} of {len(decided)} examples wrong; "
        f"{false} of {len(negative)} that must not match called present; "
        f"{models} of {len(MENTIONS)} model clauses not found\n"
    )


def main() -> None:
    """Write the ledger, or show what would be in it, and print the counts."""
    parser = argparse.ArgumentParser(description="Write the ledger of known failures anew.")
    parser.add_argument("--show", action="store_true", help="print the wrong decisions and write nothing")
    if parser.parse_args().show:
        print("".join(_show()), end="")
    else:
        LEDGER.write_text("".join(_write()), encoding="utf-8")
    print("".join(_count(language) for language in load_library().languages), end="")


if __name__ == "__main__":
    main()
