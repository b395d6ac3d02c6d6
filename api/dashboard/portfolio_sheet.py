"""The portfolio as a workbook and as CSV, in the words of who asks; nothing of it is written to a disk."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.dashboard.language import Tongue
from api.dashboard.wording import N_, REVIEW_STATES, STATES
from api.moment import written
from api.service.export import Listing
from api.service.portfolio import Row
from api.store.verdicts import LACKING
from dpa_checker.model import Processing
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.groups import GROUPS, MENTIONS
from dpa_checker.report.index_view import mention_reference
from dpa_checker.report.render_csv import write_rows
from dpa_checker.report.render_xlsx import Cell, Column, Look, Spreadsheet, Value, status_cell, write_spreadsheet
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status

_DAY: Final = len("2026-03-02")


@dataclass(frozen=True, slots=True)
class About:
    """What a workbook says of itself: the workspace, when it was made, and what it was narrowed to, in words."""

    workspace: str
    made: int
    narrowed: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """A column before those of the mentions."""

    title: str
    width: float
    value: Callable[[Row], str | int | None]
    look: Look = Look.TEXT


def write_xlsx(listing: Listing, about: About, tongue: Tongue, catalogue: Catalogue) -> bytes:
    """Return the workbook: contracts by mentions in the colours of the verdicts, and what it was made of."""
    target = io.BytesIO()
    # Without a folder for what waits: names of contracts must not lie on a disk in clear.
    with write_spreadsheet(target, title=about.workspace, scratch=None) as book:
        _write_contracts(book, listing, tongue, catalogue)
        _write_about(book, len(listing.rows), about, tongue, catalogue)
    return target.getvalue()


def write_csv(listing: Listing, tongue: Tongue, catalogue: Catalogue) -> bytes:
    """Return a row for each contract, with a column for the verdict on each mention."""
    fields = _fields(listing, tongue, catalogue)
    words = {str(status): catalogue.text(f"verdict.{status}") for status in Status}
    header = [field.title for field in fields] + [catalogue.text(f"mention.{mention}") for mention in MENTIONS]

    def rows() -> Iterator[list[str | int | None]]:
        for row in listing.rows:
            verdicts = (row.verdicts.get(mention) for mention in MENTIONS)
            yield [*(field.value(row) for field in fields), *(words.get(one or "", "") for one in verdicts)]

    target = io.StringIO(newline="")
    write_rows(target, header, rows())
    return target.getvalue().encode("utf-8-sig", "backslashreplace")


def _write_contracts(book: Spreadsheet, listing: Listing, tongue: Tongue, catalogue: Catalogue) -> None:
    text = catalogue.text
    fields = _fields(listing, tongue, catalogue)
    columns = [Column(field.title, field.width) for field in fields]
    columns += [
        Column(f"{text(f'mention.{mention}')}\n{mention_reference(mention, catalogue)}", 22) for mention in MENTIONS
    ]
    bands = [
        (text("scan.contracts"), len(fields)),
        *((text(f"group.{group.key}"), len(group.mentions)) for group in GROUPS),
    ]
    sheet = book.sheet(text("scan.contracts"), columns, bands=bands)
    shown, quiet = (
        {str(one): status_cell(one, text(f"verdict.{one}"), quiet=still) for one in Status} for still in (False, True)
    )
    for row in listing.rows:
        cells = shown if _counts(row) else quiet
        about: list[Value] = [
            value if field.look is Look.TEXT else Cell(value, field.look)
            for field in fields
            for value in (field.value(row),)
        ]
        sheet.append([*about, *(cells[row.verdicts[one]] if one in row.verdicts else None for one in MENTIONS)])


def _write_about(book: Spreadsheet, number: int, about: About, tongue: Tongue, catalogue: Catalogue) -> None:
    sheet = book.sheet(catalogue.text("label.summary"), [Column("", 34), Column("", 90)], header=False)
    sheet.append([Cell(about.workspace, Look.TITLE)])
    sheet.append([Cell(tongue.moment(about.made), Look.NOTE)])
    sheet.append([])
    sheet.append([catalogue.text("scan.contracts"), Cell(tongue.number(number), Look.WRAPPED)])
    for label, word in about.narrowed:
        sheet.append([label, Cell(word, Look.WRAPPED)])
    sheet.append([])
    for name in ("words", "said"):
        sheet.append([Cell(catalogue.text(f"disclaimer.{name}"), Look.NOTE)])


def _fields(listing: Listing, tongue: Tongue, catalogue: Catalogue) -> list[_Field]:
    text, said = catalogue.text, tongue.text
    review_states = {state: said(word) for state, word in REVIEW_STATES.items()}
    states = {state: said(word) for state, word in STATES.items()}
    return [
        _Field(said(N_("Contract")), 44, lambda row: flowed(row.contract.names.name), Look.STRONG),
        _Field(text("letter.counterparty"), 26, lambda row: flowed(row.contract.names.counterparty or "")),
        _Field(text("letter.reference"), 18, lambda row: flowed(row.contract.names.reference or "")),
        _Field(said(N_("Review")), 16, lambda row: review_states[row.contract.review_state]),
        _Field(said(N_("Assigned to")), 18, lambda row: listing.people.get(row.contract.assigned_to or "", "")),
        _Field(said(N_("Examination")), 16, lambda row: states[row.contract.state]),
        _Field(text("label.processing"), 18, lambda row: _word("processing", row.contract.processing, catalogue)),
        _Field(text("label.kind"), 28, lambda row: _word("kind", row.contract.kind, catalogue)),
        _Field(text("label.language"), 13, lambda row: _language(row.contract.language, catalogue)),
        _Field(said(N_("Uploaded")), 12, lambda row: (written(row.contract.created) or "")[:_DAY]),
        _Field(said(N_("Version")), 9, lambda row: row.contract.number),
        _Field(" + ".join(text(f"verdict.{one}") for one in LACKING), 15, lambda row: _number(row, *LACKING)),
        _Field(text("verdict.partial"), 12, lambda row: _number(row, Status.PARTIAL)),
    ]


def _word(kind: str, code: str | None, catalogue: Catalogue) -> str:
    return catalogue.text(f"{kind}.{code}") if code else ""


def _language(code: str | None, catalogue: Catalogue) -> str:
    return catalogue.language_name(code) if code else ""


def _counts(row: Row) -> bool:
    """Tell whether the verdicts on a contract are of any weight: processing is in question, or may be."""
    return row.contract.processing != Processing.NO


def _number(row: Row, *statuses: str) -> int | None:
    """Return how many mentions have one of the statuses, None where none of them is wanted."""
    if not row.verdicts or not _counts(row):
        return None
    return sum(status in statuses for status in row.verdicts.values())
