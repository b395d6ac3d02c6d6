"""The worker: takes jobs under a lease, reads in a separate process, keeps each report once.

The lease is extended while a contract is examined.  A worker that dies lets it run out, and another takes the job; a
worker that has lost its lease keeps nothing.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.errors import KeyDestroyed, SealBroken
from api.service.contracts import key_owner, open_name, open_original, seal_report
from api.service.core import Core
from api.service.retention import sweep
from api.store import contract as contracts
from api.store import job as jobs
from api.store.contract import Outcome
from api.store.job import MOST_ATTEMPTS, Job
from dpa_checker.errors import DocumentError, DpaCheckerError
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.library import load_library
from dpa_checker.model import Report
from dpa_checker.pipeline import check_document
from dpa_checker.report.render_json import render_json

_LOG: Final = logging.getLogger("dpa_checker.service")
_IDLE_SECONDS: Final = 0.25


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
        for work in (self.run, self._sweep):
            thread = threading.Thread(target=work, name="dpa-checker-worker", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Take no further job; what is under way goes back into the queue."""
        self._stop.set()
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
            # Closing down ends the reading as well: then the file is not at fault.
            if not self._stop.is_set():
                self._fail(job, error.code)
        except DpaCheckerError:
            self._fail(job, "unsupported-language")
        except (KeyDestroyed, SealBroken) as error:
            self._fail(job, "key-destroyed" if isinstance(error, KeyDestroyed) else "unreadable")
        except Exception as error:  # noqa: BLE001  # one contract must not stop the worker, nor quote itself
            _LOG.error("job %s met %s", job.id, type(error).__name__)
            self._fail(job, "unexpected")
        else:
            self._keep(job, outcome)

    def _outcome(self, job: Job, key: bytes) -> Outcome:
        with self._core.database.read() as connection:
            contract = contracts.find_contract(connection, job.contract_id)
            if contract is None:
                raise KeyDestroyed("The contract is gone.")
            data = open_original(key, contract, contracts.read_chunks(connection, job.contract_id))
        language = contract.asked_language
        languages = (language,) if language else ()
        document = self._process.read(data, name=open_name(key, contract), languages=languages)
        report = check_document(document, language=language)
        return _seal_outcome(report, key, job.contract_id)

    def _keep(self, job: Job, outcome: Outcome) -> None:
        with self._core.database.write() as connection:
            if jobs.finish_job(connection, job.id, owner=self._owner, error_code=None):
                contracts.keep_outcome(connection, job.contract_id, outcome)

    def _fail(self, job: Job, code: str) -> None:
        with self._core.database.write() as connection:
            if jobs.finish_job(connection, job.id, owner=self._owner, error_code=code):
                contracts.keep_failure(connection, job.contract_id)

    @contextmanager
    def _lease(self, job: Job) -> Iterator[None]:
        """Extend the lease while the block lasts."""
        over = threading.Event()
        seconds = self._core.settings.lease_seconds

        def extend() -> None:
            while not over.wait(seconds / 3):
                try:
                    with self._core.database.write() as connection:
                        jobs.extend_lease(connection, job.id, owner=self._owner, seconds=seconds)
                except Exception as error:  # noqa: BLE001  # tried again; without, the lease runs out
                    _LOG.error("a lease was not extended: %s", type(error).__name__)

        thread = threading.Thread(target=extend, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _sweep(self) -> None:
        while not self._stop.is_set():
            try:
                sweep(self._core)
            except Exception as error:  # noqa: BLE001  # tried again at the next sweep
                _LOG.error("the sweep met %s", type(error).__name__)
            self._stop.wait(self._core.settings.sweep_seconds)


def _seal_outcome(report: Report, key: bytes, contract_id: str) -> Outcome:
    """Return what is kept of a report."""
    return Outcome(
        report_sealed=seal_report(key, contract_id, render_json(report, compact=True)),
        language=report.document.language,
        kind=report.document.kind,
        processing=report.document.assessment.processing,
        verdicts={finding.mention: finding.verdict for finding in report.findings},
    )
