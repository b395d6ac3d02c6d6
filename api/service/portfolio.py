"""The contracts of a workspace with the verdicts on each, in an order that people ask for, and what is lacking most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from api.service.caller import Caller
from api.service.contracts import OpenContract, open_contracts
from api.service.core import Core
from api.service.search import AT_ONCE, MOST, Counts, holds, read_counts
from api.store import portfolio as store
from api.store.audit import Entry
from api.store.contract import SealedContract
from api.store.listing import Filter
from api.store.portfolio import Order
from api.store.verdicts import read_verdicts

#: Stands where nothing was counted.
_UNCOUNTED: Final = Counts(0, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Row:
    """A contract with its verdicts by mention, as reviewed or in conflict; none where it has no report."""

    contract: OpenContract
    verdicts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Contracts of a workspace: those shown, and the counts of all that were asked for.

    Where names were searched for nothing is counted: names are sealed, and only some of them are opened.

    ``in_question`` has the verdicts by mention without contracts in which no processing is in question.  ``more`` when
    others follow; ``cut`` when a search in names stopped before the end.
    """

    rows: tuple[Row, ...]
    counts: Counts
    in_question: dict[str, dict[str, int]]
    more: bool
    cut: bool = False


def read_portfolio(
    core: Core,
    caller: Caller,
    workspace_id: str,
    chosen: Filter,
    order: Order,
    *,
    part: str | None,
    offset: int,
    limit: int,
) -> Portfolio:
    """Return contracts of one of the caller's workspaces; with ``part`` those that have it in a name."""
    caller.workspace(workspace_id)
    with core.audited(Entry("contract-list", caller.account_id, workspace_id)) as connection:
        if part is None:
            rows = store.list_ordered(connection, workspace_id, chosen, order, offset=offset, limit=limit + 1)
            found, more, cut = _open(core, rows[:limit]), len(rows) > limit, False
        else:
            matching, cut = _search(core, connection, workspace_id, chosen, order, part, offset + limit)
            found, more = matching[offset : offset + limit], len(matching) > offset + limit
        counts, in_question = read_counts(connection, workspace_id, chosen) if part is None else (_UNCOUNTED, {})
    return Portfolio(tuple(found), counts, in_question, more, cut)


def _search(
    core: Core, connection: Connection, workspace_id: str, chosen: Filter, order: Order, part: str, enough: int
) -> tuple[list[Row], bool]:
    """Return contracts with ``part`` in a name until there are more than enough, and whether the search stopped."""
    matching: list[Row] = []
    for seen in range(0, MOST, AT_ONCE):
        rows = store.list_ordered(connection, workspace_id, chosen, order, offset=seen, limit=AT_ONCE)
        matching += [row for row in _open(core, rows) if holds(row.contract, part)]
        if len(rows) < AT_ONCE or len(matching) > enough:
            return matching, False
    return matching, True


def _open(core: Core, sealed: Sequence[SealedContract]) -> list[Row]:
    verdicts = {one.id: read_verdicts(one.verdicts) for one in sealed}
    return [Row(contract, verdicts[contract.id]) for contract in open_contracts(core, sealed)]
