"""The worker: takes jobs under a lease, reads in a separate process, keeps each report once.

The lease is extended while a contract is examined.  A worker that dies lets it run out, and another takes the job; a
worker that has lost its lease keeps nothing.  A job that is cancelled meanwhile ends as soon as the worker notices.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from api.errors import KeyDestroyed, SealBroken
from api.service.contracts import key_owner, open_name, open_original, seal_links, seal_report, seal_text
from api.service.core import Core
from api.service.outage import is_outage
from api.service.retention import sweep_in_turn
from api.service.version import carry_over
from api.store import contract as contracts
from api.store import job as jobs
from api.store.contract import ContractState, Outcome
from api.store.job import MOST_ATTEMPTS, Job, Phase
from dpa_checker.errors import DocumentError, DpaCheckerError
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.ingestion.isolation.wire import encode_document
from dpa_checker.library import load_library
from dpa_checker.model import Document, Report
from dpa_checker.pipeline import check_document
from dpa_checker.report.render_json import render_json
from dpa_checker.sets.links import find_links

_LOG: Final = logging.getLogger("dpa_checker.service")
_IDLE_SECONDS: Final = 0.25
#: How often is looked whether the job under way is to be given up.
_LOOK_SECONDS: Final = 0.5


class _GivenUp(Exception):  # no error
    """The job was cancelled, or is another worker's by now."""


class Worker:
    """Examines contracts until it is told to stop."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._owner = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._stop = threading.Event()
        self._process = ReadingProcess()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Work in a thread of its own, and sweep in another."""
        self._begin(self.run)
        self.start_sweeping()

    def start_sweeping(self) -> None:
        """Sweep now and then in a thread of its own, beside whoever runs :meth:`run`."""
        self._begin(self._sweep)

    def stop(self) -> None:
        """Take no further job; what is under way goes back into the queue."""
        self._stop.set()
        self._process.interrupt()
        self._process.close()
        for thread in self._threads:
            thread.join(timeout=10)
        with self._core.database.write() as connection:
            jobs.release_jobs(connection, self._owner)

    def run(self) -> None:
        """Do job after job until stopped."""
        load_library()
        while not self._stop.is_set():
            try:
                busy = self.step()
            except Exception as error:  # noqa: BLE001  # its message may quote what must not be in a log
                _LOG.error("the worker met %s and goes on", type(error).__name__)
                busy = False
            if not busy:
                self._stop.wait(_IDLE_SECONDS)

    def step(self) -> bool:
        """Do one job; False when there is none."""
        seconds = self._core.settings.lease_seconds
        with self._core.database.write() as connection:
            job = jobs.claim_job(connection, owner=self._owner, seconds=seconds)
        if job is None:
            return False
        if job.cancel_asked:
            self._give_up(job)
            return True
        if job.attempts > MOST_ATTEMPTS:
            self._fail(job, "worker-ended")
            return True
        with self._lease(job):
            self._examine(job)
        return True

    def _examine(self, job: Job) -> None:
        try:
            key = self._core.keys.get(key_owner(job.contract_id))
            outcome = self._outcome(job, key)
        except DocumentError as error:
            # Closing down and cancelling end the reading as well: then the file is not at fault.
            if not self._stop.is_set() and not self._give_up(job):
                self._fail(job, error.code)
        except _GivenUp:
            self._give_up(job)
        except DpaCheckerError:
            self._fail(job, "unsupported-language")
        except SealBroken as error:
            if is_outage(self._core, error):
                self._end_for_keys()
            else:
                self._fail(job, "unreadable")
        except KeyDestroyed:
            self._fail(job, "key-destroyed")
        except Exception as error:  # noqa: BLE001  # one contract must not stop the worker, nor quote itself
            _LOG.error("job %s met %s", job.id, type(error).__name__)
            self._fail(job, "unexpected")
        else:
            self._keep(job, key, outcome)

    def _end_for_keys(self) -> None:
        """Give the job back and take no other: the master key was rotated, and whoever is started anew has the new."""
        _LOG.error("the worker ends: the master key was rotated; start it anew with the new one")
        self._stop.set()
        with self._core.database.write() as connection:
            jobs.release_jobs(connection, self._owner)

    def _outcome(self, job: Job, key: bytes) -> _Outcome:
        with self._core.database.read() as connection:
            contract = contracts.find_contract(connection, job.contract_id)
            if contract is None:
                raise KeyDestroyed("The contract is gone.")
            data = open_original(key, contract, contracts.read_chunks(connection, job.contract_id))
        language = contract.asked_language
        languages = (language,) if language else ()
        document = self._process.read(data, name=open_name(key, contract), languages=languages)
        self._enter(job, Phase.JUDGING)
        report = check_document(document, language=language)
        self._enter(job, Phase.KEEPING)
        return _Outcome(report, _seal_outcome(report, document, key, job.contract_id))

    def _enter(self, job: Job, phase: Phase) -> None:
        with self._core.database.write() as connection:
            if not jobs.enter_phase(connection, job.id, phase, owner=self._owner):
                raise _GivenUp

    def _keep(self, job: Job, key: bytes, outcome: _Outcome) -> None:
        with self._core.database.write() as connection:
            kept = jobs.finish_job(connection, job.id, owner=self._owner, error_code=None)
            contract = contracts.find_contract(connection, job.contract_id, lock=True) if kept else None
            if contract is not None:
                effective = carry_over(connection, self._core, contract, key, outcome.report)
                contracts.keep_outcome(connection, contract.id, outcome.sealed, effective)
        if not kept:
            self._give_up(job)

    def _give_up(self, job: Job) -> bool:
        """End a job as cancelled where that was asked; False where it was not, or the job is another worker's."""
        with self._core.database.write() as connection:
            if not jobs.is_cancelled(connection, job.id):
                return False
            if jobs.finish_job(connection, job.id, owner=self._owner, error_code=None, cancelled=True):
                contracts.keep_failure(connection, job.contract_id, ContractState.CANCELLED)
            return True

    def _fail(self, job: Job, code: str) -> None:
        with self._core.database.write() as connection:
            kept = jobs.finish_job(connection, job.id, owner=self._owner, error_code=code)
            if kept:
                contracts.keep_failure(connection, job.contract_id)
        if not kept:
            self._give_up(job)

    @contextmanager
    def _lease(self, job: Job) -> Iterator[None]:
        """Extend the lease while the block lasts, and end the reading when the job is cancelled."""
        over = threading.Event()
        seconds = self._core.settings.lease_seconds
        extended = time.monotonic()

        def attend() -> None:
            nonlocal extended
            while not over.wait(min(_LOOK_SECONDS, seconds / 3)):
                try:
                    with self._core.database.read() as connection:
                        cancelled = jobs.is_cancelled(connection, job.id)
                    if cancelled:
                        self._process.interrupt()
                    if time.monotonic() - extended < seconds / 3:
                        continue
                    with self._core.database.write() as connection:
                        jobs.extend_lease(connection, job.id, owner=self._owner, seconds=seconds)
                    extended = time.monotonic()
                except Exception as error:  # noqa: BLE001  # tried again; without, the lease runs out
                    _LOG.error("a lease was not extended: %s", type(error).__name__)

        thread = threading.Thread(target=attend, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="dpa-checker-worker", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _sweep(self) -> None:
        while not self._stop.is_set():
            try:
                sweep_in_turn(self._core)
            except Exception as error:  # noqa: BLE001  # tried again at the next sweep
                _LOG.error("the sweep met %s", type(error).__name__)
            self._stop.wait(self._core.settings.sweep_seconds)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A report, and what is kept of it."""

    report: Report
    sealed: Outcome


def _seal_outcome(report: Report, document: Document, key: bytes, contract_id: str) -> Outcome:
    """Return what is kept of a report and of the text that it quotes."""
    return Outcome(
        report_sealed=seal_report(key, contract_id, render_json(report, compact=True)),
        links_sealed=seal_links(key, contract_id, find_links(document).to_json()),
        engine_version=report.engine_version,
        library_version=report.library_version,
        language=report.document.language,
        kind=report.document.kind,
        processing=report.document.assessment.processing,
        verdicts={finding.mention: finding.verdict for finding in report.findings},
        text_sealed=seal_text(key, contract_id, encode_document(document)),
    )
