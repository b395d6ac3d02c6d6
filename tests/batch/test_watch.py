"""A drop folder: what has settled is taken, results are those of a scan, signals stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dpa_checker.batch.find import Item, NothingFound
from dpa_checker.batch.watch import Files, Settling, watch
from tests.batch.contracts import AUDIT, contract, write_contracts


def _item(name: str, size: int = 1, stamp: str = "1") -> Item:
    return Item(f"/{name}", name, size, stamp)


def test_a_file_settles_when_size_and_stamp_stay() -> None:
    settling = Settling(3.0)
    assert settling.settled([_item("a")], 10.0) == ()
    assert settling.settled([_item("a", 2)], 12.0) == ()
    assert settling.settled([_item("a", 2)], 14.0) == ()
    assert settling.settled([_item("a", 2), _item("b")], 15.0) == (_item("a", 2),)
    assert settling.settled([_item("a", 2, "2"), _item("b")], 18.0) == (_item("b"),)
    assert settling.settled([], 19.0) == ()
    assert settling.settled([_item("b")], 20.0) == ()


def test_what_was_taken_is_taken_again_only_when_it_changes() -> None:
    looks: list[list[Item]] = [[_item("a")], [_item("a")], [_item("a"), _item("b")], [_item("b")], [_item("b")]]
    stop, taken, rests = threading.Event(), list[Files](), list[int]()

    def find() -> list[Item]:
        if len(looks) == 1:
            stop.set()
        return looks.pop(0)

    watch(find, taken.append, stop, interval=0.01, settle=0.0, rest=lambda: rests.append(1))
    assert [[one.name for one in files] for files in taken] == [["a"], ["a", "b"], ["b"]]
    assert len(rests) == 2


def test_a_folder_that_is_away_for_a_while_changes_nothing_but_must_be_there_at_first() -> None:
    calls: list[int] = []
    stop, taken = threading.Event(), list[Files]()

    def find() -> list[Item]:
        calls.append(1)
        if len(calls) == 2:
            raise NothingFound("away")
        if len(calls) == 3:
            stop.set()
        return [_item("a")]

    watch(find, taken.append, stop, interval=0.01, settle=0.0)
    assert len(taken) == 1

    def never() -> list[Item]:
        raise NothingFound("not there")

    with pytest.raises(NothingFound):
        watch(never, taken.append, threading.Event(), interval=0.01, settle=0.0)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Watch the folder ``in`` with the command."""
    (tmp_path / "in").mkdir()
    process = subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "dpa_checker.cli",
                "watch",
                str(tmp_path / "in"),
                "--output",
                str(tmp_path / "out"),
            ),
            *("--interval", "0.1", "--settle", "0.5", "--format", "jsonl", "--workers", "1"),
        ],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _await(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


def _names(folder: Path) -> list[str]:
    path = folder / "out" / "results.jsonl"
    return [json.loads(line)["name"] for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_files_are_taken_as_they_come_and_a_signal_stops_cleanly(
    tmp_path: Path, watching: subprocess.Popen[str], number: int
) -> None:
    write_contracts(tmp_path / "in", 2)
    _await(lambda: _names(tmp_path) == ["contract-000.txt", "contract-001.txt"])
    with (tmp_path / "in" / "slow.txt").open("w", encoding="utf-8") as slow:
        for piece in contract(7, AUDIT).split("."):
            slow.write(piece + ".")
            slow.flush()
            time.sleep(0.2)
            assert "slow.txt" not in _names(tmp_path)
    _await(lambda: "slow.txt" in _names(tmp_path))
    line = (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    audits = next(one for one in json.loads(line)["report"]["findings"] if one["mention"] == "audits")
    assert audits["verdict"] != "missing"
    (tmp_path / "in" / "contract-000.txt").unlink()
    _await(lambda: _names(tmp_path) == ["contract-001.txt", "slow.txt"])
    children = psutil.Process(watching.pid).children(recursive=True)
    os.kill(watching.pid, number)
    _, told = watching.communicate(timeout=20)
    assert watching.returncode == 0
    assert told.rstrip().endswith("stopped")
    assert "Traceback" not in told
    _await(lambda: not any(child.is_running() for child in children), 5)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".lock", "results.jsonl", "results.sqlite"]


def test_doing_nothing_costs_next_to_nothing(tmp_path: Path, watching: subprocess.Popen[str]) -> None:
    write_contracts(tmp_path / "in", 300)
    (tmp_path / "in").rename(tmp_path / "aside")
    (tmp_path / "in").mkdir()
    for path in (tmp_path / "aside").iterdir():
        path.write_text("x")
        path.rename(tmp_path / "in" / path.name)
    _await(lambda: len(_names(tmp_path)) == 300, 60)
    process = psutil.Process(watching.pid)
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(3)
    after, seconds = process.cpu_times(), time.monotonic() - began
    used = after.user + after.system - before.user - before.system
    assert used / seconds < 0.15, "ten looks a second at 300 files"
