"""What every part of the service shares: the database, the keys, the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from api.secrecy.keys import KeyStore
from api.secrecy.seal import derive
from api.settings import Settings
from api.store.audit import Entry, Flaw, append, verify
from api.store.database import Database


@dataclass(frozen=True, slots=True)
class Core:
    """The open service."""

    settings: Settings
    database: Database
    keys: KeyStore

    @contextmanager
    def audited(self, entry: Entry) -> Iterator[Connection]:
        """Give a connection for writing; the change and its entry in the audit log are kept together."""
        with self.database.write() as connection:
            yield connection
            head = append(connection, self._audit_key, entry)
        self.keys.anchor(*head)

    def note(self, entry: Entry) -> None:
        """Note in the audit log what changes nothing else."""
        with self.audited(entry):
            pass

    def verify_audit(self) -> Flaw | None:
        """Return the first flaw of the audit log."""
        anchored = self.keys.anchored()
        with self.database.read() as connection:
            return verify(connection, self._audit_key, anchored)

    @property
    def name_key(self) -> bytes:
        """The key of fingerprints that belong to no workspace."""
        return derive(self.settings.master_key, "names")

    @property
    def _audit_key(self) -> bytes:
        return derive(self.settings.master_key, "audit")

    def close(self) -> None:
        """Close the databases."""
        self.database.close()
        self.keys.close()


def open_core(settings: Settings) -> Core:
    """Open the databases, at the present version, and return what the parts share."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.spool.mkdir(mode=0o700, exist_ok=True)
    keys = KeyStore(settings.keys, settings.master_key)
    keys.open()
    database = Database(settings.database)
    database.migrate()
    for name in ("service.sqlite", "keys.sqlite"):
        if (file := settings.data / name).exists():
            file.chmod(0o600)
    return Core(settings, database, keys)
