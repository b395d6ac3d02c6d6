"""The audit log: who did what, when; ids only, no names and no text of a contract.

Each entry carries an HMAC over itself and the one before, with a key that is not in the database: an entry that is
changed, taken out or put in breaks the chain.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, insert, select, text

from api.moment import now
from api.store.schema import AUDIT

_LOCK: Final = 28_03_2017
_START: Final = "0" * 64


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
class Flaw:
    """Where the log is not as it was written, and in what way."""

    sequence: int
    what: str


def append(connection: Connection, key: bytes, entry: Entry) -> tuple[int, str]:
    """Append an entry and return its sequence and mac."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    last = connection.execute(select(AUDIT.c.sequence, AUDIT.c.mac).order_by(AUDIT.c.sequence.desc()).limit(1)).first()
    sequence, before = (1, _START) if last is None else (int(last.sequence) + 1, str(last.mac))
    at = now()
    mac = _mac(key, before, sequence, at, entry)
    values = {"action": entry.action, "account_id": entry.account_id}
    values |= {"subject": entry.subject, "outcome": entry.outcome}
    connection.execute(insert(AUDIT).values(sequence=sequence, at=at, mac=mac, **values))
    return sequence, mac


def list_entries(connection: Connection, *, before: int | None, limit: int) -> list[Kept]:
    """Return the newest entries, those below sequence ``before``."""
    query = select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(AUDIT.c.sequence < before)
    return [_kept(row) for row in connection.execute(query)]


def verify(connection: Connection, key: bytes, anchored: tuple[int, str] | None) -> Flaw | None:
    """Return the first flaw of the log, None when it is as it was written.

    ``anchored`` is a head noted elsewhere: it must still stand in the log as it was.
    """
    before, expected = _START, 1
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.sequence)):
        kept = _kept(row)
        if kept.sequence != expected:
            return Flaw(expected, "an entry is lacking")
        mac = _mac(key, before, kept.sequence, kept.at, kept.entry)
        if not hmac.compare_digest(mac, str(row.mac)):
            return Flaw(expected, "an entry was changed")
        if anchored and anchored[0] == expected and not hmac.compare_digest(mac, anchored[1]):
            return Flaw(expected, "the log was rebuilt")
        before, expected = mac, expected + 1
    if anchored and anchored[0] >= expected:
        return Flaw(expected, "the end is lacking")
    return None


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    entry = Entry(row.action, row.account_id, row.subject, row.outcome)
    return Kept(int(row.sequence), int(row.at), entry)


def _mac(key: bytes, before: str, sequence: int, at: int, entry: Entry) -> str:
    fields = [before, sequence, at, entry.account_id, entry.action, entry.subject, entry.outcome]
    return hmac.new(key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()
