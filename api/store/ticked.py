"""Contracts by their ids, within one workspace."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.schema import CONTRACT


def find_contracts(connection: Connection, workspace_id: str, contract_ids: Sequence[str]) -> list[SealedContract]:
    """Return those of the contracts that are there and in the workspace, in the order of the ids."""
    there = (CONTRACT.c.workspace_id == workspace_id) & CONTRACT.c.deleting.is_(False)
    query = select(*COLUMNS).where(there, CONTRACT.c.id.in_(contract_ids))
    found = {contract.id: contract for contract in (open_row(row) for row in connection.execute(query))}
    return [found[one] for one in contract_ids if one in found]
