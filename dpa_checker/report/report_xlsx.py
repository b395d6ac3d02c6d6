"""The report on one document as a workbook: what stands first, the 27 mentions, the quotes they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import IO, Final

from dpa_checker.model import Report
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import build_entry
from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.render_xlsx import Cell, Column, Look, Spreadsheet, Value, write_spreadsheet
from dpa_checker.report.typography import flowed
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import EntryView, ReportView

_NOT_SAID: Final = "–"


def write_report_xlsx(report: Report, target: IO[bytes], *, language: str = "en") -> None:
    """Write the workbook of ``report`` to ``target`` in the words of ``language``; no file is made on the way."""
    view = build_view(report, language=language)
    write_view_xlsx(
        view, [build_entry(report.finding(mention), view.catalogue) for mention in MENTIONS], report, target
    )


def write_view_xlsx(
    view: ReportView,
    entries: Sequence[EntryView],
    report: Report,
    target: IO[bytes],
    *,
    decided: AbstractSet[str] = frozenset(),
) -> None:
    """Write what a reader sees to ``target``, the ``entries`` on all mentions in full.

    ``decided`` are the mentions whose verdicts are a reviewer's.
    """
    with write_spreadsheet(target, title=view.catalogue.text("title.report"), scratch=None) as book:
        _write_summary(book, view)
        _write_findings(book, {entry.mention: entry for entry in entries}, decided, view.catalogue)
        _write_evidence(book, report, view)


def _write_summary(book: Spreadsheet, view: ReportView) -> None:
    text = view.catalogue.text
    sheet = book.sheet(text("label.summary"), [Column("", 34), Column("", 90)], header=False)
    sheet.append([Cell(f"{text('title.report')} · {text('title.basis')}", Look.TITLE)])
    sheet.append([Cell(view.title, Look.STRONG)])
    sheet.append([])
    sheet.append([Cell(view.headline, Look.STRONG)])
    for count in view.counts:
        sheet.append([Cell(f"{count.symbol} {count.word}", count.status), count.number])
    if view.unlisted:
        sheet.append([Cell(view.unlisted, Look.STRONG)])
    if view.lead:
        sheet.append([])
        sheet.append([Cell(view.lead.title, Look.STRONG), Cell(view.lead.sentence, Look.WRAPPED)])
    sheet.append([])
    for fact in view.facts:
        sheet.append([fact.label, Cell(fact.value, Look.WRAPPED)])
    _write_parts(sheet.append, text("label.not_examined"), [part.sentence for part in view.unread])
    _write_parts(sheet.append, text("label.set_aside"), [part.sentence for part in view.set_aside])
    _write_parts(sheet.append, text("label.notices"), list(view.notices))
    sheet.append([])
    for fact in view.imprint:
        sheet.append([Cell(fact.label, Look.NOTE), Cell(fact.value, Look.NOTE)])
    for disclaimer in view.disclaimers:
        sheet.append([Cell(disclaimer, Look.NOTE)])


def _write_parts(append: object, title: str, sentences: list[str]) -> None:
    assert callable(append)
    if sentences:
        append([])
    for number, sentence in enumerate(sentences):
        append([Cell(title, Look.STRONG) if number == 0 else None, Cell(sentence, Look.WRAPPED)])


def _write_findings(
    book: Spreadsheet, entries: Mapping[str, EntryView], decided: AbstractSet[str], catalogue: Catalogue
) -> None:
    reviewed = catalogue.text("label.reviewed")
    columns = [
        Column(catalogue.text("scan.mention"), 44),
        Column(catalogue.text("title.basis"), 24),
        Column(catalogue.text("label.part"), 34),
        Column(catalogue.text("scan.verdict"), 18),
        Column(catalogue.text("label.lacking"), 50),
        Column(catalogue.text("scan.reason"), 70),
        *([Column(catalogue.text("label.reviews"), 26)] if decided else []),
    ]
    sheet = book.sheet(catalogue.text("label.findings"), columns)
    for group in GROUPS:
        for mention in group.mentions:
            entry = entries[mention]
            remarks = [catalogue.labelled(one.label, one.value) if one.label else one.value for one in entry.remarks]
            tags = [tag for tag in entry.tags if tag != reviewed]
            why = " · ".join(part for part in (entry.reason, entry.pending, *tags, *remarks) if part)
            row: list[Value] = [
                Cell(entry.title, Look.WRAPPED),
                entry.reference,
                Cell(catalogue.text(f"group.{group.key}"), Look.WRAPPED),
                Cell(f"{entry.symbol} {entry.word}", entry.status),
                Cell(entry.lacking or _NOT_SAID, Look.WRAPPED),
                Cell(why, Look.WRAPPED),
            ]
            if mention in decided:
                row.append(Cell(reviewed, Look.WRAPPED))
            sheet.append(row)


def _write_evidence(book: Spreadsheet, report: Report, view: ReportView) -> None:
    catalogue = view.catalogue
    columns = [
        Column(catalogue.text("scan.mention"), 40),
        Column(catalogue.text("scan.quote"), 100),
        Column(catalogue.text("scan.page"), 8),
        Column(catalogue.text("scan.clause"), 20),
        Column(catalogue.text("scan.against"), 10),
    ]
    sheet = book.sheet(catalogue.text("scan.evidence"), columns)
    for finding in report.findings:
        title = catalogue.text(f"mention.{finding.mention}")
        for evidence in sorted(finding.evidence, key=lambda item: item.against):
            against = catalogue.text("scan.yes") if evidence.against else None
            place = evidence.clause or evidence.by_reference
            quote = Cell(flowed(evidence.quote), Look.WRAPPED)
            sheet.append([Cell(title, Look.WRAPPED), quote, evidence.page, place, against])
