"""Contracts in an order that people ask for, and the verdicts of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.listing import NOT_IN_QUESTION, Filter, conditions
from api.store.schema import CONTRACT, FINDING


class Order(StrEnum):
    """By what contracts are ordered; the worst are those in which most is missing or denied."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WORST = "worst"
    BEST = "best"


#: What a verdict weighs in the order: all that is said in part weighs less than one mention that is missing.
_WEIGHTS: Final = {"missing": 100, "contradicted": 100, "partial": 1, "not_examined": 1}


def list_ordered(
    connection: Connection, workspace_id: str, chosen: Filter, order: Order, *, offset: int, limit: int
) -> list[SealedContract]:
    """Return contracts of a workspace from the place ``offset`` of the order on."""
    query = select(*COLUMNS).where(*conditions(workspace_id, chosen))
    if order in (Order.NEWEST, Order.OLDEST):
        by = CONTRACT.c.id.desc() if order is Order.NEWEST else CONTRACT.c.id
        query = query.order_by(by)
    else:
        weight = func.sum(case(_WEIGHTS, value=FINDING.c.effective, else_=0)).label("weight")
        weighed = select(FINDING.c.contract_id, weight).group_by(FINDING.c.contract_id).subquery()
        query = query.outerjoin(weighed, weighed.c.contract_id == CONTRACT.c.id)
        # What has no report, and what needs none of the mentions, comes last either way.
        counts = case((CONTRACT.c.processing == NOT_IN_QUESTION, None), else_=weighed.c.weight)
        query = query.order_by(counts.is_(None), _directed(counts, order), CONTRACT.c.id.desc())
    return [open_row(row) for row in connection.execute(query.offset(offset).limit(limit))]


def read_verdicts(connection: Connection, contract_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return by contract and mention the verdicts that hold after reviews."""
    found: dict[str, dict[str, str]] = {}
    query = select(FINDING.c.contract_id, FINDING.c.mention, FINDING.c.effective)
    for contract_id, mention, verdict in connection.execute(query.where(FINDING.c.contract_id.in_(contract_ids))):
        found.setdefault(str(contract_id), {})[str(mention)] = str(verdict)
    return found


def _directed(weight: ColumnElement[int], order: Order) -> ColumnElement[int]:
    return weight.desc() if order is Order.WORST else weight.asc()
