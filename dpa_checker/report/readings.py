"""Two readings of one file brought together: the verdict is the worse, and both are kept.

A file with tracked changes may be read as if all were accepted or as if all were rejected.  What only one of
the two says is not agreed yet, so a lawyer must not count on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dpa_checker.model import (
    Assessment,
    Document,
    Evidence,
    Finding,
    Measure,
    Processing,
    Reading,
    ReadingFinding,
    Report,
    Revision,
    Unread,
    Verdict,
)

#: From the gravest to the lightest.
_GRAVITY: Final = (
    Verdict.CONTRADICTED,
    Verdict.MISSING,
    Verdict.NOT_EXAMINED,
    Verdict.PARTIAL,
    Verdict.PRESENT,
    Verdict.NOT_APPLICABLE,
)
_ANSWERS: Final = (Processing.YES, Processing.SILENT, Processing.NO)


def merge_readings(document: Document, accepted: Report, rejected: Report) -> Report:
    """Return the report on a file with tracked changes from the reports on its two readings.

    ``document`` is the accepted reading; each finding takes the worse verdict, with the evidence, the reason and
    the confidence of the reading that gave it.
    """
    other = document.rejected
    if other is None:
        return accepted
    findings = tuple(
        _merge(one, two, document, other) for one, two in zip(accepted.findings, rejected.findings, strict=True)
    )
    summary = replace(
        accepted.document,
        assessment=_decide_processing(accepted, rejected),
        not_examined=_merge_unread(accepted.document.not_examined, rejected.document.not_examined),
        readings=(Reading.ACCEPTED, Reading.REJECTED),
    )
    lens = tuple(_merge_measure(one, two) for one, two in zip(accepted.art32, rejected.art32, strict=True))
    return replace(accepted, document=summary, findings=findings, art32=lens, rejected_text=rejected.text)


def leave_all_missing(report: Report) -> Report:
    """Return ``report`` on a reading without a word in it: it says none of the mentions."""
    findings = tuple(
        replace(finding, verdict=Verdict.MISSING, reason="not_said", reason_arguments=()) for finding in report.findings
    )
    return replace(report, findings=findings)


def _merge(accepted: Finding, rejected: Finding, document: Document, other: Document) -> Finding:
    """Return the worse of two findings on one mention, with both kept and what it hangs on."""
    one = replace(accepted, evidence=_name(accepted.evidence, Reading.ACCEPTED))
    two = replace(rejected, evidence=_name(rejected.evidence, Reading.REJECTED))
    readings = (_keep(one, Reading.ACCEPTED), _keep(two, Reading.REJECTED))
    worse = two if _gravity(two) < _gravity(one) else one
    better, side = (one, document) if worse is two else (two, other)
    merged = replace(worse, readings=readings)
    if not merged.readings_differ:
        return merged
    pending = _touching(better.evidence, side.revisions)
    if not pending and worse.evidence:
        pending = _touching(worse.evidence, (other if worse is two else document).revisions)
    return replace(merged, pending=pending)


def _gravity(finding: Finding) -> tuple[int, bool, bool]:
    """Return the order of a finding among the two: the smaller, the graver."""
    return _GRAVITY.index(finding.verdict), not finding.conflict, not finding.qualified


def _keep(finding: Finding, reading: Reading) -> ReadingFinding:
    return ReadingFinding(reading, finding.verdict, finding.conflict, finding.lacking, finding.evidence)


def _name(evidence: Iterable[Evidence], reading: Reading) -> tuple[Evidence, ...]:
    return tuple(replace(item, reading=reading) for item in evidence)


def _touching(evidence: Iterable[Evidence], revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Return the changes that the quotes overlap, each once."""
    spans = [(item.start, item.end) for item in evidence]
    touching = (
        revision for revision in revisions if any(revision.start < end and start < revision.end for start, end in spans)
    )
    return tuple(dict.fromkeys(touching))


def _decide_processing(accepted: Report, rejected: Report) -> Assessment:
    """Return the answer to the first question that asks for more: yes before silent before no."""
    one, two = accepted.document.assessment, rejected.document.assessment
    if not rejected.text.strip() or _ANSWERS.index(one.processing) <= _ANSWERS.index(two.processing):
        return replace(one, evidence=_name(one.evidence, Reading.ACCEPTED))
    return replace(two, evidence=_name(two.evidence, Reading.REJECTED))


def _merge_unread(accepted: tuple[Unread, ...], rejected: tuple[Unread, ...]) -> tuple[Unread, ...]:
    """Return what was not examined in the accepted reading, and what only the rejected one sets aside."""
    known = {(part.reason, part.page, part.excerpt, part.detail) for part in accepted}
    further = (
        replace(part, start=None, end=None)
        for part in rejected
        if (part.reason, part.page, part.excerpt, part.detail) not in known
    )
    return (*accepted, *further)


def _merge_measure(accepted: Measure, rejected: Measure) -> Measure:
    """Return a measure as promised only when both readings promise it."""
    promised = accepted.promised and rejected.promised
    return Measure(accepted.measure, promised, _name(accepted.evidence, Reading.ACCEPTED) if promised else ())
