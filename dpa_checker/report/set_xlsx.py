"""The report on a set as a workbook: what stands first, which document says what, the 27 mentions, the quotes."""

from __future__ import annotations

from typing import IO, Final

from dpa_checker.report.groups import GROUPS
from dpa_checker.report.render_xlsx import Cell, Column, Look, Spreadsheet, Value, status_cell, write_spreadsheet
from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_view import SetEntryView, SetView, build_set_view
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status

_NOT_SAID: Final = "–"


def write_set_xlsx(report: SetReport, target: IO[bytes], *, language: str = "en") -> None:
    """Write the workbook of ``report`` to ``target`` in the words of ``language``; no file is made on the way."""
    view = build_set_view(report, language=language)
    with write_spreadsheet(target, title=view.catalogue.text("set.title"), scratch=None) as book:
        _write_summary(book, view)
        _write_matrix(book, view)
        _write_findings(book, report, view)
        _write_evidence(book, report, view)


def _write_summary(book: Spreadsheet, view: SetView) -> None:
    text = view.catalogue.text
    columns = [Column("", 42), Column("", 48), Column("", 36)]
    sheet = book.sheet(text("label.summary"), columns, header=False)
    sheet.append([Cell(f"{text('set.title')} · {text('title.basis')}", Look.TITLE)])
    sheet.append([Cell(view.title, Look.STRONG)])
    sheet.append([])
    sheet.append([Cell(view.headline, Look.STRONG)])
    if view.alone:
        sheet.append([Cell(view.alone)])
    for count in view.counts:
        sheet.append([Cell(f"{count.symbol} {count.word}", count.status), count.number])
    for number, name in enumerate(view.supply):
        if number == 0:
            sheet.append([])
        sheet.append([Cell(text("set.label.supply"), Look.STRONG) if number == 0 else None, Cell(name, Look.WRAPPED)])
    sheet.append([])
    sheet.append([Cell(text("set.label.documents"), Look.STRONG)])
    for document in view.documents:
        told = Cell(document.said or document.note, Look.WRAPPED)
        called = Cell(f"{document.number}. {document.name}", Look.WRAPPED)
        sheet.append([called, Cell(document.about, Look.WRAPPED), told])
    sheet.append([])
    for fact in (*view.facts, *view.imprint):
        sheet.append([Cell(fact.label, Look.NOTE), Cell(fact.value, Look.NOTE)])
    for disclaimer in view.disclaimers:
        sheet.append([Cell(disclaimer, Look.NOTE)])


def _write_matrix(book: Spreadsheet, view: SetView) -> None:
    """Write the mentions as rows: what the set says, then each document that counts."""
    text = view.catalogue.text
    counting = [document for document in view.documents if document.counts]
    columns = [Column(text("scan.mention"), 50), Column(text("title.basis"), 24), Column(text("set.label.set"), 18)]
    columns += [Column(f"{document.number}. {document.name}", 18) for document in counting]
    sheet = book.sheet(text("set.label.matrix"), columns)
    for item in _entries(view):
        row: list[Value] = [Cell(item.entry.title, Look.WRAPPED), item.entry.reference, _shown(item.entry.status, view)]
        row += [_said(item.cells[document.number - 1], view) for document in counting]
        sheet.append(row)


def _said(status: Status | None, view: SetView) -> Cell:
    """Return what one document says; that it does not say something is no fault of its own."""
    return Cell(_NOT_SAID, Look.NOTE) if status in (None, Status.MISSING) else _shown(status, view)


def _shown(status: Status, view: SetView) -> Cell:
    return status_cell(status, view.catalogue.text(f"verdict.{status}"))


def _write_findings(book: Spreadsheet, report: SetReport, view: SetView) -> None:
    text = view.catalogue.text
    columns = [
        Column(text("scan.mention"), 40),
        Column(text("title.basis"), 22),
        Column(text("label.part"), 28),
        Column(text("scan.verdict"), 18),
        Column(text("set.label.said_by"), 28),
        Column(text("set.label.denied_by"), 28),
        Column(text("label.lacking"), 36),
        Column(text("scan.reason"), 60),
    ]
    sheet = book.sheet(text("label.findings"), columns)
    parts = {mention: text(f"group.{group.key}") for group in GROUPS for mention in group.mentions}
    for item in _entries(view):
        entry, found = item.entry, report.finding(item.entry.mention)
        why = " · ".join(part for part in (entry.reason, entry.pending, *item.notes, *entry.tags) if part)
        row: list[Value] = [
            Cell(entry.title, Look.WRAPPED),
            entry.reference,
            Cell(parts[entry.mention], Look.WRAPPED),
            Cell(f"{entry.symbol} {entry.word}", entry.status),
            *(Cell(_named(names), Look.WRAPPED) for names in (found.satisfied_by, found.denied_by)),
            Cell(entry.lacking or _NOT_SAID, Look.WRAPPED),
            Cell(why, Look.WRAPPED),
        ]
        sheet.append(row)


def _named(names: tuple[str, ...]) -> str:
    return "\n".join(flowed(name) for name in names) or _NOT_SAID


def _write_evidence(book: Spreadsheet, report: SetReport, view: SetView) -> None:
    text = view.catalogue.text
    columns = [
        Column(text("scan.mention"), 40),
        Column(text("scan.document"), 34),
        Column(text("scan.quote"), 90),
        Column(text("scan.page"), 8),
        Column(text("scan.clause"), 20),
        Column(text("scan.against"), 10),
    ]
    sheet = book.sheet(text("scan.evidence"), columns)
    for item in report.findings:
        title = Cell(text(f"mention.{item.finding.mention}"), Look.WRAPPED)
        settling = (item.settled_by,) if item.settled_by else ()
        for evidence in (*sorted(item.finding.evidence, key=lambda one: one.against), *settling):
            source = Cell(flowed(evidence.source_document or ""), Look.WRAPPED)
            against = text("scan.yes") if evidence.against else None
            if evidence is item.settled_by:
                against = text("set.label.precedence")
            quote, place = Cell(flowed(evidence.quote), Look.WRAPPED), evidence.clause or evidence.by_reference
            sheet.append([title, source, quote, evidence.page, place, against])


def _entries(view: SetView) -> list[SetEntryView]:
    return [item for group in view.groups for item in group.entries]
