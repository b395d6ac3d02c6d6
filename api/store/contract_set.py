"""Contract sets: contracts of one relation that are judged together; a member is a contract in its latest version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, exists, insert, not_, select, update

from api.moment import new_id, now
from api.store.schema import CONTRACT, CONTRACT_SET, SET_MEMBER


@dataclass(frozen=True, slots=True)
class SealedSet:
    """A row of a contract set."""

    id: str
    workspace_id: str
    version: int
    name_sealed: bytes
    created: int


_COLUMNS: Final = tuple(CONTRACT_SET.c[name] for name in SealedSet.__dataclass_fields__)


def new_set_id() -> str:
    """Return the id of a set to be made."""
    return new_id()


def add_set(connection: Connection, set_id: str, workspace_id: str, name_sealed: bytes) -> None:
    """Keep a new set without members."""
    values = {"id": set_id, "workspace_id": workspace_id, "version": 1, "name_sealed": name_sealed, "created": now()}
    connection.execute(insert(CONTRACT_SET).values(**values))


def find_set(connection: Connection, set_id: str) -> SealedSet | None:
    """Return a set by its id."""
    row = connection.execute(select(*_COLUMNS).where(CONTRACT_SET.c.id == set_id)).first()
    return None if row is None else SealedSet(**row._mapping)


def list_sets(connection: Connection, workspace_id: str, *, before: str | None, limit: int) -> list[SealedSet]:
    """Return sets of a workspace, newest first, those with ids below ``before``."""
    query = select(*_COLUMNS).where(CONTRACT_SET.c.workspace_id == workspace_id)
    if before is not None:
        query = query.where(CONTRACT_SET.c.id < before)
    rows = connection.execute(query.order_by(CONTRACT_SET.c.id.desc()).limit(limit))
    return [SealedSet(**row._mapping) for row in rows]


def change_set(connection: Connection, set_id: str, version: int, name_sealed: bytes | None) -> bool:
    """Change a set that is still at ``version``; False when it is not."""
    same = (CONTRACT_SET.c.id == set_id) & (CONTRACT_SET.c.version == version)
    values: dict[str, object] = {"version": version + 1}
    if name_sealed is not None:
        values["name_sealed"] = name_sealed
    return connection.execute(update(CONTRACT_SET).where(same).values(**values)).rowcount == 1


def keep_members(connection: Connection, set_id: str, series: Sequence[str]) -> None:
    """Make these contracts the members of a set, in this order."""
    connection.execute(delete(SET_MEMBER).where(SET_MEMBER.c.set_id == set_id))
    rows = [{"set_id": set_id, "series_id": one, "position": place} for place, one in enumerate(series)]
    if rows:
        connection.execute(insert(SET_MEMBER), rows)


def list_members(connection: Connection, set_id: str) -> list[str]:
    """Return the series of a set's members, in their order."""
    query = select(SET_MEMBER.c.series_id).where(SET_MEMBER.c.set_id == set_id).order_by(SET_MEMBER.c.position)
    return [row.series_id for row in connection.execute(query)]


def list_latest(connection: Connection, set_id: str) -> list[str]:
    """Return the latest versions of a set's members, in their order."""
    joined = SET_MEMBER.join(CONTRACT, SET_MEMBER.c.series_id == CONTRACT.c.series_id)
    joined = joined.join(CONTRACT_SET, CONTRACT_SET.c.id == SET_MEMBER.c.set_id)
    there = (SET_MEMBER.c.set_id == set_id) & (CONTRACT.c.workspace_id == CONTRACT_SET.c.workspace_id)
    there = there & CONTRACT.c.latest.is_(True) & CONTRACT.c.deleting.is_(False)
    query = select(CONTRACT.c.id).select_from(joined).where(there).order_by(SET_MEMBER.c.position)
    return [row.id for row in connection.execute(query)]


def delete_set(connection: Connection, set_id: str) -> None:
    """Delete a set; its members stay."""
    connection.execute(delete(SET_MEMBER).where(SET_MEMBER.c.set_id == set_id))
    connection.execute(delete(CONTRACT_SET).where(CONTRACT_SET.c.id == set_id))


def list_ending(connection: Connection, contract_id: str) -> list[str]:
    """Return the sets that hold nothing but a contract, of which this is the only version left."""
    series = _last_of(connection, contract_id)
    if series is None:
        return []
    other = SET_MEMBER.alias("other")
    others = exists().where(other.c.set_id == SET_MEMBER.c.set_id, other.c.series_id != series)
    found = select(SET_MEMBER.c.set_id).where(SET_MEMBER.c.series_id == series, not_(others))
    return [row.set_id for row in connection.execute(found)]


def leave_sets(connection: Connection, contract_id: str) -> None:
    """Take a contract that is being deleted out of its sets, when it is the last version; empty sets go with it."""
    for set_id in list_ending(connection, contract_id):
        delete_set(connection, set_id)
    series = _last_of(connection, contract_id)
    if series is not None:
        connection.execute(delete(SET_MEMBER).where(SET_MEMBER.c.series_id == series))


def _last_of(connection: Connection, contract_id: str) -> str | None:
    """Return the series of a contract of which no other version is left."""
    series = connection.execute(select(CONTRACT.c.series_id).where(CONTRACT.c.id == contract_id)).scalar()
    others = select(CONTRACT.c.id).where(CONTRACT.c.series_id == series, CONTRACT.c.id != contract_id).limit(1)
    return None if connection.execute(others).first() else series
