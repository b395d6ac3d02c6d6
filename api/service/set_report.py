"""What the contracts of a set say together: judged when it is read, by the program or as reviewed, and never kept."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.service.caller import Caller
from api.service.contract_set import OpenSet, open_set, require_set, set_key
from api.service.contracts import OpenContract, key_owner, open_contract, open_links, open_report
from api.service.core import Core
from api.store import contract as contracts
from api.store import job as jobs
from api.store import review as reviews
from api.store import set_listing as listing
from api.store.audit import Entry
from api.store.contract import ContractState, SealedContract
from api.store.review import Decision
from dpa_checker.errors import DpaCheckerError
from dpa_checker.library import load_library
from dpa_checker.model import DocumentKind, Party, Processing, Report, Verdict
from dpa_checker.report.letter import LetterOptions, Review
from dpa_checker.report.letter.reviewed import apply_reviews, without_editors
from dpa_checker.report.letter.set_arrangement import render_set_docx, render_set_pdf
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.set_html import render_set_html
from dpa_checker.report.set_json import render_set_json
from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_xlsx import write_set_xlsx
from dpa_checker.sets.judge import judge_set
from dpa_checker.sets.links import Links
from dpa_checker.sets.member import Member
from dpa_checker.version import ENGINE_VERSION

#: To be sent: without what the files tell of those who worked on them.
_SENT: Final = {"pdf": render_set_pdf, "docx": render_set_docx}
#: Parts of the name of a set, or of who is on the other side, that a letter names at most.
_MOST_NAMES: Final = 3


@dataclass(frozen=True, slots=True)
class SetDossier:
    """A set with its contracts, as they are called in its report, and the report.

    ``waiting`` are contracts that are still to be examined; until they are there is no report.
    """

    opened: OpenSet
    contracts: tuple[OpenContract, ...]
    names: tuple[str, ...]
    waiting: tuple[str, ...]
    report: SetReport | None
    parties: tuple[Party, ...]

    def contract(self, name: str) -> OpenContract | None:
        """Return the contract that the report calls ``name``."""
        found = (one for one, called in zip(self.contracts, self.names, strict=True) if called == name)
        return next(found, None)


def read_set_report(core: Core, caller: Caller, set_id: str, *, reviewed: bool = False) -> SetReport:
    """Return the report on the contracts of a set together, in their latest versions.

    One that could not be examined is listed in it; raises :class:`Problem` while one is still to be.
    """
    return _require_report(_read(core, Entry("set-report-read", caller.account_id, set_id), caller, reviewed=reviewed))


def read_set_dossier(core: Core, caller: Caller, set_id: str) -> SetDossier:
    """Return a set with all that is known of it, as reviewed; without a report where one is still to be examined."""
    return _read(core, Entry("set-dossier-read", caller.account_id, set_id), caller, reviewed=True)


def count_examined(core: Core, caller: Caller, set_id: str) -> tuple[int, int]:
    """Return how many contracts of a set are examined, or will not be, and how many it has."""
    with core.database.read() as connection:
        require_set(connection, caller, set_id)
        rows = [row for _, row in listing.list_latest(connection, [set_id])]
    return sum(row.state is not ContractState.WAITING for row in rows), len(rows)


def render_set(
    core: Core, caller: Caller, set_id: str, chosen: str, options: LetterOptions, *, reviewed: bool
) -> bytes:
    """Return the report on a set as ``json``, ``html``, ``xlsx``, or as ``pdf`` or ``docx`` to be sent.

    A letter has the name of the set, and who is on the other side by its contracts.  Nothing is written to a disk.
    """
    dossier = _read(
        core, Entry("set-report-read", caller.account_id, set_id), caller, reviewed=reviewed, to_send=chosen in _SENT
    )
    report = _require_report(dossier)
    if chosen == "json":
        return render_set_json(report, indent=None).encode()
    if chosen == "html":
        return render_set_html(report, language=options.language).encode("utf-8", "replace")
    if chosen == "xlsx":
        target = io.BytesIO()
        write_set_xlsx(report, target, language=options.language)
        return target.getvalue()
    try:
        return _SENT[chosen](report, _named(options, dossier), dossier.parties)
    except DpaCheckerError as error:
        raise Problem(500, "not-rendered", "The report could not be laid out in this format.") from error


def _require_report(dossier: SetDossier) -> SetReport:
    if dossier.report is None:
        waiting = list(dossier.waiting)
        raise Problem(409, "no-report", "Not all contracts of the set are examined.", fields={"waiting": waiting})
    return dossier.report


def _read(core: Core, entry: Entry, caller: Caller, *, reviewed: bool, to_send: bool = False) -> SetDossier:
    """Return the set that ``entry`` is about."""
    with core.audited(entry) as connection:
        found = require_set(connection, caller, entry.subject)
        opened = open_set(connection, found, set_key(core, found.id))
        rows = [row for _, row in listing.list_latest(connection, [found.id])]
        keys = core.keys.find(key_owner(row.id) for row in rows)
        there = [row for row in rows if key_owner(row.id) in keys]
        known = tuple(open_contract(row, keys[key_owner(row.id)]) for row in there)
        names = tuple(_shown(known))
        waiting = tuple(row.id for row in there if row.state is ContractState.WAITING)
        dossier = SetDossier(opened, known, names, waiting, None, ())
        if waiting:
            return dossier
        members = [
            _member(connection, row, keys[key_owner(row.id)], shown, reviewed=reviewed, to_send=to_send)
            for row, shown in zip(there, names, strict=True)
        ]
    version = load_library().version
    report = judge_set(members, name=opened.name, engine_version=ENGINE_VERSION, library_version=version)
    return replace(dossier, report=report, parties=_list_parties(members))


def _member(
    connection: Connection, contract: SealedContract, key: bytes, shown: str, *, reviewed: bool, to_send: bool
) -> Member:
    sealed = contracts.read_report(connection, contract.id)
    if sealed is None:
        job = jobs.last_job(connection, contract.id)
        code = job.error_code if job and job.error_code else "document-error"
        return Member(shown, error_code=code, error="The file could not be examined.")
    report = parse_json(open_report(key, contract.id, sealed))
    report = replace(report, document=replace(report.document, name=shown))
    if to_send:
        report = without_editors(report)
    if reviewed:
        report = apply_reviews(report, _decided(connection, contract.id, report))
    links = Links.from_json(open_links(key, contract.id, contracts.read_links(connection, contract.id)))
    return Member(shown, report, links, sha256=report.document.sha256)


def _decided(connection: Connection, contract_id: str, report: Report) -> dict[str, Review]:
    """Return the decisions that hold; a confirmed conflict stays one."""
    conflicts = {finding.mention for finding in report.findings if finding.conflict}
    decided = {}
    for mention, review in reviews.list_reviews(connection, contract_id).items():
        if review.decision is None or review.verdict is None or review.to_confirm:
            continue
        conflict = mention in conflicts and review.decision is Decision.CONFIRMED
        decided[mention] = Review(mention=mention, verdict=Verdict(review.verdict), conflict=conflict)
    return decided


def _list_parties(members: Sequence[Member]) -> tuple[Party, ...]:
    """Return the parties, those of data agreements first, without those of documents that govern no processing."""
    summaries = [one.report.document for one in members if one.report]
    governing = [one for one in summaries if one.assessment.processing is not Processing.NO]
    governing.sort(key=lambda one: one.kind is not DocumentKind.DPA)
    return tuple(party for one in governing for party in one.parties)


def _shown(opened: Sequence[OpenContract]) -> list[str]:
    """Return a name for each contract: that of its file, with a number where several have the same."""
    names = [contract.names.name for contract in opened]
    seen: Counter[str] = Counter()
    shown = []
    for name in names:
        seen[name] += 1
        shown.append(name if names.count(name) == 1 else f"{name} ({seen[name]})")
    return shown


def _named(options: LetterOptions, dossier: SetDossier) -> LetterOptions:
    """Return options with the names that the set and its contracts have."""
    names = [one.names for one in dossier.contracts]
    return replace(
        options,
        document=dossier.opened.name,
        counterparty=_joined([one.counterparty for one in names]),
        reference=_joined([one.reference for one in names]),
    )


def _joined(names: Sequence[str | None]) -> str:
    """Return the names that contracts have, each once; none where they have many."""
    found = dict.fromkeys(name for name in names if name)
    return ", ".join(found) if len(found) <= _MOST_NAMES else ""
