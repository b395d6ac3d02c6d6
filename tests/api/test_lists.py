"""Lists: what they are narrowed to, searching in names, walking through them, counts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from api.service import search
from api.service.caller import Role
from api.store.schema import CONTRACT
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
