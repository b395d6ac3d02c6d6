"""Contracts opened and sealed: submitting, listing, reading, changing and deleting them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.errors import KeyDestroyed, Problem, SealBroken, not_found
from api.secrecy.seal import fingerprint, seal, unseal
from api.service.caller import Caller
from api.service.core import Core
from api.service.upload import Upload, chunk_place
from api.store import contract as contracts
from api.store import job as jobs
from api.store.audit import Entry
from api.store.contract import ContractState, Filter, SealedContract

#: The names that are sealed, each with the keyed fingerprint by which it is found.
NAMES: Final = ("name", "counterparty", "reference")


@dataclass(frozen=True, slots=True)
class Names:
    """What a contract is called by people."""

    name: str
    counterparty: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class OpenContract:
    """A contract as its readers see it."""

    id: str
    workspace_id: str
    version: int
    state: ContractState
    size: int
    names: Names
    language: str | None
    kind: str | None
    processing: str | None
    created: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """An accepted contract and its job; ``repeated`` when an earlier request had done it."""

    contract_id: str
    job_id: str
    repeated: bool = False


def workspace_key(core: Core, workspace_id: str) -> bytes:
    """Return the key of a workspace's fingerprints."""
    return core.keys.ensure(f"workspace/{workspace_id}")


def key_owner(contract_id: str) -> str:
    """Return how the key store names the key of a contract."""
    return f"contract/{contract_id}"


def submit(
    core: Core,
    caller: Caller,
    workspace_id: str,
    upload: Upload,
    names: Names,
    *,
    language: str | None,
    idempotency_key: str | None,
) -> Submitted:
    """Keep an upload and queue its job; when this returns, both are durable."""
    key = workspace_key(core, workspace_id)
    content_mark = upload.finish()
    if upload.size == 0:
        raise Problem(422, "empty-file", "The file is empty.")
    request = "\0".join((content_mark, workspace_id, names.name, names.counterparty or "", names.reference or ""))
    request_mark = fingerprint(key, f"{request}\0{language or ''}", purpose="request")
    key_mark = fingerprint(key, f"{caller.account_id}\0{idempotency_key}", purpose="key") if idempotency_key else None
    if key_mark and (earlier := _repeated(core, key_mark, request_mark)):
        return earlier
    values = {"id": upload.contract_id, "workspace_id": workspace_id, "size": upload.size}
    values |= {"content_mark": content_mark, "asked_language": language}
    sealed = _seal_names(upload.key, key, upload.contract_id, names)
    core.keys.put(key_owner(upload.contract_id), upload.key)
    try:
        with core.audited(Entry("contract-upload", caller.account_id, upload.contract_id)) as connection:
            contracts.add_contract(connection, values | sealed, upload.chunks())
            job = jobs.add_job(connection, contract_id=upload.contract_id, workspace_id=workspace_id)
            if key_mark:
                contracts.keep_repeat(connection, key_mark, request_mark, upload.contract_id, job)
    except IntegrityError:
        _drop_key(core, upload.contract_id)
        if key_mark and (earlier := _repeated(core, key_mark, request_mark)):
            return earlier
        raise
    except BaseException:
        _drop_key(core, upload.contract_id)
        raise
    return Submitted(upload.contract_id, job)


def _drop_key(core: Core, contract_id: str) -> None:
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
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another upload.")
    return Submitted(earlier[1], earlier[2], repeated=True)


def list_contracts(
    core: Core, caller: Caller, workspace_id: str, chosen: Filter, *, before: str | None, limit: int
) -> tuple[list[OpenContract], str | None]:
    """Return contracts of a workspace, newest first, and the id after which more follow.

    One whose key is gone is left out: it was deleted, and came back with a backup.
    """
    with core.audited(Entry("contract-list", caller.account_id, workspace_id)) as connection:
        found = contracts.list_contracts(connection, workspace_id, chosen, before=before, limit=limit + 1)
    shown = found[:limit]
    keys = core.keys.find(key_owner(contract.id) for contract in shown)
    opened = [_open(contract, keys[owner]) for contract in shown if (owner := key_owner(contract.id)) in keys]
    return opened, shown[-1].id if len(found) > limit else None


def name_filter(core: Core, workspace_id: str, chosen: Filter, names: Sequence[str | None]) -> Filter:
    """Return ``chosen`` narrowed to a name, counterparty and reference, in this order, by their fingerprints."""
    key = workspace_key(core, workspace_id)
    marks = {
        f"{field}_mark": fingerprint(key, name, purpose=field)
        for field, name in zip(NAMES, names, strict=True)
        if name is not None
    }
    plain = {field: getattr(chosen, field) for field in Filter.__dataclass_fields__}
    return Filter(**plain | marks)


def require_contract(connection: Connection, caller: Caller, contract_id: str) -> SealedContract:
    """Return a contract of the caller's workspaces; raises the same for another's as for none."""
    contract = contracts.find_contract(connection, contract_id)
    if contract is None or contract.workspace_id not in caller.workspaces:
        raise not_found()
    return contract


def read_contract(core: Core, caller: Caller, contract_id: str) -> tuple[OpenContract, dict[str, str]]:
    """Return a contract with its verdicts by mention."""
    with core.audited(Entry("contract-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        verdicts = contracts.read_verdicts(connection, contract_id)
    return _open(contract, _key(core, contract_id)), verdicts


def read_report(core: Core, caller: Caller, contract_id: str) -> str:
    """Return the JSON of a contract's report; raises :class:`Problem` where there is none yet."""
    with core.audited(Entry("report-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        sealed = contracts.read_report(connection, contract_id)
    if sealed is None:
        state = {"state": str(contract.state)}
        raise Problem(409, "no-report", "There is no report on this contract.", fields=state)
    return open_report(_key(core, contract_id), contract_id, sealed)


def read_original(core: Core, caller: Caller, contract_id: str) -> tuple[bytes, str]:
    """Return the file as it was uploaded, and its name."""
    with core.audited(Entry("original-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = _key(core, contract_id)
        data = open_original(key, contract, contracts.read_chunks(connection, contract_id))
    return data, _open(contract, key).names.name


def change_names(
    core: Core, caller: Caller, contract_id: str, version: int | None, changes: dict[str, str | None]
) -> OpenContract:
    """Change counterparty or reference of a contract that is still at ``version`` (None: at any)."""
    with core.audited(Entry("contract-change", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = _key(core, contract_id)
        names = _open(contract, key).names
        kept = {"name": names.name, "counterparty": names.counterparty, "reference": names.reference}
        wanted = Names(**kept | changes)  # type: ignore[arg-type]  # the name itself is never None
        sealed = _seal_names(key, workspace_key(core, contract.workspace_id), contract_id, wanted)
        expected = contract.version if version is None else version
        if not contracts.change_contract(connection, contract_id, expected, sealed):
            raise Problem(412, "changed-meanwhile", "The contract was changed meanwhile. Read it again.")
        changed = require_contract(connection, caller, contract_id)
    return _open(changed, key)


def delete_contract(core: Core, caller: Caller, contract_id: str) -> None:
    """Delete a contract at once, its key first."""
    with core.database.read() as connection:
        contract = require_contract(connection, caller, contract_id)
    erase(core, contract_id, contract.workspace_id, cause="request", account_id=caller.account_id)


def erase(core: Core, contract_id: str, workspace_id: str, *, cause: str, account_id: str | None = None) -> None:
    """Hide a contract, destroy its key, then delete its rows; each step can be taken up where it was left."""
    with core.database.write() as connection:
        contracts.mark_deleting(connection, contract_id)
    core.keys.destroy(key_owner(contract_id))
    with core.audited(Entry("contract-delete", account_id, contract_id, cause)) as connection:
        contracts.delete_contract(connection, contract_id, workspace_id, cause=cause, account_id=account_id)


def seal_report(key: bytes, contract_id: str, report: str) -> bytes:
    """Return the JSON of a report as it is kept."""
    return seal(key, zlib.compress(report.encode()), place=f"contract/{contract_id}/report")


def open_report(key: bytes, contract_id: str, sealed: bytes) -> str:
    """Return the JSON of a kept report."""
    return zlib.decompress(unseal(key, sealed, place=f"contract/{contract_id}/report")).decode()


def open_original(key: bytes, contract: SealedContract, sealed: Iterable[bytes]) -> bytes:
    """Return an original of its sealed pieces; raises :class:`SealBroken` when one is lacking."""
    pieces = [unseal(key, chunk, place=chunk_place(contract.id, number)) for number, chunk in enumerate(sealed)]
    data = b"".join(pieces)
    if len(data) != contract.size:
        raise SealBroken("An original is not as long as it was.")
    return data


def open_name(key: bytes, contract: SealedContract) -> str:
    """Return the name of a contract's file."""
    return _open(contract, key).names.name


def _key(core: Core, contract_id: str) -> bytes:
    try:
        return core.keys.get(key_owner(contract_id))
    except KeyDestroyed as error:
        raise not_found() from error


def _seal_names(key: bytes, marking: bytes, contract_id: str, names: Names) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in NAMES:
        name = getattr(names, field)
        place = f"contract/{contract_id}/{field}"
        values[f"{field}_sealed"] = None if name is None else seal(key, name.encode(), place=place)
        values[f"{field}_mark"] = None if name is None else fingerprint(marking, name, purpose=field)
    return values


def _open(contract: SealedContract, key: bytes) -> OpenContract:
    opened = {
        field: unseal(key, sealed, place=f"contract/{contract.id}/{field}").decode()
        for field in NAMES
        if (sealed := getattr(contract, f"{field}_sealed")) is not None
    }
    return OpenContract(
        id=contract.id,
        workspace_id=contract.workspace_id,
        version=contract.version,
        state=contract.state,
        size=contract.size,
        names=Names(**opened),
        language=contract.language,
        kind=contract.kind,
        processing=contract.processing,
        created=contract.created,
    )
