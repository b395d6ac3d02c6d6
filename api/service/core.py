"""What every part of the service shares: the database, the keys, the audit log."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from api.moment import DAY, now
from api.secrecy.keys import KeyStore
from api.service.audit_log import AuditLog
from api.settings import Settings
from api.store.audit import Entry, Flaw, Head, Inspection, delete_up_to, find_last_before, inspect
from api.store.database import Database


@dataclass(frozen=True, slots=True)
class Core:
    """The open service."""

    settings: Settings
    database: Database
    keys: KeyStore
    log: AuditLog
    name_key: bytes
    audit_key: bytes

    @contextmanager
    def audited(self, entry: Entry, *more: Entry) -> Iterator[Connection]:
        """Give a connection for what ``entry`` notes; a change and its entries are kept together."""
        with self.log.audited(entry, *more) as connection:
            yield connection

    def note(self, entry: Entry) -> None:
        """Note in the audit log what changes nothing else."""
        self.log.note(entry)

    def verify_audit(self) -> Flaw | None:
        """Return the first flaw of the audit log."""
        return self.inspect_audit().flaw

    def inspect_audit(self) -> Inspection:
        """Look through the audit log."""
        # Noted before the log is read: what comes meanwhile is newer than the noted head.
        anchored, kept = self.keys.anchored(), self.keys.horizon()
        horizon, proof = kept or (None, "")
        if horizon and not hmac.compare_digest(proof, self._horizon_proof(horizon)):
            return Inspection(Flaw(horizon.sequence, "the beginning was cut off by somebody else"))
        with self.database.snapshot() as connection:
            return inspect(connection, self.audit_key, anchored, horizon)

    def shorten_audit(self) -> int:
        """Delete entries whose time is over and return how many; where the log then begins is noted with a proof."""
        with self.database.read() as connection:
            last = find_last_before(connection, now() - self.settings.audit_days * DAY)
        if last is None:
            return 0
        self.note(Entry("audit-shorten", subject=f"up-to:{last.sequence}"))
        self.log.flush()
        noted = self.keys.anchored()
        if noted is None or noted.sequence <= last.sequence:
            return 0  # the noted head must not be among what is deleted: it would look cut off
        self.keys.move_horizon(last, self._horizon_proof(last))
        with self.database.write() as connection:
            return delete_up_to(connection, last.sequence)

    def _horizon_proof(self, head: Head) -> str:
        return hmac.new(self.audit_key, f"horizon\0{head.sequence}\0{head.mac}".encode(), hashlib.sha256).hexdigest()

    def close(self) -> None:
        """Close the databases."""
        self.log.close()
        self.database.close()
        self.keys.close()


def open_core(settings: Settings) -> Core:
    """Open the databases, at the present version, and return what the parts share."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.spool.mkdir(mode=0o700, exist_ok=True)
    keys = KeyStore(settings.keys, settings.master_key)
    keys.open()
    database = Database(settings.database)
    database.migrate(keys.find)
    for name in ("service.sqlite", "keys.sqlite", "keys-notes.sqlite"):
        if (file := settings.data / name).exists():
            file.chmod(0o600)
    audit_key = keys.service_key("audit")
    return Core(
        settings=settings,
        database=database,
        keys=keys,
        log=AuditLog(database, keys, audit_key),
        name_key=keys.service_key("names"),
        audit_key=audit_key,
    )
