"""The audit log: who did what, when; ids only, no names and no text of a contract.

Each entry carries an HMAC over itself and the one before, with a key that is not in the database: an entry that is
changed, taken out or put in breaks the chain.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, text

from api.store.schema import AUDIT

_LOCK: Final = 28_03_2017
_START: Final = "0" * 64
#: What a process of the service notes when it begins, and when it ends in good order.
BEGUN, ENDED = "service-begin", "service-end"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is noted: ``subject`` is the id of what it was done to."""

    action: str
    account_id: str | None = None
    subject: str = ""
    outcome: str = "done"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept."""

    sequence: int
    at: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Head:
    """An entry by its place and mac, as it is noted outside the log."""

    sequence: int
    mac: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the log is not as it was written, and in what way."""

    sequence: int
    what: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What looking through the log has found.

    ``unanchored`` entries came after the noted head: whole as a chain, but their cutting off could not be seen.
    ``unended`` processes have begun and not ended: they run, or ended without stopping, and then the last entries
    that are written behind may be lacking.
    """

    flaw: Flaw | None
    entries: int = 0
    unanchored: int = 0
    unended: tuple[str, ...] = ()


def append(connection: Connection, key: bytes, entries: Sequence[tuple[int, Entry]]) -> Head:
    """Append entries, each with its moment, and return the last one's sequence and mac."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    head = read_head(connection) or Head(0, _START)
    rows: list[dict[str, Any]] = []
    for at, entry in entries:
        sequence = head.sequence + 1
        head = Head(sequence, _mac(key, head.mac, sequence, at, entry))
        values = {"account_id": entry.account_id, "subject": entry.subject, "outcome": entry.outcome}
        rows.append({"sequence": sequence, "at": at, "mac": head.mac, "action": entry.action, **values})
    connection.execute(insert(AUDIT), rows)
    return head


def read_head(connection: Connection) -> Head | None:
    """Return the newest entry by its place and mac."""
    last = connection.execute(select(AUDIT.c.sequence, AUDIT.c.mac).order_by(AUDIT.c.sequence.desc()).limit(1)).first()
    return None if last is None else Head(int(last.sequence), str(last.mac))


def holds(connection: Connection, head: Head) -> bool:
    """Tell whether an entry that was noted elsewhere still stands in the log, by its place and mac."""
    mac = connection.execute(select(AUDIT.c.mac).where(AUDIT.c.sequence == head.sequence)).scalar()
    return mac is not None and hmac.compare_digest(str(mac), head.mac)


def list_entries(connection: Connection, *, before: int | None, limit: int) -> list[Kept]:
    """Return the newest entries, those below sequence ``before``."""
    query = select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(AUDIT.c.sequence < before)
    return [_kept(row) for row in connection.execute(query)]


def list_recent(connection: Connection, *, since: int, actions: Sequence[str]) -> list[Kept]:
    """Return entries of some actions from ``since`` on, oldest first."""
    query = select(AUDIT).where(AUDIT.c.at >= since, AUDIT.c.action.in_(actions)).order_by(AUDIT.c.sequence)
    return [_kept(row) for row in connection.execute(query)]


def list_between(connection: Connection, *, after: int, up_to: int, actions: Sequence[str]) -> list[Kept]:
    """Return entries of some actions by their places, oldest first."""
    there = (AUDIT.c.sequence > after) & (AUDIT.c.sequence <= up_to)
    query = select(AUDIT).where(there, AUDIT.c.action.in_(actions)).order_by(AUDIT.c.sequence)
    return [_kept(row) for row in connection.execute(query)]


def find_last_before(connection: Connection, moment: int) -> Head | None:
    """Return the newest entry of which it and all before are older than ``moment``."""
    younger = connection.execute(select(func.min(AUDIT.c.sequence)).where(AUDIT.c.at >= moment)).scalar()
    query = select(AUDIT.c.sequence, AUDIT.c.mac).order_by(AUDIT.c.sequence.desc()).limit(1)
    # The newest entry stays: the next one is chained to it.
    last = select(func.max(AUDIT.c.sequence)).scalar_subquery()
    query = query.where(AUDIT.c.sequence < (last if younger is None else younger))
    row = connection.execute(query).first()
    return None if row is None else Head(int(row.sequence), str(row.mac))


def delete_up_to(connection: Connection, sequence: int) -> int:
    """Delete the entries up to ``sequence`` and return how many they were."""
    return connection.execute(delete(AUDIT).where(AUDIT.c.sequence <= sequence)).rowcount


@dataclass(slots=True)
class _Walk:
    """Where a walk along the chain stands."""

    before: str
    expected: int
    anchor_met: bool = False
    entries: int = 0
    begun: dict[str, None] = field(default_factory=dict)


def inspect(connection: Connection, key: bytes, anchored: Head | None, horizon: Head | None) -> Inspection:
    """Look through the log from its horizon, before which entries were deleted in good order.

    ``anchored`` is a head noted elsewhere: it must still stand in the log as it was.
    """
    walk = _Walk(horizon.mac if horizon else _START, horizon.sequence + 1 if horizon else 1)
    walk.anchor_met = anchored == horizon and anchored is not None
    query = select(AUDIT).where(AUDIT.c.sequence >= walk.expected).order_by(AUDIT.c.sequence)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        if what := _step(walk, key, row, anchored):
            return Inspection(Flaw(walk.expected, what), walk.entries)
    flaw = None
    if anchored and not walk.anchor_met:
        flaw = Flaw(walk.expected, "the end is lacking")
    elif anchored is None and walk.entries:
        flaw = Flaw(walk.expected, "the noted head is lacking")
    unanchored = walk.expected - 1 - anchored.sequence if anchored and walk.anchor_met else 0
    return Inspection(flaw, walk.entries, unanchored, tuple(walk.begun))


def _step(walk: _Walk, key: bytes, row: Row[Any], anchored: Head | None) -> str:
    """Go on to the next entry; returns what is wrong with it."""
    kept = _kept(row)
    if kept.sequence != walk.expected:
        return "an entry is lacking"
    mac = _mac(key, walk.before, kept.sequence, kept.at, kept.entry)
    if not hmac.compare_digest(mac, str(row.mac)):
        return "an entry was changed"
    if anchored and anchored.sequence == kept.sequence:
        walk.anchor_met = hmac.compare_digest(mac, anchored.mac)
        if not walk.anchor_met:
            return "the log was rebuilt"
    if kept.entry.action == BEGUN:
        walk.begun[kept.entry.subject] = None
    elif kept.entry.action == ENDED:
        walk.begun.pop(kept.entry.subject, None)
    walk.before, walk.expected, walk.entries = mac, kept.sequence + 1, walk.entries + 1
    return ""


def _kept(row: Row[Any]) -> Kept:
    entry = Entry(row.action, row.account_id, row.subject, row.outcome)
    return Kept(int(row.sequence), int(row.at), entry)


def _mac(key: bytes, before: str, sequence: int, at: int, entry: Entry) -> str:
    fields = [before, sequence, at, entry.account_id, entry.action, entry.subject, entry.outcome]
    return hmac.new(key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()
