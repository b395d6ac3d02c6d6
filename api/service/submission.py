"""An upload becomes a contract with a job; it may be a new version of a contract, and join a set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.errors import Problem
from api.secrecy.seal import fingerprint
from api.service.caller import Caller, Permission
from api.service.contract_set import join_set
from api.service.contracts import (
    Names,
    contract_key,
    key_owner,
    open_contract,
    require_contract,
    require_marking,
    seal_names,
    superseded,
)
from api.service.core import Core
from api.service.standing import require_standing
from api.service.upload import Upload
from api.store import contract as contracts
from api.store import job as jobs
from api.store.audit import Entry
from api.store.contract import SealedContract
from api.store.job import Job
from api.store.marking import share_workspaces


@dataclass(frozen=True, slots=True)
class Submission:
    """What is said of an upload: ``replaces`` is the contract of which it is a new version, ``set_id`` where it goes.

    Counterparty and reference of a new version are those of the one before, where nothing else is said.
    """

    workspace_id: str
    names: Names
    language: str | None = None
    replaces: str | None = None
    set_id: str | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """An accepted contract and its job; ``repeated`` when an earlier request had done it."""

    contract_id: str
    job_id: str
    repeated: bool = False


def submit(core: Core, caller: Caller, upload: Upload, asked: Submission, *, idempotency_key: str | None) -> Submitted:
    """Keep an upload and queue its job; when this returns, both are durable.

    Files take their time to come: who is no more let in by then is refused, and nothing is kept.
    """
    key = upload.marking
    content_mark = upload.finish()
    if upload.size == 0:
        raise Problem(422, "empty-file", "The file is empty.")
    request_mark = _request_mark(key, content_mark, asked)
    key_mark = mark_key(key, caller, idempotency_key) if idempotency_key else None
    if key_mark and (earlier := _repeated(core, key_mark, request_mark)):
        return earlier
    names = _inherit(core, caller, asked)
    values = new_values(upload, key, content_mark, replace(asked, names=names))
    core.keys.put(key_owner(upload.contract_id), upload.key)
    try:
        with core.audited(Entry("contract-upload", caller.account_id, upload.contract_id)) as connection:
            require_standing(connection, caller, Permission.WRITE, asked.workspace_id)
            job = _keep(connection, core, caller, upload, asked, values)
            require_marking(core, asked.workspace_id, key)
            if key_mark:
                contracts.keep_repeat(connection, key_mark, request_mark, upload.contract_id, job)
    except IntegrityError:
        drop_key(core, upload.contract_id)
        if key_mark and (earlier := _repeated(core, key_mark, request_mark)):
            return earlier
        raise
    except BaseException:
        drop_key(core, upload.contract_id)
        raise
    return Submitted(upload.contract_id, job)


def examine_again(core: Core, caller: Caller, contract_id: str) -> tuple[Job, int]:
    """Queue the examination of a contract once more, or return the job that is under way; the report stays so long."""
    with core.audited(Entry("contract-examine", caller.account_id, contract_id)) as connection:
        contract = _hold_latest(connection, caller, contract_id)
        contract_key(core, contract_id)
        active = jobs.active_job(connection, contract_id)
        if active is None:
            job_id = jobs.add_job(connection, contract_id=contract_id, workspace_id=contract.workspace_id)
            contracts.await_examination(connection, contract_id)
            active = jobs.find_job(connection, job_id)
        assert active is not None
        return active, jobs.count_ahead(connection, active)


def new_values(upload: Upload, key: bytes, content_mark: str, asked: Submission) -> dict[str, Any]:
    """Return the columns of a new contract; ``key`` is that of its workspace."""
    values: dict[str, Any] = {"id": upload.contract_id, "workspace_id": asked.workspace_id, "size": upload.size}
    values |= {"content_mark": content_mark, "asked_language": asked.language}
    return values | seal_names(upload.key, key, upload.contract_id, asked.names)


def mark_key(key: bytes, caller: Caller, idempotency_key: str, number: int = 0) -> str:
    """Return by what a request with an Idempotency-Key is known, or one of its further files."""
    further = f"\0{number}" if number else ""
    return fingerprint(key, f"{caller.account_id}\0{idempotency_key}{further}", purpose="key")


def _keep(
    connection: Connection, core: Core, caller: Caller, upload: Upload, asked: Submission, values: dict[str, Any]
) -> str:
    """Keep the rows of an upload and return the id of its job."""
    series = upload.contract_id
    if asked.replaces is not None:
        before = _hold_latest(connection, caller, asked.replaces)
        series = before.series_id
        values |= {"series_id": series, "series_number": contracts.supersede(connection, before)}
        values |= {"assigned_to": before.assigned_to}
    contracts.add_contract(connection, values, upload.chunks())
    if asked.set_id is not None:
        join_set(connection, core, caller, asked.set_id, asked.workspace_id, series)
    return jobs.add_job(connection, contract_id=upload.contract_id, workspace_id=asked.workspace_id)


def _hold_latest(connection: Connection, caller: Caller, contract_id: str) -> SealedContract:
    """Return a contract, locked, that gets a job or a new version; raises :class:`Problem` when it has a later one."""
    share_workspaces(connection, [require_contract(connection, caller, contract_id).workspace_id])
    contract = require_contract(connection, caller, contract_id, lock=True)
    if not contract.latest:
        raise superseded(connection, contract)
    return contract


def _inherit(core: Core, caller: Caller, asked: Submission) -> Names:
    if asked.replaces is None:
        return asked.names
    with core.database.read() as connection:
        before = require_contract(connection, caller, asked.replaces)
    if before.workspace_id != asked.workspace_id:
        raise Problem(422, "another-workspace", "A new version belongs to the workspace of the contract.")
    known = open_contract(before, contract_key(core, before.id)).names
    return replace(
        asked.names,
        counterparty=asked.names.counterparty or known.counterparty,
        reference=asked.names.reference or known.reference,
    )


def _request_mark(key: bytes, content_mark: str, asked: Submission) -> str:
    names = asked.names
    parts = [content_mark, asked.workspace_id, names.name, names.counterparty, names.reference, asked.language]
    if asked.replaces or asked.set_id:
        parts += [asked.replaces, asked.set_id]
    return fingerprint(key, "\0".join(part or "" for part in parts), purpose="request")


def drop_key(core: Core, contract_id: str) -> None:
    """Destroy the key of a contract that was not kept; an error may come after it was."""
    with core.database.read() as connection:
        kept = contracts.find_contract(connection, contract_id)
    if kept is None:
        core.keys.destroy(key_owner(contract_id))


def _repeated(core: Core, key_mark: str, request_mark: str) -> Submitted | None:
    with core.database.read() as connection:
        earlier = contracts.find_repeat(connection, key_mark)
    if earlier is None:
        return None
    if earlier[0] != request_mark:
        raise key_reused()
    return Submitted(earlier[1], earlier[2], repeated=True)


def key_reused() -> Problem:
    """Return the answer to an Idempotency-Key that came with another upload before."""
    return Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another upload.")
