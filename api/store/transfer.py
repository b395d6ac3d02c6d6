"""The rows of one contract as they travel to another installation, and the list of what has travelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from api.moment import now
from api.store.schema import CHUNK, CONTRACT, FINDING, REVIEW, REVIEW_EVENT, TEXT, TRANSFER
from api.store.verdicts import write_verdicts

#: What belongs to a contract and goes with it; jobs and keys of requests stay behind.
PARTS: Final[tuple[Table, ...]] = (CHUNK, FINDING, TEXT, REVIEW, REVIEW_EVENT)
#: What means something in one installation only, and is set anew in the other.
LOCAL: Final = frozenset(
    {"workspace_id", "content_mark", "name_mark", "counterparty_mark", "reference_mark", "latest", "verdicts"}
)
#: Members of the one installation are none of the other.
PERSONAL: Final = frozenset({"assigned_to"})

#: The directions.
EXPORT: Final = "export"
IMPORT: Final = "import"

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class State:
    """What tells whether a contract was changed: the count of its changes, and of the steps of its history."""

    version: int
    steps: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A contract on the list of a transfer, with its workspace in this installation.

    ``state`` is that in which it went out; None where it came in, or went before that was kept.
    """

    contract_id: str
    workspace_id: str
    state: State | None = None


def columns(table: Table) -> list[str]:
    """Return the columns of a table that travel."""
    return [column.name for column in table.columns if column.name not in LOCAL | PERSONAL]


def read_rows(connection: Connection, contract_id: str) -> Rows:
    """Return the rows of a contract by table, as they are kept."""
    rows: Rows = {}
    for table in (CONTRACT, *PARTS):
        key = table.c.id if table is CONTRACT else table.c.contract_id
        query = select(*(table.c[name] for name in columns(table))).where(key == contract_id)
        rows[table.name] = [dict(row._mapping) for row in connection.execute(query)]
    return rows


def insert_rows(connection: Connection, rows: Rows, local: Mapping[str, Any]) -> None:
    """Keep the rows of a contract that has come; ``local`` are the columns that are set anew."""
    (contract,) = rows[CONTRACT.name]
    verdicts = {row["mention"]: row["effective"] for row in rows[FINDING.name]}
    kept = write_verdicts(verdicts) if verdicts else None
    connection.execute(insert(CONTRACT).values(**contract, **local, verdicts=kept))
    for table in PARTS:
        if given := rows[table.name]:
            connection.execute(insert(table), given)
    _find_latest(connection, contract["series_id"], local["workspace_id"])


def _find_latest(connection: Connection, series_id: str, workspace_id: str) -> None:
    """Mark the newest version of a series in a workspace: not all of its versions need to have come there."""
    same = (CONTRACT.c.series_id == series_id) & (CONTRACT.c.workspace_id == workspace_id)
    newest = connection.execute(select(func.max(CONTRACT.c.series_number)).where(same)).scalar_one()
    connection.execute(update(CONTRACT).where(same).values(latest=CONTRACT.c.series_number == newest))


def is_there(connection: Connection, contract_id: str) -> bool:
    """Tell whether there is a contract of this id, even one that is being deleted."""
    return connection.execute(select(CONTRACT.c.id).where(CONTRACT.c.id == contract_id)).first() is not None


def read_state(connection: Connection, contract_id: str, *, lock: bool = False) -> State | None:
    """Return in what state a contract is; None where there is none, or it is being deleted."""
    query = select(CONTRACT.c.version).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        return None
    own = REVIEW_EVENT.c.contract_id == contract_id
    return State(row.version, connection.execute(select(func.count()).where(own)).scalar_one())


def keep_list(
    connection: Connection, transfer_id: str, direction: str, contracts: Sequence[Listed], *, source_id: str
) -> None:
    """Keep what was moved; of one that comes a second time, from the same archive, the last time."""
    same = (TRANSFER.c.transfer_id == transfer_id) & (TRANSFER.c.direction == direction)
    common = {"transfer_id": transfer_id, "direction": direction, "source_id": source_id, "at": now()}
    for one in contracts:
        connection.execute(delete(TRANSFER).where(same, TRANSFER.c.contract_id == one.contract_id))
        state = {} if one.state is None else {"version": one.state.version, "steps": one.state.steps}
        values = {"contract_id": one.contract_id, "workspace_id": one.workspace_id}
        connection.execute(insert(TRANSFER).values(**values, **common, **state))


def list_moved(connection: Connection, transfer_id: str) -> list[Listed]:
    """Return what was moved out by an export, but for what has come back by its archive."""
    same = TRANSFER.c.transfer_id == transfer_id
    back = select(TRANSFER.c.contract_id).where(same, TRANSFER.c.direction == IMPORT)
    out = same & (TRANSFER.c.direction == EXPORT) & TRANSFER.c.contract_id.not_in(back)
    rows = connection.execute(select(TRANSFER).where(out).order_by(TRANSFER.c.contract_id))
    return [Listed(row.contract_id, row.workspace_id, _state(row)) for row in rows]


def knows_export(connection: Connection, transfer_id: str) -> bool:
    """Tell whether an export of this number was made here."""
    query = select(TRANSFER.c.at).where(TRANSFER.c.transfer_id == transfer_id, TRANSFER.c.direction == EXPORT)
    return connection.execute(query.limit(1)).first() is not None


def _state(row: Row[Any]) -> State | None:
    return None if row.version is None else State(row.version, row.steps)
