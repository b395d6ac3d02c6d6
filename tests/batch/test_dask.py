"""A cluster of real worker processes: the results of the pool, whatever happens to a worker."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from dpa_checker import load_library
from dpa_checker.batch import Engine, PoolEngine, Settings, Store, Task, find_items, scan
from dpa_checker.batch.check import check_task
from dpa_checker.batch.engine import EngineError, Outcome
from dpa_checker.batch.export import Results
from dpa_checker.cli import main
from dpa_checker.version import ENGINE_VERSION
from tests.batch.contracts import write_contracts
from tests.ingestion.test_scans import FRENCH, needs_tesseract, printed, scanned

pytest.importorskip("distributed")

from distributed import Client, as_completed

from dpa_checker.batch import dask_engine
from dpa_checker.batch.dask_engine import DaskEngine, check_there, next_ended

_PROJECT = Path(__file__).resolve().parents[2]


def _reports(folder: Path, store_path: Path, engine: Engine) -> list[tuple[str, str, str | None]]:
    """Scan and return the name, the error and the report of every file."""
    with Store(store_path) as store:
        number, versions = scan(find_items([str(folder)]), store, engine, library_version=load_library().version)
        results = Results(store, number, versions)
        return [(kept.name, kept.error_code + kept.error, results.report(kept)) for kept in results]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contracts")
    write_contracts(path, 30)
    (path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (path / "empty.txt").write_bytes(b"")
    sample = next((_PROJECT / "sample_contracts" / "en-dpa-weak").glob("*.pdf"), None)
    if sample is not None:
        (path / "sample.pdf").write_bytes(sample.read_bytes())
    return path


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str | None]]:
    with PoolEngine(2) as pool:
        return _reports(folder, tmp_path_factory.mktemp("pool") / "results.sqlite", pool)


def test_a_cluster_here_gives_what_the_pool_gives(
    folder: Path, expected: list[tuple[str, str, str | None]], tmp_path: Path
) -> None:
    with DaskEngine(workers=2, scratch=tmp_path / ".work") as engine:
        assert len(engine.client.nthreads()) == 2
        assert (tmp_path / ".work").stat().st_mode & 0o077 == 0
        assert _reports(folder, tmp_path / "results.sqlite", engine) == expected
    assert not (tmp_path / ".work").exists()


@contextmanager
def _cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers, each a process of its own, that talk over TCP."""
    environment = {**os.environ, "PYTHONPATH": str(_PROJECT)}
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        port = _free_port()
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        address = f"tcp://127.0.0.1:{port}"
        started = [
            start("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(workers)
        ]
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, started


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class _Killing:
    """An engine that kills a worker of the cluster after some outcomes."""

    def __init__(self, engine: DaskEngine, victim: subprocess.Popen[bytes], after: int) -> None:
        self._engine, self._victim, self._after = engine, victim, after
        self.done_after = 0

    def reaches(self, location: str) -> bool:
        return self._engine.reaches(location)

    def check(self, tasks: Iterable[Task], settings: Settings) -> Iterator[Outcome]:
        for number, outcome in enumerate(self._engine.check(tasks, settings), start=1):
            if number == self._after:
                os.kill(self._victim.pid, signal.SIGKILL)
            self.done_after += number > self._after
            yield outcome

    def __enter__(self) -> _Killing:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def test_workers_over_tcp_one_killed_in_the_middle_nothing_lost(
    folder: Path, expected: list[tuple[str, str, str | None]], tmp_path: Path
) -> None:
    with _cluster(2) as (address, workers), DaskEngine(address) as engine:
        killing = _Killing(engine, workers[0], 5)
        assert _reports(folder, tmp_path / "results.sqlite", killing) == expected
        assert killing.done_after >= 20
        assert len(engine.client.nthreads()) == 1


def _tell_late() -> int:
    time.sleep(2)
    return os.getpid()


def test_a_result_that_went_with_its_worker_is_waited_for() -> None:
    with _cluster(2) as (address, workers), DaskEngine(address) as engine:
        # A result is kept by the worker that has it, and nowhere else.
        future = engine.client.submit(_tell_late, pure=False)
        pending = as_completed([future], loop=engine.client.loop)
        holder = future.result()
        os.kill(holder, signal.SIGKILL)
        until = time.monotonic() + 60
        while future.status == "finished":
            assert time.monotonic() < until
            time.sleep(0.05)
        assert next_ended(pending) is future
        assert future.status == "finished"
        assert future.result() in {worker.pid for worker in workers} - {holder}


@pytest.mark.slow
def test_the_command_runs_on_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_contracts(tmp_path / "in", 4)
    with _cluster(1) as (address, _):
        command = ["scan", str(tmp_path / "in"), "--output", str(tmp_path / "out"), "--format", "csv"]
        assert main([*command, "--engine", "dask", "--scheduler", address]) == 0
    assert len((tmp_path / "out" / "results.csv").read_text(encoding="utf-8-sig").splitlines()) == 5


@pytest.mark.slow
def test_a_task_under_way_is_never_more_than_a_few(folder: Path, tmp_path: Path) -> None:
    drawn = 0

    def tasks() -> Iterator[Task]:
        nonlocal drawn
        for item in find_items([str(folder)], include=["*.txt"], exclude=["empty*"]):
            drawn += 1
            yield Task(hashlib.sha256(Path(item.location).read_bytes()).hexdigest(), item.location, item.name)

    with DaskEngine(workers=2, scratch=tmp_path / ".work") as engine:
        done = 0
        for outcome in engine.check(tasks(), Settings()):
            assert outcome.examined
            done += 1
            assert drawn - done <= 2 * 4
    assert done == 30


@pytest.mark.slow
def test_where_no_scheduler_is_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpa_checker.batch.dask_engine._CONNECT_SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(EngineError, match="No Dask scheduler answers"), DaskEngine(f"tcp://127.0.0.1:{_free_port()}"):
        pass
    assert time.monotonic() - began < 30


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused() -> None:
    outcome = check_there(Task("0" * 64, "nowhere", "x"), Settings(), ("0.0", "other"))
    assert "Install the same version" in outcome.error
    assert outcome.report is None


@pytest.mark.slow
@needs_tesseract
def test_a_scan_is_recognised_in_the_language_told_as_with_the_pool(tmp_path: Path) -> None:
    data = scanned(printed(FRENCH))
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    task = Task(hashlib.sha256(data).hexdigest(), str(path), path.name)
    settings = Settings(language="de")
    try:
        there = check_there(task, settings, (ENGINE_VERSION, load_library().version))
    finally:
        dask_engine._READERS.get().close()
    assert there.report is not None
    assert there.report == check_task(task, settings).report


@pytest.mark.slow
def test_parsing_happens_in_a_process_of_its_own(tmp_path: Path) -> None:
    """A worker's reading process is another process: killing it ends one reading, not the worker."""
    path = tmp_path / "a.txt"
    write_contracts(tmp_path, 1)
    path = tmp_path / "contract-000.txt"
    task = Task(hashlib.sha256(path.read_bytes()).hexdigest(), str(path), path.name)
    versions = (ENGINE_VERSION, load_library().version)
    try:
        assert check_there(task, Settings(), versions).examined
        reader = dask_engine._READERS.get()
        assert reader.pid not in (None, os.getpid())
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGKILL)
        time.sleep(0.2)
        assert check_there(task, Settings(), versions).examined
    finally:
        dask_engine._READERS.get().close()
