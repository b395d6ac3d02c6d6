"""Reviews: what people decide beside the machine's verdicts, and the history of that."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.errors import SealBroken
from api.secrecy.seal import unseal
from api.service.caller import Role
from api.store import contract as store
from api.store.contract import Outcome
from api.store.schema import CONTRACT, FINDING, METADATA, REVIEW_EVENT
from tests.api.running import Caller, Running

PROBLEM = "urn:dpa-checker:problem:"
NOTE = "The Quillfeather annex says so in its clause seven."


def examined(running: Running, caller: Caller, **more: Any) -> str:
    """Return the path of a contract that has been examined."""
    job = caller.upload(wait=30, **more).json()
    assert job["state"] == "done", job
    return f"/v1/contracts/{job['contract']}"


def decide(caller: Caller, path: str, mention: str = "audits", tag: str | None = "*", **what: Any) -> httpx.Response:
    """Decide on a finding."""
    what = what or {"decision": "overridden", "verdict": "present", "reason": "Said in annex 2.", "note": NOTE}
    headers = {} if tag is None else {"If-Match": tag}
    return caller.put(f"{path}/reviews/{mention}", json=what, headers=headers)


def finding(answer: httpx.Response, mention: str = "audits") -> dict[str, Any]:
    """Return where a finding stands by a sheet."""
    return next(one for one in answer.json()["findings"] if one["mention"] == mention)


def test_a_verdict_is_overridden_beside_the_machines(working: Running) -> None:
    caller = working.caller()
    me = caller.get("/v1/me").json()
    path = examined(working, caller)
    before = caller.get(f"{path}/report").text
    tag = caller.get(path).headers["ETag"]
    answer = decide(caller, path, tag=tag)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] != tag
    stands = finding(caller.get(f"{path}/reviews"))
    assert (stands["machine"], stands["effective"], stands["decision"]) == ("missing", "present", "overridden")
    assert stands["decided"]["by"] == {"id": me["id"], "name": me["name"]}
    assert stands["decided"]["content"] == {
        "machine": "missing",
        "verdict": "present",
        "reason": "Said in annex 2.",
        "note": NOTE,
    }
    assert caller.get(f"{path}/report").text == before
    assert caller.get(path).json()["verdicts"]["audits"] == "present"
    with working.core.database.read() as connection:
        row = connection.execute(select(FINDING).where(FINDING.c.mention == "audits")).one()
    assert (row.verdict, row.effective) == ("missing", "present")


def test_a_decision_is_confirmed_and_withdrawn_and_nothing_is_forgotten(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    assert finding(decide(caller, path, decision="confirmed", note="Seen."))["effective"] == "missing"
    assert finding(decide(caller, path))["effective"] == "present"
    withdrawn = finding(decide(caller, path, decision="withdrawn"))
    assert (withdrawn["decision"], withdrawn["effective"], withdrawn["decided"]) == (None, "missing", None)
    assert decide(caller, path, decision="withdrawn").json()["type"] == PROBLEM + "nothing-to-withdraw"
    events = caller.get(f"{path}/history").json()["events"]
    assert [(event["number"], event["kind"]) for event in events] == [(3, "withdraw"), (2, "override"), (1, "confirm")]
    assert events[2]["content"]["note"] == "Seen."
    first = caller.get(f"{path}/history", params={"limit": 2}).json()
    assert first["next"] == 2
    rest = caller.get(f"{path}/history", params={"limit": 2, "before": first["next"]}).json()
    assert ([event["number"] for event in rest["events"]], rest["next"]) == ([1], None)


@pytest.mark.parametrize(
    ("what", "status", "kind"),
    [
        ({"decision": "overridden", "verdict": "present"}, 422, "invalid"),
        ({"decision": "overridden", "reason": "x"}, 422, "invalid"),
        ({"decision": "confirmed", "verdict": "present"}, 422, "invalid"),
        ({"decision": "overridden", "verdict": "missing", "reason": "x"}, 422, "same-verdict"),
        ({"decision": "overridden", "verdict": "not_examined", "reason": "x"}, 422, "invalid"),
        ({"decision": "overridden", "verdict": "present", "reason": "a\x00b"}, 422, "invalid"),
        ({"decision": "confirmed", "note": "x" * 4001}, 422, "invalid"),
        ({"decision": "perhaps"}, 422, "invalid"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    working: Running, what: dict[str, Any], status: int, kind: str
) -> None:
    caller = working.caller()
    path = examined(working, caller)
    answer = decide(caller, path, **what)
    assert (answer.status_code, answer.json()["type"]) == (status, PROBLEM + kind)
    assert NOTE not in answer.text
    assert caller.get(f"{path}/history").json()["events"] == []


def test_what_has_no_report_is_not_decided_on(running: Running) -> None:
    caller = running.caller()
    path = f"/v1/contracts/{caller.upload().json()['contract']}"
    answer = decide(caller, path)
    assert (answer.status_code, answer.json()["type"]) == (409, PROBLEM + "no-report")
    assert caller.get(f"{path}/reviews").json()["findings"] == []


def test_an_unknown_mention_is_not_there(working: Running) -> None:
    caller = working.caller()
    answer = decide(caller, examined(working, caller), "coffee")
    assert (answer.status_code, answer.json()["type"]) == (404, PROBLEM + "unknown-mention")


def test_the_second_of_two_reviewers_is_told_and_nothing_is_lost(working: Running) -> None:
    one, two = working.caller(), working.caller()
    path = examined(working, one)
    tag = one.get(f"{path}/reviews").headers["ETag"]
    assert decide(one, path, tag=None).status_code == 428

    def send(item: tuple[int, Caller]) -> int:
        number, caller = item
        what = {"decision": "overridden", "verdict": "present", "reason": f"Reason {number}"}
        return decide(caller, path, tag=tag, **what).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(send, enumerate((one, two))))
    assert sorted(codes) == [200, 412]
    winner = codes.index(200)
    assert finding(one.get(f"{path}/reviews"))["decided"]["content"]["reason"] == f"Reason {winner}"
    late = decide(two, path, tag=tag)
    assert (late.status_code, late.json()["type"]) == (412, PROBLEM + "changed-meanwhile")
    for route, body in (("state", {"state": "accepted"}), ("assignee", {"account": None})):
        assert two.put(f"{path}/{route}", json=body).status_code == 428
        assert two.put(f"{path}/{route}", json=body, headers={"If-Match": tag}).status_code == 412
    assert len(one.get(f"{path}/history").json()["events"]) == 1


def test_notes_and_reasons_are_sealed_and_bound_to_their_place(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    decide(caller, path)
    caller.post(f"{path}/comments", json={"text": NOTE})
    caller.put(f"{path}/state", json={"state": "rejected", "note": NOTE}, headers={"If-Match": "*"})
    with working.core.database.read() as connection:
        rows = [str(tuple(row)) for table in METADATA.sorted_tables for row in connection.execute(select(table))]
        sealed = connection.execute(select(REVIEW_EVENT).order_by(REVIEW_EVENT.c.number)).all()
    assert not [row for row in rows if "Quillfeather" in row or "annex" in row]
    for file in working.settings.data.rglob("*"):
        assert not file.is_file() or b"clause seven" not in file.read_bytes()
    contract = path.rpartition("/")[2]
    key = working.core.keys.get(f"contract/{contract}")
    assert b"clause seven" in unseal(key, sealed[0].content_sealed, place=f"review_event/{contract}/1")
    with pytest.raises(SealBroken):
        unseal(key, sealed[0].content_sealed, place=f"review_event/{contract}/2")


def test_reading_is_for_all_and_reviewing_for_reviewers(working: Running) -> None:
    path = examined(working, working.caller())
    reader = working.caller(Role.READER)
    assert reader.get(f"{path}/reviews").status_code == 200
    assert decide(reader, path).status_code == 403
    for method, route, body in (
        ("PUT", "state", {"state": "accepted"}),
        ("PUT", "assignee", {"account": None}),
        ("PUT", "reviews/audits/assignee", {"account": None}),
        ("POST", "comments", {"text": "x"}),
    ):
        answer = reader.request(method, f"{path}/{route}", json=body, headers={"If-Match": "*"})
        assert answer.status_code == 403
    stranger = working.caller(Role.REVIEWER, working.other_workspace)
    assert decide(stranger, path).status_code == 404
    for route in ("reviews", "history", "versions", "comparison"):
        assert stranger.get(f"{path}/{route}").status_code == 404
    assert stranger.post(f"{path}/comments", json={"text": "x"}).status_code == 404


def test_contracts_and_findings_are_assigned_to_members(working: Running) -> None:
    caller = working.caller()
    me = caller.get("/v1/me").json()["id"]
    outsider = working.add_account(Role.REVIEWER, working.other_workspace)[0]
    path = examined(working, caller)
    members = caller.get("/v1/members").json()["members"]
    assert me in [member["id"] for member in members]
    assert outsider not in [member["id"] for member in members]
    headers = {"If-Match": "*"}
    answer = caller.put(f"{path}/assignee", json={"account": outsider}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, PROBLEM + "not-a-member")
    assert caller.get("/v1/contracts", params={"assigned": "me"}).json()["contracts"] == []
    answer = caller.put(f"{path}/reviews/audits/assignee", json={"account": me}, headers=headers)
    assert finding(answer)["assigned_to"]["id"] == me
    for assigned in ("me", me):
        assert len(caller.get("/v1/contracts", params={"assigned": assigned}).json()["contracts"]) == 1
    decide(caller, path)
    assert finding(caller.get(f"{path}/reviews"))["assigned_to"]["id"] == me
    caller.put(f"{path}/reviews/audits/assignee", json={"account": None}, headers=headers)
    assert caller.get("/v1/contracts", params={"assigned": "me"}).json()["contracts"] == []
    answer = caller.put(f"{path}/assignee", json={"account": me}, headers=headers)
    assert answer.json()["assigned_to"]["id"] == me
    assert caller.get(path).json()["assigned_to"] == me


def test_the_state_of_a_contract_is_set_and_found(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    for state in ("in-negotiation", "accepted"):
        tag = caller.get(path).headers["ETag"]
        answer = caller.put(f"{path}/state", json={"state": state, "note": "Agreed."}, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    event = caller.get(f"{path}/history").json()["events"][0]
    assert event["content"] == {"before": "in-negotiation", "state": "accepted", "note": "Agreed."}
    found = [
        len(caller.get("/v1/contracts", params={"review_state": state}).json()["contracts"])
        for state in ("accepted", "to-review", "rejected")
    ]
    assert found == [1, 0, 0]


def test_a_comment_changes_nothing_else(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    tag = caller.get(path).headers["ETag"]
    answer = caller.post(f"{path}/comments", json={"text": "Two\nlines", "mention": "audits"})
    assert (answer.status_code, answer.json()["content"]) == (201, {"text": "Two\nlines"})
    assert caller.get(path).headers["ETag"] == tag
    assert caller.post(f"{path}/comments", json={"text": "x", "mention": "coffee"}).status_code == 404
    assert caller.post(f"{path}/comments", json={"text": "x" * 4001}).status_code == 422


def test_the_log_tells_of_reviews_by_ids(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    contract = path.rpartition("/")[2]
    decide(caller, path)
    caller.get(f"{path}/reviews")
    caller.post(f"{path}/comments", json={"text": NOTE})
    caller.put(f"{path}/state", json={"state": "accepted"}, headers={"If-Match": "*"})
    log = working.caller(Role.ADMINISTRATOR).get("/v1/audit").json()
    noted = {(entry["action"], entry["subject"]) for entry in log}
    for action in ("review-decide", "review-read", "review-comment", "review-state"):
        assert (action, contract) in noted
    assert "Quillfeather" not in str(log)


def test_reviews_are_deleted_with_their_contract(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    decide(caller, path)
    assert caller.delete(path).status_code == 204
    assert caller.get(f"{path}/history").status_code == 404
    left = working.backup()
    assert (left["review"], left["review_event"]) == ([], [])


def test_reviews_cannot_be_read_from_yesterdays_backup(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    contract = path.rpartition("/")[2]
    decide(caller, path)
    yesterday = working.backup()
    caller.delete(path)
    working.restore(yesterday)
    for route in ("reviews", "history"):
        assert caller.get(f"{path}/{route}").status_code == 404
    sealed = working.backup()["review_event"][0]["content_sealed"]
    owners = ["proof", f"workspace/{working.workspace}"]
    for key in [*working.core.keys.find(owners).values(), working.settings.master_key]:
        with pytest.raises(SealBroken):
            unseal(key, sealed, place=f"review_event/{contract}/1")


def test_a_decision_and_a_new_report_at_once_are_not_mixed(working: Running) -> None:
    """A reviewer waits for a report that is being kept, and is told that it is another one."""
    caller = working.caller()
    path = examined(working, caller)
    contract = path.rpartition("/")[2]
    tag = caller.get(path).headers["ETag"]
    with ThreadPoolExecutor(1) as pool:
        with working.core.database.write() as connection:
            assert store.find_contract(connection, contract, lock=True)
            waiting = pool.submit(decide, caller, path, tag=tag)
            time.sleep(0.5)
            row = connection.execute(select(CONTRACT).where(CONTRACT.c.id == contract)).one()
            verdicts = store.read_verdicts(connection, contract)
            kept = (
                "report_sealed",
                "links_sealed",
                "engine_version",
                "library_version",
                "language",
                "kind",
                "processing",
            )
            outcome = Outcome(**{name: getattr(row, name) for name in kept}, verdicts=verdicts)
            store.keep_outcome(connection, contract, outcome)
            assert not waiting.done()
        assert waiting.result().status_code == 412
    assert caller.get(f"{path}/history").json()["events"] == []


def test_half_a_character_is_refused(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    for method, path, body in (
        ("POST", f"/v1/contracts/{contract}/comments", b'{"text": "a\\ud800b"}'),
        ("POST", "/v1/sets", b'{"name": "a\\ud800b", "contracts": ["%s"]}' % contract.encode()),
        ("PATCH", f"/v1/contracts/{contract}", b'{"reference": "a\\ud800b"}'),
    ):
        answer = caller.request(method, path, content=body, headers=headers)
        assert answer.status_code == 422, (path, answer.text)
