"""Alerts on their way: one row a channel, until it is sent or given up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from api.moment import SECOND, now
from api.store.schema import ALERT


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told; ``subject`` is the id of an account or an entry, never a name."""

    id: str
    channel: str
    kind: str
    subject: str
    count: int
    at: int
    attempts: int


_ID_DIGITS: Final = 32
_COLUMNS = tuple(ALERT.c[name] for name in Alert.__dataclass_fields__)


def add_alerts(
    connection: Connection, channels: Iterable[str], *, kind: str, subject: str, count: int, cause: int
) -> None:
    """Keep an alert, with a row for each channel; raises ``IntegrityError`` where another process has just done it."""
    moment = now()
    for channel in ("log", *channels):
        values = {"channel": channel, "kind": kind, "subject": subject, "count": count, "at": moment, "attempts": 0}
        own = hashlib.sha256(f"{kind}\0{subject}\0{cause}\0{channel}".encode()).hexdigest()[:_ID_DIGITS]
        connection.execute(insert(ALERT).values(id=own, due=None if channel == "log" else moment, **values))


def list_due(connection: Connection) -> list[Alert]:
    """Return the alerts that are to be sent now, oldest first."""
    query = select(*_COLUMNS).where(ALERT.c.due <= now()).order_by(ALERT.c.at, ALERT.c.id)
    return [Alert(**row._mapping) for row in connection.execute(query)]


def claim(connection: Connection, alert: Alert, *, again_after: int) -> bool:
    """Take an alert in order to send it; False when another process has.  It is due again if nothing is heard."""
    same = (ALERT.c.id == alert.id) & (ALERT.c.attempts == alert.attempts) & (ALERT.c.due <= now())
    values = {"attempts": alert.attempts + 1, "due": now() + again_after * SECOND}
    return connection.execute(update(ALERT).where(same).values(**values)).rowcount == 1


def settle(connection: Connection, alert_id: str) -> None:
    """Do nothing more about an alert: it was sent, or is given up."""
    connection.execute(update(ALERT).where(ALERT.c.id == alert_id).values(due=None))


def forget_settled(connection: Connection, *, older_than: int) -> None:
    """Forget alerts that are settled and old."""
    connection.execute(delete(ALERT).where(ALERT.c.due.is_(None), ALERT.c.at < older_than))
