"""Sets and their contracts listed together: the contracts of many sets, the sets of a contract."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.contract_set import SealedSet
from api.store.schema import CONTRACT, CONTRACT_SET, SET_MEMBER


def list_latest(connection: Connection, set_ids: Sequence[str]) -> list[tuple[str, SealedContract]]:
    """Return the contracts of sets, each in its latest version with the id of its set, in their order."""
    joined = SET_MEMBER.join(CONTRACT, SET_MEMBER.c.series_id == CONTRACT.c.series_id)
    joined = joined.join(CONTRACT_SET, CONTRACT_SET.c.id == SET_MEMBER.c.set_id)
    there = SET_MEMBER.c.set_id.in_(set_ids) & (CONTRACT.c.workspace_id == CONTRACT_SET.c.workspace_id)
    there = there & CONTRACT.c.latest.is_(True) & CONTRACT.c.deleting.is_(False)
    query = select(*COLUMNS, SET_MEMBER.c.set_id).select_from(joined).where(there)
    rows = connection.execute(query.order_by(SET_MEMBER.c.set_id, SET_MEMBER.c.position))
    return [(row.set_id, open_row(row[:-1])) for row in rows]  # type: ignore[arg-type]  # a row without its last


def list_sets_of(connection: Connection, contract: SealedContract) -> list[SealedSet]:
    """Return the sets of its workspace that a contract is a member of, the newest first."""
    columns = [CONTRACT_SET.c[name] for name in SealedSet.__dataclass_fields__]
    joined = SET_MEMBER.join(CONTRACT_SET, CONTRACT_SET.c.id == SET_MEMBER.c.set_id)
    there = (SET_MEMBER.c.series_id == contract.series_id) & (CONTRACT_SET.c.workspace_id == contract.workspace_id)
    rows = connection.execute(select(*columns).select_from(joined).where(there).order_by(CONTRACT_SET.c.id.desc()))
    return [SealedSet(**row._mapping) for row in rows]
