"""Which files of a scan form a set: those of a folder, or those whose names share the group ``set`` of a pattern."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Final

from dpa_checker.batch.remote import find_folder, name_folder
from dpa_checker.batch.store import Kept

FOLDER: Final = "folder"
_GROUP: Final = "set"
_COLUMNS: Final = tuple(field.name for field in fields(Kept))


@dataclass(frozen=True, slots=True)
class Grouping:
    """The rule by which files form sets: by folder, or by a ``pattern`` with a named group ``set``."""

    pattern: re.Pattern[str] | None = None

    @classmethod
    def parse(cls, text: str) -> Grouping:
        """Return the rule ``folder``, or that of a regular expression; raises ``ValueError`` for anything else."""
        if text == FOLDER:
            return cls()
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise ValueError(f"--sets: the pattern cannot be read ({error}).") from error
        if _GROUP not in pattern.groupindex:
            raise ValueError("--sets: say folder, or give a pattern with a group (?P<set>...) that names the set.")
        return cls(pattern)

    def key(self, kept: Kept) -> tuple[str, str] | None:
        """Return by what a file is grouped, and the name of its set; None when it belongs to none."""
        if self.pattern is not None:
            match = self.pattern.search(kept.name)
            found = match[_GROUP] if match else None
            return (found, found) if found else None
        folder = find_folder(kept.location)
        shown = PurePosixPath(kept.name.replace("\\", "/")).parent
        return folder, str(shown) if str(shown) != "." else name_folder(folder) or folder


class Groups:
    """The sets of a scan, in the order of their names; a context manager.

    Files come in the order of their names, sets in that of theirs, so the files are sorted in a private temporary
    database, which the system removes whatever happens.
    """

    def __init__(self, results: Iterable[Kept], grouping: Grouping) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute(f"CREATE TABLE file (key TEXT, shown TEXT, {', '.join(_COLUMNS)})")
        marks = ", ".join("?" * (len(_COLUMNS) + 2))
        self._connection.execute("BEGIN")
        self._connection.executemany(f"INSERT INTO file VALUES ({marks})", _rows(results, grouping))  # noqa: S608
        self._connection.execute("COMMIT")

    def __enter__(self) -> Groups:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Drop the temporary database."""
        self._connection.close()

    def __len__(self) -> int:
        """Return how many sets there are."""
        return int(self._connection.execute("SELECT COUNT(DISTINCT key) FROM file").fetchone()[0])

    def __iter__(self) -> Iterator[tuple[str, list[Kept]]]:
        """Yield the name of each set with its files, by name."""
        query = f"SELECT key, shown, {', '.join(_COLUMNS)} FROM file ORDER BY shown, key, name, location"  # noqa: S608
        current: tuple[str, str] | None = None
        files: list[Kept] = []
        with closing(self._connection.execute(query)) as cursor:
            for key, shown, *values in cursor:
                if current is not None and current[0] != key:
                    yield current[1], files
                    files = []
                current = (key, shown)
                files.append(Kept(*values))
        if current is not None:
            yield current[1], files


def _rows(results: Iterable[Kept], grouping: Grouping) -> Iterator[tuple[str | None, ...]]:
    for kept in results:
        found = grouping.key(kept)
        if found is not None:
            yield (*found, *(getattr(kept, name) for name in _COLUMNS))
