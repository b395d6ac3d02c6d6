"""The key store: one data key a contract, one key a workspace, each wrapped by the master key.

It is a database of its own, so that a backup of contracts holds no key.  Destroying a key makes every copy of what
it sealed unreadable.  Beside the keys stands the anchor of the audit log, for the same reason: it must not change
together with what it vouches for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from api.errors import KeyDestroyed, KeyStoreError, SealBroken
from api.moment import now
from api.secrecy.seal import KEY_BYTES, derive, opener, seal
from api.store.audit import Head
from api.store.database import Database

_METADATA: Final = MetaData()
_KEY: Final = Table(
    "wrapped_key",
    _METADATA,
    Column("owner", String(80), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False),
)
# Built once: it is asked at every request.
_FIND: Final = select(_KEY.c.owner, _KEY.c.wrapped).where(_KEY.c.owner.in_(bindparam("owners", expanding=True)))
_NOTES: Final = MetaData()
_ANCHOR: Final = Table(
    "audit_anchor",
    _NOTES,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)
_HORIZON: Final = Table(
    "audit_horizon",
    _NOTES,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("proof", String(64), nullable=False),
)
_PROOF: Final = "proof"
_SUFFIX: Final = ".sqlite"
_NOTES_SUFFIX: Final = "-notes.sqlite"
_ROTATED: Final = "The master key was rotated meanwhile. Start the service with the new one."


class KeyStore:
    """The keys of one installation."""

    def __init__(self, url: str, master: bytes) -> None:
        self._master = master
        self._wrapping = derive(master, "wrap")
        self._open_wrapped = opener(self._wrapping)
        self._database = Database(url, forgetful=True)
        # On SQLite in a file of their own: who notes a head would hold up everybody who looks for a key.
        apart = self._database.is_sqlite and url.endswith(_SUFFIX)
        self._notes = Database(url.removesuffix(_SUFFIX) + _NOTES_SUFFIX) if apart else self._database
        self._proof = b""

    def open(self) -> None:
        """Make the tables where they are not there; raises :class:`KeyStoreError` for another master key."""
        with self._database.write() as connection:
            _METADATA.create_all(connection)
            before = _take_anchor(connection) if self._notes is not self._database else None
            self._proof = _read_wrapped(connection, _PROOF) or b""
        with self._notes.write() as connection:
            _NOTES.create_all(connection)
        if before:
            self.anchor(before)
        try:
            self.ensure(_PROOF)
        except SealBroken as error:
            raise KeyStoreError(
                "The master key is not the one that this key store was made with. Start with the right one."
            ) from error
        with self._database.read() as connection:
            self._proof = _read_wrapped(connection, _PROOF) or b""

    @staticmethod
    def fits(url: str, master: bytes) -> bool:
        """Tell whether a master key opens the key store of a URL."""
        keys = KeyStore(url, master)
        try:
            keys.open()
        except KeyStoreError:
            return False
        finally:
            keys.close()
        return True

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
        self._notes.close()

    def put(self, owner: str, key: bytes) -> None:
        """Keep ``key`` as the key of ``owner``; raises :class:`KeyStoreError` after a rotation."""
        with self._database.write() as connection:
            self._require_present(connection)
            connection.execute(insert(_KEY).values(owner=owner, wrapped=self._wrap(owner, key), made=now()))

    def exchange(self, owner: str, key: bytes) -> None:
        """Make ``key`` the key of ``owner``; the one before is its former key until that is destroyed.

        Raises :class:`KeyDestroyed` for an owner without a key, and ``IntegrityError`` for one with a former key.
        """
        former = former_owner(owner)
        with self._database.write() as connection:
            self._require_present(connection)
            wrapped = _read_wrapped(connection, owner, alone=True)
            if wrapped is None:
                raise KeyDestroyed("The key is not there any more.")
            before = self._wrap(former, self._unwrap(owner, wrapped))
            connection.execute(insert(_KEY).values(owner=former, wrapped=before, made=now()))
            values = {"wrapped": self._wrap(owner, key), "made": now()}
            connection.execute(update(_KEY).where(_KEY.c.owner == owner).values(**values))

    def ensure(self, owner: str, make: Callable[[], bytes] = lambda: os.urandom(KEY_BYTES)) -> bytes:
        """Return the key of ``owner``, made now when there is none."""
        found = self.find([owner])
        if owner not in found:
            with suppress(IntegrityError):  # another process was quicker
                self.put(owner, make())
            found = self.find([owner])
        return found[owner]

    def service_key(self, purpose: str) -> bytes:
        """Return a key of the installation itself; it stays the same when the master key is rotated."""
        return self.ensure(f"service/{purpose}", lambda: derive(self._master, purpose))

    def rotate(self, new_master: bytes) -> int:
        """Wrap every key by another master key, all or none; returns how many there are.

        Whoever has this store open meanwhile can put no further key and open none, until started anew.
        """
        wrapping = derive(new_master, "wrap")
        with self._database.write() as connection:
            if _read_wrapped(connection, _PROOF, alone=True) != self._proof:
                raise KeyStoreError(_ROTATED)
            rows = connection.execute(select(_KEY.c.owner, _KEY.c.wrapped)).all()
            changes = [
                {"which": owner, "anew": seal(wrapping, self._unwrap(owner, wrapped), place=_place(owner))}
                for owner, wrapped in rows
            ]
            change = update(_KEY).where(_KEY.c.owner == bindparam("which")).values(wrapped=bindparam("anew"))
            connection.execute(change, changes)
        return len(changes)

    def get(self, owner: str) -> bytes:
        """Return the key of ``owner``; raises :class:`KeyDestroyed`."""
        found = self.find([owner])
        if owner not in found:
            raise KeyDestroyed("The key is not there any more.")
        return found[owner]

    def find(self, owners: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of those owners that have one."""
        with self._database.read() as connection:
            rows = connection.execute(_FIND, {"owners": list(owners)}).all()
        return {row.owner: self._unwrap(row.owner, row.wrapped) for row in rows}

    def destroy(self, owner: str) -> None:
        """Destroy the key of ``owner``; what it sealed cannot be read again."""
        with self._database.write() as connection:
            connection.execute(delete(_KEY).where(_KEY.c.owner == owner))

    def anchor(self, head: Head) -> None:
        """Note the head of the audit log; an older one never replaces a newer."""
        values = {"sequence": head.sequence, "mac": head.mac}
        with self._notes.write() as connection:
            older = (_ANCHOR.c.number == 1) & (_ANCHOR.c.sequence < head.sequence)
            changed = connection.execute(update(_ANCHOR).where(older).values(**values))
            if changed.rowcount == 0 and connection.execute(select(_ANCHOR.c.number)).first() is None:
                connection.execute(insert(_ANCHOR).values(number=1, **values))

    def anchored(self) -> Head | None:
        """Return the newest noted head of the audit log."""
        with self._notes.read() as connection:
            row = connection.execute(select(_ANCHOR.c.sequence, _ANCHOR.c.mac)).first()
        return None if row is None else Head(int(row.sequence), str(row.mac))

    def move_horizon(self, head: Head, proof: str) -> None:
        """Note up to where the audit log was deleted in good order, with the proof of who noted it."""
        with self._notes.write() as connection:
            connection.execute(delete(_HORIZON))
            connection.execute(insert(_HORIZON).values(number=1, sequence=head.sequence, mac=head.mac, proof=proof))

    def horizon(self) -> tuple[Head, str] | None:
        """Return up to where the audit log was deleted in good order, with its proof."""
        with self._notes.read() as connection:
            row = connection.execute(select(_HORIZON)).first()
        return None if row is None else (Head(int(row.sequence), str(row.mac)), str(row.proof))

    def _require_present(self, connection: Connection) -> None:
        """Raise :class:`KeyStoreError` where the master key was rotated meanwhile; none can be until the end."""
        if (_read_wrapped(connection, _PROOF, shared=True) or b"") != self._proof:
            raise KeyStoreError(_ROTATED)

    def _wrap(self, owner: str, key: bytes) -> bytes:
        return seal(self._wrapping, key, place=_place(owner))

    def _unwrap(self, owner: str, wrapped: bytes) -> bytes:
        return self._open_wrapped(wrapped, _place(owner))


def former_owner(owner: str) -> str:
    """Return how the key store names the key that an owner had before the present one."""
    return f"{owner}/former"


def _take_anchor(connection: Connection) -> Head | None:
    """Return the noted head of an earlier version, which stood beside the keys, and take it away."""
    if not inspect(connection).has_table(_ANCHOR.name):
        return None
    row = connection.execute(select(_ANCHOR.c.sequence, _ANCHOR.c.mac)).first()
    _ANCHOR.drop(connection)
    return None if row is None else Head(int(row.sequence), str(row.mac))


def _place(owner: str) -> str:
    return f"key/{owner}"


def _read_wrapped(connection: Connection, owner: str, *, shared: bool = False, alone: bool = False) -> bytes | None:
    """Return a key as it is kept; held against a change until the transaction ends where that is asked."""
    query = select(_KEY.c.wrapped).where(_KEY.c.owner == owner)
    if shared or alone:
        query = query.with_for_update(read=shared)
    found: bytes | None = connection.execute(query).scalar()
    return found
