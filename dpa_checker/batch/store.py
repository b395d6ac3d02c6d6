"""What a scan has found out, kept so that nothing is done twice and nothing is lost.

One SQLite file (WAL), readable by its owner only: results and reports by content, settings and versions, and the
files that have each content.  A result is there whole or not at all, whenever the process ends.  Reports are in a
table of their own, so that a count over all results reads none of them.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from dpa_checker.batch.engine import PASSING, Outcome, unpack_report
from dpa_checker.batch.find import Item, spell
from dpa_checker.errors import DpaCheckerError

VERSION: Final = 3
#: So many files are noted in one transaction, when no result comes first.
_NOTES: Final = 500
#: What the system says of the network (no number), or of processes, and not of a folder.
_NOT_OF_FOLDER: Final = frozenset({None, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
_SCHEMA: Final = """
CREATE TABLE result (
    digest TEXT NOT NULL,
    settings TEXT NOT NULL,
    engine TEXT NOT NULL,
    library TEXT NOT NULL,
    error_code TEXT NOT NULL,
    error TEXT NOT NULL,
    seconds REAL NOT NULL,
    language TEXT,
    kind TEXT,
    processing TEXT,
    verdicts TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    year INTEGER,
    links TEXT NOT NULL,
    PRIMARY KEY (digest, settings, engine, library)
) WITHOUT ROWID;
CREATE TABLE report (
    digest TEXT NOT NULL,
    settings TEXT NOT NULL,
    engine TEXT NOT NULL,
    library TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (digest, settings, engine, library)
);
CREATE TABLE file (
    location TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    stamp TEXT NOT NULL,
    digest TEXT NOT NULL,
    scan INTEGER NOT NULL,
    last_scan INTEGER,
    last_digest TEXT
) WITHOUT ROWID;
CREATE INDEX file_digest ON file (digest, scan);
CREATE INDEX file_scan ON file (scan);
CREATE TABLE scan (
    number INTEGER PRIMARY KEY AUTOINCREMENT, settings TEXT, engine TEXT, library TEXT,
    complete INTEGER NOT NULL DEFAULT 0
);
"""
#: What makes a store of version 2 one of version 3: which of its scans came to their end is not known.
_FROM_2: Final = """
ALTER TABLE file ADD COLUMN last_scan INTEGER;
ALTER TABLE file ADD COLUMN last_digest TEXT;
ALTER TABLE scan ADD COLUMN complete INTEGER NOT NULL DEFAULT 0;
UPDATE scan SET complete = 1;
UPDATE result SET error_code = 'unreadable-file'
    WHERE error_code = 'document-error' AND error LIKE 'The file could not be opened:%'
"""
#: ``last_scan`` is the last complete scan that saw a file, when a later one that is not complete has seen it since, and
#: ``last_digest`` the content it had then, when that is another.
_NOTE: Final = """
INSERT INTO file (location, name, size, stamp, digest, scan) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (location) DO UPDATE SET
    name = excluded.name, size = excluded.size, stamp = excluded.stamp, digest = excluded.digest, scan = excluded.scan,
    last_scan = CASE WHEN file.scan = ? THEN file.scan ELSE file.last_scan END,
    last_digest = CASE WHEN file.scan = ? OR file.last_digest IS NULL
        THEN nullif(file.digest, excluded.digest) ELSE file.last_digest END
"""


#: Digest, error code, processing, verdicts, counterparty, kind, language and year of a content.
Facts = tuple[str, str, str | None, str, str, str | None, str | None, int | None]


class StoreError(DpaCheckerError):
    """The store of results cannot be used; the message says why and what to do."""


@contextmanager
def writing_results(folder: Path) -> Iterator[None]:
    """Turn what the system says when results cannot be written to a folder into a :class:`StoreError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _unwritable(folder, str(error)) from error
    except OSError as error:
        if error.errno in _NOT_OF_FOLDER or isinstance(error, ConnectionError):
            raise
        raise _unwritable(folder, error.strerror or type(error).__name__) from error


def _unwritable(folder: Path, reason: str) -> StoreError:
    name = spell(str(folder))
    return StoreError(f"The results cannot be written to {name}: {reason}. Check its permissions and the disk's room.")


@dataclass(frozen=True, slots=True)
class Versions:
    """What a kept result depends on, besides the content."""

    settings: str
    engine: str
    library: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file with its kept result; ``report`` is the JSON, loaded only by :meth:`Store.read_report`.

    ``verdicts`` has one letter a mention (see ``LETTERS``), empty when the file could not be examined.
    """

    location: str
    name: str
    digest: str
    error_code: str
    error: str
    language: str | None
    kind: str | None
    processing: str | None
    verdicts: str

    @property
    def examined(self) -> bool:
        """Whether there is a report."""
        return not self.error_code


class Store:
    """The results under one folder; a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: list[tuple[str, str, int, str, str, int]] = []
        self._last_scan = 0
        self._create()
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            self._prepare()
        except sqlite3.OperationalError:
            self._connection.close()
            raise
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise StoreError(f"{path.name} is not a store of results, or is damaged. Move it away.") from error

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Write what is still to be noted and close the file."""
        try:
            self.flush()
        finally:
            self._connection.close()

    def begin(self, versions: Versions) -> int:
        """Note the beginning of a scan and return its number."""
        self.flush()
        last = self.last_scan()
        self._last_scan = last[0] if last else 0
        row = self._connection.execute(
            "INSERT INTO scan (settings, engine, library) VALUES (?, ?, ?) RETURNING number",
            (versions.settings, versions.engine, versions.library),
        ).fetchone()
        return int(row[0])

    def complete(self, scan: int) -> None:
        """Note that a scan has come to its end: from now on it is the last one."""
        self.flush()
        self._connection.execute("UPDATE scan SET complete = 1 WHERE number = ?", (scan,))

    def known_digest(self, item: Item) -> str | None:
        """Return the content of a file that is as it was when it was last seen."""
        row = self._connection.execute(
            "SELECT digest FROM file WHERE location = ? AND size = ? AND stamp = ?",
            (spell(item.location), item.size, item.stamp),
        ).fetchone()
        return None if row is None or not item.stamp else str(row[0])

    def note(self, item: Item, digest: str, scan: int) -> None:
        """Note that a file has a content, as seen in a scan; written with the next result, or when many wait.

        What is no text in its place or name is spelled out.
        """
        self._notes.append((spell(item.location), spell(item.name), item.size, item.stamp, digest, scan))
        if len(self._notes) >= _NOTES:
            self.flush()

    def flush(self) -> None:
        """Write what is to be noted."""
        if self._notes:
            with self._transaction():
                self._write_notes()
            self._notes.clear()

    def _write_notes(self) -> None:
        last = (self._last_scan,) * 2
        self._connection.executemany(_NOTE, [(*note, *last) for note in self._notes])

    def has(self, digest: str, versions: Versions) -> bool:
        """Tell whether a content has a result; one that failed for want of time, say, is tried again."""
        row = self._connection.execute(
            "SELECT error_code FROM result WHERE digest = ? AND settings = ? AND engine = ? AND library = ?",
            (digest, versions.settings, versions.engine, versions.library),
        ).fetchone()
        return row is not None and row[0] not in PASSING

    def keep(self, outcome: Outcome, versions: Versions) -> None:
        """Keep the result of a content, with its report and what is still to be noted, at once or not at all."""
        key = (outcome.digest, versions.settings, versions.engine, versions.library)
        columns, about = outcome.columns, outcome.about
        with self._transaction():
            self._write_notes()
            self._connection.execute(
                "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *key, outcome.error_code, outcome.error, outcome.seconds,
                    columns.language, columns.kind, columns.processing, columns.verdicts,
                    about.counterparty, about.year, about.links,
                ),
            )  # fmt: skip
            if outcome.packed is not None:
                self._connection.execute("INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?)", (*key, outcome.packed))
        self._notes.clear()

    def results(self, scan: int, versions: Versions) -> Iterator[Kept]:
        """Yield the files of a scan with their results, in the order of their names."""
        self.flush()
        cursor = self._connection.execute(
            "SELECT location, name, file.digest, error_code, error, language, kind, processing, verdicts "
            "FROM file JOIN result ON result.digest = file.digest "
            "WHERE scan = ? AND settings = ? AND engine = ? AND library = ? ORDER BY name, location",
            (scan, versions.settings, versions.engine, versions.library),
        )
        with closing(cursor):
            for row in cursor:
                yield Kept(*row)

    def verdicts(self, scan: int, versions: Versions) -> Iterator[tuple[str, str | None, str]]:
        """Yield error code, processing and verdicts of the files of a scan, in no order and without their names."""
        self.flush()
        cursor = self._connection.execute(
            # results first, in the order of their digests, in which the index of the files is as well: no leaping about
            "SELECT error_code, processing, verdicts FROM result CROSS JOIN file ON file.digest = result.digest "
            "WHERE scan = ? AND settings = ? AND engine = ? AND library = ?",
            (scan, versions.settings, versions.engine, versions.library),
        )
        with closing(cursor):
            yield from cursor

    def facts(self, scan: int, versions: Versions, *, places: bool = False) -> Iterator[tuple[str, Facts]]:
        """Yield what statistics count of the content of each file of a scan, in no order, with its place on demand.

        Both tables are read once from end to end: a search for each file would take five times as long.
        """
        self.flush()
        found: dict[str, str] = {}
        further: dict[str, list[str]] = {}
        column = "location" if places else "''"
        for digest, place in self._connection.execute(
            f"SELECT CASE WHEN scan = ? THEN digest ELSE coalesce(last_digest, digest) END, {column} "  # noqa: S608
            "FROM file WHERE +scan = ? OR +last_scan = ?",
            (scan, scan, scan),
        ):
            if digest in found:
                further.setdefault(digest, []).append(place)
            else:
                found[digest] = place
        cursor = self._connection.execute(
            "SELECT digest, error_code, processing, verdicts, counterparty, kind, language, year FROM result "
            "WHERE settings = ? AND engine = ? AND library = ?",
            (versions.settings, versions.engine, versions.library),
        )
        with closing(cursor):
            for row in cursor:
                digest = row[0]
                if digest in found:
                    yield found[digest], row
                    for place in further.get(digest, ()):
                        yield place, row

    def last_scan(self) -> tuple[int, Versions] | None:
        """Return the number of the last complete scan with what its results depend on; None when there was none."""
        row = self._connection.execute(
            "SELECT number, settings, engine, library FROM scan WHERE complete ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return None if row is None else (int(row[0]), Versions(*map(str, row[1:])))

    def read_report(self, digest: str, versions: Versions) -> str | None:
        """Return the JSON of the report on a content."""
        row = self._connection.execute(
            "SELECT packed FROM report WHERE digest = ? AND settings = ? AND engine = ? AND library = ?",
            (digest, versions.settings, versions.engine, versions.library),
        ).fetchone()
        return None if row is None else unpack_report(row[0])

    def read_links(self, digest: str, versions: Versions) -> str:
        """Return what the text of a content says of other documents, as kept; empty when there is no result."""
        row = self._connection.execute(
            "SELECT links FROM result WHERE digest = ? AND settings = ? AND engine = ? AND library = ?",
            (digest, versions.settings, versions.engine, versions.library),
        ).fetchone()
        return "" if row is None else str(row[0])

    def bulk(self) -> _Transaction:
        """Return a context in which all changes are made at once or not at all: for many results that are at hand."""
        return _Transaction(self._connection)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _create(self) -> None:
        """Make the file with its owner's rights only, before anything is in it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        os.close(handle)

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if self._version() == VERSION:
            return
        with self._transaction():
            version = self._version()  # which another process may have raised meanwhile
            changes = {0: _SCHEMA, 2: _FROM_2, VERSION: ""}.get(version)
            for statement in (changes or "").split(";"):
                self._connection.execute(statement)
            if changes:
                self._connection.execute(f"PRAGMA user_version = {VERSION}")
        if changes is None:
            self._connection.close()
            raise StoreError(f"{self._path.name} was made by another version of dpa-checker. Choose another folder.")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])


class _Transaction:
    """A transaction of SQLite; one within another is part of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._within = False

    def __enter__(self) -> None:
        self._within = self._connection.in_transaction
        if not self._within:
            self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if not self._within:
            self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
