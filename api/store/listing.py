"""Contracts listed and counted by what is legible of them, and by the keyed fingerprints of their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.schema import CONTRACT, FINDING, REVIEW
from api.store.verdicts import count_verdicts, holds


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; names by their keyed fingerprints.

    ``verdict`` is the one that holds after reviews, ``machine_verdict`` that of the report; both of ``mention``, or of
    any where it is None.  ``processing`` may be ``IN_QUESTION``, ``verdict`` a conflict or ``ANY_LACKING``.  Moments
    are in milliseconds: from ``created_from`` until just before ``created_before``.  ``superseded`` takes in what has a
    later version.
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


@dataclass(slots=True)
class Numbers:
    """How many contracts there are by state and by review state, and by mention with which verdict, as reviewed.

    ``in_question`` counts the verdicts on what governs processing for another, or may.
    """

    states: Counter[str] = field(default_factory=Counter)
    review_states: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    in_question: dict[str, Counter[str]] = field(default_factory=dict)


#: What governs no processing for another.
NOT_IN_QUESTION: Final = "no"
#: What lists are narrowed to by it: reports on what governs processing for another, or may; as counts have it.
IN_QUESTION: Final = "in_question"
_PLAIN: Final = ("state", "language", "kind", "review_state")
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


def find_contracts(connection: Connection, workspace_id: str, contract_ids: Sequence[str]) -> list[SealedContract]:
    """Return those of the contracts that are there and in the workspace, in the order of the ids."""
    there = (CONTRACT.c.workspace_id == workspace_id) & CONTRACT.c.deleting.is_(False)
    query = select(*COLUMNS).where(there, CONTRACT.c.id.in_(contract_ids))
    found = {contract.id: contract for contract in (open_row(row) for row in connection.execute(query))}
    return [found[one] for one in contract_ids if one in found]


def count_contracts(connection: Connection, workspace_id: str, chosen: Filter) -> Numbers:
    """Return how many contracts there are of which kind, and with which verdicts, in one look."""
    by = (CONTRACT.c.state, CONTRACT.c.review_state, CONTRACT.c.processing)
    joined = func.aggregate_strings(CONTRACT.c.verdicts, "")
    query = select(*by, func.count(), joined).where(*conditions(workspace_id, chosen)).group_by(*by)
    numbers = Numbers()
    for state, review_state, processing, number, verdicts in connection.execute(query):
        numbers.states[state] += number
        numbers.review_states[review_state] += number
        for mention, verdict, found in count_verdicts(verdicts or ""):
            numbers.verdicts.setdefault(mention, Counter())[verdict] += found
            if processing != NOT_IN_QUESTION:
                numbers.in_question.setdefault(mention, Counter())[verdict] += found
    return numbers


def conditions(workspace_id: str, chosen: Filter) -> list[ColumnElement[bool]]:
    """Return what contracts of a workspace must meet."""
    wanted: list[ColumnElement[bool]] = [CONTRACT.c.workspace_id == workspace_id, CONTRACT.c.deleting.is_(False)]
    given = ((name, getattr(chosen, name)) for name in (*_PLAIN, *_MARKS))
    wanted += [CONTRACT.c[name] == value for name, value in given if value is not None]
    if chosen.processing is not None:
        wanted.append(_processing(chosen.processing))
    if not chosen.superseded:
        wanted.append(CONTRACT.c.latest.is_(True))
    if chosen.created_from is not None:
        wanted.append(CONTRACT.c.created >= chosen.created_from)
    if chosen.created_before is not None:
        wanted.append(CONTRACT.c.created < chosen.created_before)
    if chosen.assigned_to is not None:
        wanted.append(_assigned(chosen.assigned_to))
    if chosen.machine_verdict is not None:
        wanted.append(_found(chosen))
    elif chosen.mention is not None or chosen.verdict is not None:
        wanted.append(holds(chosen.mention, chosen.verdict))
    return wanted


def _processing(answer: str) -> ColumnElement[bool]:
    """Tell of contracts by whether they govern processing for another."""
    if answer != IN_QUESTION:
        return CONTRACT.c.processing == answer
    return and_(CONTRACT.c.verdicts.is_not(None), CONTRACT.c.processing.is_distinct_from(NOT_IN_QUESTION))


def _assigned(account_id: str) -> ColumnElement[bool]:
    """Tell of contracts that are an account's, whole or in one of their findings."""
    findings = select(REVIEW.c.contract_id).where(REVIEW.c.assigned_to == account_id)
    return or_(CONTRACT.c.assigned_to == account_id, CONTRACT.c.id.in_(findings))


def _found(chosen: Filter) -> ColumnElement[bool]:
    """Tell of contracts with a finding on which the machine's verdict is the one sought."""
    found: list[Any] = [FINDING.c.contract_id == CONTRACT.c.id, FINDING.c.verdict == chosen.machine_verdict]
    if chosen.mention is not None:
        found.append(FINDING.c.mention == chosen.mention)
    if chosen.verdict is not None:
        found.append(FINDING.c.effective == chosen.verdict)
    return exists().where(*found)
