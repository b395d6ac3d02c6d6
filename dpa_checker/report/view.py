"""The report turned into what a reader sees, in one report language."""

from __future__ import annotations

from dpa_checker.model import Processing, Report, Verdict
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.entry import build_entry, build_quotes
from dpa_checker.report.file_notes import list_comments, list_notices, list_set_aside, list_unread
from dpa_checker.report.groups import GROUPS, Group
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.outcome import Outcome, decide_outcome
from dpa_checker.report.summary import (
    choose_tone,
    count_statuses,
    list_facts,
    list_supported,
    write_headline,
    write_subtitle,
)
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Fact, GroupView, LeadView, MeasureView, ReportView


def build_view(report: Report, *, language: str = "en") -> ReportView:
    """Return ``report`` in the words of ``language``; raises ``LibraryError`` when there are none."""
    catalogue = load_catalogue(language)
    unlisted = _unlisted(report, catalogue)
    conflicts = [finding for finding in report.findings if finding.conflict]
    return ReportView(
        catalogue=catalogue,
        document_language=report.document.language,
        title=flowed(report.document.name or "") or catalogue.text("title.unnamed"),
        subtitle=write_subtitle(report, catalogue),
        facts=list_facts(report, catalogue),
        tone=choose_tone(report),
        headline=write_headline(report, catalogue),
        counts=() if unlisted else count_statuses(report, catalogue),
        lead=_lead(report, catalogue),
        conflicts=tuple(build_entry(finding, catalogue) for finding in conflicts),
        unread=list_unread(report, catalogue),
        set_aside=list_set_aside(report, catalogue),
        supported=list_supported(report, catalogue),
        notices=list_notices(report, catalogue),
        comments=list_comments(report, catalogue),
        groups=() if unlisted else _groups(report, catalogue),
        unlisted=unlisted,
        measures=_measures(report, catalogue),
        disclaimers=(catalogue.text("disclaimer.words"), catalogue.text("disclaimer.said")),
        imprint=_imprint(report, catalogue),
    )


def _unlisted(report: Report, catalogue: Catalogue) -> str | None:
    """Return the line in place of 27 equal entries, ``None`` when the entries are to be listed."""
    if decide_outcome(report) is Outcome.NOT_EXAMINED:
        return catalogue.text("lead.none_decided")
    all_missing = all(finding.verdict is Verdict.MISSING for finding in report.findings)
    if all_missing and report.document.assessment.processing is Processing.NO:
        return catalogue.text("lead.none_listed")
    return None


def _lead(report: Report, catalogue: Catalogue) -> LeadView | None:
    """Return the first question's answer; ``None`` when nothing was examined, or a yes without its words."""
    assessment = report.document.assessment
    wordless = assessment.processing is Processing.YES and not assessment.evidence
    if wordless or decide_outcome(report) is Outcome.NOT_EXAMINED:
        return None
    ground = catalogue.text(f"ground.{assessment.ground}")
    if assessment.processing is Processing.SILENT:
        ground = f"{catalogue.text('processing_sentence.silent')} {ground}"
    elif assessment.processing is Processing.YES:
        ground = catalogue.text("processing_sentence.yes")
    return LeadView(
        processing=assessment.processing,
        title=_lead_title(report, catalogue),
        sentence=ground,
        quotes=build_quotes(assessment.evidence, catalogue),
    )


def _lead_title(report: Report, catalogue: Catalogue) -> str:
    assessment = report.document.assessment
    if assessment.processing is Processing.SILENT and not assessment.evidence:
        return catalogue.text("label.processing")
    return catalogue.text(f"lead.{assessment.processing}")


def _groups(report: Report, catalogue: Catalogue) -> tuple[GroupView, ...]:
    bare = all(finding.reason == "not_said" for finding in report.findings)
    return tuple(
        GroupView(
            key=group.key,
            title=_group_title(group, catalogue),
            reference=localise_reference(group.reference, catalogue),
            entries=tuple(
                build_entry(report.finding(mention), catalogue, full=False, bare=bare) for mention in group.mentions
            ),
        )
        for group in GROUPS
    )


def _group_title(group: Group, catalogue: Catalogue) -> str:
    title = catalogue.text(f"group.{group.key}")
    return f"{catalogue.text('legal.letter', letter=group.letter)} {title}" if group.letter else title


def _measures(report: Report, catalogue: Catalogue) -> tuple[MeasureView, ...]:
    """Return the Article 32 lens; nothing when the 27 are not listed and no measure is promised."""
    if _unlisted(report, catalogue) and not any(measure.promised for measure in report.art32):
        return ()
    return tuple(
        MeasureView(
            measure=measure.measure,
            title=catalogue.text(f"measure.{measure.measure}"),
            promised=measure.promised,
            word=catalogue.text("lens.promised" if measure.promised else "lens.not_promised"),
            quotes=build_quotes(measure.evidence, catalogue),
        )
        for measure in report.art32
    )


def _imprint(report: Report, catalogue: Catalogue) -> tuple[Fact, ...]:
    return (
        Fact(catalogue.text("label.engine"), report.engine_version),
        Fact(catalogue.text("label.library"), report.library_version),
        Fact(catalogue.text("label.sha256"), report.document.sha256),
    )
