"""The report with what reviewers have decided, to send (PDF, DOCX) and to work with (HTML, XLSX); in memory only."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.errors import Problem
from api.moment import SECOND
from api.service.caller import Caller
from api.service.contracts import contract_key, no_report, open_contract, open_report, require_contract
from api.service.core import Core
from api.service.review import Event, Position, Sheet, open_events, open_sheet
from api.store import contract as contracts
from api.store import review as reviews
from api.store.audit import Entry
from api.store.review import Decision, EventKind
from dpa_checker.errors import DpaCheckerError
from dpa_checker.model import Report, Verdict
from dpa_checker.report.letter import Letter, LetterOptions, Remark, Review, build_letter, render_docx, render_pdf
from dpa_checker.report.letter.arrangement import find_party
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.reviewed import render_reviewed_html, review_report, write_reviewed_xlsx

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_RENDERERS: Final = {"pdf": render_pdf, "docx": render_docx}
#: Comments of one finding go in as far as this.
_MOST_EVENTS: Final = 2_000
_ROLES: Final = ("controller", "processor")


@dataclass(frozen=True, slots=True)
class Preview:
    """What the report to be sent will say, and the ``parties`` by role as they were found, whatever they are called."""

    letter: Letter
    parties: Mapping[str, str]


def read_letter(core: Core, caller: Caller, contract_id: str, chosen: str, options: LetterOptions) -> bytes:
    """Return the report on a contract to be sent, in the format ``pdf`` or ``docx``.

    Names of document, counterparty and reference are those of the contract.  A decision that is to be confirmed again
    does not count.
    """
    gathered = _gather(core, Entry("report-read", caller.account_id, contract_id), caller, options)
    try:
        return _RENDERERS[chosen](*gathered)
    except DpaCheckerError as error:
        raise Problem(500, "not-rendered", "The report could not be laid out in this format.") from error


def read_reviewed(core: Core, caller: Caller, contract_id: str, chosen: str, options: LetterOptions) -> bytes:
    """Return the report on a contract with the verdicts of its reviewers, in the format ``html`` or ``xlsx``.

    A decision that is to be confirmed again does not count.
    """
    report, named, found = _gather(core, Entry("report-read", caller.account_id, contract_id), caller, options)
    reviewed = review_report(report, found, named, language=options.language)
    if chosen == "html":
        return render_reviewed_html(reviewed).encode("utf-8", "replace")
    target = io.BytesIO()
    write_reviewed_xlsx(reviewed, target)
    return target.getvalue()


def preview_letter(core: Core, caller: Caller, contract_id: str, options: LetterOptions) -> Preview:
    """Return what the report to be sent will say."""
    gathered = _gather(core, Entry("letter-preview", caller.account_id, contract_id), caller, options)
    parties = gathered[0].document.parties
    return Preview(build_letter(*gathered), {role: find_party(role, parties) for role in _ROLES})


def _gather(
    core: Core, entry: Entry, caller: Caller, options: LetterOptions
) -> tuple[Report, LetterOptions, list[Review]]:
    """Return the report of the contract that ``entry`` is about, options with its names, and its reviews."""
    contract_id = entry.subject
    with core.audited(entry) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        sealed = contracts.read_report(connection, contract_id)
        if sealed is None:
            raise no_report(contract.state)
        report = parse_json(open_report(key, contract_id, sealed))
        sheet = open_sheet(connection, contract, key)
        steps = reviews.list_events(connection, contract_id, before=None, limit=_MOST_EVENTS)
        said = open_events(connection, contract_id, key, [one for one in steps if one.kind is EventKind.COMMENT])
        names = open_contract(contract, key).names
    named = replace(
        options, document=names.name, counterparty=names.counterparty or "", reference=names.reference or ""
    )
    return report, named, _reviews(report, sheet, said)


def _reviews(report: Report, sheet: Sheet, said: list[Event]) -> list[Review]:
    """Return what people have decided and said, as letters want it."""
    conflicts = {finding.mention for finding in report.findings if finding.conflict}
    return [
        _review(position, position.mention in conflicts, [one for one in said if one.mention == position.mention])
        for position in sheet.positions
    ]


def _review(position: Position, conflict: bool, said: list[Event]) -> Review:
    """Return a position as a letter wants it; a confirmed conflict stays one."""
    review, decided = position.review, position.decided
    shown = Review(
        mention=position.mention,
        assigned_to=position.assigned_to.name if position.assigned_to else "",
        remarks=tuple(_remark(one) for one in reversed(said)),
    )
    if review.decision is None or review.to_confirm or decided is None:
        return shown
    return replace(
        shown,
        verdict=Verdict(position.effective),
        conflict=conflict and review.decision is Decision.CONFIRMED,
        reason=str(decided.content.get("reason", "")),
        note=str(decided.content.get("note") or ""),
        reviewer=decided.by.name if decided.by else "",
        date=_day(decided),
        machine_verdict=Verdict(position.machine),
    )


def _remark(said: Event) -> Remark:
    return Remark(str(said.content.get("text", "")), said.by.name if said.by else "", _day(said))


def _day(step: Event) -> datetime.date:
    return datetime.datetime.fromtimestamp(step.at / SECOND, datetime.UTC).date()
