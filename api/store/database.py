"""One database by URL, SQLite or PostgreSQL: reading and writing transactions, and migrations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

_MIGRATIONS: Final = Path(__file__).with_name("migrations")
#: The number under which processes that start together queue for the migration of a PostgreSQL.
_MIGRATION_LOCK: Final = 28_03_2016
#: As many as requests are worked on at once: a connection more would be opened and closed for each.
_POOL: Final = 20
_REST_SECONDS: Final = 2

#: Returns the keys of those owners that have one.
FindKeys = Callable[[list[str]], dict[str, bytes]]


class Database:
    """A database; ``forgetful`` overwrites what is deleted (SQLite) and keeps no write-ahead log of it."""

    def __init__(self, url: str, *, forgetful: bool = False) -> None:
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"connect_args": {"timeout": 30}} if self.is_sqlite else {}
        # An error of the driver must not carry values into a log.
        self._engine = create_engine(url, hide_parameters=True, pool_size=_POOL, **options)
        if self.is_sqlite:
            pragmas = ["foreign_keys=ON", "synchronous=FULL"]
            pragmas += ["secure_delete=ON", "journal_mode=DELETE"] if forgetful else ["journal_mode=WAL"]
            event.listen(self._engine, "connect", _preparation(pragmas))
            event.listen(self._engine, "begin", _begin)
            self._reading = self._engine
        else:
            event.listen(self._engine, "checkin", _note_use)
            event.listen(self._engine, "checkout", _look_after_rest)
            # Each statement sees what is committed in either way; this one saves two messages a reading.
            self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading."""
        with self._reading.connect() as connection:
            connection = connection.execution_options(reading=True)
            with connection.begin():
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection for reading that sees one moment, however long the block takes."""
        with self._engine.connect() as connection:
            options: dict[str, Any] = {"reading": True}
            if not self.is_sqlite:
                options["isolation_level"] = "REPEATABLE READ"
            connection = connection.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept whole, when the block ends, or not at all."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def turn(self, number: int) -> Iterator[bool]:
        """Tell whether no other process of a PostgreSQL has taken this turn; it is taken until the block ends.

        On SQLite everybody has theirs: whoever writes there, writes alone.
        """
        if self.is_sqlite:
            yield True
            return
        with self._engine.begin() as connection:
            taken = connection.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number})
            yield bool(taken.scalar())

    def migrate(self, find_keys: FindKeys) -> None:
        """Bring the tables to the present version, from any earlier one; ``find_keys`` opens what is sealed."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
            config.attributes |= {"connection": connection, "find_keys": find_keys}
            command.upgrade(config, "head")

    def revision(self) -> str:
        """Return the version of the tables."""
        with self.read() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _look_after_rest(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that has rested whether it is still there; asking each time costs as much as a query."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < _REST_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _preparation(pragmas: list[str]) -> Any:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where _begin says so
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin(connection: Connection) -> None:
    """Take the right to write at the beginning: a transaction that asks for it later may be refused."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
