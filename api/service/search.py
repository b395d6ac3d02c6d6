"""Contracts found: by what is legible of them, by names as a whole, and by parts of names, opened in memory only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection

from api.secrecy.seal import fingerprint, fold
from api.service.caller import Caller
from api.service.contracts import NAMES, OpenContract, open_contracts, workspace_key
from api.service.core import Core
from api.store import listing
from api.store.audit import Entry
from api.store.contract import SealedContract
from api.store.listing import Filter

#: A search in parts of names opens so many contracts at once, and so many before it answers with what it has.
AT_ONCE: Final = 200
MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many contracts there are: by state, by review state, and by mention and verdict."""

    contracts: int
    states: dict[str, int]
    review_states: dict[str, int]
    verdicts: dict[str, dict[str, int]]


def list_contracts(
    core: Core,
    caller: Caller,
    workspace_id: str,
    chosen: Filter,
    *,
    before: str | None,
    limit: int,
    part: str | None = None,
) -> tuple[list[OpenContract], str | None]:
    """Return contracts of a workspace, newest first, and the id after which more may follow.

    With ``part`` only those that have it in a name, counterparty or reference; a page may then hold fewer than
    ``limit`` although more follow.
    """
    with core.audited(Entry("contract-list", caller.account_id, workspace_id)) as connection:
        size = limit if part is None else AT_ONCE
        rows = listing.list_contracts(connection, workspace_id, chosen, before=before, limit=size + 1)
    if part is None:
        return open_contracts(core, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None
    return _search(core, workspace_id, chosen, part, rows, limit)


def _search(
    core: Core, workspace_id: str, chosen: Filter, part: str, rows: list[SealedContract], limit: int
) -> tuple[list[OpenContract], str | None]:
    """Look through names from ``rows`` on, the first of them; each look asks for one row more than it shows."""
    found: list[OpenContract] = []
    for _ in range(MOST // AT_ONCE):
        for contract in open_contracts(core, rows[:AT_ONCE]):
            if holds(contract, part):
                found.append(contract)
            if len(found) == limit:
                return found, None if contract.id == rows[-1].id else contract.id
        if len(rows) <= AT_ONCE:
            return found, None
        last = rows[AT_ONCE - 1].id
        with core.database.read() as connection:
            rows = listing.list_contracts(connection, workspace_id, chosen, before=last, limit=AT_ONCE + 1)
    return found, last


def count_contracts(core: Core, caller: Caller, workspace_id: str, chosen: Filter) -> Counts:
    """Return how many contracts of a workspace there are, and with which verdicts, as reviewed."""
    with core.audited(Entry("contract-count", caller.account_id, workspace_id)) as connection:
        return read_counts(connection, workspace_id, chosen)[0]


def read_counts(connection: Connection, workspace_id: str, chosen: Filter) -> tuple[Counts, dict[str, dict[str, int]]]:
    """Return the counts of contracts, and the verdicts by mention of those in which processing is in question."""
    found = listing.count_contracts(connection, workspace_id, chosen)
    verdicts, in_question = (
        {mention: dict(numbers) for mention, numbers in counted.items()}
        for counted in (found.verdicts, found.in_question)
    )
    counts = Counts(found.states.total(), dict(found.states), dict(found.review_states), verdicts)
    return counts, in_question


def name_filter(core: Core, workspace_id: str, chosen: Filter, names: Sequence[str | None]) -> Filter:
    """Return ``chosen`` narrowed to a name, counterparty and reference, in this order, by their fingerprints."""
    if not any(names):
        return chosen
    key = workspace_key(core, workspace_id)
    marks: dict[str, Any] = {
        f"{field}_mark": fingerprint(key, name, purpose=field)
        for field, name in zip(NAMES, names, strict=True)
        if name is not None
    }
    return replace(chosen, **marks)


def holds(contract: OpenContract, part: str) -> bool:
    """Tell whether a name of a contract holds ``part``, capitals, kinds of blank and spellings of accents aside."""
    wanted = fold(part)
    return any(wanted in fold(name) for field in NAMES if (name := getattr(contract.names, field)) is not None)
