"""What a set's report comes to: its counts, its outcome, the headline and the reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import Final

from dpa_checker.model import Finding, Processing, Verdict
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import show_status
from dpa_checker.report.outcome import Outcome
from dpa_checker.report.set_model import Part, SetFinding, SetReport
from dpa_checker.report.summary import headline_key
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import CountView, Status, Tone

_TONES: Final = {
    Outcome.ALL_SAID: Tone.GOOD,
    Outcome.INCOMPLETE: Tone.ATTENTION,
    Outcome.NOT_ALL_SAID: Tone.ALARM,
    Outcome.NOT_EXAMINED: Tone.NEUTRAL,
}
_HEADLINE_ORDER: Final = (
    Status.CONFLICT,
    Status.CONTRADICTED,
    Status.MISSING,
    Status.PARTIAL,
    Status.NOT_EXAMINED,
)


def count_findings(report: SetReport) -> dict[Verdict, int]:
    """Return how many mentions have each verdict, every verdict included."""
    counts = Counter(item.finding.verdict for item in report.findings)
    return {verdict: counts[verdict] for verdict in Verdict}


def decide_set_outcome(report: SetReport) -> Outcome:
    """Return the outcome over the set, by the same order of gravity as for a document."""
    findings = [item.finding for item in report.findings]
    verdicts = {finding.verdict for finding in findings}
    if not report.examined:
        return Outcome.NOT_EXAMINED
    if verdicts & {Verdict.MISSING, Verdict.CONTRADICTED} or any(finding.conflict for finding in findings):
        return Outcome.NOT_ALL_SAID
    unread = any(document.part is Part.NOT_READ or document.gaps for document in report.documents)
    if unread or verdicts & {Verdict.PARTIAL, Verdict.NOT_EXAMINED}:
        return Outcome.INCOMPLETE
    return Outcome.ALL_SAID


def choose_set_tone(report: SetReport) -> Tone:
    """Return how urgent the set is; nothing is where no processing for another is in question."""
    outcome = decide_set_outcome(report)
    if outcome is Outcome.NOT_ALL_SAID and report.assessment.processing is Processing.NO:
        return Tone.NEUTRAL
    return _TONES[outcome]


def count_set_statuses(report: SetReport, catalogue: Catalogue) -> tuple[CountView, ...]:
    """Return how many mentions are shown with each status, those with none left out."""
    counts = Counter(show_status(item.finding) for item in report.findings)
    return tuple(
        CountView(status, catalogue.text(f"verdict.{status}"), counts[status]) for status in Status if counts[status]
    )


def write_set_headline(report: SetReport, catalogue: Catalogue) -> str:
    """Return what the set comes to in a sentence or two."""
    outcome = decide_set_outcome(report)
    if outcome is Outcome.NOT_EXAMINED:
        return catalogue.text("set.headline.not_examined")
    if outcome is Outcome.NOT_ALL_SAID and report.assessment.processing is Processing.NO:
        return catalogue.text("processing_sentence.no")
    counts = {count.status: count.number for count in count_set_statuses(report, catalogue)}
    parts = [catalogue.counted(f"count.{status}", counts[status]) for status in _HEADLINE_ORDER if status in counts]
    if parts:
        told = catalogue.text(headline_key(outcome, counts), parts=catalogue.listed(parts))
        silent = report.assessment.processing is Processing.SILENT
        return f"{catalogue.text('headline.silent')} {told}" if silent else told
    key = "set.headline.unread" if outcome is Outcome.INCOMPLETE else "set.headline.all_said"
    return catalogue.text(key)


def write_alone(report: SetReport, catalogue: Catalogue) -> str | None:
    """Return that a document alone says all that applies, when one does."""
    names = [flowed(name) for name in report.complete_alone]
    if not names:
        return None
    return catalogue.text(f"set.alone.{'one' if len(names) == 1 else 'other'}", documents=catalogue.listed(names))


def set_reason(item: SetFinding, report: SetReport, catalogue: Catalogue) -> str:
    """Return the reason of a finding of ``report`` as a sentence."""
    finding: Finding = item.finding
    known = {document.name for document in report.documents}
    known |= {name for reference in item.references for name in (reference.called, *reference.targets)}
    references = (evidence.by_reference for evidence in finding.evidence if evidence.by_reference)
    arguments = {
        "document": catalogue.text("fallback.document"),
        "clauses": next(references, catalogue.text("fallback.clauses")),
    }
    for name, value in finding.reason_arguments:
        if value.strip():
            arguments[name] = catalogue.listed([flowed(one) for one in _part_names(value, known) or [value]])
    return catalogue.text(f"set.reason.{finding.reason}", **arguments)


def _part_names(value: str, known: Set[str]) -> list[str]:
    """Return the names that ``value`` holds, joined by commas; none when it holds anything else."""
    if value in known:
        return [value]
    for name in sorted(known, key=len, reverse=True):
        if name and value.startswith(f"{name}, ") and (others := _part_names(value[len(name) + 2 :], known)):
            return [name, *others]
    return []
