"""What cannot be opened, listed or spelled is told, ends nothing, and is tried again."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dpa_checker import load_library
from dpa_checker.batch import Item, PoolEngine, Store, find_items, scan
from dpa_checker.batch.export import Results
from dpa_checker.batch.find import FolderUnreadable, NothingFound
from dpa_checker.batch.watch import Files, watch
from dpa_checker.cli import main
from tests.batch.contracts import AUDIT, BREACH, contract, write_contracts

_NOBODY = 65_534
LIBRARY = load_library().version


@contextmanager
def _as_ordinary_user() -> Iterator[None]:
    """Let the permissions of files hold for what is done within: for the superuser they do not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that an ordinary user can reach."""
    if not hasattr(os, "geteuid"):
        pytest.skip("the system knows no such permissions")
    folder = Path(tempfile.mkdtemp(prefix="dpa-checker-test-"))
    folder.chmod(0o755)
    try:
        with _as_ordinary_user():
            reached = os.access(folder, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
        if not reached:
            pytest.skip("another user cannot reach the temporary folder")
        yield folder
    finally:
        for path in (path for path in folder.rglob("*") if path.is_dir()):
            path.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def _closed(folder: Path, mode: int = 0o000) -> Iterator[None]:
    before = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(mode)
    try:
        with _as_ordinary_user():
            yield
    finally:
        folder.chmod(before)


def _shown(items: list[Item]) -> list[tuple[str, bool]]:
    return [(item.name, bool(item.unlisted)) for item in items]


def test_a_folder_that_cannot_be_listed_is_found_as_such(place: Path) -> None:
    write_contracts(place / "in", 1)
    write_contracts(place / "in" / "deep" / "locked", 2)
    with _closed(place / "in" / "deep" / "locked"):
        found = list(find_items([str(place / "in")]))
        assert _shown(found) == [("contract-000.txt", False), ("deep/locked/", True)]
        assert "could not be listed: Permission denied" in found[1].unlisted
        assert _shown(list(find_items([str(place / "in")], exclude=["deep/*"]))) == [("contract-000.txt", False)]
        assert _shown(list(find_items([str(place / "in" / "*")])))[1][1]


def test_files_of_a_folder_that_lists_but_does_not_open_are_found(place: Path) -> None:
    write_contracts(place / "in" / "shut", 2)
    with _closed(place / "in" / "shut", 0o644):
        found = list(find_items([str(place / "in")]))
    assert [(item.name, item.stamp) for item in found] == [("shut/contract-000.txt", ""), ("shut/contract-001.txt", "")]


@pytest.mark.parametrize("named", ["in", "in/contract-000.txt", "in/deep"])
def test_what_is_named_and_cannot_be_looked_at_is_one_clear_line(
    place: Path, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_contracts(place / "in", 1)
    write_contracts(place / "in" / "deep", 1)
    with _closed(place / "in"), pytest.raises(FolderUnreadable, match="Permission denied"):
        find_items([str(place / named)])
    (place / "out").mkdir()
    (place / "out").chmod(0o777)
    with _closed(place / "in"):
        assert main(["scan", str(place / named), "--output", str(place / "out"), "--quiet"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "unexpected" not in told


def test_a_scan_tells_the_folder_it_could_not_list(place: Path) -> None:
    write_contracts(place / "in", 2)
    write_contracts(place / "in" / "locked", 3)
    with Store(place / "results.sqlite") as store, PoolEngine(1) as pool:
        number, versions = scan(find_items([str(place / "in")]), store, pool, library_version=LIBRARY)
        with _closed(place / "in" / "locked"):
            items = list(find_items([str(place / "in")]))
        number, versions = scan(items, store, pool, library_version=LIBRARY)
        codes = {kept.name: kept.error_code for kept in Results(store, number, versions)}
        assert codes == {"contract-000.txt": "", "contract-001.txt": "", "locked/": "unreadable-folder"}
        number, versions = scan(find_items([str(place / "in")]), store, pool, library_version=LIBRARY)
        assert [kept.error_code for kept in Results(store, number, versions)] == [""] * 5


def _watch(looks: list[Callable[[], list[Item]]]) -> list[list[str]]:
    """Return the names that each change of the folder gave, over a few looks."""
    stop, taken = threading.Event(), list[Files]()

    def find() -> list[Item]:
        if len(looks) == 1:
            stop.set()
        return looks.pop(0)()

    watch(find, taken.append, stop, interval=0.01, settle=0.0)
    return [sorted(item.name for item in files) for files in taken]


def test_a_watched_folder_that_cannot_be_listed_for_a_while_changes_nothing(place: Path) -> None:
    write_contracts(place / "top" / "in", 2)
    write_contracts(place / "top" / "in" / "deep", 1)

    def see() -> list[Item]:
        return list(find_items([str(place / "top" / "in")]))

    def see_closed(folder: Path) -> Callable[[], list[Item]]:
        def look() -> list[Item]:
            with _closed(folder):
                return see()

        return look

    def fail() -> list[Item]:
        raise OSError(5, "Input/output error")

    every = ["contract-000.txt", "contract-001.txt", "deep/contract-000.txt"]
    top, folder = place / "top", place / "top" / "in"
    assert _watch([see, see_closed(folder), see_closed(top), fail, see]) == [every]
    assert _watch([see, see_closed(folder / "deep"), see_closed(folder / "deep"), see]) == [
        every,
        sorted([*every, "deep/"]),
        every,
    ]
    with pytest.raises(FolderUnreadable):
        _watch([see_closed(folder), see])


def test_what_could_not_be_opened_is_taken_again_when_the_folder_was_away() -> None:
    item = Item("/a", "a", 1, "1")
    stop, taken = threading.Event(), list[Files]()
    looks: list[list[Item] | None] = [[item], [item], None, [item], None, [item]]

    def find() -> list[Item]:
        look = looks.pop(0)
        if not looks:
            stop.set()
        if look is None:
            raise NothingFound("away")
        return look

    def take(files: Files) -> bool:
        taken.append(files)
        return len(taken) == 1

    watch(find, take, stop, interval=0.01, settle=0.0)
    assert len(taken) == 2, "once more, and not again once all could be opened"


def test_a_wrong_path_is_told_before_anything_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_contracts(tmp_path / "in" / "A", 2)
    with pytest.raises(NothingFound):
        find_items([str(tmp_path / "in" / "A"), str(tmp_path / "in" / "Bb")])
    output = tmp_path / "out"
    paths = [str(tmp_path / "in" / "A"), str(tmp_path / "in" / "Bb")]
    assert main(["scan", *paths, "--output", str(output), "--quiet", "--format", "csv"]) == 3
    assert "Bb does not exist" in capsys.readouterr().err
    with Store(output / "results.sqlite") as store:
        assert store.last_scan() is None


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("the system has no named pipes")
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(NothingFound, match="neither a file nor a folder"):
        find_items([str(tmp_path / "pipe.txt")])
    assert list(find_items([str(tmp_path / "*.txt")])) == []


def test_a_name_that_is_no_text_ends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in" / os.fsdecode(b"d\xe9p\xf4t")
    try:
        folder.mkdir(parents=True)
        for name in (b"caf\xe9.txt", b"caf\xe8.txt"):
            (folder / os.fsdecode(name)).write_text(contract(name[3], AUDIT), encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes only names that are text")
    (folder / os.fsdecode(b"gone\xe9.pdf")).write_bytes(b"%PDF-1.7 nothing more")
    output = tmp_path / "out"
    command = ["scan", str(tmp_path / "in"), "--output", str(output), "--format", "html,csv,xlsx,jsonl,sarif,junit"]
    assert main([*command, "--quiet", "--workers", "1", "--sets", "folder"]) == 0
    lines = [json.loads(line) for line in (output / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["name"] for line in lines] == [f"d\\udce9p\\udcf4t/{name}" for name in (
        "caf\\udce8.txt", "caf\\udce9.txt", "gone\\udce9.pdf",
    )]  # fmt: skip
    assert [line["error"] and line["error"]["code"] for line in lines] == [None, None, "damaged-document"]
    with Store(output / "results.sqlite") as store, PoolEngine(1) as pool:
        seen: list[int] = []
        scan(
            find_items([str(tmp_path / "in")]),
            store,
            pool,
            library_version=LIBRARY,
            on_progress=lambda progress: seen.append(progress.checked),
        )
    assert seen[-1] == 0, "what is known is known again"


def test_a_file_that_is_away_for_a_while_is_tried_again(tmp_path: Path) -> None:
    """The folder goes away after it was listed and hashed, before the worker opens the file."""
    write_contracts(tmp_path / "in", 1)
    (tmp_path / "other.txt").write_text(contract(9, BREACH), encoding="utf-8")

    class Leaving(PoolEngine):
        """Takes the folder away when it has the first task."""

        def check(self, tasks, settings):  # type: ignore[no-untyped-def]
            drawn = list(tasks)
            (tmp_path / "in").rename(tmp_path / "aside")
            yield from super().check(drawn, settings)

    with Store(tmp_path / "results.sqlite") as store:
        with Leaving(1) as pool:
            number, versions = scan(find_items([str(tmp_path / "in")]), store, pool, library_version=LIBRARY)
            assert [kept.error_code for kept in Results(store, number, versions)] == ["unreadable-file"]
        (tmp_path / "aside").rename(tmp_path / "in")
        with PoolEngine(1) as engine:
            number, versions = scan(find_items([str(tmp_path / "in")]), store, engine, library_version=LIBRARY)
            assert [kept.error_code for kept in Results(store, number, versions)] == [""]
