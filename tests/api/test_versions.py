"""Versions of a contract: what was gained and lost, and what becomes of reviews."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from api.service import contracts as service
from api.service.caller import Role
from api.service.retention import sweep
from api.service.worker import Worker
from api.store.schema import CONTRACT as CONTRACT_TABLE
from api.store.schema import JOB
from tests.api.running import CONTRACT, PARTY, Running
from tests.api.test_reviews import PROBLEM, decide, examined, finding

AUDITS = b"\n4. The Processor shall allow for and contribute to audits, including inspections, by the Controller.\n"
#: With audits, without the notice of a breach.
SECOND = CONTRACT.replace(b"without undue delay after becoming aware of a personal data breach", b"of its new address")
SECOND += AUDITS


def test_a_new_version_is_compared_with_the_one_before(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller, counterparty=PARTY, reference="C-1")
    second = examined(working, caller, data=SECOND, reference="C-2", params={"replaces": first.rpartition("/")[2]})
    now, then = caller.get(second).json(), caller.get(first).json()
    assert (now["counterparty"], now["reference"]) == (PARTY, "C-2")
    assert (now["series"], now["number"], now["latest"]) == (then["series"], 2, True)
    assert (then["number"], then["latest"]) == (1, False)
    versions = caller.get(f"{first}/versions").json()["versions"]
    assert [version["number"] for version in versions] == [2, 1]
    compared = caller.get(f"{second}/comparison").json()
    assert (compared["before"], compared["after"]) == (then["id"], now["id"])
    assert "audits" in compared["gained"]
    assert "breach-notification" in compared["lost"]
    audits = next(one for one in compared["mentions"] if one["mention"] == "audits")
    assert (audits["before"]["verdict"], audits["before"]["quote"]) == ("missing", None)
    assert "contribute to audits" in audits["after"]["quote"]
    same = next(one for one in compared["mentions"] if one["mention"] == "confidentiality")
    assert (same["change"], same["evidence_changed"]) == ("same", False)
    back = caller.get(f"{first}/comparison", params={"with": now["id"]}).json()
    assert "audits" in back["lost"]
    assert caller.get(f"{first}/comparison").json()["type"] == PROBLEM + "no-other-version"
    assert caller.get(f"{first}/comparison", params={"with": "0" * 32}).status_code == 404


def test_lists_show_the_latest_version(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller).rpartition("/")[2]
    second = examined(working, caller, data=SECOND, params={"replaces": first}).rpartition("/")[2]
    listed = [one["id"] for one in caller.get("/v1/contracts").json()["contracts"]]
    assert listed == [second]
    all_of_them = caller.get("/v1/contracts", params={"superseded": True}).json()["contracts"]
    assert [one["id"] for one in all_of_them] == [second, first]
    assert caller.get("/v1/contracts/counts").json()["contracts"] == 1


def test_decisions_on_an_earlier_version_hold_only_once_confirmed_again(working: Running) -> None:
    caller = working.caller()
    me = caller.get("/v1/me").json()["id"]
    first = examined(working, caller)
    caller.put(f"{first}/reviews/audits/assignee", json={"account": me}, headers={"If-Match": "*"})
    decide(caller, first)
    decide(caller, first, "confidentiality", decision="overridden", verdict="missing", reason="Only for staff.")
    second = examined(working, caller, data=SECOND, params={"replaces": first.rpartition("/")[2]})
    sheet = caller.get(f"{second}/reviews")
    audits, sworn = finding(sheet), finding(sheet, "confidentiality")
    assert (audits["decision"], audits["verdict"], audits["to_confirm"]) == ("overridden", "present", True)
    assert audits["evidence_changed"] is True
    assert audits["assigned_to"]["id"] == me
    assert (sworn["verdict"], sworn["to_confirm"], sworn["evidence_changed"]) == ("missing", True, False)
    assert sworn["effective"] == sworn["machine"] != "missing"
    told = sworn["decided"]["content"]
    assert (sworn["decided"]["kind"], sworn["decided"]["by"]) == ("carried-over", None)
    assert (told["reason"], told["account"], told["version"]) == ("Only for staff.", me, 1)
    again = decide(caller, second, "confidentiality", decision="overridden", verdict="missing", reason="Still so.")
    confirmed = finding(again, "confidentiality")
    assert (confirmed["effective"], confirmed["to_confirm"]) == ("missing", False)
    assert caller.get(first).json()["verdicts"]["confidentiality"] == "missing"


def test_a_decision_outlives_the_version_it_was_made_on(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller)
    decide(caller, first)
    second = examined(working, caller, params={"replaces": first.rpartition("/")[2]})
    third = examined(working, caller, params={"replaces": second.rpartition("/")[2]})
    audits = finding(caller.get(f"{third}/reviews"))
    assert (audits["to_confirm"], audits["evidence_changed"]) == (True, False)
    assert (audits["decided"]["content"]["version"], audits["decided"]["content"]["reason"]) == (1, "Said in annex 2.")


@pytest.mark.parametrize("ending", ["failed", "cancelled", "overtaken"])
def test_a_decision_outlives_a_version_that_could_not_be_examined(running: Running, ending: str) -> None:
    caller = running.caller()
    worker = Worker(running.core)
    first = caller.upload().json()["contract"]
    assert worker.step()
    assert decide(caller, f"/v1/contracts/{first}").status_code == 200
    between = caller.upload(data=b"%PDF-1.7 damaged", name="b.pdf", params={"replaces": first}).json()
    if ending == "failed":
        assert worker.step()
    elif ending == "cancelled":
        assert caller.post(f"/v1/jobs/{between['id']}/cancel").status_code == 200
    third = caller.upload(data=SECOND, params={"replaces": between["contract"]}).json()
    if ending == "overtaken":  # by a second worker, that ends the later version first
        with running.core.database.write() as connection:
            connection.execute(update(JOB).where(JOB.c.id == between["id"]).values(state="running", lease_until=2**60))
    while worker.step():
        pass
    worker.stop()
    path = f"/v1/contracts/{third['contract']}"
    states = {"overtaken": "waiting"}
    assert caller.get(f"/v1/contracts/{between['contract']}").json()["state"] == states.get(ending, ending)
    audits = finding(caller.get(f"{path}/reviews"))
    assert (audits["decision"], audits["verdict"], audits["to_confirm"]) == ("overridden", "present", True)
    assert audits["decided"]["content"]["reason"] == "Said in annex 2."
    compared = caller.get(f"{path}/comparison").json()
    assert (compared["before"], "audits" in compared["gained"]) == (first, True)
    assert caller.get(f"/dashboard/contracts/{third['contract']}/comparison").status_code == 200
    named = caller.get(f"{path}/comparison", params={"with": between["contract"]})
    assert (named.status_code, named.json()["type"]) == (409, PROBLEM + "no-report")


def test_a_version_that_has_a_later_one_is_left_as_it_is(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller)
    contract = first.rpartition("/")[2]
    second = caller.upload(params={"replaces": contract}).json()["contract"]
    again = caller.upload(params={"replaces": contract})
    assert (again.status_code, again.json()["type"]) == (409, PROBLEM + "superseded")
    assert again.json()["latest"] == second
    late = decide(caller, first)
    assert (late.status_code, late.json()["latest"]) == (409, second)
    named = caller.patch(first, json={"counterparty": "Other Ltd"}, headers={"If-Match": "*"})
    assert (named.status_code, named.json()["type"], named.json()["latest"]) == (409, PROBLEM + "superseded", second)
    assert caller.get(first).json()["counterparty"] is None
    examined_again = caller.post(f"{first}/examination")
    assert (examined_again.status_code, examined_again.json()["latest"]) == (409, second)
    said = caller.post(f"{first}/comments", json={"text": "Signed in 2019."})
    assert said.status_code == 201, "a comment changes nothing"
    assert list(working.settings.spool.iterdir()) == []


def test_of_two_new_versions_at_once_one_is_told(running: Running) -> None:
    name = running.add_account(Role.REVIEWER, running.workspace)[1]
    first = running.sign_in(name).upload().json()["contract"]

    def send(number: int) -> int:
        return running.sign_in(name).upload(name=f"{number}.txt", params={"replaces": first}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [202, 409, 409, 409]


def test_the_same_new_version_with_the_same_key_is_one(running: Running) -> None:
    caller = running.caller()
    first = caller.upload().json()["contract"]
    sent = [caller.upload(params={"replaces": first}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert sent[0].json()["contract"] == sent[1].json()["contract"]
    assert sent[1].headers["Idempotent-Replayed"] == "true"


def test_a_version_stays_in_its_workspace(running: Running) -> None:
    both = running.caller(Role.REVIEWER, running.workspace, running.other_workspace)
    first = both.upload(params={"workspace": running.workspace}).json()["contract"]
    other = both.upload(params={"replaces": first, "workspace": running.other_workspace})
    assert (other.status_code, other.json()["type"]) == (422, PROBLEM + "another-workspace")
    assert both.upload(params={"replaces": first}).status_code == 202
    stranger = running.caller(Role.REVIEWER, running.other_workspace)
    assert stranger.upload(params={"replaces": first}).status_code == 404
    assert b"contract/" + first.encode() in (running.settings.data / "keys.sqlite").read_bytes()


def test_the_version_before_is_the_latest_again_when_the_last_is_gone(running: Running) -> None:
    caller = running.caller()
    first = caller.upload().json()["contract"]
    second = caller.upload(params={"replaces": first}).json()["contract"]
    service.erase(running.core, second, running.workspace, cause="moved")
    assert [one["id"] for one in caller.get("/v1/contracts").json()["contracts"]] == [first]
    third = caller.upload(params={"replaces": first})
    assert third.status_code == 202
    assert caller.get(f"/v1/contracts/{third.json()['contract']}").json()["number"] == 2


def test_versions_in_another_workspace_are_out_of_reach(working: Running) -> None:
    """Versions that were moved here one by one may lie in several workspaces; none leads to another's."""
    caller = working.caller()
    first = examined(working, caller)
    second = examined(working, caller, data=SECOND, params={"replaces": first.rpartition("/")[2]})
    made = caller.post("/v1/sets", json={"name": "One", "contracts": [second.rpartition("/")[2]]})
    contract = second.rpartition("/")[2]
    with working.core.database.write() as connection:
        moved = update(CONTRACT_TABLE).where(CONTRACT_TABLE.c.id == contract)
        connection.execute(moved.values(workspace_id=working.other_workspace))
    assert [one["number"] for one in caller.get(f"{first}/versions").json()["versions"]] == [1]
    assert caller.get(f"{first}/comparison", params={"with": contract}).status_code == 404
    assert caller.get(made.headers["Location"]).json()["contracts"] == []
    assert caller.delete(first).status_code == 204
    there = working.caller(Role.REVIEWER, working.other_workspace)
    assert there.get(second).status_code == 200


def test_all_versions_are_deleted_together(running: Running) -> None:
    caller = running.caller()
    first = caller.upload().json()["contract"]
    second = caller.upload(params={"replaces": first}).json()["contract"]
    assert caller.delete(f"/v1/contracts/{second}").status_code == 204
    assert caller.get(f"/v1/contracts/{first}").status_code == 404
    left = running.backup()
    assert left["contract"] == []
    assert {row["contract_id"] for row in left["deletion"]} == {first, second}
    assert sweep(running.core) == 0
