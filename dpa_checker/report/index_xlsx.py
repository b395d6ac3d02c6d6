"""A scan as a workbook: summary, contracts by mentions, evidence, files not examined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from dpa_checker.model import Evidence, Finding, Report
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.entry import build_entry
from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.index_model import STANDING_STATUS, Collection, Contract, Standing
from dpa_checker.report.index_view import (
    IndexSummary,
    build_summary,
    failure_sentence,
    mention_reference,
    processing_word,
)
from dpa_checker.report.render_xlsx import Cell, Column, Look, Sheet, Spreadsheet, Value, status_cell, write_spreadsheet
from dpa_checker.report.tally import Tally
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status

_ALARMING: Final = (Status.MISSING, Status.CONTRADICTED, Status.CONFLICT)
#: Contracts of which nothing is listed one by one, as in their reports.
_UNLISTED: Final = frozenset({Standing.NOT_IN_QUESTION, Standing.NOT_EXAMINED})


def write_index_xlsx(collection: Collection, tally: Tally, target: IO[bytes], *, language: str, scratch: Path) -> None:
    """Write the workbook of a scan to ``target``; rows wait in temporary files in ``scratch``."""
    catalogue = load_catalogue(language)
    with write_spreadsheet(target, title=catalogue.text("scan.title"), scratch=scratch) as book:
        _write_summary(book, build_summary(tally, language=language, most=len(MENTIONS)))
        contracts = _contract_sheet(book, catalogue)
        evidence = _evidence_sheet(book, catalogue)
        failures = _failure_sheet(book, catalogue)
        for contract in collection:
            if contract.failure is not None:
                failures.append(_failure_row(contract, catalogue))
            if not contract.statuses:
                continue
            contracts.append(_contract_row(contract, catalogue))
            report = None if contract.standing in _UNLISTED else collection.report(contract)
            for row in _evidence_rows(contract, report, catalogue) if report else ():
                evidence.append(row)


def _write_summary(book: Spreadsheet, summary: IndexSummary) -> None:
    text = summary.catalogue.text
    columns = [Column("", 64), Column("", 14), Column("", 16), Column("", 16)]
    sheet = book.sheet(text("label.summary"), columns, header=False)
    sheet.append([Cell(f"{text('scan.title')} · {text('title.basis')}", Look.TITLE)])
    sheet.append([Cell(summary.counted, Look.NOTE)])
    sheet.append([])
    for line in summary.headlines:
        sheet.append([Cell(line, Look.STRONG)])
    _write_standings(sheet, summary)
    _write_missing(sheet, summary)
    if summary.failures:
        sheet.append([])
        sheet.append(_headings(text("scan.not_examined"), text("scan.number")))
    for failure in summary.failures:
        sheet.append([Cell(failure.sentence, Look.WRAPPED), failure.number])
    sheet.append([])
    sheet.append([Cell(text("disclaimer.words"), Look.NOTE)])
    sheet.append([Cell(text("disclaimer.said"), Look.NOTE)])


def _write_standings(sheet: Sheet, summary: IndexSummary) -> None:
    text = summary.catalogue.text
    sheet.append([])
    sheet.append([None, None, Cell(text("label.processing"), Look.NOTE)])
    sheet.append(_headings(text("scan.by_outcome"), text("scan.total"), *summary.answers))
    for row in summary.standings:
        sheet.append([Cell(f"{row.symbol} {row.word}", row.status), row.number, *row.answers])


def _write_missing(sheet: Sheet, summary: IndexSummary) -> None:
    text = summary.catalogue.text
    sheet.append([])
    sheet.append(_headings(text("scan.most_missing"), text("scan.number"), text("scan.share")))
    for row in summary.missing:
        sheet.append([f"{row.title} ({row.reference})", row.number, Cell(row.share, Look.SHARE)])
    sheet.append([Cell(summary.missing_of if summary.missing else text("scan.none_missing"), Look.NOTE)])


def _headings(*titles: str) -> list[Value]:
    return [Cell(title, Look.NUMBER_HEADING if number else Look.HEADING) for number, title in enumerate(titles)]


def _contract_sheet(book: Spreadsheet, catalogue: Catalogue) -> Sheet:
    text = catalogue.text
    columns = [
        Column(text("scan.file"), 44),
        Column(text("scan.outcome"), 24),
        Column(text("label.processing"), 18),
        Column(text("label.kind"), 28),
        Column(text("label.language"), 13),
        Column(" + ".join(text(f"verdict.{status}") for status in _ALARMING), 15),
        Column(text("verdict.partial"), 12),
        *(Column(f"{text(f'mention.{mention}')}\n{mention_reference(mention, catalogue)}", 22) for mention in MENTIONS),
    ]
    bands = [(text("scan.contracts"), 7), *((text(f"group.{group.key}"), len(group.mentions)) for group in GROUPS)]
    return book.sheet(text("scan.contracts"), columns, bands=bands)


def _contract_row(contract: Contract, catalogue: Catalogue) -> list[Value]:
    standing = contract.standing
    status = STANDING_STATUS[standing]
    quiet = standing in _UNLISTED
    return [
        Cell(flowed(contract.name), Look.STRONG),
        status_cell(status, catalogue.text(f"outcome.{standing}")),
        processing_word(contract, catalogue),
        catalogue.text(f"kind.{contract.kind}"),
        catalogue.language_name(contract.language),
        None if quiet else sum(status in _ALARMING for status in contract.statuses),
        None if quiet else sum(status is Status.PARTIAL for status in contract.statuses),
        *(status_cell(one, catalogue.text(f"verdict.{one}"), quiet=quiet) for one in contract.statuses),
    ]


def _evidence_sheet(book: Spreadsheet, catalogue: Catalogue) -> Sheet:
    text = catalogue.text
    columns = [
        Column(text("scan.file"), 36),
        Column(text("scan.mention"), 34),
        Column(text("title.basis"), 22),
        Column(text("scan.verdict"), 18),
        Column(text("scan.quote"), 90),
        Column(text("scan.page"), 8),
        Column(text("scan.clause"), 18),
        Column(text("scan.against"), 10),
        Column(text("scan.reason"), 60),
    ]
    return book.sheet(text("scan.evidence"), columns)


def _evidence_rows(contract: Contract, report: Report, catalogue: Catalogue) -> Iterator[list[Value]]:
    """Yield a row for each quote, and one for each finding without any."""
    for finding in report.findings:
        if not finding.evidence:
            yield _evidence_row(contract, finding, None, catalogue)
        for evidence in sorted(finding.evidence, key=lambda item: item.against):
            yield _evidence_row(contract, finding, evidence, catalogue)


def _evidence_row(contract: Contract, finding: Finding, evidence: Evidence | None, catalogue: Catalogue) -> list[Value]:
    entry = build_entry(finding, catalogue)
    why = [part for part in (entry.lacking, entry.reason, entry.pending) if part]
    row: list[Value] = [
        Cell(flowed(contract.name), Look.WRAPPED),
        Cell(entry.title, Look.WRAPPED),
        entry.reference,
        status_cell(entry.status, entry.word),
    ]
    if evidence is None:
        row += [None, None, None, None]
    else:
        against = catalogue.text("scan.yes") if evidence.against else None
        clause = evidence.clause or evidence.by_reference
        row += [Cell(flowed(evidence.quote), Look.WRAPPED), evidence.page, clause, against]
    return [*row, Cell(" · ".join(why), Look.WRAPPED)]


def _failure_sheet(book: Spreadsheet, catalogue: Catalogue) -> Sheet:
    text = catalogue.text
    columns = [Column(text("scan.file"), 60), Column(text("scan.reason"), 60), Column(text("scan.details"), 90)]
    return book.sheet(text("scan.not_examined"), columns)


def _failure_row(contract: Contract, catalogue: Catalogue) -> list[Value]:
    sentence = failure_sentence(contract.failure or "", catalogue)
    return [
        Cell(flowed(contract.name), Look.STRONG),
        Cell(sentence, Look.WRAPPED),
        Cell(flowed(contract.error), Look.WRAPPED),
    ]
