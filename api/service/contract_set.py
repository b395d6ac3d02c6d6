"""Contract sets: named and filled; what their contracts say together is made when it is read and never kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.errors import KeyDestroyed, Problem, not_found
from api.secrecy.seal import seal, unseal
from api.service.caller import Caller
from api.service.contracts import OpenContract, open_contracts, require_contract, set_owner
from api.service.core import Core
from api.store import contract_set as sets
from api.store import set_listing as listing
from api.store.audit import Entry
from api.store.contract import SealedContract
from api.store.contract_set import SealedSet
from api.store.listing import find_contracts

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
            sets.add_set(connection, set_id, workspace_id, seal_name(key, set_id, name))
            sets.keep_members(connection, set_id, series)
            return open_set(connection, require_set(connection, caller, set_id), key)
    except BaseException:
        drop_set_key(core, set_id)
        raise


def list_sets(
    core: Core, caller: Caller, workspace_id: str, *, before: str | None, limit: int
) -> tuple[list[OpenSet], str | None]:
    """Return sets of a workspace, newest first, and the id after which more follow."""
    with core.audited(Entry("set-list", caller.account_id, workspace_id)) as connection:
        found = sets.list_sets(connection, workspace_id, before=before, limit=limit + 1)
        shown = found[:limit]
        opened = _open_all(connection, core, shown)
    return opened, shown[-1].id if len(found) > limit else None


def list_sets_of(connection: Connection, core: Core, contract: SealedContract) -> list[OpenSet]:
    """Return the sets that a contract, seen already by who asks, is a member of; the newest first."""
    return _open_all(connection, core, listing.list_sets_of(connection, contract))


def read_set(core: Core, caller: Caller, set_id: str) -> OpenSet:
    """Return a set."""
    with core.audited(Entry("set-read", caller.account_id, set_id)) as connection:
        found = require_set(connection, caller, set_id)
        return open_set(connection, found, set_key(core, set_id))


def read_members(core: Core, caller: Caller, opened: Sequence[OpenSet]) -> dict[str, list[OpenContract]]:
    """Return the contracts of sets of the caller's workspaces by the ids of the sets, in their order."""
    wanted = [one.id for one in opened if one.workspace_id in caller.workspaces]
    with core.audited(Entry("set-list", caller.account_id)) as connection:
        rows = listing.list_latest(connection, wanted)
    found = {one.id: one for one in open_contracts(core, {row.id: row for _, row in rows}.values())}
    members: dict[str, list[OpenContract]] = {set_id: [] for set_id in wanted}
    for set_id, row in rows:
        if row.id in found:
            members[set_id].append(found[row.id])
    return members


def read_chosen(core: Core, caller: Caller, workspace_id: str, chosen: Sequence[str]) -> list[OpenContract]:
    """Return those of the chosen contracts that are in a workspace, for a list to choose from."""
    if not chosen:
        return []
    with core.audited(Entry("contract-list", caller.account_id, caller.workspace(workspace_id))) as connection:
        found = find_contracts(connection, workspace_id, list(dict.fromkeys(chosen)))
    return open_contracts(core, found)


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
        found = require_set(connection, caller, set_id)
        key = set_key(core, set_id)
        sealed = None if name is None else seal_name(key, set_id, name)
        if not sets.change_set(connection, set_id, found.version if version is None else version, sealed):
            raise Problem(412, "changed-meanwhile", "The set was changed meanwhile. Read it again.")
        if members is not None:
            sets.keep_members(connection, set_id, _series(connection, caller, found.workspace_id, members))
        return open_set(connection, require_set(connection, caller, set_id), key)


def add_to_set(core: Core, caller: Caller, set_id: str, members: Iterable[str]) -> OpenSet:
    """Make contracts members of a set of their workspace, whatever else has changed of it."""
    with core.audited(Entry("set-change", caller.account_id, set_id)) as connection:
        for member in members:
            contract = require_contract(connection, caller, member)
            join_set(connection, core, caller, set_id, contract.workspace_id, contract.series_id)
        return open_set(connection, require_set(connection, caller, set_id), set_key(core, set_id))


def take_out(core: Core, caller: Caller, set_id: str, member: str) -> OpenSet:
    """Take a contract out of a set that holds others; it stays by itself."""
    with core.audited(Entry("set-change", caller.account_id, set_id)) as connection:
        found = require_set(connection, caller, set_id)
        series = require_contract(connection, caller, member).series_id
        known = sets.list_members(connection, set_id)
        left = [one for one in known if one != series]
        if not left:
            raise Problem(409, "set-emptied", "A set holds a contract at least. Delete the set instead.")
        if len(left) < len(known):
            _require_unchanged(sets.change_set(connection, set_id, found.version, None))
            sets.keep_members(connection, set_id, left)
        return open_set(connection, require_set(connection, caller, set_id), set_key(core, set_id))


def delete_set(core: Core, caller: Caller, set_id: str) -> None:
    """Delete a set, its key first; its contracts stay."""
    with core.audited(Entry("set-delete", caller.account_id, set_id)) as connection:
        require_set(connection, caller, set_id)
        core.keys.destroy(set_owner(set_id))
        sets.delete_set(connection, set_id)


def join_set(
    connection: Connection, core: Core, caller: Caller, set_id: str, workspace_id: str, series_id: str
) -> None:
    """Make a contract a member of a set of its workspace."""
    found = require_set(connection, caller, set_id)
    set_key(core, set_id)
    if found.workspace_id != workspace_id:
        raise Problem(422, "another-workspace", "A set holds contracts of its own workspace.")
    members = sets.list_members(connection, set_id)
    if series_id in members:
        return
    if len(members) >= MOST_MEMBERS:
        raise Problem(409, "set-full", f"A set holds at most {MOST_MEMBERS} contracts.")
    _require_unchanged(sets.change_set(connection, set_id, found.version, None))
    sets.keep_members(connection, set_id, [*members, series_id])


def require_set(connection: Connection, caller: Caller, set_id: str) -> SealedSet:
    """Return a set of the caller's workspaces; raises the same for another's as for none."""
    found = sets.find_set(connection, set_id)
    if found is None or found.workspace_id not in caller.workspaces:
        raise not_found()
    return found


def open_set(connection: Connection, found: SealedSet, key: bytes) -> OpenSet:
    """Return a set with its name legible."""
    name = unseal(key, found.name_sealed, place=f"contract_set/{found.id}/name").decode()
    members = tuple(sets.list_latest(connection, found.id))
    return OpenSet(found.id, found.workspace_id, found.version, name, members, found.created)


def set_key(core: Core, set_id: str) -> bytes:
    """Return the key of a set; one without is not there."""
    try:
        return core.keys.get(set_owner(set_id))
    except KeyDestroyed as error:
        raise not_found() from error


def seal_name(key: bytes, set_id: str, name: str) -> bytes:
    """Return the name of a set as it is kept."""
    return seal(key, name.encode(), place=f"contract_set/{set_id}/name")


def drop_set_key(core: Core, set_id: str) -> None:
    """Destroy the key of a set that was not kept; an error may come after it was."""
    with core.database.read() as connection:
        kept = sets.find_set(connection, set_id)
    if kept is None:
        core.keys.destroy(set_owner(set_id))


def _open_all(connection: Connection, core: Core, found: Sequence[SealedSet]) -> list[OpenSet]:
    """Return those sets that have a key; one without was deleted, and came back with a backup."""
    keys = core.keys.find(set_owner(one.id) for one in found)
    return [open_set(connection, one, keys[owner]) for one in found if (owner := set_owner(one.id)) in keys]


def _series(connection: Connection, caller: Caller, workspace_id: str, members: Sequence[str]) -> list[str]:
    """Return the series of contracts, each once; raises :class:`Problem` for one of another workspace."""
    found = [require_contract(connection, caller, member) for member in members]
    if any(contract.workspace_id != workspace_id for contract in found):
        raise Problem(422, "another-workspace", "A set holds contracts of its own workspace.")
    return list(dict.fromkeys(contract.series_id for contract in found))


def _require_unchanged(same: bool) -> None:  # what a change has told
    if not same:
        raise Problem(409, "set-changed", "The set was changed meanwhile. Send it again.")
