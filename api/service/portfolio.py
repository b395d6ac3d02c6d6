"""The contracts of a workspace with the verdicts on each, in an order that people ask for, and what is lacking most."""

from __future__ import annotations

from dataclasses import dataclass

from api.service.caller import Caller
from api.service.contracts import OpenContract, open_contracts
from api.service.core import Core
from api.service.search import AT_ONCE, MOST, Counts, holds, read_counts
from api.store import portfolio as store
from api.store.audit import Entry
from api.store.listing import Filter
from api.store.portfolio import Order


@dataclass(frozen=True, slots=True)
class Row:
    """A contract with its verdicts by mention, as reviewed; none where it has no report."""

    contract: OpenContract
    verdicts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Contracts of a workspace: those shown, and the counts of all that were asked for.

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
        cut = False
        if part is None:
            rows = store.list_ordered(connection, workspace_id, chosen, order, offset=offset, limit=limit + 1)
            found = open_contracts(core, rows[:limit])
            more = len(rows) > limit
        else:
            matching: list[OpenContract] = []
            seen = 0
            while seen < MOST and len(matching) <= offset + limit:
                rows = store.list_ordered(connection, workspace_id, chosen, order, offset=seen, limit=AT_ONCE)
                matching += [one for one in open_contracts(core, rows) if holds(one, part)]
                seen += AT_ONCE
                if len(rows) < AT_ONCE:
                    break
            else:
                cut = len(matching) <= offset + limit
            found, more = matching[offset : offset + limit], len(matching) > offset + limit
        verdicts = store.read_verdicts(connection, [one.id for one in found])
        counts, in_question = read_counts(connection, workspace_id, chosen)
    shown = tuple(Row(one, verdicts.get(one.id, {})) for one in found)
    return Portfolio(shown, counts, in_question, more, cut)
