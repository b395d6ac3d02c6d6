"""The pool against workers that die, hang or are slow, with workers that are really killed."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from dpa_checker.batch import Outcome, PoolEngine, Settings, Task
from dpa_checker.batch.engine import WORKER_DIED
from dpa_checker.ingestion import Limits
from tests.batch.contracts import AUDIT, contract
from tests.ingestion.test_scans import FRENCH, needs_tesseract, printed, scanned

_IMPATIENT = Settings(limits=Limits(max_seconds=90.0))


def _task(folder: Path, number: int) -> Task:
    path = folder / f"{number}.txt"
    path.write_text(contract(number, AUDIT), encoding="utf-8")
    return Task(hashlib.sha256(path.read_bytes()).hexdigest(), str(path), path.name)


def _trap(folder: Path) -> Task:
    """Return a task whose file never ends: a pipe, on which the worker waits until it is killed."""
    path = folder / "trap.txt"
    os.mkfifo(path)
    return Task("f" * 64, str(path), path.name)


class _Killer(threading.Thread):
    """Kills the worker that has the trap open, as often as it is told."""

    def __init__(self, pool: PoolEngine, trap: Task, times: int) -> None:
        super().__init__(daemon=True)
        self._pool, self._trap, self._times = pool, trap.location, times
        self._end = time.monotonic() + 120
        self.killed: list[int] = []

    def run(self) -> None:
        handle = self._open_trap()
        # Open until the last kill: a reader that met a closed pipe would see the end of the file and go on.
        while handle is not None and len(self.killed) < self._times and time.monotonic() < self._end:
            time.sleep(0.02)
            for pid in self._pool.pids:
                if pid not in self.killed and self._has_open(pid):
                    os.kill(pid, signal.SIGKILL)
                    self.killed.append(pid)
        if handle is not None:
            os.close(handle)

    def _open_trap(self) -> int | None:
        while time.monotonic() < self._end:
            try:
                return os.open(self._trap, os.O_WRONLY | os.O_NONBLOCK)  # fails while nobody reads
            except OSError:
                time.sleep(0.02)
        return None

    def _has_open(self, pid: int) -> bool:
        try:
            return any(str(link.readlink()) == self._trap for link in Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            return False


def _check(pool: PoolEngine, tasks: list[Task]) -> dict[str, Outcome]:
    outcomes = list(pool.check(tasks, Settings()))
    assert len(outcomes) == len(tasks)
    return {outcome.digest: outcome for outcome in outcomes}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_kills_its_worker_twice_is_reported_and_the_others_are_done(tmp_path: Path, workers: int) -> None:
    trap = _trap(tmp_path)
    good = [_task(tmp_path, number) for number in range(6)]
    with PoolEngine(workers) as pool:
        list(pool.check(good[:workers], Settings()))  # the workers are quick now: files are sent ahead of the trap
        killer = _Killer(pool, trap, 2)
        killer.start()
        outcomes = {outcome.digest: outcome for outcome in pool.check([*good[:2], trap, *good[2:]], _IMPATIENT)}
    assert len(killer.killed) == 2
    assert outcomes[trap.digest].error_code == WORKER_DIED
    assert "twice" in outcomes[trap.digest].error
    assert [outcomes[task.digest].examined for task in good] == [True] * len(good)


def test_a_worker_that_is_killed_once_costs_no_file(tmp_path: Path) -> None:
    good = [_task(tmp_path, number) for number in range(8)]
    with PoolEngine(2) as pool:
        outcomes = []
        for outcome in pool.check(good, Settings()):
            outcomes.append(outcome)
            if len(outcomes) == 3:
                os.kill(pool.pids[0], signal.SIGKILL)
    assert sorted(outcome.digest for outcome in outcomes) == sorted(task.digest for task in good)
    assert all(outcome.examined for outcome in outcomes)


def test_a_file_that_takes_too_long_ends_and_what_was_sent_ahead_is_done_elsewhere(tmp_path: Path) -> None:
    trap = _trap(tmp_path)
    good = [_task(tmp_path, number) for number in range(4)]
    with PoolEngine(1) as pool:
        list(pool.check(good[:1], Settings()))
        outcomes = list(pool.check([good[0], trap, *good[1:]], Settings(limits=Limits(max_seconds=8.0))))
    codes = {outcome.digest: outcome.error_code for outcome in outcomes}
    assert codes == {trap.digest: "limit-exceeded", **{task.digest: "" for task in good}}


def test_bytes_that_are_sent_are_read_as_the_file_is(tmp_path: Path) -> None:
    tasks = [_task(tmp_path, number) for number in range(5)]
    sent = [
        Task(task.digest, "s3://nowhere/" + task.name, task.name, Path(task.location).read_bytes()) for task in tasks
    ]
    with PoolEngine(2) as pool:
        by_path, by_bytes = _check(pool, tasks), _check(pool, sent)
    assert {digest: one.report for digest, one in by_path.items()} == {
        digest: one.report for digest, one in by_bytes.items()
    }


def test_a_large_file_and_a_large_answer_do_not_block_each_other(tmp_path: Path) -> None:
    text = contract(1, *[f"{AUDIT} Clause {number} stands by itself." for number in range(3_000)]).encode()
    tasks = [
        Task(hashlib.sha256(data).hexdigest(), "memory://x", "x.txt", data)
        for data in (text + str(number).encode() for number in range(4))
    ]
    with PoolEngine(1) as pool:
        assert all(outcome.examined for outcome in _check(pool, tasks).values())


def test_nothing_of_a_contract_shows_in_what_travels() -> None:
    task = Task("0" * 64, "memory://x", "x.txt", b"secret clause")
    outcome = Outcome("0" * 64, b"packed secret")
    assert "secret" not in repr(task) + repr(outcome)


def test_the_folder_for_conversions_is_emptied_at_the_start_and_gone_at_the_end(tmp_path: Path) -> None:
    scratch = tmp_path / ".work"
    (scratch / "worker-of-a-killed-scan").mkdir(parents=True)
    (scratch / "worker-of-a-killed-scan" / "half.txt").write_text("quote")
    with PoolEngine(1, scratch=scratch) as pool:
        assert not scratch.exists()
        _check(pool, [_task(tmp_path, 1)])
        assert scratch.stat().st_mode & 0o077 == 0
    assert not scratch.exists()


@needs_tesseract
@pytest.mark.slow
def test_a_scan_has_its_time_for_each_page(tmp_path: Path) -> None:
    """Eight pages take longer than the limit, which leaves room for two."""
    settings = Settings(language="fr")
    files = {count: tmp_path / f"{count}.pdf" for count in (1, 8)}
    for count, path in files.items():
        path.write_bytes(scanned(printed(*[FRENCH] * count)))
    tasks = {
        count: Task(hashlib.sha256(path.read_bytes()).hexdigest(), str(path), path.name)
        for count, path in files.items()
    }
    with PoolEngine(1) as pool:
        list(pool.check([_task(tmp_path, 1)], settings))
        alone = next(iter(pool.check([tasks[1]], settings))).seconds
        limited = Settings(language="fr", limits=Limits(max_seconds=2 * alone + 1))
        outcome = next(iter(pool.check([tasks[8]], limited)))
    assert outcome.examined
    assert outcome.seconds > limited.limits.max_seconds
