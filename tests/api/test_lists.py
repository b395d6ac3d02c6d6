"""Lists: what they are narrowed to, searching in names, walking through them, counts."""

from __future__ import annotations

import importlib
import unicodedata
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, update

from api.service import search
from api.service.caller import Role
from api.store.schema import CONTRACT, FINDING
from api.store.verdicts import count_verdicts, read_verdicts, write_verdicts
from api.web.shape_contract import ContractPage
from dpa_checker.library.schema import MENTIONS
from dpa_checker.model import Verdict
from dpa_checker.model.letters import LETTERS, STATUSES
from dpa_checker.report import groups
from dpa_checker.report.view_model import Status
from tests.api.running import PARTY, Caller, Running
from tests.api.test_reviews import decide, examined


def names(caller: Caller, **params: Any) -> list[str]:
    """Return the names of the contracts that a list shows, page by page."""
    found, cursor = [], None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = caller.get("/v1/contracts", params=params | more)
        assert page.status_code == 200, page.text
        found += [contract["name"] for contract in page.json()["contracts"]]
        if (cursor := page.json()["next"]) is None:
            return found


def test_a_part_of_a_name_is_enough(running: Running) -> None:
    caller = running.caller()
    caller.upload(name="Straßenbau Vertrag.txt")
    caller.upload(name="2.txt", counterparty=PARTY)
    caller.upload(name="3.txt", reference="Q-17/brightwater")
    assert names(caller, search="BRIGHT") == ["3.txt", "2.txt"]
    assert names(caller, search="feather  bright") == ["2.txt"]
    assert names(caller, search="STRASSE") == ["Straßenbau Vertrag.txt"]
    assert names(caller, search="nowhere") == []
    assert caller.get("/v1/contracts", params={"search": "x"}).status_code == 422
    assert names(running.caller(Role.READER, running.other_workspace), search="bright") == []


def test_accents_are_found_however_they_are_written(running: Running) -> None:
    """The letter and its accent are two signs in names of files from macOS, and one from elsewhere."""
    caller = running.caller()
    together, apart = (unicodedata.normalize(form, "Verträge Müller") for form in ("NFC", "NFD"))
    assert together != apart
    for name, party in (("1.txt", together), ("2.txt", apart), (f"{apart}.txt", None)):
        given: dict[str, Any] = {"counterparty": party} if party else {}
        caller.upload(name=name, **given)
    for wanted in (together, apart, together.upper()):
        assert names(caller, search=wanted[:-2]) == [f"{apart}.txt", "2.txt", "1.txt"]
        assert names(caller, counterparty=wanted) == ["2.txt", "1.txt"]
        assert names(caller, name=f"{wanted}.TXT") == [f"{apart}.txt"]


def test_a_search_walks_through_all_there_is(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks of three, answers after six: pages may be short, and nothing is left out or shown twice."""
    monkeypatch.setattr(search, "AT_ONCE", 3)
    monkeypatch.setattr(search, "MOST", 6)
    caller = running.caller()
    for number in range(14):
        caller.upload(name=f"{number}.txt", reference="wanted" if number % 4 == 1 else "other")
    for limit in (1, 2, 3, 50):
        assert names(caller, search="want", limit=limit) == ["13.txt", "9.txt", "5.txt", "1.txt"]
        assert names(caller, search=".tx", limit=limit) == [f"{number}.txt" for number in reversed(range(14))]


def test_what_follows_a_cursor_stays(running: Running) -> None:
    caller = running.caller()
    sent = [caller.upload(name=f"{number}.txt").json()["contract"] for number in range(6)]
    page = caller.get("/v1/contracts", params={"limit": 2}).json()
    caller.upload(name="new.txt")
    caller.delete(f"/v1/contracts/{sent[4]}")
    caller.delete(f"/v1/contracts/{sent[3]}")
    following = caller.get("/v1/contracts", params={"limit": 2, "cursor": page["next"]}).json()
    assert [one["name"] for one in following["contracts"]] == ["2.txt", "1.txt"]


def test_days_are_taken_whole(running: Running) -> None:
    caller = running.caller()
    for day, moment in ((1, 1_772_323_200_000), (2, 1_772_495_999_999), (3, 1_772_496_000_000)):
        contract = caller.upload(name=f"{day}.txt").json()["contract"]
        with running.core.database.write() as connection:
            connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract).values(created=moment))
    assert names(caller, created_from="2026-03-02") == ["3.txt", "2.txt"]
    assert names(caller, created_to="2026-03-02") == ["2.txt", "1.txt"]
    assert names(caller, created_from="2026-03-02", created_to="2026-03-02") == ["2.txt"]
    assert caller.get("/v1/contracts", params={"created_from": "yesterday"}).status_code == 422
    assert caller.get("/v1/contracts", params={"created_to": "9999-12-31"}).status_code == 422
    assert names(caller, created_from="0001-01-01") == ["3.txt", "2.txt", "1.txt"]


def test_verdicts_are_found_and_counted_as_reviewed(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    examined(working, caller, name="other.txt")
    assert caller.get("/v1/contracts/counts").json()["verdicts"]["audits"] == {"missing": 2}
    decide(caller, path)
    assert names(caller, mention="audits", verdict="present") == ["agreement.txt"]
    assert names(caller, mention="audits", verdict="missing") == ["other.txt"]
    assert names(caller, mention="audits", machine_verdict="missing") == ["other.txt", "agreement.txt"]
    counts = caller.get("/v1/contracts/counts").json()
    assert counts["verdicts"]["audits"] == {"present": 1, "missing": 1}
    assert (counts["contracts"], counts["states"]) == (2, {"examined": 2})
    narrowed = caller.get("/v1/contracts/counts", params={"mention": "audits", "verdict": "present"}).json()
    assert (narrowed["contracts"], narrowed["review_states"]) == (1, {"to-review": 1})
    assert caller.get("/v1/contracts/counts", params={"workspace": working.other_workspace}).status_code == 404
    empty = working.caller(Role.READER, working.other_workspace).get("/v1/contracts/counts").json()
    assert (empty["contracts"], empty["verdicts"]) == (0, {})


def verdicts_kept(running: Running) -> dict[str, dict[str, str]]:
    """Return by contract the verdicts in its row, once they are seen to be those of its findings."""
    with running.core.database.read() as connection:
        findings: dict[str, dict[str, str]] = {}
        for row in connection.execute(select(FINDING)):
            findings.setdefault(row.contract_id, {})[row.mention] = row.effective
        contracts = connection.execute(select(CONTRACT.c.id, CONTRACT.c.verdicts)).all()
    kept = {row.id: read_verdicts(row.verdicts) for row in contracts if row.verdicts is not None}
    assert kept == findings
    return kept


def test_every_mention_and_verdict_can_be_kept_in_one_text() -> None:
    first, conflicts = (
        importlib.import_module(f"api.store.migrations.versions.{name}")
        for name in ("0004_verdicts_in_one_text", "0005_conflicts_beside_the_verdicts")
    )
    assert list(MENTIONS) == first._MENTIONS == conflicts._MENTIONS, "what is kept goes by the places of the mentions"
    assert first._LETTERS == LETTERS, "what is kept goes by these letters"
    assert first._LETTERS | {conflicts._CONFLICT: conflicts._LETTER} == STATUSES
    assert set(MENTIONS) == set(groups.MENTIONS)
    assert set(LETTERS) == {str(verdict) for verdict in Verdict}
    assert set(STATUSES) == {str(status) for status in Status}
    assert len({letter.casefold() for letter in STATUSES.values()}) == len(STATUSES) == 7
    for shift in range(len(STATUSES)):
        verdicts = {mention: list(STATUSES)[(place + shift) % 7] for place, mention in enumerate(MENTIONS)}
        assert read_verdicts(write_verdicts(verdicts)) == verdicts
        assert list(count_verdicts(write_verdicts(verdicts) * 3)) == [(*one, 3) for one in verdicts.items()]
    assert read_verdicts(write_verdicts({"audits": "missing"})) == {"audits": "missing"}
    assert (read_verdicts(None), list(count_verdicts(""))) == ({}, [])
    with pytest.raises(KeyError):
        write_verdicts({"no such mention": "missing"})


def test_the_verdicts_in_the_row_follow_the_findings(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    waiting = b"%PDF-1.7 " + bytes(200)
    caller.upload(waiting, name="broken.pdf", wait=20)
    contract = path.rpartition("/")[2]
    assert set(verdicts_kept(working)) == {contract}
    decide(caller, path)
    assert verdicts_kept(working)[contract]["audits"] == "present"
    tag = caller.get(path).headers["ETag"]
    caller.put(f"{path}/reviews/audits", json={"decision": "withdrawn"}, headers={"If-Match": tag}).raise_for_status()
    assert verdicts_kept(working)[contract]["audits"] == "missing"


def test_a_list_is_narrowed_to_each_mention_and_verdict(running: Running) -> None:
    """Two contracts of known verdicts: each filter finds what holds them, and nothing else."""
    caller = running.caller()
    verdicts = (dict.fromkeys(MENTIONS, "present"), {"audits": "missing", "dpia": "conflict"})
    for number, known in enumerate(verdicts):
        contract = caller.upload(name=f"{number}.txt").json()["contract"]
        with running.core.database.write() as connection:
            kept = update(CONTRACT).where(CONTRACT.c.id == contract)
            connection.execute(kept.values(verdicts=write_verdicts(known)))
    caller.upload(name="waits.txt")
    for mention, verdict in product((None, "subject-matter", "dpia", "audits", "unknown"), (None, *STATUSES)):
        expected = [
            f"{number}.txt"
            for number, known in enumerate(verdicts)
            if (mention is None or mention in known)
            and (verdict is None or verdict in ([known.get(mention)] if mention else known.values()))
        ]
        if mention is None and verdict is None:
            expected.append("waits.txt")
        asked = {name: value for name, value in (("mention", mention), ("verdict", verdict)) if value}
        assert names(caller, **asked) == expected[::-1], asked


def test_what_is_assigned_to_somebody_is_found_whole_or_in_a_finding(working: Running) -> None:
    account, name = working.add_account(Role.REVIEWER, working.workspace)
    caller = working.sign_in(name)
    whole, part, _ = (examined(working, caller, name=f"{title}.txt") for title in ("whole", "part", "nobody's"))
    for path in (f"{whole}/assignee", f"{part}/reviews/audits/assignee"):
        answer = caller.put(path, json={"account": account}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
    assert names(caller, assigned="me") == ["part.txt", "whole.txt"]
    assert names(caller, assigned="0" * 32) == []


def test_a_page_is_written_as_its_shape_says(running: Running) -> None:
    """Lists are written without the model that documents them: it must find nothing amiss."""
    caller = running.caller()
    caller.upload(name="1.txt")
    caller.upload(name="2.txt", counterparty=PARTY, reference="C-2", language="de")
    answer = caller.get("/v1/contracts", params={"limit": 1})
    for content in (answer.content, caller.get("/v1/contracts").content):
        assert ContractPage.model_validate_json(content, strict=True).model_dump_json().encode() == content
    assert answer.json()["next"]


@pytest.mark.parametrize("path", ["/v1/contracts", "/v1/contracts/counts", "/v1/contracts/export"])
def test_parameters_are_documented_and_refused_where_they_are_wrong(running: Running, path: str) -> None:
    caller = running.caller()
    document = caller.get("/v1/openapi.json").json()
    told = {one["name"]: one for one in document["paths"][path]["get"]["parameters"]}
    assert {"state", "verdict", "mention", "assigned", "created_from", "superseded", "workspace"} <= set(told)
    assert set(Status) <= set(told["verdict"]["schema"]["anyOf"][0]["enum"])
    assert set(Verdict) == set(told["machine_verdict"]["schema"]["anyOf"][0]["enum"])
    assert told["created_from"]["description"] == "The first day of upload, in UTC."
    assert not any(one["required"] for one in told.values())
    assert "$defs" not in str(told)
    for name, value in (
        ("state", "lost"),
        ("verdict", "lacking"),
        ("created_to", "soon"),
        ("superseded", "perhaps"),
        ("assigned", "you"),
    ):
        answer = caller.get(path, params={name: value})
        assert answer.status_code == 422
        assert [one["where"] for one in answer.json()["errors"]] == [f"query.{name}"]
        assert value not in answer.text
    assert running.anonymous().get(path, params={"state": "lost"}).status_code == 401
