"""Contracts listed and counted by what is legible of them, and by the keyed fingerprints of their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.schema import CONTRACT, FINDING, REVIEW


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; names by their keyed fingerprints.

    ``verdict`` is the one that holds after reviews, ``machine_verdict`` that of the report; both of ``mention``, or of
    any where it is None.  Moments are in milliseconds: from ``created_from`` until just before ``created_before``.
    ``superseded`` takes in what has a later version.
    """

    state: str | None = None
    language: str | None = None
    kind: str | None = None
    processing: str | None = None
    name_mark: str | None = None
    counterparty_mark: str | None = None
    reference_mark: str | None = None
    review_state: str | None = None
    mention: str | None = None
    verdict: str | None = None
    machine_verdict: str | None = None
    assigned_to: str | None = None
    created_from: int | None = None
    created_before: int | None = None
    superseded: bool = False


#: What governs no processing for another.
NOT_IN_QUESTION: Final = "no"
_PLAIN: Final = ("state", "language", "kind", "processing", "review_state")
_MARKS: Final = ("name_mark", "counterparty_mark", "reference_mark")


def list_contracts(
    connection: Connection, workspace_id: str, chosen: Filter, *, before: str | None, limit: int
) -> list[SealedContract]:
    """Return contracts of a workspace, newest first, those with ids below ``before``."""
    wanted = conditions(workspace_id, chosen)
    if before is not None:
        wanted.append(CONTRACT.c.id < before)
    query = select(*COLUMNS).where(*wanted).order_by(CONTRACT.c.id.desc()).limit(limit)
    return [open_row(row) for row in connection.execute(query)]


def count_contracts(connection: Connection, workspace_id: str, chosen: Filter) -> dict[str, dict[str, int]]:
    """Return how many contracts there are by state and by review state."""
    wanted = conditions(workspace_id, chosen)
    counts: dict[str, dict[str, int]] = {}
    for name in ("state", "review_state"):
        column = CONTRACT.c[name]
        rows = connection.execute(select(column, func.count()).where(*wanted).group_by(column))
        counts[name] = {str(value): int(count) for value, count in rows}
    return counts


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
        for counts in (every, in_question) if processing != NOT_IN_QUESTION else (every,):
            numbers = counts.setdefault(str(mention), {})
            numbers[str(verdict)] = numbers.get(str(verdict), 0) + int(number)
    return every, in_question


def conditions(workspace_id: str, chosen: Filter) -> list[ColumnElement[bool]]:
    """Return what contracts of a workspace must meet."""
    wanted: list[ColumnElement[bool]] = [CONTRACT.c.workspace_id == workspace_id, CONTRACT.c.deleting.is_(False)]
    given = ((name, getattr(chosen, name)) for name in (*_PLAIN, *_MARKS))
    wanted += [CONTRACT.c[name] == value for name, value in given if value is not None]
    if not chosen.superseded:
        wanted.append(CONTRACT.c.latest.is_(True))
    if chosen.created_from is not None:
        wanted.append(CONTRACT.c.created >= chosen.created_from)
    if chosen.created_before is not None:
        wanted.append(CONTRACT.c.created < chosen.created_before)
    if chosen.assigned_to is not None:
        wanted.append(_assigned(chosen.assigned_to))
    if any(value is not None for value in (chosen.mention, chosen.verdict, chosen.machine_verdict)):
        wanted.append(_found(chosen))
    return wanted


def _assigned(account_id: str) -> ColumnElement[bool]:
    """Tell of contracts that are an account's, whole or in one of their findings."""
    finding = exists().where(REVIEW.c.contract_id == CONTRACT.c.id, REVIEW.c.assigned_to == account_id)
    return or_(CONTRACT.c.assigned_to == account_id, finding)


def _found(chosen: Filter) -> ColumnElement[bool]:
    sought = FINDING.alias("sought")  # counts read the findings as well, and not only those that are sought
    found: list[Any] = [sought.c.contract_id == CONTRACT.c.id]
    for column, value in (
        (sought.c.mention, chosen.mention),
        (sought.c.effective, chosen.verdict),
        (sought.c.verdict, chosen.machine_verdict),
    ):
        if value is not None:
            found.append(column == value)
    return exists().where(*found)
