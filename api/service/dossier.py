"""All that a reviewer has before them of one contract, opened together and noted once."""

from __future__ import annotations

from dataclasses import dataclass

from api.service.caller import Caller
from api.service.contract_set import OpenSet, list_sets_of
from api.service.contracts import (
    OpenContract,
    contract_key,
    open_contract,
    open_contracts,
    open_report,
    require_contract,
)
from api.service.core import Core
from api.service.review import Event, Person, Sheet, open_events, open_sheet
from api.store import contract as contracts
from api.store import job as jobs
from api.store import review as reviews
from api.store.audit import Entry
from api.store.job import Job
from dpa_checker.model import Report
from dpa_checker.report.parse_json import parse_json


@dataclass(frozen=True, slots=True)
class Dossier:
    """A contract with its report, where its findings stand, its history (newest first), versions, sets, newest job.

    ``earlier`` is the number below which more steps of the history follow, ``remarks`` all comments on findings.
    """

    contract: OpenContract
    report: Report | None
    sheet: Sheet
    history: tuple[Event, ...]
    earlier: int | None
    remarks: tuple[Event, ...]
    versions: tuple[OpenContract, ...]
    sets: tuple[OpenSet, ...]
    members: tuple[Person, ...]
    job: Job | None


def read_dossier(core: Core, caller: Caller, contract_id: str, *, events: int) -> Dossier:
    """Return what there is of a contract, with so many steps of its history."""
    with core.audited(Entry("dossier-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        sealed = contracts.read_report(connection, contract_id)
        steps = reviews.list_events(connection, contract_id, before=None, limit=events + 1)
        remarks = reviews.list_remarks(connection, contract_id)
        members = reviews.list_members(connection, contract.workspace_id)
        return Dossier(
            contract=open_contract(contract, key),
            report=None if sealed is None else parse_json(open_report(key, contract_id, sealed)),
            sheet=open_sheet(connection, contract, key),
            history=tuple(open_events(connection, contract_id, key, steps[:events])),
            earlier=steps[events - 1].number if len(steps) > events else None,
            remarks=tuple(open_events(connection, contract_id, key, remarks)),
            versions=tuple(open_contracts(core, reversed(contracts.list_series(connection, contract)))),
            sets=tuple(list_sets_of(connection, core, contract)),
            members=tuple(Person(*one) for one in members.items()),
            job=jobs.last_job(connection, contract_id),
        )
