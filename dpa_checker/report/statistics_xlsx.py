"""The statistics of an archive as a workbook: a summary, the mentions, and a sheet for each dimension."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.render_xlsx import Cell, Column, Look, Spreadsheet, Value, write_spreadsheet
from dpa_checker.report.statistics_model import Statistics
from dpa_checker.report.statistics_view import DimensionView, StatisticsView, build_statistics_view


def write_statistics_xlsx(statistics: Statistics, target: IO[bytes], *, language: str, scratch: Path) -> None:
    """Write the workbook to ``target``; rows wait in temporary files in ``scratch``."""
    view = build_statistics_view(statistics, language=language, most_rows=None)
    with write_spreadsheet(target, title=view.catalogue.text("statistics.title"), scratch=scratch) as book:
        _write_summary(book, view)
        _write_mentions(book, view)
        for dimension in view.dimensions:
            _write_dimension(book, dimension, view)


def _write_summary(book: Spreadsheet, view: StatisticsView) -> None:
    text, total = view.catalogue.text, view.statistics.total
    sheet = book.sheet(text("label.summary"), [Column("", 60), Column("", 16)], header=False)
    numbers = (
        total.silent.contracts,
        total.stated.contracts,
        total.both.complete,
        total.both.contracts,
        view.statistics.left_out,
        view.statistics.not_examined,
        view.statistics.files,
    )
    rows: list[list[Value]] = [
        [Cell(f"{text('statistics.title')} · {text('title.basis')}", Look.TITLE)],
        [],
        [Cell(view.headline, Look.WRAPPED)],
        [],
    ]
    rows += [[fact.label, number] for fact, number in zip(view.figures, numbers, strict=True)]
    rows += [[text("statistics.mean"), Cell(total.both.mean_share(), Look.SHARE)], []]
    notes = [*view.sources, text("disclaimer.words"), text("disclaimer.said")]
    notes.append(view.catalogue.labelled(text("label.engine"), view.statistics.engine_version))
    notes.append(view.catalogue.labelled(text("label.library"), view.statistics.library_version))
    rows += [[Cell(line, Look.WRAPPED)] for line in notes]
    for row in rows:
        sheet.append(row)


def _write_mentions(book: Spreadsheet, view: StatisticsView) -> None:
    text, total = view.catalogue.text, view.statistics.total
    titles = [text("statistics.silent"), text("statistics.stated"), text("statistics.both")]
    sheet = book.sheet(
        text("label.mentions"),
        [Column(text("scan.mention"), 48), Column(text("title.basis"), 22), *(Column(title, 15) for title in titles)]
        + [Column(f"{title} · {text('scan.number')}", 15) for title in titles],
    )
    blocks = (total.silent, total.stated, total.both)
    for _, rows in view.mentions:
        for row in rows:
            place = MENTIONS.index(row.mention)
            shares = [Cell(share, Look.SHARE) for share in (row.silent, row.stated, row.both)]
            sheet.append([row.title, row.reference, *shares, *(block.said[place] for block in blocks)])


def _write_dimension(book: Spreadsheet, dimension: DimensionView, view: StatisticsView) -> None:
    text = view.catalogue.text
    about = ("in_question", "silent", "stated", "complete", "mean")
    columns = [Column(dimension.title, 40), *(Column(text(f"statistics.{key}"), 13) for key in about)]
    columns += [Column(text(f"mention.{mention}"), 13) for mention in MENTIONS]
    bands = [
        ("", len(about) + 1),
        *((title, len(group.mentions)) for (_, title), group in zip(view.groups, GROUPS, strict=True)),
    ]
    sheet = book.sheet(dimension.title, columns, bands=bands)
    for row in dimension.slices:
        both = row.piece.both
        shares = [Cell(both.share(mention), Look.SHARE) for mention in MENTIONS]
        numbers: list[Value] = [both.contracts, row.piece.silent.contracts, row.piece.stated.contracts, row.complete]
        sheet.append([Cell(row.title, Look.STRONG), *numbers, Cell(row.mean, Look.SHARE), *shares])
