"""The engine of a cluster: Dask distributed, on the workers of a scheduler or on a few started here.

Files are read on a worker within a reading process (:mod:`dpa_checker.ingestion.isolation`), so that a hostile one
harms nothing but its own reading; the report is made in the worker.  What the worker is sent and answers is the same
as with the pool, and so are the results.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from dpa_checker.batch.check import check_task
from dpa_checker.batch.engine import WORKER_DIED, EngineError, Outcome, Settings, Task
from dpa_checker.batch.pool import count_workers
from dpa_checker.batch.remote import is_remote
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.library import load_library
from dpa_checker.model import Document
from dpa_checker.version import ENGINE_VERSION

if TYPE_CHECKING:
    from distributed import Client, Future

#: So many tasks a thread of the cluster are under way at a time: one in hand and some ahead.
_AHEAD: Final = 4
_CONNECT_SECONDS: Final = 20
_WORKER_SECONDS: Final = 120
#: After so many outcomes the size of the cluster is looked at again.
_LOOK: Final = 50
#: How a future stands whose result is no more, or not yet, to be had.
_AGAIN: Final = frozenset({"pending", "lost"})
_OTHER_VERSION: Final = "other-version"
_DIED: Final = "The workers that were given the file ended, several times. It is damaged or made to do harm."
_MISSING: Final = "A Dask cluster needs the extra: pip install 'dpa-checker[dask]'."


class DaskEngine:
    """Checks on the cluster of ``scheduler`` (``tcp://host:port``), else on ``workers`` processes of this machine."""

    def __init__(
        self, scheduler: str | None = None, *, workers: int | None = None, scratch: Path | None = None
    ) -> None:
        """Take the address of the cluster, or the number of workers here and a folder for what they write."""
        self._scheduler = scheduler
        self._size = workers or count_workers()
        self._scratch = scratch
        self._stack = ExitStack()
        self._client: Client | None = None

    def __enter__(self) -> Self:
        """Connect and return itself; raises :class:`EngineError` when there is no scheduler or no worker."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)  # what a killed scan has left
        try:
            self._connect()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the cluster; workers started here end."""
        self._stack.close()
        self._client = None

    @property
    def client(self) -> Client:
        """The connection to the cluster; raises :class:`EngineError` outside the context."""
        if self._client is None:
            raise EngineError("The engine is not connected.")
        return self._client

    def reaches(self, location: str) -> bool:
        """Tell whether the workers read a location themselves: addresses always, paths when they are here."""
        return self._scheduler is None or (is_remote(location) and not location.startswith(("memory:", "file:")))

    def check(self, tasks: Iterable[Task], settings: Settings) -> Iterator[Outcome]:
        """Yield outcomes as they are done; a few tasks a thread are under way, whatever their number in all.

        The scheduler gives the tasks of a worker that is gone to others; a task whose workers end again and again
        (``distributed.scheduler.allowed-failures``) is reported.
        """
        from distributed import as_completed

        source = iter(tasks)
        running: dict[str, Task] = {}
        pending = as_completed(loop=self.client.loop)
        room = self._room()
        for number in count():
            if number % _LOOK == 0:
                room = self._room()
            while len(running) < room and (task := next(source, None)) is not None:
                future = self._submit(task, settings)
                running[future.key] = task
                pending.add(future)
            if not running:
                return
            future = next_ended(pending)
            yield self._take(future, running.pop(future.key))

    def _submit(self, task: Task, settings: Settings) -> Future[Any]:
        versions = (ENGINE_VERSION, load_library().version)
        return self.client.submit(
            check_there, task, settings, versions, key=f"dpa-check-{task.digest}", pure=False, retries=0
        )

    def _take(self, future: Future[Any], task: Task) -> Outcome:
        """Return the outcome of a future that has ended; raises :class:`EngineError` when the cluster is at fault."""
        from distributed import KilledWorker

        if future.status == "finished":
            outcome: Outcome = future.result()
            future.release()
            if outcome.error_code == _OTHER_VERSION:
                raise EngineError(outcome.error)
            return outcome
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            return Outcome(task.digest, error_code=WORKER_DIED, error=_DIED)
        what = type(error).__name__ if error is not None else future.status
        raise EngineError(
            f"The cluster gave a task up ({what}). Check that the scheduler runs and that its workers have the same "
            "version of dpa-checker; what was done is kept."
        )

    def _room(self) -> int:
        """Return how many tasks to have under way."""
        threads = sum(int(number) for number in self.client.nthreads().values())
        return max(2, threads * _AHEAD)

    def _connect(self) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise EngineError(_MISSING) from error
        address: Any = self._scheduler
        if address is None:
            address = self._stack.enter_context(self._start_cluster())
        try:
            client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
            self._client = self._stack.enter_context(client)
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineError(
                f"No Dask scheduler answers at {address}. Check the address (tcp://host:8786) and that it runs."
            ) from error
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            raise EngineError("The Dask scheduler has no workers. Start some: dask worker tcp://host:8786.") from error

    def _start_cluster(self) -> Any:
        """Return a cluster of this machine, which listens on this machine only."""
        import dask
        from distributed import LocalCluster

        if self._scratch is not None:
            # the scheduler makes a folder as well, and asks the configuration where
            self._stack.enter_context(dask.config.set({"temporary-directory": str(self._scratch)}))
            self._scratch.mkdir(parents=True, mode=0o700)
            self._stack.callback(shutil.rmtree, self._scratch, ignore_errors=True)
        return LocalCluster(
            n_workers=self._size,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
            local_directory=None if self._scratch is None else str(self._scratch),
            silence_logs=logging.CRITICAL,
        )


class _Readers(threading.local):
    """The reading process of each thread of a worker."""

    process: ReadingProcess | None = None

    def get(self) -> ReadingProcess:
        """Return the process, which starts with its first file and ends with the worker."""
        if self.process is None:
            self.process = ReadingProcess()
        return self.process


_READERS: Final = _Readers()


def check_there(task: Task, settings: Settings, versions: tuple[str, str]) -> Outcome:
    """Return the outcome of ``task`` on a worker, which must have the engine and the clause library of the caller."""
    own = (ENGINE_VERSION, load_library().version)
    if own != versions:
        error = (
            f"A worker has engine {own[0]} and clause library {own[1]}, not {versions[0]} and {versions[1]}. Install "
            "the same version of dpa-checker on all workers."
        )
        return Outcome(task.digest, error_code=_OTHER_VERSION, error=error)
    readers = _READERS
    languages = (settings.language,) if settings.language else ()

    def read(data: bytes, name: str) -> Document:
        return readers.get().read(data, name=name, limits=settings.limits, languages=languages)

    return check_task(task, settings, read)


def next_ended(pending: Any) -> Future[Any]:
    """Return the next future of ``as_completed`` that has ended.

    One whose result went with its worker before it was fetched is done again by another, and waited for.
    """
    while True:
        future: Future[Any] = next(pending)
        if future.status not in _AGAIN:
            return future
        pending.add(future)
