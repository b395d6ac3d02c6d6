"""Jobs: done once and kept once, whatever becomes of the worker."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import httpx
from sqlalchemy import func, select, update

from api.moment import now
from api.service.caller import Role
from api.service.worker import Worker
from api.settings import Settings
from api.store import job as jobs
from api.store.schema import CHUNK, CONTRACT, FINDING, JOB
from tests.api.running import ROOT, Running, run_service, wait_for


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process with these settings."""
    own = {
        "DPA_CHECKER_DATA": str(settings.data),
        "DPA_CHECKER_MASTER_KEY": base64.b64encode(settings.master_key).decode(),
        "DPA_CHECKER_DATABASE_URL": settings.database_url,
        "DPA_CHECKER_LEASE_SECONDS": "2",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("DPA_CHECKER_")} | own


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "api", "worker"]
    return subprocess.Popen(
        command, env=_environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def _job(running: Running, job: str) -> Any:
    with running.core.database.read() as connection:
        return connection.execute(select(JOB).where(JOB.c.id == job)).one()


def test_a_worker_killed_in_the_middle_is_made_up_for(settings: Settings) -> None:
    with run_service(settings, lease_seconds=2) as running:
        caller = running.caller()
        long = b"\n\n".join([b"The Processor shall inform the Controller of a personal data breach."] * 6_000)
        job = caller.upload(long).json()["id"]
        first = _start_worker(settings)
        until = time.monotonic() + 60
        while _job(running, job).state != "running":
            assert time.monotonic() < until
            time.sleep(0.02)
        time.sleep(0.5)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        assert _job(running, job).state == "running"
        second = _start_worker(settings)
        try:
            assert wait_for(running, caller, job, 120)["state"] == "done"
        finally:
            second.send_signal(signal.SIGTERM)
            _, said = second.communicate(timeout=30)
        assert second.returncode == 0, said.decode()
        assert b"inform the Controller" not in said
        assert _job(running, job).attempts == 2
        with running.core.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(CONTRACT)).scalar_one() == 1
            assert connection.execute(select(func.count()).select_from(FINDING)).scalar_one() == 27


def _serve(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    """Start the service as a process and wait until it answers."""
    own = {"DPA_CHECKER_PORT": str(port), "DPA_CHECKER_SECURE_COOKIES": "false"}
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve"],
        env=_environment(settings) | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None
        assert time.monotonic() < until
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/ready").raise_for_status()
            return process
        time.sleep(0.1)


def test_a_service_killed_and_started_again_does_what_it_has_accepted(settings: Settings) -> None:
    with run_service(settings) as running:
        name = running.add_account(Role.REVIEWER, running.workspace)[1]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        running.url = f"http://127.0.0.1:{port}"
        first = _serve(settings, port)
        caller = running.sign_in(name)
        accepted = [caller.upload(name=f"{number}.txt").json()["id"] for number in range(4)]
        os.kill(first.pid, signal.SIGKILL)
        _, said = first.communicate()
        assert b"Quillfeather" not in said
        left = settings.spool / "left"
        left.write_bytes(b"left by a killed process")
        second = _serve(settings, port)
        try:
            assert not left.exists()
            for job in accepted:
                assert wait_for(running, caller, job, 60)["state"] == "done"
            assert len(caller.get("/v1/contracts").json()["contracts"]) == 4
        finally:
            second.send_signal(signal.SIGTERM)
            _, said = second.communicate(timeout=30)
        assert b"Quillfeather" not in said
        with running.core.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(FINDING)).scalar_one() == 4 * 27


def test_a_worker_that_has_lost_its_lease_keeps_nothing(running: Running) -> None:
    job = running.caller().upload().json()
    slow, quick = Worker(running.core), Worker(running.core)
    with running.core.database.write() as connection:
        taken = jobs.claim_job(connection, owner="slow", seconds=60)
    assert taken is not None
    assert quick.step() is False
    with running.core.database.write() as connection:
        connection.execute(update(JOB).values(lease_until=now() - 1))
    assert quick.step() is True
    with running.core.database.write() as connection:
        assert not jobs.extend_lease(connection, taken.id, owner="slow", seconds=60)
        assert not jobs.finish_job(connection, taken.id, owner="slow", error_code="unexpected")
    assert _job(running, job["id"]).state == "done"
    for worker in (slow, quick):
        worker.stop()


def test_a_file_that_ends_its_worker_again_and_again_is_given_up(running: Running) -> None:
    caller = running.caller()
    job = caller.upload().json()
    with running.core.database.write() as connection:
        connection.execute(update(JOB).values(attempts=jobs.MOST_ATTEMPTS))
    worker = Worker(running.core)
    assert worker.step() is True
    worker.stop()
    assert wait_for(running, caller, job["id"])["error"] == "worker-ended"


def test_an_altered_original_is_not_examined(running: Running) -> None:
    caller = running.caller()
    job = caller.upload().json()
    with running.core.database.write() as connection:
        chunk = connection.execute(select(CHUNK.c.bytes_sealed)).scalar_one()
        connection.execute(update(CHUNK).values(bytes_sealed=chunk[:-1] + bytes([chunk[-1] ^ 1])))
    worker = Worker(running.core)
    worker.step()
    worker.stop()
    assert wait_for(running, caller, job["id"])["error"] == "unreadable"


def test_two_workers_share_a_queue(running: Running) -> None:
    caller = running.caller()
    queued = [caller.upload(name=f"{number}.txt").json() for number in range(6)]
    assert [job["ahead"] for job in queued] == list(range(6))
    workers = [Worker(running.core), Worker(running.core)]
    for worker in workers:
        worker.start()
    for job in queued:
        assert wait_for(running, caller, job["id"], 60)["state"] == "done"
    for worker in workers:
        worker.stop()
    assert {_job(running, job["id"]).attempts for job in queued} == {1}
