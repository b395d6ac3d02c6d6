"""Watching an upload: what is deleted meanwhile is left out, and what was refused stays to be read."""

from __future__ import annotations

import re
import secrets
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from api.dashboard import PATH
from api.service.caller import Role
from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.test_entrances import _token
from tests.api.running import Caller, Running

REFUSED = "Zanzibar-agreement.txt"


@pytest.fixture
def working(running: Running) -> Running:
    """Return a service without a worker: what waits goes on waiting."""
    return running


def _files(number: int) -> list[tuple[str, bytes]]:
    return [(f"{one}.txt", b"The Processor processes personal data.") for one in range(number)]


def _send(caller: Caller, workspace: str, files: list[tuple[str, bytes]]) -> tuple[int, str]:
    """Return the status and the address to which an upload leads."""
    path = f"{PATH}/workspaces/{workspace}/upload"
    token = _token(caller.get(path))
    answer = caller.post(path, data={"csrf_token": token}, files=[("file", one) for one in files])
    return answer.status_code, answer.headers.get("location", answer.text)


def _delete(caller: Caller, name: str = "") -> int:
    found = [one["id"] for one in caller.get("/v1/contracts").json()["contracts"] if name in one["name"]]
    for contract in found:
        caller.delete(f"/v1/contracts/{contract}").raise_for_status()
    return len(found)


def test_what_is_deleted_while_it_is_watched_is_left_out_and_counted(
    running: Running, visitor: Visitor, reviewer: str
) -> None:
    caller = running.sign_in(reviewer)
    page = visitor(reviewer)
    page.goto(f"/dashboard/workspaces/{running.workspace}/upload")
    files = [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in _files(6)]
    page.set_input_files("input[type=file]", files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("0 of 6 done")).to_be_visible()
    _delete(caller, "3.txt")
    expect(page.get_by_text("0 of 5 done · 1 contract is no longer there")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="3.txt")
    expect(row).to_contain_text("No longer there")
    _delete(caller, "4.txt")
    expect(page.get_by_text("0 of 4 done · 2 contracts are no longer there")).to_be_visible()
    page.reload()
    expect(page.get_by_text("0 of 4 done · 2 contracts are no longer there")).to_be_visible()
    expect(page.locator(".jobs li")).to_have_count(4)
    _delete(caller)
    expect(page.get_by_text("6 contracts are no longer there")).to_be_visible()
    assert page.locator("#overall").get_attribute("hx-get") is None
    assert page.locator("h1").count() == 1


def test_a_set_that_is_deleted_while_it_is_watched_is_told_by_a_whole_page(
    running: Running, visitor: Visitor, reviewer: str
) -> None:
    caller = running.sign_in(reviewer)
    contract = caller.upload().json()["contract"]
    bundle = caller.post("/v1/sets", json={"name": "Bundle", "contracts": [contract]}).json()["id"]
    page = visitor(reviewer)
    page.goto(f"/dashboard/sets/{bundle}")
    expect(page.get_by_text("0 of 1 examined")).to_be_visible()
    _delete(caller)
    expect(page.get_by_role("alert")).to_contain_text("nothing here")
    assert page.locator("h1").count() == 1
    assert page.locator("#set-progress").count() == 0


def test_what_was_refused_is_on_the_page_that_watches_the_rest(
    running: Running, visitor: Visitor, reviewer: str
) -> None:
    page = visitor(reviewer, java_script_enabled=False)
    page.goto(f"/dashboard/workspaces/{running.workspace}/upload")
    files = [{"name": name, "mimeType": "", "buffer": data} for name, data in [*_files(1), (REFUSED, b"")]]
    page.set_input_files("input[type=file]", files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(re.compile(r"/progress\?jobs=\w+$"))
    refused = page.get_by_role("region", name="Not taken")
    for _ in range(2):
        expect(refused).to_contain_text(REFUSED)
        expect(refused).to_contain_text("The file is empty.")
        assert 'http-equiv="refresh"' in page.content(), "the page looks again by itself"
        page.reload()
    caller = running.sign_in(reviewer)
    assert len(caller.get("/v1/contracts").json()["contracts"]) == 1, "nothing was sent again"


def test_what_was_refused_is_in_no_address_and_on_no_other_page(running: Running) -> None:
    caller = running.caller()
    status, address = _send(caller, running.workspace, [*_files(1), (REFUSED, b"")])
    assert status == 303
    assert "Zanzibar" not in unquote(address)
    cookie = next(one for one in caller.cookies.jar if one.name == "dpa_refused")
    assert cookie.path.endswith(f"/workspaces/{running.workspace}/progress")
    assert "Zanzibar" not in (cookie.value or "")
    assert REFUSED in caller.get(address).text
    other = _send(caller, running.workspace, _files(1))[1]
    assert REFUSED not in caller.get(other).text
    assert caller.get(address.rpartition("=")[0] + "=").status_code == 200
    caller.cookies.set("dpa_refused", "A" * 200, path=cookie.path)
    assert caller.get(other).status_code == 200


def test_more_names_than_a_cookie_takes_are_shown_at_once_with_the_way_on(running: Running) -> None:
    caller = running.caller()
    names = [secrets.token_hex(40) for _ in range(99)]
    status, page = _send(caller, running.workspace, [*_files(1), *((f"{name}.txt", b"") for name in names)])
    assert status == 200
    assert [name for name in names if name not in page] == []
    way = re.search(r'<a href="([^"]+)">Watch the examination', page)
    assert way
    assert "0 of 1 done" in caller.get(way[1]).text


def test_jobs_of_others_and_nonsense_are_passed_over(running: Running) -> None:
    mine, stranger = running.caller(), running.caller(Role.REVIEWER, running.other_workspace)
    job, theirs = (caller.upload().json()["id"] for caller in (mine, stranger))
    answer = mine.get(f"{PATH}/jobs", params={"jobs": f"{job},{theirs},<b>,{job}"})
    assert "0 of 1 done · 1 contract is no longer there" in answer.text
    assert "<b>" not in answer.text
