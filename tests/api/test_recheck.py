"""After an update: contracts are examined once more, reviews stay, and are flagged where the evidence changed."""

from __future__ import annotations

import base64
import json
import os

import pytest
from sqlalchemy import select, update

from api import cli
from api.service import contracts as service
from api.service import recheck as rechecking
from api.service.caller import Role
from api.service.worker import Worker
from api.store.schema import CONTRACT, FINDING, JOB
from tests.api.dashboard.samples import upload
from tests.api.running import Running
from tests.api.test_reviews import decide, examined, finding


def _date_back(running: Running, contract: str) -> None:
    """Make the kept report one of an older engine, which had found no audits and other words on confidentiality."""
    key = running.core.keys.get(service.key_owner(contract))
    with running.core.database.write() as connection:
        sealed = connection.execute(select(CONTRACT.c.report_sealed).where(CONTRACT.c.id == contract)).scalar_one()
        report = json.loads(service.open_report(key, contract, sealed))
        for one in report["findings"]:
            if one["mention"] == "breach-notification":
                one["evidence"][0]["quote"] = "Other words."
        sealed = service.seal_report(key, contract, json.dumps(report))
        values = {"report_sealed": sealed, "engine_version": "0.0.1"}
        connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract).values(**values))


def _work_all(running: Running) -> int:
    worker = Worker(running.core)
    count = 0
    while worker.step():
        count += 1
    worker.stop()
    return count


def test_contracts_of_another_version_are_examined_once_more(running: Running) -> None:
    caller = running.caller()
    old, new = (caller.upload(name=f"{number}.txt").json()["contract"] for number in range(2))
    failed = caller.upload(b"%PDF-1.7 " + bytes(200), name="broken.pdf").json()["contract"]
    assert _work_all(running) == 3
    assert rechecking.recheck(running.core) == 0
    _date_back(running, old)
    assert rechecking.recheck(running.core) == 1
    assert rechecking.recheck(running.core) == 0
    with running.core.database.read() as connection:
        job = connection.execute(select(JOB).where(JOB.c.kind == "recheck")).one()
    assert job.contract_id == old
    assert caller.get(f"/v1/jobs/{job.id}").json()["kind"] == "recheck"
    assert caller.get(f"/v1/contracts/{old}/report").status_code == 200
    urgent = caller.upload(name="urgent.txt").json()
    assert (urgent["ahead"], caller.get(f"/v1/jobs/{job.id}").json()["ahead"]) == (0, 1)
    worker = Worker(running.core)
    worker.step()
    worker.stop()
    states = [caller.get(f"/v1/jobs/{one}").json()["state"] for one in (urgent["id"], job.id)]
    assert states == ["done", "queued"]
    assert _work_all(running) == 1
    assert caller.get(f"/v1/jobs/{job.id}").json()["state"] == "done"
    assert rechecking.recheck(running.core) == 0
    assert "Other words." not in caller.get(f"/v1/contracts/{old}/report").text
    states = [caller.get(f"/v1/contracts/{one}").json()["state"] for one in (old, new, failed)]
    assert states == ["examined", "examined", "failed"]


def test_a_contract_from_before_versions_were_kept_is_examined_again(running: Running) -> None:
    contract = running.caller().upload().json()["contract"]
    _work_all(running)
    with running.core.database.write() as connection:
        connection.execute(update(CONTRACT).values(engine_version=None, library_version=None))
    assert rechecking.recheck(running.core) == 1
    with running.core.database.read() as connection:
        assert connection.execute(select(JOB.c.contract_id).where(JOB.c.kind == "recheck")).scalar() == contract


def test_reviews_are_kept_and_flagged_where_the_evidence_changed(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    contract = path.rpartition("/")[2]
    decide(caller, path)
    override = {"decision": "overridden", "verdict": "missing", "reason": "Only for staff."}
    decide(caller, path, "breach-notification", **override)
    _date_back(working, contract)
    tag = caller.get(path).headers["ETag"]
    assert rechecking.recheck(working.core) == 1
    while caller.get(path).headers["ETag"] == tag:
        pass
    sheet = caller.get(f"{path}/reviews")
    kept, flagged = finding(sheet), finding(sheet, "breach-notification")
    assert (kept["effective"], kept["to_confirm"], kept["evidence_changed"]) == ("present", False, False)
    assert (flagged["verdict"], flagged["to_confirm"], flagged["evidence_changed"]) == ("missing", True, True)
    assert flagged["effective"] == flagged["machine"] != "missing"
    assert flagged["decided"]["content"]["reason"] == "Only for staff."
    newest = caller.get(f"{path}/history").json()["events"][0]
    assert (newest["kind"], newest["mention"], newest["by"]) == ("evidence-changed", "breach-notification", None)
    assert caller.get(path).json()["verdicts"]["audits"] == "present"
    late = decide(caller, path, tag=tag)
    assert late.status_code == 412
    again = finding(decide(caller, path, "breach-notification", **override), "breach-notification")
    assert (again["effective"], again["to_confirm"], again["evidence_changed"]) == ("missing", False, False)
    with working.core.database.read() as connection:
        found = connection.execute(select(FINDING.c.mention, FINDING.c.effective))
        rows = {row.mention: row.effective for row in found}
    assert (rows["audits"], rows["breach-notification"]) == ("present", "missing")


def test_a_conflict_that_is_settled_stays_so_and_the_others_are_told_anew(working: Running) -> None:
    caller = working.caller()
    path = f"/v1/contracts/{upload(caller, 'terms.docx', 'en-saas-terms-contradictions')}"
    settled = {"decision": "overridden", "verdict": "present", "reason": "The annex prevails."}
    for mention in ("security", "breach-notification"):
        assert decide(caller, path, mention, **settled).status_code == 200
    before = caller.get(path).json()["verdicts"]
    _date_back(working, path.rpartition("/")[2])
    tag = caller.get(path).headers["ETag"]
    assert rechecking.recheck(working.core) == 1
    while caller.get(path).headers["ETag"] == tag:
        pass
    after = caller.get(path).json()["verdicts"]
    assert (after["security"], before["breach-notification"], after["breach-notification"]) == (
        "present",
        "present",
        "conflict",
    ), "what rests on other words now is to be confirmed again"
    assert list(before.values()).count("conflict") == 4
    assert after == before | {"breach-notification": "conflict"}


def test_the_command_queues_and_the_worker_does_it(
    running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = running.caller().upload().json()["contract"]
    _work_all(running)
    _date_back(running, contract)
    for name in list(os.environ):
        if name.startswith("DPA_CHECKER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DPA_CHECKER_DATA", str(running.settings.data))
    monkeypatch.setenv("DPA_CHECKER_DATABASE_URL", running.settings.database_url)
    monkeypatch.setenv("DPA_CHECKER_MASTER_KEY", base64.b64encode(running.settings.master_key).decode())
    capsys.readouterr()
    assert cli.main(["recheck"]) == 0
    assert capsys.readouterr().out.startswith("1 contracts queued")
    assert _work_all(running) == 1


def test_a_recheck_stands_in_the_log(running: Running) -> None:
    rechecking.recheck(running.core)
    log = running.caller(Role.ADMINISTRATOR).get("/v1/audit").json()
    assert "recheck" in {entry["action"] for entry in log}
    assert running.core.verify_audit() is None
