"""The store over scans that did not come to their end, and over its own older versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dpa_checker.batch import Item, Outcome, Store
from dpa_checker.batch.columns import Columns
from dpa_checker.batch.statistics import read_statistics
from dpa_checker.batch.store import StoreError, Versions
from dpa_checker.cli import main
from tests.batch.contracts import AUDIT, contract, write_contracts

VERSIONS = Versions("", "0", "0")
#: The store as version 2 made it.
_VERSION_2 = """
CREATE TABLE result (
    digest TEXT NOT NULL, settings TEXT NOT NULL, engine TEXT NOT NULL, library TEXT NOT NULL,
    error_code TEXT NOT NULL, error TEXT NOT NULL, seconds REAL NOT NULL, language TEXT, kind TEXT, processing TEXT,
    verdicts TEXT NOT NULL, counterparty TEXT NOT NULL, year INTEGER, links TEXT NOT NULL,
    PRIMARY KEY (digest, settings, engine, library)
) WITHOUT ROWID;
CREATE TABLE report (
    digest TEXT NOT NULL, settings TEXT NOT NULL, engine TEXT NOT NULL, library TEXT NOT NULL, packed BLOB NOT NULL,
    PRIMARY KEY (digest, settings, engine, library)
);
CREATE TABLE file (
    location TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL,
    scan INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_digest ON file (digest, scan);
CREATE INDEX file_scan ON file (scan);
CREATE TABLE scan (number INTEGER PRIMARY KEY AUTOINCREMENT, settings TEXT, engine TEXT, library TEXT);
INSERT INTO scan (settings, engine, library) VALUES ('', '0', '0');
INSERT INTO file VALUES ('/a', 'a', 1, '1', 'da', 1), ('/b', 'b', 1, '1', 'db', 1), ('/c', 'c', 1, '1', 'dc', 1);
INSERT INTO result VALUES ('da', '', '0', '0', '', '', 0.1, 'en', 'dpa', 'yes', 'ppppppppppppppppppppppppppp',
    'X', 1, '');
INSERT INTO result VALUES ('db', '', '0', '0', 'document-error',
    'The file could not be opened: No such file or directory. Check the path and its permissions.',
    0, NULL, NULL, NULL, '', '', NULL, '');
INSERT INTO result VALUES ('dc', '', '0', '0', 'damaged-document', 'It is broken.', 0, NULL, NULL, NULL, '', '',
    NULL, '');
PRAGMA user_version = 2;
"""


def _item(name: str, stamp: str = "1") -> Item:
    return Item(f"/{name}", name, 1, stamp)


def _note(store: Store, scan: int, **digests: str) -> None:
    for name, digest in digests.items():
        store.note(_item(name, digest), digest, scan)
        store.keep(Outcome(digest, columns=Columns("en", "dpa", "yes", "p" * 27)), VERSIONS)


def _counted(store: Store) -> list[str]:
    """Return the contents that statistics count."""
    last = store.last_scan()
    return [] if last is None else sorted(facts[0] for _, facts in store.facts(*last))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "results.sqlite") as opened:
        yield opened


def test_only_a_complete_scan_is_the_last_one(store: Store) -> None:
    first = store.begin(VERSIONS)
    _note(store, first, a="a1", b="b1", c="c1")
    assert store.last_scan() is None
    store.complete(first)
    for breaks_off in ({"a": "a2", "b": "b1"}, {"a": "a3", "d": "d1"}, {"b": "b2"}, {}):
        _note(store, store.begin(VERSIONS), **breaks_off)
        assert store.last_scan() == (first, VERSIONS)
        assert _counted(store) == ["a1", "b1", "c1"]
    second = store.begin(VERSIONS)
    _note(store, second, a="a3", c="c1")
    store.complete(second)
    assert _counted(store) == ["a3", "c1"]
    _note(store, store.begin(VERSIONS), a="a4", b="b3", c="c1")
    assert _counted(store) == ["a3", "c1"]


def test_a_store_of_version_2_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(_VERSION_2)
    for _ in range(2):
        with Store(path) as store:
            statistics = read_statistics(store)
            assert statistics is not None
            assert (statistics.files, statistics.not_examined) == (3, 2)
            assert store.has("da", VERSIONS)
            assert store.has("dc", VERSIONS)
            assert not store.has("db", VERSIONS), "a file that could not be opened is tried again"
            assert store.known_digest(_item("a")) == "da"
    with Store(path) as store:
        _note(store, store.begin(VERSIONS), a="a2")
        assert _counted(store) == ["da", "db", "dc"]


@pytest.mark.parametrize("version", [1, 99])
def test_a_store_of_a_version_that_is_not_known_is_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "results.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(StoreError, match="another version"):
        Store(path)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA user_version").fetchone() == (version,)
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_statistics_after_a_typing_error_count_the_scan_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_contracts(tmp_path / "in", 3)
    output = ["--output", str(tmp_path / "out")]
    assert main(["statistics", str(tmp_path / "out")]) == 2
    assert main(["scan", str(tmp_path / "inn"), *output, "--quiet"]) == 3
    assert main(["statistics", str(tmp_path / "out")]) == 2
    assert "no scan that has come to its end" in capsys.readouterr().err
    assert main(["scan", str(tmp_path / "in"), *output, "--quiet", "--format", "csv", "--workers", "1"]) == 0
    (tmp_path / "in" / "contract-000.txt").write_text(contract(7, AUDIT), encoding="utf-8")
    assert main(["scan", str(tmp_path / "inn"), *output, "--quiet"]) == 3
    assert main(["statistics", str(tmp_path / "out")]) == 0
    with Store(tmp_path / "out" / "results.sqlite") as store:
        found = read_statistics(store)
    assert found is not None
    assert found.files == 3
