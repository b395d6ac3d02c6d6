"""What people have decided on findings: where each stands now, and the history, which is only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select

from api.moment import now
from api.store.schema import ACCOUNT, MEMBERSHIP, REVIEW, REVIEW_EVENT
from dpa_checker.model.letters import CONFLICT


class EventKind(StrEnum):
    """What a step of the history is; the last two are the service's own."""

    CONFIRM = "confirm"
    OVERRIDE = "override"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    STATE = "state"
    COMMENT = "comment"
    CARRIED_OVER = "carried-over"
    EVIDENCE_CHANGED = "evidence-changed"


class Decision(StrEnum):
    """What was decided on a finding."""

    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Review:
    """Where a finding stands: ``event`` is the step in which it was decided.

    ``to_confirm`` when what was decided holds only once it is confirmed again: it was decided on an earlier version of
    the contract, or on other evidence.
    """

    mention: str
    decision: Decision | None = None
    verdict: str | None = None
    event: int | None = None
    to_confirm: bool = False
    evidence_changed: bool = False
    assigned_to: str | None = None

    def effective(self, machine: str) -> str:
        """Return the verdict that holds where the machine's is ``machine``."""
        if self.decision is None or self.verdict is None or self.to_confirm:
            return machine
        return self.verdict

    def standing(self, machine: str, *, conflict: bool) -> str:
        """Return the verdict that holds, or that the document contradicts itself: only a verdict given settles that."""
        settled = self.decision is Decision.OVERRIDDEN and not self.to_confirm
        return CONFLICT if conflict and not settled else self.effective(machine)


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """A step of the history as it is kept."""

    number: int
    mention: str | None
    kind: EventKind
    account_id: str | None
    at: int
    content_sealed: bytes


_COLUMNS: Final = tuple(REVIEW.c[name] for name in Review.__dataclass_fields__)
_EVENT: Final = tuple(REVIEW_EVENT.c[name] for name in SealedEvent.__dataclass_fields__)


def list_reviews(connection: Connection, contract_id: str) -> dict[str, Review]:
    """Return where the findings of a contract stand, by mention; those nobody has touched are not there."""
    rows = connection.execute(select(*_COLUMNS).where(REVIEW.c.contract_id == contract_id))
    return {row.mention: _review(row) for row in rows}


def keep_review(connection: Connection, contract_id: str, review: Review) -> None:
    """Keep where a finding stands now."""
    one = (REVIEW.c.contract_id == contract_id) & (REVIEW.c.mention == review.mention)
    connection.execute(delete(REVIEW).where(one))
    values = {name: getattr(review, name) for name in Review.__dataclass_fields__}
    connection.execute(insert(REVIEW).values(contract_id=contract_id, **values))


def next_number(connection: Connection, contract_id: str) -> int:
    """Return the number of the next step in the history of a contract."""
    query = select(func.max(REVIEW_EVENT.c.number)).where(REVIEW_EVENT.c.contract_id == contract_id)
    return (connection.execute(query).scalar() or 0) + 1


def add_event(connection: Connection, contract_id: str, event: SealedEvent) -> None:
    """Add a step to the history."""
    values = {name: getattr(event, name) for name in SealedEvent.__dataclass_fields__}
    connection.execute(insert(REVIEW_EVENT).values(contract_id=contract_id, **values))


def new_event(
    number: int, kind: EventKind, account_id: str | None, content_sealed: bytes, mention: str | None = None
) -> SealedEvent:
    """Return a step that is taken now."""
    return SealedEvent(number, mention, kind, account_id, now(), content_sealed)


def list_events(connection: Connection, contract_id: str, *, before: int | None, limit: int) -> list[SealedEvent]:
    """Return the newest steps of a history, those below number ``before``."""
    query = select(*_EVENT).where(REVIEW_EVENT.c.contract_id == contract_id)
    if before is not None:
        query = query.where(REVIEW_EVENT.c.number < before)
    rows = connection.execute(query.order_by(REVIEW_EVENT.c.number.desc()).limit(limit))
    return [_event(row) for row in rows]


def list_remarks(connection: Connection, contract_id: str) -> list[SealedEvent]:
    """Return all comments on findings of a contract, newest first."""
    said = (REVIEW_EVENT.c.kind == EventKind.COMMENT) & REVIEW_EVENT.c.mention.is_not(None)
    query = select(*_EVENT).where((REVIEW_EVENT.c.contract_id == contract_id) & said)
    return [_event(row) for row in connection.execute(query.order_by(REVIEW_EVENT.c.number.desc()))]


def find_events(connection: Connection, contract_id: str, numbers: list[int]) -> dict[int, SealedEvent]:
    """Return steps of a history by their numbers."""
    wanted = (REVIEW_EVENT.c.contract_id == contract_id) & REVIEW_EVENT.c.number.in_(numbers)
    return {row.number: _event(row) for row in connection.execute(select(*_EVENT).where(wanted))}


def list_members(connection: Connection, workspace_id: str) -> dict[str, str]:
    """Return id and name of the active accounts that belong to a workspace."""
    joined = ACCOUNT.join(MEMBERSHIP, MEMBERSHIP.c.account_id == ACCOUNT.c.id)
    there = (MEMBERSHIP.c.workspace_id == workspace_id) & ACCOUNT.c.active.is_(True)
    query = select(ACCOUNT.c.id, ACCOUNT.c.name).select_from(joined).where(there).order_by(ACCOUNT.c.name)
    return {row.id: row.name for row in connection.execute(query)}


def find_names(connection: Connection, accounts: set[str]) -> dict[str, str]:
    """Return the names of accounts by their ids."""
    rows = connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(sorted(accounts))))
    return {row.id: row.name for row in rows}


def _review(row: Row[Any]) -> Review:
    values = dict(row._mapping)
    return Review(**values | {"decision": Decision(values["decision"]) if values["decision"] else None})


def _event(row: Row[Any]) -> SealedEvent:
    values = dict(row._mapping)
    return SealedEvent(**values | {"kind": EventKind(values["kind"])})
