"""The one who writes the audit log: entries in groups, its head noted elsewhere at least every second.

Three ways to be noted, by the action:

- a change keeps its entry in the same transaction: both are there, or neither;
- a reading that carries contents away waits until its entry is durable, together with those that wait beside it;
- lists and the like are written behind, within :data:`GATHERED_SECONDS`: a process that is killed loses at most these.

An action that is in no list counts as a change, so that a new one cannot be noted too late by being forgotten.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from api.errors import Problem
from api.moment import new_id, now
from api.secrecy.keys import KeyStore
from api.store.audit import BEGUN, ENDED, Entry, Head, append, holds
from api.store.database import Database

_LOG: Final = logging.getLogger("dpa_checker.service")
#: Readings that may be written behind.
BEHIND: Final = frozenset(
    {"contract-list", "contract-count", "contract-read", "job-read", "member-list", "set-list", "set-read"}
)
#: Readings that wait for their entry.
AWAITED: Final = frozenset(
    {
        "report-read",
        "original-read",
        "page-read",
        "text-read",
        "dossier-read",
        "letter-preview",
        "review-read",
        "comparison-read",
        "set-report-read",
        "set-dossier-read",
        "portfolio-export",
    }
)
#: The outcome of what somebody asked for that is another's, not there, or not theirs to do.
REFUSED: Final = "refused"
GATHERED_SECONDS: Final = 0.2
_MOST_GATHERED: Final = 256
_MOST_WAITING: Final = 1024
_ANCHOR_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 0.5
_LONGEST_WAIT: Final = 30


@dataclass(frozen=True, slots=True)
class _Waiting:
    at: int
    entry: Entry
    done: Future[None] | None


class AuditLog:
    """Writes the entries of this process."""

    def __init__(self, database: Database, keys: KeyStore, key: bytes) -> None:
        self._database, self._keys, self._key = database, keys, key
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._head: Head | None = None
        #: The newest head that this process has been through with, whether it was noted or not.
        self._noted: Head | None = None
        #: The head that is noted outside the log and stands in it no more.
        self.lost: Head | None = None
        self._hurry = self._stopping = self._failing = False
        self._thread: threading.Thread | None = None
        self._instance: str | None = None

    @contextmanager
    def audited(self, entry: Entry, *more: Entry) -> Iterator[Connection]:
        """Give a connection; when the block ends well, ``entry`` is noted in the way of its action.

        A change may have ``more`` entries; all are kept with it.
        """
        if entry.action in BEHIND or entry.action in AWAITED:
            with self._database.read() as connection:
                yield connection
            self._add(entry, wait=entry.action in AWAITED)
            return
        at = now()
        with self._database.write() as connection:
            yield connection
            head = append(connection, self._key, [(at, one) for one in (entry, *more)])
        self._kept(head)

    def note(self, entry: Entry) -> None:
        """Note what changes nothing else; durable when this returns."""
        self._add(entry, wait=True)

    def refuse(self, entry: Entry) -> None:
        """Note, written behind, that something was refused; nobody waits for it, for nothing was read."""
        with self._changed:
            if len(self._waiting) < _MOST_WAITING:
                self._start()
                self._waiting.append(_Waiting(now(), replace(entry, outcome=REFUSED), None))
                self._changed.notify_all()

    def begin(self, what: str) -> None:
        """Note that a process of the service begins; :meth:`close` notes its end."""
        self._instance = f"{what}:{new_id()}"
        self.note(Entry(BEGUN, subject=self._instance))

    def flush(self) -> None:
        """Wait until all entries of this process are durable and the head is noted."""
        with self._changed:
            self._start()
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._settled() or self._failing, timeout=_LONGEST_WAIT)

    def close(self) -> None:
        """Write what waits, note the head, and end."""
        if self._instance:
            with suppress(Problem):
                self.note(Entry(ENDED, subject=self._instance))
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(timeout=_LONGEST_WAIT)

    def _settled(self) -> bool:
        return not self._waiting and self._head == self._noted

    def _start(self) -> None:
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="dpa-checker-audit", daemon=True)
            self._thread.start()

    def _add(self, entry: Entry, *, wait: bool) -> None:
        with self._changed:
            # Where writing has come to a stop, nothing is read unnoted.
            wait = wait or self._failing or len(self._waiting) >= _MOST_WAITING
            done: Future[None] | None = Future() if wait else None
            self._start()
            self._waiting.append(_Waiting(now(), entry, done))
            if wait or len(self._waiting) in (1, _MOST_GATHERED):
                self._hurry = self._hurry or wait or len(self._waiting) >= _MOST_GATHERED
                self._changed.notify_all()
        if done is None:
            return
        try:
            done.result(timeout=_LONGEST_WAIT)
        except Exception as error:
            raise Problem(503, "not-ready", "The service cannot work at the moment.") from error

    def _kept(self, head: Head) -> None:
        """Know of entries that are durable."""
        with self._changed:
            if self._head is None or self._head.sequence < head.sequence:
                self._head = head
            self._start()
            self._changed.notify_all()

    def _run(self) -> None:
        anchored_at = 0.0
        while True:
            group, hurry, stopping = self._take(anchored_at + _ANCHOR_SECONDS)
            if group:
                self._write(group)
            due = hurry or stopping or time.monotonic() - anchored_at >= _ANCHOR_SECONDS
            if due:
                self._anchor()
                anchored_at = time.monotonic()
            if stopping and (self._failing or self._settled()):
                return
            if self._failing:
                time.sleep(_AGAIN_SECONDS)

    def _take(self, anchor_due: float) -> tuple[list[_Waiting], bool, bool]:
        """Wait for entries, or until the head is to be noted; returns them, and whether there is haste."""
        with self._changed:
            while not (self._hurry or self._stopping or self._waiting):
                ahead = self._head != self._noted
                if ahead and time.monotonic() >= anchor_due:
                    break
                self._changed.wait(max(0.01, anchor_due - time.monotonic()) if ahead else None)
            if self._waiting:
                self._changed.wait_for(lambda: self._hurry or self._stopping, timeout=GATHERED_SECONDS)
            # What waits for its entry wants it durable; its place outside the log can come with the next.
            hurry, self._hurry = self._hurry and all(one.done is None for one in self._waiting), False
            group, self._waiting = self._waiting, []
            return group, hurry, self._stopping

    def _write(self, group: list[_Waiting]) -> None:
        entries = [(one.at, one.entry) for one in group]
        try:
            with self._database.write() as connection:
                head = append(connection, self._key, entries)
        except Exception as error:  # noqa: BLE001  # whoever waits is told; what is written behind is tried again
            _LOG.error("the audit log was not written: %s", type(error).__name__)
            with self._changed:
                self._failing = True
                self._waiting = [one for one in group if one.done is None] + self._waiting
                self._changed.notify_all()
            for one in group:
                if one.done:
                    one.done.set_exception(RuntimeError("not kept"))
            return
        self._failing = False
        self._kept(head)
        for one in group:
            if one.done:
                one.done.set_result(None)

    def _anchor(self) -> None:
        """Note the head outside the log; the log is durable before.

        Where the head that is noted stands in the log no more, it stays noted: a newer one would hide what was cut off.
        """
        with self._changed:
            head = self._head
        if head is not None and head != self._noted:
            try:
                self.lost = self._find_lost()
                if self.lost is None:
                    self._keys.anchor(head)
            except Exception as error:  # noqa: BLE001  # tried again
                _LOG.error("the head of the audit log was not noted: %s", type(error).__name__)
                return
        with self._changed:
            self._noted = head
            self._changed.notify_all()

    def _find_lost(self) -> Head | None:
        """Return the noted head where it does not stand in the log."""
        noted = self._keys.anchored()
        while noted is not None:
            with self._database.read() as connection:
                if holds(connection, noted):
                    return None
            # Another process may have noted a newer one, and then have ended old entries up to this one.
            before, noted = noted, self._keys.anchored()
            if noted == before:
                return noted
        return None
