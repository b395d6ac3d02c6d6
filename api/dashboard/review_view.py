"""The findings of a contract as a reviewer sees them: the machine's words beside what people have decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from api.dashboard.text_view import Mark, list_marks
from api.service.dossier import Dossier
from api.service.review import Event, Position
from api.store.review import Decision
from dpa_checker.model import Finding, Report, Verdict
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.entry import build_entry, reason_sentence, show_status
from dpa_checker.report.groups import GROUPS
from dpa_checker.report.legal import localise_reference
from dpa_checker.report.letter import LetterOptions, Review
from dpa_checker.report.letter.proposal import list_proposals
from dpa_checker.report.letter.reviewed import apply_reviews
from dpa_checker.report.summary import write_headline
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import EntryView, QuoteView, Status

_LACKING = frozenset({"missing", "partial", "contradicted"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause to propose, in the language of the contract."""

    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding: ``status`` is what holds, ``machine`` what the program found.

    Anchors go with the quotes; comments are newest first.
    """

    mention: str
    entry: EntryView
    position: Position
    status: Status
    word: str
    machine: Status
    reason: str
    quotes: tuple[tuple[QuoteView, str], ...]
    confidence: float
    clause: Clause | None
    comments: tuple[Event, ...]

    @property
    def seen(self) -> str:
        """By what is known whether somebody has decided on it since it was shown."""
        return f"{self.position.review.event or 0}.{self.position.machine}"

    @property
    def decided(self) -> bool:
        """Whether a decision holds."""
        return self.position.review.decision is not None and not self.position.review.to_confirm


@dataclass(frozen=True, slots=True)
class GroupOfFindings:
    """A limb of Article 28(3) with its findings."""

    key: str
    title: str
    reference: str
    findings: tuple[FindingView, ...]


def build_groups(dossier: Dossier, catalogue: Catalogue) -> tuple[GroupOfFindings, ...]:
    """Return the findings of a contract by limb; nothing where there is no report."""
    report = dossier.report
    if report is None:
        return ()
    positions = {position.mention: position for position in dossier.sheet.positions}
    clauses = _list_clauses(dossier, report, catalogue)
    anchors = {(mark.mention, mark.start, mark.end): mark for mark in list_marks(report)}
    groups = []
    for group in GROUPS:
        found = tuple(
            _build(report.finding(mention), positions[mention], dossier, catalogue, clauses, anchors)
            for mention in group.mentions
            if mention in positions
        )
        title = catalogue.text(f"group.{group.key}")
        if group.letter:
            title = f"{catalogue.text('legal.letter', letter=group.letter)} {title}"
        groups.append(GroupOfFindings(group.key, title, localise_reference(group.reference, catalogue), found))
    return tuple(groups)


def write_outcome(report: Report, groups: Iterable[GroupOfFindings], catalogue: Catalogue) -> str:
    """Return the outcome in a sentence, by what holds after reviews; as the letter says it."""
    held = {
        one.mention: Review(
            mention=one.mention,
            verdict=Verdict(one.position.effective),
            conflict=one.status is Status.CONFLICT,
        )
        for group in groups
        for one in group.findings
        if one.decided
    }
    return write_headline(apply_reviews(report, held), catalogue)


def _build(
    finding: Finding,
    position: Position,
    dossier: Dossier,
    catalogue: Catalogue,
    clauses: Mapping[str, Clause],
    anchors: Mapping[tuple[str, int, int], Mark],
) -> FindingView:
    machine, status = show_status(finding), _status(finding, position)
    entry = build_entry(finding, catalogue)
    places = {
        _flat(flowed(item.quote)): anchors[key].anchor
        for item in reversed(finding.evidence)
        if (key := (finding.mention, item.start, item.end)) in anchors
    }
    return FindingView(
        mention=finding.mention,
        entry=entry,
        position=position,
        status=status,
        word=catalogue.text(f"verdict.{status}"),
        machine=machine,
        reason=entry.reason or ("" if entry.lacking else reason_sentence(finding, catalogue)),
        quotes=tuple((quote, places.get(_flat(quote.text), "")) for quote in entry.quotes),
        confidence=finding.confidence,
        clause=clauses.get(finding.mention) if {str(status), str(machine)} & (_LACKING | {"conflict"}) else None,
        comments=tuple(event for event in dossier.remarks if event.mention == finding.mention),
    )


def _status(finding: Finding, position: Position) -> Status:
    """Return how the verdict that holds is shown; a conflict stays one until it is decided otherwise."""
    overridden = position.review.decision is Decision.OVERRIDDEN and not position.review.to_confirm
    return Status(position.effective) if overridden else show_status(finding)


def _flat(text: str) -> str:
    """Return the words of a text, however they are set."""
    return "".join(text.split()).casefold()


def _list_clauses(dossier: Dossier, report: Report, catalogue: Catalogue) -> dict[str, Clause]:
    """Return the model clause of each mention, with the parties' names in it."""
    lacking = tuple(replace(finding, verdict=Verdict.MISSING, conflict=False) for finding in report.findings)
    names = dossier.contract.names
    options = LetterOptions(language=catalogue.language, counterparty=names.counterparty or "")
    proposals = list_proposals(replace(report, findings=lacking), catalogue, options)
    if proposals is None:
        return {}
    return {one.mention: Clause(one.title, one.text, proposals.language) for one in proposals.clauses}
