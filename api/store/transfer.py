"""The rows of one contract as they travel to another installation, and the list of what has travelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, update

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

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A contract on the list of a transfer."""

    contract_id: str
    workspace_id: str
    direction: str
    at: int


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
    _find_latest(connection, contract["series_id"])


def _find_latest(connection: Connection, series_id: str) -> None:
    """Mark the newest version of a series: not all of its versions need to have come."""
    same = CONTRACT.c.series_id == series_id
    newest = connection.execute(select(func.max(CONTRACT.c.series_number)).where(same)).scalar_one()
    connection.execute(update(CONTRACT).where(same).values(latest=CONTRACT.c.series_number == newest))


def is_there(connection: Connection, contract_id: str) -> bool:
    """Tell whether there is a contract of this id, even one that is being deleted."""
    return connection.execute(select(CONTRACT.c.id).where(CONTRACT.c.id == contract_id)).first() is not None


def keep_list(
    connection: Connection, transfer_id: str, direction: str, contracts: Sequence[tuple[str, str]], *, source_id: str
) -> None:
    """Keep what was moved: ids of contracts, each with its workspace in this installation."""
    common = {"transfer_id": transfer_id, "direction": direction, "source_id": source_id, "at": now()}
    rows = [{"contract_id": contract, "workspace_id": workspace} for contract, workspace in contracts]
    connection.execute(insert(TRANSFER), [row | common for row in rows])


def list_moved(connection: Connection, transfer_id: str) -> list[Moved]:
    """Return what was moved by a transfer."""
    query = select(TRANSFER).where(TRANSFER.c.transfer_id == transfer_id).order_by(TRANSFER.c.contract_id)
    return [Moved(row.contract_id, row.workspace_id, row.direction, row.at) for row in connection.execute(query)]
