"""Contract sets: named, filled and judged together; the report is made when it is read and never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from api.errors import KeyDestroyed, Problem, not_found
from api.secrecy.seal import seal, unseal
from api.service.caller import Caller
from api.service.contracts import (
    OpenContract,
    key_owner,
    open_contract,
    open_links,
    open_report,
    require_contract,
    set_owner,
)
from api.service.core import Core
from api.store import contract as contracts
from api.store import contract_set as sets
from api.store.audit import Entry
from api.store.contract import ContractState, SealedContract
from api.store.contract_set import SealedSet
from dpa_checker.library import load_library
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.set_model import SetReport
from dpa_checker.sets.judge import judge_set
from dpa_checker.sets.links import Links
from dpa_checker.sets.member import Member
from dpa_checker.version import ENGINE_VERSION

MOST_MEMBERS: Final = 50


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A contract set as its readers see it, with the latest versions of its contracts."""

    id: str
    workspace_id: str
    version: int
    name: str
    contracts: tuple[str, ...]
    created: int


def create_set(core: Core, caller: Caller, workspace_id: str, name: str, members: Sequence[str]) -> OpenSet:
    """Make a set of contracts of one workspace."""
    set_id = sets.new_set_id()
    key = core.keys.ensure(set_owner(set_id))
    try:
        with core.audited(Entry("set-create", caller.account_id, set_id)) as connection:
            series = _series(connection, caller, workspace_id, members)
            sets.add_set(connection, set_id, workspace_id, _seal_name(key, set_id, name))
            sets.keep_members(connection, set_id, series)
            return _open(connection, _require(connection, caller, set_id), key)
    except BaseException:
        with core.database.read() as connection:
            kept = sets.find_set(connection, set_id)
        if kept is None:
            core.keys.destroy(set_owner(set_id))
        raise


def list_sets(
    core: Core, caller: Caller, workspace_id: str, *, before: str | None, limit: int
) -> tuple[list[OpenSet], str | None]:
    """Return sets of a workspace, newest first, and the id after which more follow."""
    with core.audited(Entry("set-list", caller.account_id, workspace_id)) as connection:
        found = sets.list_sets(connection, workspace_id, before=before, limit=limit + 1)
        shown = found[:limit]
        keys = core.keys.find(set_owner(one.id) for one in shown)
        opened = [_open(connection, one, keys[owner]) for one in shown if (owner := set_owner(one.id)) in keys]
    return opened, shown[-1].id if len(found) > limit else None


def read_set(core: Core, caller: Caller, set_id: str) -> OpenSet:
    """Return a set."""
    with core.audited(Entry("set-read", caller.account_id, set_id)) as connection:
        found = _require(connection, caller, set_id)
        return _open(connection, found, _key(core, set_id))


def change_set(
    core: Core,
    caller: Caller,
    set_id: str,
    version: int | None,
    *,
    name: str | None = None,
    members: Sequence[str] | None = None,
) -> OpenSet:
    """Change name or members of a set that is still at ``version`` (None: at any)."""
    with core.audited(Entry("set-change", caller.account_id, set_id)) as connection:
        found = _require(connection, caller, set_id)
        key = _key(core, set_id)
        sealed = None if name is None else _seal_name(key, set_id, name)
        if not sets.change_set(connection, set_id, found.version if version is None else version, sealed):
            raise Problem(412, "changed-meanwhile", "The set was changed meanwhile. Read it again.")
        if members is not None:
            sets.keep_members(connection, set_id, _series(connection, caller, found.workspace_id, members))
        return _open(connection, _require(connection, caller, set_id), key)


def delete_set(core: Core, caller: Caller, set_id: str) -> None:
    """Delete a set, its key first; its contracts stay."""
    with core.audited(Entry("set-delete", caller.account_id, set_id)) as connection:
        _require(connection, caller, set_id)
        core.keys.destroy(set_owner(set_id))
        sets.delete_set(connection, set_id)


def join_set(
    connection: Connection, core: Core, caller: Caller, set_id: str, workspace_id: str, series_id: str
) -> None:
    """Make a contract a member of a set of its workspace."""
    found = _require(connection, caller, set_id)
    _key(core, set_id)
    if found.workspace_id != workspace_id:
        raise Problem(422, "another-workspace", "A set holds contracts of its own workspace.")
    members = sets.list_members(connection, set_id)
    if series_id in members:
        return
    if len(members) >= MOST_MEMBERS:
        raise Problem(409, "set-full", f"A set holds at most {MOST_MEMBERS} contracts.")
    if not sets.change_set(connection, set_id, found.version, None):
        raise Problem(409, "set-changed", "The set was changed meanwhile. Send the upload again.")
    sets.keep_members(connection, set_id, [*members, series_id])


def read_set_report(core: Core, caller: Caller, set_id: str) -> SetReport:
    """Return the report on the contracts of a set together, in their latest versions.

    One that could not be examined is listed in it; raises :class:`Problem` while one is still to be.
    """
    with core.audited(Entry("set-report-read", caller.account_id, set_id)) as connection:
        found = _require(connection, caller, set_id)
        opened = _open(connection, found, _key(core, set_id))
        rows = [row for one in opened.contracts if (row := contracts.find_contract(connection, one)) is not None]
        waiting = [row.id for row in rows if row.state is ContractState.WAITING]
        if waiting:
            raise Problem(409, "no-report", "Not all contracts of the set are examined.", fields={"waiting": waiting})
        keys = core.keys.find(key_owner(row.id) for row in rows)
        there = [row for row in rows if key_owner(row.id) in keys]
        names = _shown([open_contract(row, keys[key_owner(row.id)]) for row in there])
        members = [
            _member(connection, row, keys[key_owner(row.id)], shown) for row, shown in zip(there, names, strict=True)
        ]
    library = load_library().version
    return judge_set(members, name=opened.name, engine_version=ENGINE_VERSION, library_version=library)


def _member(connection: Connection, contract: SealedContract, key: bytes, shown: str) -> Member:
    sealed = contracts.read_report(connection, contract.id)
    if sealed is None:
        return Member(shown, error_code="not-examined", error="The file could not be examined.")
    report = parse_json(open_report(key, contract.id, sealed))
    report = replace(report, document=replace(report.document, name=shown))
    links = Links.from_json(open_links(key, contract.id, contracts.read_links(connection, contract.id)))
    return Member(shown, report, links, sha256=report.document.sha256)


def _shown(opened: Sequence[OpenContract]) -> list[str]:
    """Return a name for each contract: that of its file, with a number where several have the same."""
    names = [contract.names.name for contract in opened]
    seen: Counter[str] = Counter()
    shown = []
    for name in names:
        seen[name] += 1
        shown.append(name if names.count(name) == 1 else f"{name} ({seen[name]})")
    return shown


def _series(connection: Connection, caller: Caller, workspace_id: str, members: Sequence[str]) -> list[str]:
    """Return the series of contracts, each once; raises :class:`Problem` for one of another workspace."""
    found = [require_contract(connection, caller, member) for member in members]
    if any(contract.workspace_id != workspace_id for contract in found):
        raise Problem(422, "another-workspace", "A set holds contracts of its own workspace.")
    return list(dict.fromkeys(contract.series_id for contract in found))


def _require(connection: Connection, caller: Caller, set_id: str) -> SealedSet:
    found = sets.find_set(connection, set_id)
    if found is None or found.workspace_id not in caller.workspaces:
        raise not_found()
    return found


def _key(core: Core, set_id: str) -> bytes:
    try:
        return core.keys.get(set_owner(set_id))
    except KeyDestroyed as error:
        raise not_found() from error


def _seal_name(key: bytes, set_id: str, name: str) -> bytes:
    return seal(key, name.encode(), place=f"contract_set/{set_id}/name")


def _open(connection: Connection, found: SealedSet, key: bytes) -> OpenSet:
    name = unseal(key, found.name_sealed, place=f"contract_set/{found.id}/name").decode()
    members = tuple(sets.list_latest(connection, found.id))
    return OpenSet(found.id, found.workspace_id, found.version, name, members, found.created)
