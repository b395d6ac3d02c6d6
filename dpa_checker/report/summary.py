"""The top of the report: its headline and the facts of the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from dpa_checker.model import Processing, Report, Verdict
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import show_status
from dpa_checker.report.outcome import Outcome, decide_outcome, unsupported_language
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import CountView, Fact, Status, Tone

#: What the headline counts, the gravest first.
_HEADLINE_ORDER: Final = (
    Status.CONFLICT,
    Status.CONTRADICTED,
    Status.MISSING,
    Status.PARTIAL,
    Status.NOT_EXAMINED,
)
_TONES: Final = {
    Outcome.ALL_SAID: Tone.GOOD,
    Outcome.INCOMPLETE: Tone.ATTENTION,
    Outcome.NOT_ALL_SAID: Tone.ALARM,
    Outcome.NOT_EXAMINED: Tone.NEUTRAL,
}
_ROLES: Final = ("controller", "processor", "other")


def count_statuses(report: Report, catalogue: Catalogue) -> tuple[CountView, ...]:
    """Return how many mentions are shown with each status, those with none left out; they add up to all."""
    counts = Counter(show_status(finding) for finding in report.findings)
    return tuple(
        CountView(status, catalogue.text(f"verdict.{status}"), counts[status]) for status in Status if counts[status]
    )


def choose_tone(report: Report) -> Tone:
    """Return how urgent the report is; nothing is urgent in a document that is about something else."""
    outcome = decide_outcome(report)
    processing = report.document.assessment.processing
    if outcome is Outcome.NOT_ALL_SAID and processing is Processing.NO:
        return Tone.NEUTRAL
    if outcome is Outcome.NOT_ALL_SAID and processing is Processing.SILENT and _all_missing(report):
        return Tone.ATTENTION
    return _TONES[outcome]


def write_headline(report: Report, catalogue: Catalogue) -> str:
    """Return the outcome in a sentence or two."""
    outcome = decide_outcome(report)
    processing = report.document.assessment.processing
    if outcome is Outcome.NOT_EXAMINED:
        return _not_examined_headline(report, catalogue)
    if processing is Processing.NO and outcome is Outcome.NOT_ALL_SAID:
        return catalogue.text("processing_sentence.no")
    if processing is Processing.SILENT and outcome is Outcome.NOT_ALL_SAID:
        second = catalogue.text("headline.silent_all_missing") if _all_missing(report) else _tally(report, catalogue)
        return f"{catalogue.text('headline.silent')} {second}"
    return _tally(report, catalogue)


def _tally(report: Report, catalogue: Catalogue) -> str:
    counts = {count.status: count.number for count in count_statuses(report, catalogue)}
    parts = [catalogue.counted(f"count.{status}", counts[status]) for status in _HEADLINE_ORDER if status in counts]
    if parts:
        return catalogue.text(headline_key(decide_outcome(report), counts), parts=catalogue.listed(parts))
    if report.document.not_examined:
        return catalogue.text("headline.unread")
    if Status.NOT_APPLICABLE in counts:
        return catalogue.text("headline.all_said_applicable", number=counts[Status.NOT_APPLICABLE])
    return catalogue.text("headline.all_said")


def headline_key(outcome: Outcome, statuses: Collection[Status]) -> str:
    """Return the key of the sentence that tells an outcome with what it is made of; what was not read is not fine."""
    if outcome is Outcome.INCOMPLETE and Status.NOT_EXAMINED in statuses:
        return "headline.undecided"
    return f"headline.{outcome}"


def _not_examined_headline(report: Report, catalogue: Catalogue) -> str:
    language = unsupported_language(report)
    if language is None:
        return catalogue.text("headline.not_examined")
    return catalogue.text("headline.not_examined_language", language=catalogue.language_name(language))


def _all_missing(report: Report) -> bool:
    return all(finding.verdict is Verdict.MISSING for finding in report.findings)


def write_subtitle(report: Report, catalogue: Catalogue) -> str:
    """Return kind, languages and length of the document on one line."""
    document = report.document
    if document.pages is not None:
        length = catalogue.counted("count.pages", document.pages)
    else:
        length = catalogue.counted("count.characters", document.characters)
    return " · ".join((catalogue.text(f"kind.{document.kind}"), _languages(report, catalogue), length))


def list_facts(report: Report, catalogue: Catalogue) -> tuple[Fact, ...]:
    """Return what the document says of processing, when it was examined, and the parties found."""
    document = report.document
    facts = []
    if decide_outcome(report) is not Outcome.NOT_EXAMINED:
        processing = catalogue.text(f"processing.{document.assessment.processing}")
        facts.append(Fact(catalogue.text("label.processing"), processing))
    for role in _ROLES:
        names = dict.fromkeys(flowed(party.name) for party in document.parties if party.role == role)
        if names:
            facts.append(Fact(catalogue.text(f"label.{role}"), ", ".join(names)))
    return tuple(facts)


def _languages(report: Report, catalogue: Catalogue) -> str:
    document = report.document
    codes = dict.fromkeys(code for code in (document.language, *document.languages) if code)
    if not codes:
        return f"{catalogue.text('label.language')} {catalogue.text('label.unknown')}"
    names = catalogue.listed([catalogue.language_name(code) for code in codes])
    return names[:1].upper() + names[1:]


def list_supported(report: Report, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of the languages that can be examined, when the report says why its own was not."""
    for finding in report.findings:
        codes = dict(finding.reason_arguments).get("supported", "")
        if codes:
            return tuple(catalogue.language_name(code) for code in codes.replace(",", " ").split())
    return ()
