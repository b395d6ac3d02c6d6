"""Several files in one request as one contract set: all of them and the set, or nothing."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from api.service.caller import Role
from api.service.upload import purge_spool
from tests.api.running import CONTRACT, PARTY, ROOT, Caller, Running
from tests.api.serving import environment_of
from tests.api.test_reviews import PROBLEM
from tests.api.test_sets import ANNEX

FILES = [("agreement.txt", CONTRACT), ("annex.txt", ANNEX)]
_KEPT = ("contract", "original_chunk", "job", "contract_set", "contract_set_member", "idempotency")


def send(caller: Caller, files: list[tuple[str, bytes]] = FILES, **more: Any) -> httpx.Response:
    """Upload files as a set."""
    headers, params = more.pop("headers", {}), more.pop("params", None)
    parts = [("file", file) for file in files]
    return caller.post("/v1/sets", files=parts, data={"name": "Hosting"} | more, headers=headers, params=params)


def _counts(running: Running) -> dict[str, int]:
    rows = running.backup()
    return {name: len(rows[name]) for name in rows if name in _KEPT}


def _problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix(PROBLEM)


def _nothing_is_left(running: Running) -> None:
    assert set(_counts(running).values()) == {0}
    assert list(running.settings.spool.iterdir()) == []
    keys = (running.settings.data / "keys.sqlite").read_bytes()
    assert b"contract/" not in keys
    assert b"set/" not in keys


def test_files_go_in_as_one_set_and_are_judged_together(working: Running) -> None:
    caller = working.caller()
    answer = send(caller, counterparty=PARTY, reference="C-17", headers={"Prefer": "wait=30"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Preference-Applied"] == "wait=30"
    made, jobs = answer.json()["set"], answer.json()["jobs"]
    path = f"/v1/sets/{made['id']}"
    assert answer.headers["Location"] == path
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert made["contracts"] == [job["contract"] for job in jobs]
    contracts = [caller.get(f"/v1/contracts/{one}").json() for one in made["contracts"]]
    assert [one["name"] for one in contracts] == ["agreement.txt", "annex.txt"]
    assert {(one["counterparty"], one["reference"]) for one in contracts} == {(PARTY, "C-17")}
    assert caller.get(f"/v1/contracts/{made['contracts'][1]}/original").content == ANNEX
    report = caller.get(f"{path}/report").json()
    assert [one["name"] for one in report["documents"]] == ["agreement.txt", "annex.txt"]
    assert next(one["satisfied_by"] for one in report["findings"] if one["mention"] == "audits") == ["annex.txt"]
    renamed = caller.patch(path, json={"name": "Other"}, headers={"If-Match": answer.headers["ETag"]})
    assert renamed.json()["name"] == "Other"
    assert list(working.settings.spool.iterdir()) == []


def test_without_waiting_all_is_durable_and_queued(running: Running) -> None:
    caller = running.caller()
    answer = send(caller, language="de")
    assert answer.status_code == 202
    assert [job["state"] for job in answer.json()["jobs"]] == ["queued", "queued"]
    assert [job["ahead"] for job in answer.json()["jobs"]] == [0, 1]
    assert _counts(running) == dict.fromkeys(_KEPT, 2) | {"contract_set": 1, "idempotency": 0}
    noted = [(row["action"], row["subject"]) for row in running.backup()["audit"]]
    made = answer.json()["set"]
    assert noted.count(("set-create", made["id"])) == 1
    assert [subject for action, subject in noted if action == "contract-upload"] == made["contracts"]
    assert running.core.verify_audit() is None


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_file_that_cannot_be_taken_is_named_and_keeps_the_others_out(running: Running, bad: int) -> None:
    caller, most = running.caller(), running.settings.max_upload_bytes
    for name, data, wanted in (
        ("empty.txt", b"", (422, "empty-file")),
        ("folder/big.txt", b"x" * (most + 1), (413, "too-large")),
    ):
        files = [*FILES[:bad], (name, data), *FILES[bad:]]
        answer = send(caller, files, headers={"Idempotency-Key": "k"})
        assert _problem(answer) == wanted
        assert answer.json()["file"] == {"number": bad + 1, "name": name.rpartition("/")[2]}
        _nothing_is_left(running)
    assert send(caller, headers={"Idempotency-Key": "k"}).status_code == 202, "the key was not used up"


def test_files_together_are_limited_in_number_and_size(running: Running) -> None:
    caller, most = running.caller(), running.settings.max_upload_bytes
    assert _problem(send(caller, [(f"{number}.txt", b"text") for number in range(51)])) == (422, "too-many-files")
    large = [(f"{number}.txt", b"x" * (most - 10)) for number in range(5)]
    answer = send(caller, large)
    assert _problem(answer) == (413, "too-large")
    assert "Together" in answer.json()["detail"]
    _nothing_is_left(running)
    assert len(send(caller, [(f"{number}.txt", b"text") for number in range(50)]).json()["jobs"]) == 50


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"name": ""}, (422, "invalid")),
        ({"name": "x" * 201}, (422, "invalid")),
        ({"counterparty": "x" * 201}, (422, "invalid")),
        ({"language": "xx"}, (422, "unsupported-language")),
        ({"surprise": "x"}, (400, "bad-form")),
        ({"name": "a\nb"}, (400, "bad-form")),
        ({"headers": {"Idempotency-Key": "x" * 201}}, (400, "bad-idempotency-key")),
        ({"files": []}, (422, "no-file")),
        ({"params": {"workspace": "0" * 32}}, (404, "not-found")),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    running: Running, given: dict[str, Any], wanted: tuple[int, str]
) -> None:
    caller = running.caller()
    if given.get("files") == []:
        answer = caller.post("/v1/sets", files={"name": (None, "Hosting")})
    else:
        answer = send(caller, **given)
    assert _problem(answer) == wanted
    _nothing_is_left(running)


def test_a_body_that_is_no_form_is_read_as_json_and_nothing_of_it_is_repeated(running: Running) -> None:
    caller = running.caller()
    for body in (b"", b"{", b"[]", b'{"name": "Quillfeather", "contracts": []}', b'"\xff"', b'{"name": "\\ud800"}'):
        answer = caller.post("/v1/sets", content=body, headers={"Content-Type": "application/json"})
        assert _problem(answer) == (422, "invalid"), body
        assert answer.json()["errors"][0]["where"].startswith("body")
        assert "Quillfeather" not in answer.text
    large = json.dumps({"name": "x", "contracts": ["0" * 32] * 3_000}).encode()
    assert caller.post("/v1/sets", content=large).status_code == 413
    # What calls itself a form and is none is not read as one, however large.
    odd = {"Content-Type": "multipart/form-data"}
    assert _problem(caller.post("/v1/sets", content=large, headers=odd)) == (415, "not-multipart")
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert _problem(caller.post("/v1/sets", content=b"--x\r\nbroken", headers=broken)) == (400, "bad-form")
    _nothing_is_left(running)


@pytest.mark.parametrize(
    "path", ["/v1/contracts", "/dashboard/workspaces/{0}/upload", "/dashboard/workspaces/{0}/sets"]
)
def test_a_large_body_is_taken_as_a_form_with_files_only(running: Running, path: str) -> None:
    caller = running.anonymous()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = caller.post(path.format("0" * 32), content=b"a=" + b"b" * 200_000, headers=headers)
    assert answer.status_code == 413


def test_the_same_request_with_the_same_key_is_one_set(running: Running) -> None:
    caller = running.caller()
    headers = {"Idempotency-Key": "k"}
    first, second = (send(caller, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert _counts(running)["contract"] == 2
    reused = (422, "idempotency-key-reused")
    assert _problem(send(caller, FILES[::-1], headers=headers)) == reused
    assert _problem(send(caller, FILES[:1], headers=headers)) == reused
    assert _problem(send(caller, reference="C-2", headers=headers)) == reused
    assert _problem(send(caller, name="Other", headers=headers)) == reused
    assert _problem(caller.upload(headers=headers)) == reused
    assert caller.upload(headers={"Idempotency-Key": "one"}).status_code == 202
    assert _problem(send(caller, headers={"Idempotency-Key": "one"})) == reused
    other = running.caller()
    assert send(other, headers=headers).json()["set"]["id"] != first.json()["set"]["id"]


def test_a_request_sent_twice_at_once_is_one_set(running: Running) -> None:
    name = running.add_account(Role.REVIEWER, running.workspace)[1]

    def act(_: int) -> str:
        answer = send(running.sign_in(name), headers={"Idempotency-Key": "k"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["set"]["id"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(act, range(4)))) == 1
    assert _counts(running) == dict.fromkeys(_KEPT, 2) | {"contract_set": 1}
    keys = (running.settings.data / "keys.sqlite").read_bytes()
    assert len(set(re.findall(rb"set/([0-9a-f]{32})", keys))) == 1


def test_a_repeated_request_tells_what_is_left(running: Running) -> None:
    caller = running.caller()
    headers = {"Idempotency-Key": "k"}
    made = send(caller, headers=headers).json()
    caller.delete(f"/v1/contracts/{made['set']['contracts'][0]}")
    again = send(caller, headers=headers).json()
    assert again["set"]["contracts"] == made["set"]["contracts"][1:]
    assert [job["id"] for job in again["jobs"]] == [made["jobs"][1]["id"]]
    caller.delete(f"/v1/sets/{made['set']['id']}")
    assert _problem(send(caller, headers=headers)) == (409, "set-deleted")


#: Makes a set, and is killed with all rows written and nothing kept.
_KILLED = """
import os, signal, sys
from api.service import set_submission
from api.service.caller import GRANTED, Caller, Role
from api.service.contracts import workspace_key
from api.service.core import open_core
from api.service.upload import Upload
from api.settings import load_settings

set_submission.require_marking = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
core, workspace = open_core(load_settings(None)), sys.argv[1]
caller = Caller(sys.argv[2], "", Role.REVIEWER, (workspace,), GRANTED[Role.REVIEWER])
files = []
for number in range(3):
    upload = Upload(core, workspace_key(core, workspace))
    upload.write(b"text of a contract" * 40_000)
    files.append(set_submission.Arrival("a.txt", upload))
asked = set_submission.SetSubmission(workspace, "Hosting")
set_submission.submit_set(core, caller, files, asked, idempotency_key="k")
"""


def test_a_request_that_is_killed_in_the_middle_leaves_nothing_that_can_be_read(running: Running) -> None:
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    command = [sys.executable, "-c", _KILLED, running.workspace, account]
    killed = subprocess.run(
        command, env=environment_of(running.settings), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert set(_counts(running).values()) == {0}
    left = list(running.settings.spool.iterdir())
    assert len(left) == 3
    assert not [path for path in left if b"contract" in path.read_bytes()]
    assert purge_spool(running.core) == 3
    caller = running.sign_in(name)
    assert caller.get("/v1/sets").json()["sets"] == []
    assert send(caller, headers={"Idempotency-Key": "k"}).status_code == 202
    assert running.core.verify_audit() is None


def test_an_error_in_the_middle_leaves_nothing(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("text of a contract")

    caller = running.caller()
    monkeypatch.setattr("api.service.set_submission.require_marking", fail)
    assert send(caller).status_code == 500
    monkeypatch.undo()
    _nothing_is_left(running)


def test_who_may_not_write_makes_no_set_of_files(running: Running) -> None:
    assert send(running.caller(Role.READER)).status_code == 403
    assert send(running.anonymous()).status_code == 401
    stranger = running.caller(Role.REVIEWER, running.other_workspace)
    assert send(stranger, params={"workspace": running.workspace}).status_code == 404
    caller = running.caller()
    del caller.headers["X-CSRF-Token"]
    assert _problem(send(caller)) == (403, "csrf")
    _nothing_is_left(running)
