"""The key store: one data key a contract, one key a workspace, each wrapped by the master key.

It is a database of its own, so that a backup of contracts holds no key.  Destroying a key makes every copy of what
it sealed unreadable.  Beside the keys stands the anchor of the audit log, for the same reason: it must not change
together with what it vouches for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.errors import KeyDestroyed, KeyStoreError, SealBroken
from api.moment import now
from api.secrecy.seal import KEY_BYTES, derive, seal, unseal
from api.store.database import Database

_METADATA: Final = MetaData()
_KEY: Final = Table(
    "wrapped_key",
    _METADATA,
    Column("owner", String(80), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False),
)
_ANCHOR: Final = Table(
    "audit_anchor",
    _METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)
_PROOF: Final = "proof"


class KeyStore:
    """The keys of one installation."""

    def __init__(self, url: str, master: bytes) -> None:
        self._wrapping = derive(master, "wrap")
        self._database = Database(url, forgetful=True)

    def open(self) -> None:
        """Make the tables where they are not there; raises :class:`KeyStoreError` for another master key."""
        with self._database.write() as connection:
            _METADATA.create_all(connection)
        try:
            self.ensure(_PROOF)
        except SealBroken as error:
            raise KeyStoreError(
                "The master key is not the one that this key store was made with. Start with the right one."
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def put(self, owner: str, key: bytes) -> None:
        """Keep ``key`` as the key of ``owner``."""
        wrapped = seal(self._wrapping, key, place=f"key/{owner}")
        with self._database.write() as connection:
            connection.execute(insert(_KEY).values(owner=owner, wrapped=wrapped, made=now()))

    def ensure(self, owner: str) -> bytes:
        """Return the key of ``owner``, made now when there is none."""
        found = self.find([owner])
        if owner not in found:
            with suppress(IntegrityError):  # another process was quicker
                self.put(owner, os.urandom(KEY_BYTES))
            found = self.find([owner])
        return found[owner]

    def get(self, owner: str) -> bytes:
        """Return the key of ``owner``; raises :class:`KeyDestroyed`."""
        found = self.find([owner])
        if owner not in found:
            raise KeyDestroyed("The key is not there any more.")
        return found[owner]

    def find(self, owners: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of those owners that have one."""
        with self._database.read() as connection:
            rows = connection.execute(select(_KEY.c.owner, _KEY.c.wrapped).where(_KEY.c.owner.in_(list(owners)))).all()
        return {row.owner: unseal(self._wrapping, row.wrapped, place=f"key/{row.owner}") for row in rows}

    def destroy(self, owner: str) -> None:
        """Destroy the key of ``owner``; what it sealed cannot be read again."""
        with self._database.write() as connection:
            connection.execute(delete(_KEY).where(_KEY.c.owner == owner))

    def anchor(self, sequence: int, mac: str) -> None:
        """Note the head of the audit log; an older one never replaces a newer."""
        with self._database.write() as connection:
            older = (_ANCHOR.c.number == 1) & (_ANCHOR.c.sequence < sequence)
            changed = connection.execute(update(_ANCHOR).where(older).values(sequence=sequence, mac=mac))
            if changed.rowcount == 0 and connection.execute(select(_ANCHOR.c.number)).first() is None:
                connection.execute(insert(_ANCHOR).values(number=1, sequence=sequence, mac=mac))

    def anchored(self) -> tuple[int, str] | None:
        """Return sequence and mac of the newest noted head of the audit log."""
        with self._database.read() as connection:
            row = connection.execute(select(_ANCHOR.c.sequence, _ANCHOR.c.mac)).first()
        return None if row is None else (int(row.sequence), str(row.mac))
