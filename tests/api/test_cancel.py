"""Jobs that are given up, and how far one is."""

from __future__ import annotations

import threading
import time

from sqlalchemy import update

from api.moment import now
from api.service.caller import Role
from api.service.worker import Worker
from api.store import job as jobs
from api.store.schema import JOB
from dpa_checker.ingestion.isolation import ReadingProcess
from tests.api.running import CONTRACT, Running, wait_for
from tests.api.test_reviews import PROBLEM, examined
from tests.ingestion.pdf_files import SENTENCES, lines_pdf

LONG = b"\n\n".join([b"The Processor shall inform the Controller of a personal data breach."] * 12_000)


def test_a_job_that_waits_is_cancelled_at_once(running: Running) -> None:
    caller = running.caller()
    first, second = (caller.upload(name=f"{number}.txt").json() for number in range(2))
    assert (second["state"], second["ahead"], second["step"], second["phase"]) == ("queued", 1, 0, None)
    cancelled = caller.post(f"/v1/jobs/{first['id']}/cancel").json()
    assert (cancelled["state"], cancelled["cancelling"]) == ("cancelled", False)
    assert cancelled["finished"] is not None
    assert caller.get(f"/v1/contracts/{first['contract']}").json()["state"] == "cancelled"
    assert caller.get(f"/v1/jobs/{second['id']}").json()["ahead"] == 0
    again = caller.post(f"/v1/jobs/{first['id']}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, PROBLEM + "job-ended")
    worker = Worker(running.core)
    assert worker.step() is True
    assert worker.step() is False
    worker.stop()
    assert caller.get(f"/v1/jobs/{second['id']}").json()["state"] == "done"


def test_a_cancelled_contract_can_be_examined_after_all(running: Running) -> None:
    caller = running.caller()
    first = caller.upload().json()
    path = f"/v1/contracts/{first['contract']}"
    caller.post(f"/v1/jobs/{first['id']}/cancel")
    again = caller.post(f"{path}/examination")
    assert (again.status_code, again.headers["Location"]) == (202, f"/v1/jobs/{again.json()['id']}")
    waiting = caller.get(path).json()
    assert (waiting["state"], waiting["job"]) == ("waiting", again.json()["id"])
    assert caller.post(f"{path}/examination").json()["id"] == again.json()["id"]
    worker = Worker(running.core)
    worker.step()
    worker.stop()
    assert caller.get(path).json()["state"] == "examined"


def test_a_job_that_runs_is_given_up_by_its_worker(working: Running) -> None:
    caller = working.caller()
    job = caller.upload(LONG).json()
    until = time.monotonic() + 60
    while (found := caller.get(f"/v1/jobs/{job['id']}").json())["state"] != "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert (found["phase"], found["steps"]) in {("reading", 3), ("judging", 3)}
    assert found["step"] in (1, 2)
    assert caller.post(f"/v1/jobs/{job['id']}/cancel").status_code == 200
    until = time.monotonic() + 60
    while (found := caller.get(f"/v1/jobs/{job['id']}").json())["state"] == "running":
        assert found["cancelling"] is True
        assert time.monotonic() < until
        time.sleep(0.1)
    assert (found["state"], found["error"]) == ("cancelled", None)
    contract = caller.get(f"/v1/contracts/{job['contract']}").json()
    assert (contract["state"], contract["verdicts"]) == ("cancelled", {})
    after = caller.upload(CONTRACT, wait=30).json()
    assert after["state"] == "done"


def test_a_job_whose_worker_died_after_it_was_cancelled_is_not_done(running: Running) -> None:
    caller = running.caller()
    job = caller.upload().json()
    with running.core.database.write() as connection:
        jobs.claim_job(connection, owner="dead", seconds=60)
    assert caller.post(f"/v1/jobs/{job['id']}/cancel").json()["cancelling"] is True
    with running.core.database.write() as connection:
        connection.execute(update(JOB).values(lease_until=now() - 1))
    worker = Worker(running.core)
    assert worker.step() is True
    assert worker._process.pid is None, "nothing is to be read any more"
    worker.stop()
    assert wait_for(running, caller, job["id"])["state"] == "cancelled"


def test_cancelling_ends_a_long_reading_in_its_middle(running: Running) -> None:
    caller = running.caller()
    data = lines_pdf([[(50.0, 60.0 + 12 * line, SENTENCES[line % 8][:90]) for line in range(55)] for _ in range(250)])
    with ReadingProcess() as process:
        process.read(b"begin")
        begun = time.monotonic()
        process.read(data)
        whole = time.monotonic() - begun
    worker = Worker(running.core)
    job = caller.upload(data, name="long.pdf").json()["id"]
    thread = threading.Thread(target=worker.step)
    thread.start()
    try:
        while caller.get(f"/v1/jobs/{job}").json()["state"] == "queued":
            time.sleep(0.02)
        asked = time.monotonic()
        caller.post(f"/v1/jobs/{job}/cancel").raise_for_status()
        thread.join(timeout=60)
        assert time.monotonic() - asked < max(2.0, whole / 2)
    finally:
        worker.stop()
    assert caller.get(f"/v1/jobs/{job}").json()["state"] == "cancelled"


def test_a_report_stays_when_its_renewal_is_cancelled_or_fails(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    worker = Worker(working.core)
    for error in (None, "unexpected"):
        with working.core.database.write() as connection:
            contract = path.rpartition("/")[2]
            job = jobs.add_job(connection, contract_id=contract, workspace_id=working.workspace)
            connection.execute(
                update(JOB)
                .where(JOB.c.id == job)
                .values(state="running", lease_owner=worker._owner, lease_until=now() + 60_000)
            )
            found = jobs.find_job(connection, job)
        assert found is not None
        if error:
            worker._fail(found, error)
        else:
            caller.post(f"/v1/jobs/{job}/cancel")
            assert worker._give_up(found) is True
        assert caller.get(path).json()["state"] == "examined"
        assert caller.get(f"{path}/report").status_code == 200
    worker.stop()


def test_a_reader_and_a_stranger_cancel_nothing(running: Running) -> None:
    job = running.caller().upload().json()["id"]
    assert running.caller(Role.READER).post(f"/v1/jobs/{job}/cancel").status_code == 403
    stranger = running.caller(Role.REVIEWER, running.other_workspace)
    assert stranger.post(f"/v1/jobs/{job}/cancel").status_code == 404
