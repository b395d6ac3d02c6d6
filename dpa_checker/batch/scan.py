"""A scan: find, leave out what is known, check the rest, keep each result as it comes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from dpa_checker.batch.engine import PASSING, Engine, Outcome, Settings, Task
from dpa_checker.batch.find import FolderUnreadable, Item, hash_file, read_location, spell
from dpa_checker.batch.store import Store, Versions
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion import Limits
from dpa_checker.version import ENGINE_VERSION

#: So many objects of a store are fetched at a time, ahead of the workers.
_FETCHES: Final = 8


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan: the settings of the checks."""

    settings: Settings = field(default_factory=Settings)


@dataclass(slots=True)
class ScanProgress:
    """How far a scan is: files found, results kept from before, checked now, of those not examined.

    ``total`` is the number of files in all, once somebody has counted them.
    """

    found: int = 0
    kept: int = 0
    checked: int = 0
    failed: int = 0
    total: int | None = None
    complete: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """How many files have their result."""
        return self.kept + self.checked

    @property
    def seconds(self) -> float:
        """The time since the beginning."""
        return time.monotonic() - self.began


def scan(
    items: Iterable[Item],
    store: Store,
    engine: Engine,
    *,
    options: ScanOptions | None = None,
    library_version: str,
    on_progress: Callable[[ScanProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[int, Versions]:
    """Check what is new in ``items``, keep every result in ``store``, and return the number of the scan.

    The same content under several names is checked once.  Whenever this ends, what was done is kept; run it again
    and the rest is done.  Once ``stop`` is set no more items are taken.  A scan that was stopped, or has raised, is not
    the last scan of the store.
    """
    chosen = options or ScanOptions()
    versions = Versions(chosen.settings.key, ENGINE_VERSION, library_version)
    run = _Run(store, engine, chosen.settings, versions, store.begin(versions), on_progress or _show_nothing)
    for outcome in engine.check(run.tasks(_until(stop, items)), chosen.settings):
        run.keep(outcome)
    store.flush()
    if stop is None or not stop.is_set():
        store.complete(run.number)
    run.progress.complete = True
    run.show(run.progress)
    return run.number, versions


def _until(stop: threading.Event | None, items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if stop is not None and stop.is_set():
            return
        yield item


def _show_nothing(progress: ScanProgress) -> None:
    """Take the place of a display."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What is known of the content of a file: its digest, its bytes when they must be sent, or the error."""

    digest: str = ""
    data: bytes | None = field(default=None, repr=False)
    error: DocumentError | None = None


@dataclass(slots=True)
class _Run:
    """One pass: what is kept where, and what is in hand."""

    store: Store
    engine: Engine
    settings: Settings
    versions: Versions
    number: int
    show: Callable[[ScanProgress], None]
    progress: ScanProgress = field(default_factory=ScanProgress)
    given: set[str] = field(default_factory=set)

    def keep(self, outcome: Outcome) -> None:
        """Keep an outcome; only a failure that a later scan tries again is remembered beside the store."""
        self.store.keep(outcome, self.versions)
        if outcome.error_code not in PASSING:
            self.given.discard(outcome.digest)
        self.progress.checked += 1
        self.progress.failed += not outcome.examined
        self.show(self.progress)

    def tasks(self, items: Iterable[Item]) -> Iterator[Task]:
        """Yield a task for each content without a result, noting every file on the way."""
        for item, content in self._contents(items):
            self.progress.found += 1
            if content.error is not None:
                self._keep_unread(item, content.error)
                continue
            digest = content.digest
            self.store.note(item, digest, self.number)
            if digest in self.given or self.store.has(digest, self.versions):
                self.progress.kept += 1
                self.show(self.progress)
                continue
            self.given.add(digest)
            yield Task(digest, item.location, spell(item.name), content.data)

    def _contents(self, items: Iterable[Item]) -> Iterator[tuple[Item, _Content]]:
        """Yield each file with its content, in order; what must be sent is fetched ahead, a few at a time."""
        waiting: deque[tuple[Item, Future[_Content] | _Content]] = deque()
        with ThreadPoolExecutor(_FETCHES, thread_name_prefix="fetch") as threads:
            try:
                for item in items:
                    waiting.append((item, self._content(item, threads)))
                    while waiting and (len(waiting) >= _FETCHES or not isinstance(waiting[-1][1], Future)):
                        yield _settled(*waiting.popleft())
                while waiting:
                    yield _settled(*waiting.popleft())
            finally:
                threads.shutdown(wait=False, cancel_futures=True)

    def _content(self, item: Item, threads: ThreadPoolExecutor) -> Future[_Content] | _Content:
        """Return the content of a file, or the promise of it."""
        if item.unlisted:
            return _Content(error=FolderUnreadable(item.unlisted))
        known = self.store.known_digest(item)
        sent = not self.engine.reaches(item.location)
        if known is not None and (not sent or known in self.given or self.store.has(known, self.versions)):
            return _Content(known)
        if sent or item.remote:
            return threads.submit(_fetch, item, self.settings.limits, sent=sent)
        return _hash(item, self.settings.limits)

    def _keep_unread(self, item: Item, error: DocumentError) -> None:
        """Keep why a file could not even be read, under a digest of its place, since it has no content to go by."""
        digest = "unreadable-" + hashlib.sha256(item.location.encode("utf-8", "surrogatepass")).hexdigest()
        self.store.note(Item(item.location, item.name, item.size, ""), digest, self.number)
        self.store.keep(Outcome(digest, error_code=error.code, error=str(error)), self.versions)
        self.progress.checked += 1
        self.progress.failed += 1
        self.show(self.progress)


def _settled(item: Item, content: Future[_Content] | _Content) -> tuple[Item, _Content]:
    return item, content.result() if isinstance(content, Future) else content


def _hash(item: Item, limits: Limits) -> _Content:
    """Return the digest of a file that workers read themselves; one over the limit is not read at all."""
    try:
        limits.check("max_bytes", item.size)
        return _Content(hash_file(item.location))
    except DocumentError as error:
        return _Content(error=error)


def _fetch(item: Item, limits: Limits, *, sent: bool) -> _Content:
    """Return the digest of an object, with its bytes when they are to be sent."""
    try:
        limits.check("max_bytes", item.size)
        data = read_location(item.location, most=limits.max_bytes)
    except DocumentError as error:
        return _Content(error=error)
    return _Content(hashlib.sha256(data).hexdigest(), data if sent else None)
