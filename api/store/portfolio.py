"""Contracts in an order that people ask for, and the verdicts of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, literal, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.listing import NOT_IN_QUESTION, Filter, conditions
from api.store.schema import CONTRACT
from api.store.verdicts import LACKING, count_letters
from api.store.verdicts import read_verdicts as expand_verdicts


class Order(StrEnum):
    """By what contracts are ordered; the worst are those in which most is missing, denied or in conflict."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WORST = "worst"
    BEST = "best"


#: What a verdict weighs in the order: all that is said in part weighs less than one mention that is missing.
_WEIGHTS: Final = {100: LACKING, 1: ("partial", "not_examined")}


def list_ordered(
    connection: Connection, workspace_id: str, chosen: Filter, order: Order, *, offset: int, limit: int
) -> list[SealedContract]:
    """Return contracts of a workspace from the place ``offset`` of the order on."""
    by = _by(order)
    wanted = select(CONTRACT.c.id).where(*conditions(workspace_id, chosen))
    # What is not shown is not read: the ids of a page come from the index.
    page = wanted.order_by(*by).offset(offset).limit(limit).subquery()
    query = select(*COLUMNS).join(page, page.c.id == CONTRACT.c.id).order_by(*by)
    return [open_row(row) for row in connection.execute(query)]


def read_verdicts(connection: Connection, contract_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return by contract and mention the verdicts that hold after reviews."""
    query = select(CONTRACT.c.id, CONTRACT.c.verdicts).where(CONTRACT.c.id.in_(contract_ids))
    return {row.id: expand_verdicts(row.verdicts) for row in connection.execute(query)}


def _by(order: Order) -> tuple[ColumnElement[Any], ...]:
    if order is Order.NEWEST:
        return (CONTRACT.c.id.desc(),)
    if order is Order.OLDEST:
        return (CONTRACT.c.id.asc(),)
    weight = sum((times * count_letters(*verdicts) for times, verdicts in _WEIGHTS.items()), start=literal(0))
    # What has no report, and what needs none of the mentions, comes last either way.
    counts = case((CONTRACT.c.processing == NOT_IN_QUESTION, None), else_=weight)
    return (counts.is_(None), counts.desc() if order is Order.WORST else counts.asc(), CONTRACT.c.id.desc())
