"""Standard clauses incorporated by reference: their mentions are said without standing in the document.

Commission Implementing Decision (EU) 2021/915 (controller and processor) covers Article 28(3) when it is made part
of the contract; Decision (EU) 2021/914 (transfers) does so with module two or three named and only when it is agreed
for the whole processing.  The particulars are never in the clauses: they stand in the annexes, to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.matching.reading import Reading, Sentence
from dpa_checker.matching.support import Support
from dpa_checker.matching.verdict import Decision
from dpa_checker.model import Verdict

_PROCESSOR_CLAUSES = re.compile(r"2021\s*/\s*915")
_TRANSFER_CLAUSES = re.compile(r"2021\s*/\s*914")
_MODULE = re.compile(
    r"\bmodul\w*\s*(?:n[o°]?\s*)?(?:two|three|2|3|ii|iii|deux|trois|två|tre|zwei|drei)\b", re.IGNORECASE
)
_PARTICULARS = ("subject-matter", "duration", "nature", "purpose", "data-types", "data-subjects")
_FILLED = ("data-types", "data-subjects")
_SCORE = 0.9


@dataclass(frozen=True, slots=True)
class Incorporation:
    """Standard clauses (``"2021/915"`` or ``"2021/914"``) made part of the contract by sentence ``sentence``."""

    clauses: str
    sentence: int


def find_incorporation(reading: Reading) -> Incorporation | None:
    """Return the sentence that makes standard clauses part of the contract for the whole processing."""
    incorporates = 1 << reading.numbers["incorporates"]
    for index, sentence in enumerate(reading.sentences):
        if not sentence.mask & incorporates or sentence.mask & 1 << reading.numbers["to_be_agreed"]:
            continue
        text = reading.text[sentence.start : sentence.end]
        if _PROCESSOR_CLAUSES.search(text) and not _is_denied(reading, sentence):
            return Incorporation("2021/915", index)
        if _TRANSFER_CLAUSES.search(text) and _MODULE.search(text) and not _is_for_transfers(reading, sentence):
            return Incorporation("2021/914", index)
    return None


def apply_incorporation(reading: Reading, decisions: Sequence[Decision]) -> None:
    """Make the mentions of incorporated clauses present, when the annexes are filled in."""
    found = find_incorporation(reading)
    if found is None:
        return
    by_id = {decision.mention.id: decision for decision in decisions}
    if not all(by_id[name].verdict is Verdict.PRESENT for name in _FILLED):
        return
    sentence = reading.sentences[found.sentence]
    for decision in decisions:
        if decision.mention.id in _PARTICULARS or decision.verdict not in {Verdict.MISSING, Verdict.PARTIAL}:
            continue
        support = Support(
            sentence.start,
            sentence.end,
            found.sentence,
            "incorporated",
            frozenset(),
            _SCORE,
            by_reference=found.clauses,
        )
        decision.verdict = Verdict.PRESENT
        decision.reason = "said_by_reference"
        decision.arguments = (("clauses", found.clauses),)
        decision.lacking = ()
        decision.supports = [support]


def _is_denied(reading: Reading, sentence: Sentence) -> bool:
    return bool(sentence.mask & 1 << reading.numbers["@negation"])


def _is_for_transfers(reading: Reading, sentence: Sentence) -> bool:
    return bool(sentence.mask & reading.mask_of("third_country|transfer"))
