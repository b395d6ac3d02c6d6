"""The engine of one machine: worker processes under limits, replaced when they die, fed one task at a time.

``concurrent.futures`` gives up the whole pool when one worker dies; a scan of strangers' files must go on.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final, Self

from dpa_checker.batch.check import check_task
from dpa_checker.batch.engine import WORKER_DIED, Outcome, Settings, Task
from dpa_checker.batch.remote import is_remote
from dpa_checker.errors import LimitExceeded
from dpa_checker.ingestion.isolation.guard import Guard, limit_resources
from dpa_checker.ingestion.limits import Limits

#: After so many files a worker is replaced, whatever its libraries have kept.
_FILES: Final = 2_000
#: A worker whose last file took less has the next one sent ahead, so that it need not wait for us.
_QUICK_SECONDS: Final = 0.1
_AHEAD: Final = 2
#: Memory to leave for each worker when their number is chosen.
_WORKER_BYTES: Final = 500_000_000
_START_SECONDS: Final = 60.0
_CONTEXT: Final = multiprocessing.get_context("spawn")
_DIED: Final = "The file ended the process that read it, twice. It is damaged or made to do harm."


def count_workers() -> int:
    """Return how many workers the cores and the memory of this machine allow."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return cores
    return max(1, min(cores, memory // 2 // _WORKER_BYTES))


@dataclass(slots=True, eq=False)
class _Worker:
    """A process with its pipe, and the tasks sent to it: the first is in hand since ``began``."""

    process: SpawnProcess
    pipe: Connection
    tasks: deque[Task] = field(default_factory=deque)
    began: float = 0.0
    done: int = 0
    ready: bool = False
    quick: bool = False

    def takes_another(self) -> bool:
        """Whether to send one more: an idle worker always, a quick one has the next at hand while we look away."""
        if not self.tasks:
            return True
        return self.quick and len(self.tasks) < _AHEAD and self.tasks[0].data is None


@dataclass(slots=True)
class _Run:
    """The state of one pass: tasks to come, tasks to try again, and which have been."""

    tasks: Iterator[Task]
    settings: Settings
    again: deque[Task] = field(default_factory=deque)
    retried: set[str] = field(default_factory=set)
    exhausted: bool = False

    def next(self) -> Task | None:
        """Return the next task, None when there is none left."""
        if self.again:
            return self.again.popleft()
        if not self.exhausted:
            task = next(self.tasks, None)
            if task is not None:
                return task
            self.exhausted = True
        return None


class PoolEngine:
    """A pool of ``workers`` processes (default: as many as cores and memory allow)."""

    def __init__(self, workers: int | None = None, *, scratch: Path | None = None) -> None:
        """Take the number of workers and a folder for what conversions write, which is emptied at the end."""
        self._size = workers or count_workers()
        self._scratch = scratch
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        """Empty the folder that an earlier end may have left full, and return itself; workers start with a task."""
        self._clear()
        return self

    def __exit__(self, *error: object) -> None:
        """End the workers at once."""
        for worker in self._workers:
            self._end(worker)
        self._workers.clear()
        self._clear()

    def _clear(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def reaches(self, location: str) -> bool:
        """Tell whether a location is a path: the workers read those, and are cut off from any network."""
        return not is_remote(location)

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the present worker processes."""
        return tuple(worker.process.pid for worker in self._workers if worker.process.pid is not None)

    def check(self, tasks: Iterable[Task], settings: Settings) -> Iterator[Outcome]:
        """Yield outcomes as they are done; a task whose worker dies is tried once more, then reported."""
        run = _Run(iter(tasks), settings)
        while True:
            self._feed(run)
            busy = [worker for worker in self._workers if worker.tasks]
            if not busy:
                return
            yield from self._collect(run, busy)

    def _feed(self, run: _Run) -> None:
        """Give tasks to every worker that takes one, the idle first, starting workers up to the size of the pool."""
        for worker in sorted(self._workers, key=lambda one: len(one.tasks)):
            if worker.takes_another() and not self._give(worker, run):
                return
        while len(self._workers) < self._size:
            task = run.next()
            if task is None:
                return
            worker = self._start(run.settings)
            self._workers.append(worker)
            self._hand(worker, task, run)

    def _give(self, worker: _Worker, run: _Run) -> bool:
        """Give a worker its next task; False when there is none."""
        task = run.next()
        if task is None:
            return False
        if not worker.tasks and (worker.done >= _FILES or not worker.process.is_alive()):
            self._replace(worker, run)
        if worker.tasks and task.data is not None:
            run.again.append(task)  # bytes go to an idle worker only: one that answers reads nothing meanwhile
            return True
        self._hand(worker, task, run)
        return True

    def _hand(self, worker: _Worker, task: Task, run: _Run) -> None:
        """Send a task; a worker that is gone is noticed when its outcome is waited for."""
        if not worker.tasks:
            worker.began = time.monotonic()
        worker.tasks.append(task)
        with suppress(OSError):
            worker.pipe.send((task, run.settings))

    def _collect(self, run: _Run, busy: list[_Worker]) -> Iterator[Outcome]:
        """Wait for the next outcome, death or time-out and yield what comes of it."""
        by_handle = {worker.pipe: worker for worker in busy}
        deadline = min(self._deadline(worker, run.settings) for worker in busy)
        ready = wait(list(by_handle), timeout=max(0.0, deadline - time.monotonic()))
        for handle in ready:
            worker = by_handle[handle]  # type: ignore[index]
            outcome = self._take(worker, run)
            if outcome is not None:
                yield outcome
        now = time.monotonic()
        for worker in busy:
            if worker.pipe not in ready and worker.tasks and now >= self._deadline(worker, run.settings):
                task = worker.tasks.popleft()
                self._replace(worker, run)
                late = run.settings.limits.exceeded("max_seconds")
                yield Outcome(task.digest, error_code=LimitExceeded.code, error=str(late))

    @staticmethod
    def _deadline(worker: _Worker, settings: Settings) -> float:
        """Return when a worker must have answered; a fresh one first has to start."""
        return worker.began + settings.limits.max_seconds + (0.0 if worker.ready else _START_SECONDS)

    def _take(self, worker: _Worker, run: _Run) -> Outcome | None:
        """Return the outcome that a worker sends; None when it shows that it lives, or died and its task goes again."""
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            return self._take_death(worker, run)
        if answer is None:
            worker.ready, worker.began = True, time.monotonic()
            return None
        assert isinstance(answer, Outcome)
        worker.tasks.popleft()
        worker.began = time.monotonic()
        worker.done += 1
        worker.quick = answer.seconds < _QUICK_SECONDS
        return answer

    def _take_death(self, worker: _Worker, run: _Run) -> Outcome | None:
        """Put a fresh worker in the place of a dead one; the task it had in hand goes again, once."""
        task = worker.tasks.popleft()
        self._replace(worker, run)
        if task.digest in run.retried:
            return Outcome(task.digest, error_code=WORKER_DIED, error=_DIED)
        run.retried.add(task.digest)
        run.again.append(task)
        return None

    def _start(self, settings: Settings) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_work, args=(theirs, settings.limits, self._scratch), daemon=True)
        with _holding_interrupts():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _replace(self, worker: _Worker, run: _Run) -> None:
        """Put a fresh process in the place of a worker's; what the old one had not begun goes back."""
        self._end(worker)
        run.again.extend(worker.tasks)
        worker.tasks.clear()
        fresh = self._start(run.settings)
        worker.process, worker.pipe = fresh.process, fresh.pipe
        worker.done, worker.ready, worker.quick = 0, False, False

    @staticmethod
    def _end(worker: _Worker) -> None:
        with suppress(OSError):
            worker.pipe.close()
        worker.process.kill()
        worker.process.join(10)


def _work(pipe: Connection, limits: Limits, scratch: Path | None) -> None:
    """Check tasks until the pipe closes; the body of a worker process, which is fenced in before the first file."""
    from dpa_checker.library import load_library

    _ignore_interrupts()
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    load_library()
    _spare_collector()
    folder = Path(tempfile.mkdtemp(prefix="worker-", dir=_made(scratch)))
    Guard(folder).close()
    with suppress(EOFError, OSError):
        limit_resources(limits)
        pipe.send(None)
        while True:
            task, settings = pipe.recv()
            limit_resources(settings.limits)
            pipe.send(check_task(task, settings, on_page=partial(_tell_page, pipe, settings.limits)))


def _tell_page(pipe: Connection, limits: Limits, number: int) -> None:  # noqa: ARG001  pages are told, not counted
    """Tell the owner that a scan is worked off page by page, and start the clocks anew, as a reading process does."""
    limit_resources(limits)
    pipe.send(None)


def _spare_collector() -> None:
    """Keep what was loaded out of the collector's rounds; fewer rounds were a little faster and took 70 MB more."""
    gc.collect()
    gc.freeze()


@contextmanager
def _holding_interrupts() -> Iterator[None]:
    """Keep SIGINT from a process that starts meanwhile: a terminal sends it to all, and it is the owner's to act on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ignore_interrupts() -> None:
    """Let SIGINT pass; by a handler, because programmes started from here would inherit an ignored signal."""
    signal.signal(signal.SIGINT, lambda *_: None)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _made(folder: Path | None) -> Path | None:
    """Return the folder, made for its owner only."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
