"""Contracts in an order that people ask for, and the verdicts of many at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.listing import Filter, conditions
from api.store.schema import CONTRACT, FINDING


class Order(StrEnum):
    """By what contracts are ordered; the worst are those in which most is missing or denied."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WORST = "worst"
    BEST = "best"


#: What a verdict weighs in the order: all that is said in part weighs less than one mention that is missing.
_WEIGHTS: Final = {"missing": 100, "contradicted": 100, "partial": 1, "not_examined": 1}
_NOT_IN_QUESTION: Final = "no"


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
        counts = case((CONTRACT.c.processing == _NOT_IN_QUESTION, None), else_=weighed.c.weight)
        query = query.order_by(counts.is_(None), _directed(counts, order), CONTRACT.c.id.desc())
    return [open_row(row) for row in connection.execute(query.offset(offset).limit(limit))]


def read_verdicts(connection: Connection, contract_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return by contract and mention the verdicts that hold after reviews."""
    found: dict[str, dict[str, str]] = {}
    query = select(FINDING.c.contract_id, FINDING.c.mention, FINDING.c.effective)
    for contract_id, mention, verdict in connection.execute(query.where(FINDING.c.contract_id.in_(contract_ids))):
        found.setdefault(str(contract_id), {})[str(mention)] = str(verdict)
    return found


def count_verdicts(
    connection: Connection, workspace_id: str, chosen: Filter
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Return by mention how many contracts have which verdict, as reviewed: of all, and of those in question.

    In question is what governs processing for another, or may.  Both in one look: they are many rows.
    """
    wanted = conditions(workspace_id, chosen)
    columns = (CONTRACT.c.processing, FINDING.c.mention, FINDING.c.effective)
    joined = FINDING.join(CONTRACT, FINDING.c.contract_id == CONTRACT.c.id)
    query = select(*columns, func.count()).select_from(joined).where(*wanted).group_by(*columns)
    every: dict[str, dict[str, int]] = {}
    in_question: dict[str, dict[str, int]] = {}
    for processing, mention, verdict, number in connection.execute(query):
        for counts in (every, in_question) if processing != _NOT_IN_QUESTION else (every,):
            numbers = counts.setdefault(str(mention), {})
            numbers[str(verdict)] = numbers.get(str(verdict), 0) + int(number)
    return every, in_question


def _directed(weight: ColumnElement[int], order: Order) -> ColumnElement[int]:
    return weight.desc() if order is Order.WORST else weight.asc()
