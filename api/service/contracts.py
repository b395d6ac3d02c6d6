"""Contracts opened and sealed: reading, changing and deleting them."""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.errors import KeyDestroyed, Problem, SealBroken, not_found
from api.moment import now
from api.secrecy.seal import fingerprint, opener, seal, unseal
from api.service.caller import Caller
from api.service.core import Core
from api.service.upload import chunk_place
from api.store import contract as contracts
from api.store import contract_set as contract_sets
from api.store import job as jobs
from api.store.audit import Entry
from api.store.contract import Certificate, ContractState, ReviewState, SealedContract
from api.store.marking import share_workspaces

#: The names that are sealed, each with the keyed fingerprint by which it is found.
NAMES: Final = ("name", "counterparty", "reference")
_AT_ONCE: Final = {"Retry-After": "1"}


@dataclass(frozen=True, slots=True)
class Names:
    """What a contract is called by people."""

    name: str
    counterparty: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class OpenContract:
    """A contract as its readers see it; ``number`` is that of the version in its series."""

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
    series_id: str
    number: int
    latest: bool
    review_state: ReviewState
    assigned_to: str | None


def workspace_key(core: Core, workspace_id: str) -> bytes:
    """Return the key of a workspace's fingerprints; it may be exchanged at any time."""
    return core.keys.ensure(workspace_owner(workspace_id))


def workspace_owner(workspace_id: str) -> str:
    """Return how the key store names the key of a workspace."""
    return f"workspace/{workspace_id}"


def require_marking(core: Core, workspace_id: str, marking: bytes) -> None:
    """Raise :class:`Problem` where a contract, just kept, was marked with a key that the workspace has no more.

    Whoever exchanges the key waits for the transaction in which the contract is kept, or has ended before.
    """
    if not hmac.compare_digest(workspace_key(core, workspace_id), marking):
        raise Problem(503, "not-ready", "The key of the workspace was exchanged. Try again.", headers=_AT_ONCE)


def key_owner(contract_id: str) -> str:
    """Return how the key store names the key of a contract."""
    return f"contract/{contract_id}"


def require_contract(connection: Connection, caller: Caller, contract_id: str, *, lock: bool = False) -> SealedContract:
    """Return a contract of the caller's workspaces; raises the same for another's as for none."""
    contract = contracts.find_contract(connection, contract_id, lock=lock)
    if contract is None or contract.workspace_id not in caller.workspaces:
        raise not_found()
    return contract


def read_contract(core: Core, caller: Caller, contract_id: str) -> tuple[OpenContract, dict[str, str], str | None]:
    """Return a contract with its verdicts by mention, as reviewed or in conflict, and the id of its newest job."""
    with core.audited(Entry("contract-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        verdicts = contracts.read_effective(connection, contract_id)
        job = jobs.last_job(connection, contract_id)
    return open_contract(contract, contract_key(core, contract_id)), verdicts, job.id if job else None


def list_versions(core: Core, caller: Caller, contract_id: str) -> list[OpenContract]:
    """Return the versions of a contract, the latest first."""
    with core.audited(Entry("contract-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        versions = contracts.list_series(connection, contract)
    return open_contracts(core, reversed(versions))


def read_report(core: Core, caller: Caller, contract_id: str) -> str:
    """Return the JSON of a contract's report; raises :class:`Problem` where there is none yet."""
    with core.audited(Entry("report-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        sealed = contracts.read_report(connection, contract_id)
    if sealed is None:
        raise no_report(contract.state)
    return open_report(contract_key(core, contract_id), contract_id, sealed)


def no_report(state: ContractState) -> Problem:
    """Return the answer where a contract has not been examined."""
    return Problem(409, "no-report", "There is no report on this contract.", fields={"state": str(state)})


def changed_meanwhile() -> Problem:
    """Return the answer to a change that was made from an older state."""
    return Problem(412, "changed-meanwhile", "The contract was changed meanwhile. Read it again.")


def superseded(connection: Connection, contract: SealedContract) -> Problem:
    """Return the answer where a contract has a later version."""
    latest = [version.id for version in contracts.list_series(connection, contract) if version.latest]
    return Problem(
        409, "superseded", "This contract has a later version.", fields={"latest": latest[0]} if latest else {}
    )


def read_original(core: Core, caller: Caller, contract_id: str) -> tuple[bytes, str]:
    """Return the file as it was uploaded, and its name."""
    with core.audited(Entry("original-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        data = open_original(key, contract, contracts.read_chunks(connection, contract_id))
    return data, open_contract(contract, key).names.name


def change_names(
    core: Core, caller: Caller, contract_id: str, version: int | None, changes: dict[str, str | None]
) -> OpenContract:
    """Change counterparty or reference of a contract that is still at ``version`` (None: at any)."""
    with core.audited(Entry("contract-change", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id, lock=True)
        key = contract_key(core, contract_id)
        if not contract.latest:
            raise superseded(connection, contract)
        names = open_contract(contract, key).names
        kept = {"name": names.name, "counterparty": names.counterparty, "reference": names.reference}
        wanted = Names(**kept | changes)  # type: ignore[arg-type]  # the name itself is never None
        sealed = seal_names(key, workspace_key(core, contract.workspace_id), contract_id, wanted)
        expected = contract.version if version is None else version
        if not contracts.change_contract(connection, contract_id, expected, sealed):
            raise changed_meanwhile()
        changed = require_contract(connection, caller, contract_id)
    return open_contract(changed, key)


def delete_contract(core: Core, caller: Caller, contract_id: str, version: int | None = None) -> None:
    """Delete a contract that is still at ``version`` (None: at any) with all its versions, at once, keys first."""
    with core.database.read() as connection:
        contract = require_contract(connection, caller, contract_id)
        ids = [one.id for one in contracts.list_series(connection, contract)]
    certificates = [Certificate(one, contract.workspace_id, "request", caller.account_id, now()) for one in ids]
    with core.audited(*(begun(one) for one in certificates)) as connection:
        share_workspaces(connection, [contract.workspace_id])
        contract = require_contract(connection, caller, contract_id, lock=True)
        as_read = ids == [one.id for one in contracts.list_series(connection, contract)]
        if not as_read or version not in (None, contract.version):
            raise changed_meanwhile()
        for certificate in certificates:
            contracts.begin_deletion(connection, certificate)
    for one in ids:
        erase(core, one, contract.workspace_id, cause="request", account_id=caller.account_id)


def begun(certificate: Certificate) -> Entry:
    """Return how the audit log tells that a contract is deleted; it is kept with its hiding."""
    return Entry("contract-delete", certificate.account_id, certificate.contract_id, certificate.cause)


def erase(core: Core, contract_id: str, workspace_id: str, *, cause: str, account_id: str | None = None) -> None:
    """Hide a contract, destroy its key, then delete its rows; each step can be taken up where it was left.

    What was begun keeps its cause and who has asked for it.  A contract set goes with the last of its contracts.
    """
    certificate = _begin_deletion(core, Certificate(contract_id, workspace_id, cause, account_id, now()))
    with core.database.read() as connection:
        ending = contract_sets.list_ending(connection, contract_id)
    for owner in (key_owner(contract_id), *(set_owner(set_id) for set_id in ending)):
        core.keys.destroy(owner)
    done = Entry("contract-erase", certificate.account_id, contract_id, certificate.cause)
    with core.audited(done) as connection:
        contracts.delete_contract(connection, contract_id, workspace_id)


def _begin_deletion(core: Core, certificate: Certificate) -> Certificate:
    """Hide a contract that is not hidden yet; returns the certificate that holds."""
    with core.database.read() as connection:
        hidden = contracts.find_contract(connection, certificate.contract_id) is None
        kept = contracts.find_certificate(connection, certificate.contract_id) if hidden else None
    if kept is not None:
        return kept
    with core.audited(begun(certificate)) as connection:
        contracts.begin_deletion(connection, certificate)
        kept = contracts.find_certificate(connection, certificate.contract_id)
        if kept is None:  # hidden by a version that kept none
            contracts.keep_certificate(connection, certificate)
    return kept or certificate


def set_owner(set_id: str) -> str:
    """Return how the key store names the key of a contract set."""
    return f"set/{set_id}"


def seal_report(key: bytes, contract_id: str, report: str) -> bytes:
    """Return the JSON of a report as it is kept."""
    return seal(key, zlib.compress(report.encode()), place=f"contract/{contract_id}/report")


def open_report(key: bytes, contract_id: str, sealed: bytes) -> str:
    """Return the JSON of a kept report."""
    return zlib.decompress(unseal(key, sealed, place=f"contract/{contract_id}/report")).decode()


def seal_links(key: bytes, contract_id: str, links: str) -> bytes:
    """Return what a contract says of other documents as it is kept."""
    return seal(key, links.encode(), place=f"contract/{contract_id}/links")


def open_links(key: bytes, contract_id: str, sealed: bytes | None) -> str:
    """Return what a contract says of other documents; nothing where that was not kept."""
    return unseal(key, sealed, place=f"contract/{contract_id}/links").decode() if sealed else ""


def seal_text(key: bytes, contract_id: str, text: bytes) -> bytes:
    """Return the text of a contract with its layout as it is kept."""
    return seal(key, zlib.compress(text), place=f"contract/{contract_id}/text")


def open_text(key: bytes, contract_id: str, sealed: bytes) -> bytes:
    """Return a kept text with its layout."""
    return zlib.decompress(unseal(key, sealed, place=f"contract/{contract_id}/text"))


def open_original(key: bytes, contract: SealedContract, sealed: Iterable[bytes]) -> bytes:
    """Return an original of its sealed pieces; raises :class:`SealBroken` when one is lacking."""
    pieces = [unseal(key, chunk, place=chunk_place(contract.id, number)) for number, chunk in enumerate(sealed)]
    data = b"".join(pieces)
    if len(data) != contract.size:
        raise SealBroken("An original is not as long as it was.")
    return data


def open_name(key: bytes, contract: SealedContract) -> str:
    """Return the name of a contract's file."""
    return open_contract(contract, key).names.name


def contract_key(core: Core, contract_id: str) -> bytes:
    """Return the key of a contract; one without is not there."""
    try:
        return core.keys.get(key_owner(contract_id))
    except KeyDestroyed as error:
        raise not_found() from error


def seal_names(key: bytes, marking: bytes, contract_id: str, names: Names) -> dict[str, object]:
    """Return the names of a contract as they are kept; ``marking`` is the key of the workspace's fingerprints."""
    values: dict[str, object] = {}
    for field in NAMES:
        name = getattr(names, field)
        place = f"contract/{contract_id}/{field}"
        values[f"{field}_sealed"] = None if name is None else seal(key, name.encode(), place=place)
    return values | mark_names(marking, names)


def mark_names(marking: bytes, names: Names) -> dict[str, str | None]:
    """Return the fingerprints of names under the key of a workspace."""
    given = {field: getattr(names, field) for field in NAMES}
    return {
        f"{field}_mark": None if name is None else fingerprint(marking, name, purpose=field)
        for field, name in given.items()
    }


def open_contracts(core: Core, sealed: Iterable[SealedContract]) -> list[OpenContract]:
    """Return those contracts that have a key; one without was deleted, and came back with a backup."""
    rows = list(sealed)
    keys = core.keys.find(key_owner(contract.id) for contract in rows)
    return [open_contract(one, keys[owner]) for one in rows if (owner := key_owner(one.id)) in keys]


def open_contract(contract: SealedContract, key: bytes) -> OpenContract:
    """Return a contract with its names legible."""
    open_value = opener(key)
    opened = {
        field: open_value(sealed, f"contract/{contract.id}/{field}").decode()
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
        series_id=contract.series_id,
        number=contract.series_number,
        latest=contract.latest,
        review_state=contract.review_state,
        assigned_to=contract.assigned_to,
    )
