"""Contracts handed out as a list: names, where they stand, and the verdicts that hold after reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.service.bulk import MOST as MOST_TICKED
from api.service.caller import Caller
from api.service.contracts import OpenContract, open_contracts
from api.service.core import Core
from api.service.portfolio import Row
from api.service.search import holds
from api.store import portfolio as store
from api.store import review as reviews
from api.store.audit import Entry
from api.store.contract import SealedContract
from api.store.listing import Filter, find_contracts
from api.store.portfolio import Order

#: So many contracts are gone through at most; a list that would be cut is refused, never cut in silence.
MOST: Final = 20_000
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Contracts in their order; ``people`` has the names of those to whom they are assigned, by id."""

    rows: tuple[Row, ...]
    people: Mapping[str, str]


def read_listing(
    core: Core, caller: Caller, workspace_id: str, chosen: Filter, order: Order, *, part: str | None = None
) -> Listing:
    """Return all contracts of one of the caller's workspaces that fit; with ``part`` those that have it in a name."""
    caller.workspace(workspace_id)
    with core.audited(_entry(caller, workspace_id)) as connection:
        sealed = store.list_ordered(connection, workspace_id, chosen, order, offset=0, limit=MOST + 1)
        if len(sealed) > MOST:
            raise Problem(422, "too-many-to-export", f"No more than {MOST} contracts are handed out at once.")
        found = (one for one in _opened(core, sealed) if part is None or holds(one, part))
        return _listed(connection, list(found))


def read_picked(core: Core, caller: Caller, workspace_id: str, contract_ids: Sequence[str]) -> Listing:
    """Return those of the contracts that are in one of the caller's workspaces."""
    if not contract_ids:
        raise Problem(422, "nothing-ticked", "No contract was named.")
    if len(contract_ids) > MOST_TICKED:
        raise Problem(422, "too-many-ticked", f"No more than {MOST_TICKED} contracts at once.")
    caller.workspace(workspace_id)
    with core.audited(_entry(caller, workspace_id)) as connection:
        return _listed(connection, list(_opened(core, find_contracts(connection, workspace_id, contract_ids))))


def _entry(caller: Caller, workspace_id: str) -> Entry:
    return Entry("portfolio-export", caller.account_id, workspace_id)


def _opened(core: Core, sealed: Sequence[SealedContract]) -> Iterable[OpenContract]:
    for begin in range(0, len(sealed), _AT_ONCE):
        yield from open_contracts(core, sealed[begin : begin + _AT_ONCE])


def _listed(connection: Connection, found: Sequence[OpenContract]) -> Listing:
    verdicts: dict[str, dict[str, str]] = {}
    for begin in range(0, len(found), _AT_ONCE):
        verdicts |= store.read_verdicts(connection, [one.id for one in found[begin : begin + _AT_ONCE]])
    assigned = {one.assigned_to for one in found if one.assigned_to}
    people = reviews.find_names(connection, assigned) if assigned else {}
    return Listing(tuple(Row(one, verdicts.get(one.id, {})) for one in found), people)
