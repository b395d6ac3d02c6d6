"""The report on a set as its page shows it: documents, findings and quotes with the contracts that they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.service.contracts import OpenContract
from api.service.set_report import SetDossier
from dpa_checker.model import Evidence
from dpa_checker.report.set_model import SetFinding, SetReport
from dpa_checker.report.set_view import DocumentView, SetEntryView, SetView, build_set_view
from dpa_checker.report.view_model import EntryView, QuoteView, Status

#: What is still to be done, the gravest first.
_OPEN = (Status.CONFLICT, Status.CONTRADICTED, Status.MISSING, Status.PARTIAL, Status.NOT_EXAMINED)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the set as the report shows it, its contract, and how much of the 27 it says, in per cent."""

    view: DocumentView
    contract: OpenContract
    share: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What one document says of a mention, empty where it does not count; and its contract."""

    status: Status | None
    row: DocumentRow


@dataclass(frozen=True, slots=True)
class SetEntry:
    """A mention: quotes and precedence each with the contract in which they stand."""

    item: SetEntryView
    cells: tuple[Cell, ...]
    quotes: tuple[tuple[QuoteView, str], ...]
    precedence: tuple[tuple[QuoteView, str], ...]

    @property
    def entry(self) -> EntryView:
        """The mention as the report shows it."""
        return self.item.entry


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """A limb of Article 28(3) with its mentions."""

    key: str
    title: str
    reference: str
    entries: tuple[SetEntry, ...]


@dataclass(frozen=True, slots=True)
class SetPageView:
    """All that the page of a set shows of its report; ``columns`` are the documents that count."""

    view: SetView
    documents: tuple[DocumentRow, ...]
    columns: tuple[DocumentRow, ...]
    groups: tuple[EntryGroup, ...]

    @property
    def open_points(self) -> tuple[tuple[EntryView, ...], ...]:
        """The mentions that are not in order, by status, the gravest first."""
        entries = [one.entry for group in self.groups for one in group.entries]
        found = (tuple(entry for entry in entries if entry.status is status) for status in _OPEN)
        return tuple(one for one in found if one)

    @property
    def chosen(self) -> str:
        """The mention to begin with: the gravest that is open, else the first."""
        return self.open_points[0][0].mention if self.open_points else self.groups[0].entries[0].entry.mention


def build_set_page(dossier: SetDossier, report: SetReport, language: str) -> SetPageView:
    """Return the report on a set as its page shows it."""
    view = build_set_view(report, language=language)
    shown = zip(view.documents, dossier.contracts, report.documents, strict=True)
    documents = tuple(
        DocumentRow(one, contract, round(100 * sum(verdict == "present" for verdict in document.verdicts) / 27))
        for one, contract, document in shown
    )
    columns = tuple(row for row in documents if row.view.counts)
    places = _Places(dossier)
    groups = tuple(
        EntryGroup(
            group.key,
            group.title,
            group.reference,
            tuple(_entry(item, report.finding(item.entry.mention), columns, places) for item in group.entries),
        )
        for group in view.groups
    )
    return SetPageView(view, documents, columns, groups)


@dataclass(frozen=True, slots=True)
class _Places:
    """In which contract a quote stands."""

    dossier: SetDossier

    def find(self, evidence: Evidence | None) -> str:
        """Return the id of a contract, empty where it is not known; a quote of an attachment names both."""
        source = evidence.source_document if evidence else None
        if not source:
            return ""
        known = sorted(self.dossier.names, key=len, reverse=True)
        name = next((name for name in known if source == name or source.startswith(f"{name}: ")), "")
        contract = self.dossier.contract(name)
        return contract.id if contract else ""


def _entry(item: SetEntryView, found: SetFinding, columns: Sequence[DocumentRow], places: _Places) -> SetEntry:
    # As the report orders them; those of pending changes come behind and lead nowhere.
    ordered = sorted(found.finding.evidence, key=lambda one: one.against)
    ids = [places.find(evidence) for evidence in ordered]
    ids += [""] * (len(item.entry.quotes) - len(ids))
    settling = places.find(found.settled_by)
    return SetEntry(
        item=item,
        cells=tuple(Cell(item.cells[row.view.number - 1], row) for row in columns),
        quotes=tuple(zip(item.entry.quotes, ids, strict=False)),
        precedence=tuple((quote, settling) for quote in item.precedence),
    )
