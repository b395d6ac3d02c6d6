"""Many contracts at once: each is acted on for itself; what is refused is named, and keeps no other out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from api.dashboard import PATH
from api.dashboard.wording import LEFT, SENTENCES
from api.service.caller import Role
from api.store.audit import list_entries
from tests.api.dashboard.conftest import Visitor, sign_in
from tests.api.dashboard.samples import sample_files, upload
from tests.api.dashboard.test_entrances import _token
from tests.api.running import CONTRACT, Caller, Running

_ANY: dict[str, str] = {"If-Match": "*"}


def _path(running: Running, action: str) -> str:
    return f"{PATH}/workspaces/{running.workspace}/ticked/{action}"


def _send(caller: Caller, running: Running, action: str, ticked: dict[str, int], **fields: str) -> httpx.Response:
    token = _token(caller.get(f"{PATH}/account"))
    named = {f"contract-{contract}": str(version) for contract, version in ticked.items()}
    return caller.post(_path(running, action), data={"csrf_token": token} | named | fields)


def _upload(caller: Caller, *names: str, **more: Any) -> dict[str, int]:
    """Return ids of new contracts with their versions."""
    return {caller.upload(CONTRACT, name, **more).json()["contract"]: 1 for name in names}


def _shown(caller: Caller, contract: str) -> Any:
    return caller.get(f"/v1/contracts/{contract}").json()


def test_contracts_are_assigned_and_each_has_its_entry(running: Running) -> None:
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    caller = running.sign_in(name)
    ticked = _upload(caller, "a.txt", "b.txt", "c.txt")
    chosen = dict(list(ticked.items())[:2])
    answer = _send(caller, running, "assignee", chosen, account=account, back="?order=worst&page=2&surprise=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}/workspaces/{running.workspace}?order=worst&page=2"
    assert [_shown(caller, one)["assigned_to"] for one in ticked] == [account, account, None]
    page = caller.get(f"{PATH}/workspaces/{running.workspace}?assigned=me").text
    assert "Contracts whose assignment is changed: 2." in page
    assert "c.txt" not in page
    with running.core.database.read() as connection:
        noted = [kept.entry for kept in list_entries(connection, before=None, limit=50)]
    assert {one.subject for one in noted if one.action == "review-assign"} == set(chosen)
    versions = {one: int(caller.get(f"/v1/contracts/{one}").headers["etag"].strip('"')) for one in chosen}
    assert _send(caller, running, "assignee", versions, account="").status_code == 303
    assert [_shown(caller, one)["assigned_to"] for one in ticked] == [None, None, None]


def test_what_was_changed_deleted_or_is_elsewhere_stays_and_is_named(running: Running) -> None:
    caller = running.caller(Role.REVIEWER, running.workspace, running.other_workspace)
    here = {"params": {"workspace": running.workspace}}
    ticked = _upload(caller, "fine.txt", "changed.txt", "gone.txt", **here)
    elsewhere = _upload(caller, "elsewhere.txt", params={"workspace": running.other_workspace})
    fine, changed, gone = ticked
    caller.patch(f"/v1/contracts/{changed}", json={"reference": "R"}, headers=_ANY).raise_for_status()
    caller.delete(f"/v1/contracts/{gone}").raise_for_status()
    answer = _send(caller, running, "state", ticked | elsewhere | {"0" * 32: 1}, state="accepted")
    assert answer.status_code == 200
    assert "Contracts whose state is changed: 1." in answer.text
    assert "changed.txt" in answer.text
    assert LEFT["changed-meanwhile"] in answer.text
    assert "3 of those you selected are no longer there." in answer.text
    for name in ("fine.txt", "gone.txt", "elsewhere.txt"):
        assert name not in answer.text
    assert _shown(caller, fine)["review_state"] == "accepted"
    for contract in (changed, *elsewhere):
        assert _shown(caller, contract)["review_state"] == "to-review"
    none = _send(caller, running, "state", {changed: 1}, state="accepted")
    assert none.status_code == 409
    assert "Nothing was done" in none.text


def test_deletion_asks_first_and_takes_only_what_was_seen(running: Running) -> None:
    caller = running.caller()
    ticked = _upload(caller, "a.txt", "b.txt", "c.txt", counterparty="Nimbus Hosting Ltd")
    first, second, third = ticked
    before = running.backup()
    asked = _send(caller, running, "deletion", {first: 1, second: 1})
    assert asked.status_code == 200
    assert "Delete 2 contracts?" in asked.text
    assert "a.txt" in asked.text
    assert "b.txt" in asked.text
    assert "c.txt" not in asked.text
    assert running.backup()["contract"] == before["contract"], "nothing is deleted before it is confirmed"
    caller.patch(f"/v1/contracts/{second}", json={"reference": "R"}, headers=_ANY).raise_for_status()
    answer = _send(caller, running, "deletion", {first: 1, second: 1}, sure="yes")
    assert answer.status_code == 200
    assert "Contracts deleted, with their keys: 1." in answer.text
    assert "b.txt" in answer.text
    left = {row["id"] for row in running.backup()["contract"]}
    assert left == {second, third}
    assert running.core.keys.find([f"contract/{one}" for one in ticked]).keys() == {
        f"contract/{one}" for one in (second, third)
    }
    again = _send(caller, running, "deletion", {first: 1, third: 1}, sure="yes")
    assert "1 of those you selected is no longer there." in again.text


@pytest.mark.parametrize("action", ["assignee", "state", "deletion"])
def test_what_makes_no_sense_changes_nothing(running: Running, action: str) -> None:
    caller = running.caller()
    ticked = _upload(caller, "a.txt")
    before = running.backup()
    token = _token(caller.get(f"{PATH}/account"))
    fine = {"csrf_token": token, "sure": "yes", "state": "accepted"}
    some = {f"contract-{one}": "1" for one in ticked}
    many = {f"contract-{number:032x}": "1" for number in range(501)}
    for given, kind in (({}, "nothing-ticked"), (many, "too-many-ticked")):
        answer = caller.post(_path(running, action), data=fine | given)
        assert answer.status_code == 422
        assert SENTENCES[kind] in answer.text
    for bad in ({next(iter(some)): "x"}, {next(iter(some)): "9" * 30}, {next(iter(some)): ""}):
        assert caller.post(_path(running, action), data=fine | bad).status_code == 422
    if action != "deletion":
        wrong = {"account": "zz", "state": "zz"}
        assert caller.post(_path(running, action), data=fine | some | wrong).status_code == 422
    after = running.backup()
    for table in ("contract", "review", "review_event", "deletion"):
        assert after[table] == before[table], table


def test_nobody_outside_the_workspace_is_assigned(running: Running) -> None:
    caller = running.caller()
    stranger = running.add_account(Role.REVIEWER, running.other_workspace)[0]
    ticked = _upload(caller, "a.txt")
    answer = _send(caller, running, "assignee", ticked, account=stranger)
    assert answer.status_code == 409
    assert SENTENCES["not-a-member"] in answer.text
    assert _shown(caller, next(iter(ticked)))["assigned_to"] is None


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example/?order=worst", "/../x", "?page=x"])
def test_the_way_back_leads_nowhere_else(running: Running, back: str) -> None:
    caller = running.caller()
    answer = _send(caller, running, "state", _upload(caller, "a.txt"), state="accepted", back=back)
    assert answer.headers["location"].startswith(f"{PATH}/workspaces/{running.workspace}")


def test_a_reader_may_only_export(running: Running) -> None:
    _upload(running.caller(), "a.txt")
    page = running.caller(Role.READER).get(f"{PATH}/workspaces/{running.workspace}").text
    assert "/ticked/" not in page
    assert "/export.xlsx" in page


def test_a_page_that_is_no_more_leads_to_the_first(running: Running) -> None:
    caller = running.caller()
    _upload(caller, "a.txt")
    answer = caller.get(f"{PATH}/workspaces/{running.workspace}?order=oldest&page=3")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{PATH}/workspaces/{running.workspace}?order=oldest",
    )


@pytest.mark.slow
def test_contracts_are_ticked_and_acted_on(working: Running, visitor: Visitor, reviewer: str) -> None:
    caller = working.sign_in(reviewer)
    for number in range(4):
        upload(caller, f"{number}.pdf")
    page = visitor(reviewer)
    page.goto(f"/dashboard/workspaces/{working.workspace}?order=oldest")
    bar = page.locator("#ticked")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select 0.pdf").focus()
    page.keyboard.press("Space")
    expect(bar).to_be_visible()
    page.get_by_role("checkbox", name="Select 2.pdf").click(modifiers=["Shift"])
    expect(page.locator(".ticked-count [data-ticked]")).to_have_text("3")
    expect(page.locator("#ticked-said")).to_have_text("Selected: 3")
    whole = page.get_by_role("checkbox", name="Select all shown")
    assert whole.evaluate("box => box.indeterminate")
    bar.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status").first).to_contain_text("assignment is changed: 3.")
    assert page.url.endswith("?order=oldest")
    page.get_by_role("link", name="Assigned to me").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(3)
    expect(page.get_by_role("link", name="Assigned to me").first).to_have_attribute("aria-current", "page")
    page.get_by_role("checkbox", name="Select all shown").check()
    bar.get_by_label("State").select_option("accepted")
    bar.get_by_role("button", name="Change the state").click()
    expect(page.locator(".matrix .tag").nth(2)).to_have_text("Accepted")
    page.get_by_role("link", name="Take this choice back").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(4)
    _export_and_delete(page)


def _export_and_delete(page: Page) -> None:
    page.get_by_role("checkbox", name="Select 3.pdf").check()
    page.get_by_role("checkbox", name="Select 1.pdf").check()
    for form in ("XLSX", "CSV"):
        with page.expect_download() as begun:
            page.locator("#ticked").get_by_role("button", name=form).click()
        assert re.fullmatch(rf"contracts-\d{{4}}-\d\d-\d\d\.{form.lower()}", begun.value.suggested_filename)
    page.locator("#ticked").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete 2 contracts?")).to_be_visible()
    expect(page.locator(".named")).to_contain_text("3.pdf")
    assert not _violations(page)
    page.get_by_label("Delete them for good").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("deleted, with their keys: 2.")
    expect(page.locator(".matrix tbody tr")).to_have_count(2)


def _violations(page: Page) -> list[str]:
    return [str(one["id"]) for one in Axe().run(page).response["violations"]]


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_who_comes_second_is_told_and_led_back(working: Running, visitor: Visitor, reviewer: str, theme: str) -> None:
    other = working.caller()
    ticked = _upload(other, "a.txt", "b.txt", wait=30)
    page = visitor(reviewer, color_scheme=theme)
    page.goto(f"/dashboard/workspaces/{working.workspace}?order=oldest&review_state=to-review")
    page.get_by_role("checkbox", name="Select all shown").check()
    assert not _violations(page), "with the bar of what can be done"
    other.patch(f"/v1/contracts/{next(iter(ticked))}", json={"reference": "R"}, headers=_ANY).raise_for_status()
    page.locator("#ticked").get_by_label("State").select_option("accepted")
    page.get_by_role("button", name="Change the state").click()
    left = page.get_by_role("region", name="Left as they were")
    expect(left).to_contain_text("a.txt")
    expect(left).not_to_contain_text("b.txt")
    assert not _violations(page)
    page.get_by_role("link", name="To the contracts").click()
    expect(page.locator(".matrix tbody th")).to_have_text(re.compile("a.txt"))
    assert page.url.endswith("?review_state=to-review&order=oldest")


@pytest.mark.slow
def test_all_of_it_works_with_scripts_off(working: Running, visitor: Visitor, reviewer: str) -> None:
    caller = working.sign_in(reviewer)
    for number in range(2):
        upload(caller, f"{number}.pdf")
    page = visitor(reviewer, java_script_enabled=False)
    page.goto(f"/dashboard/workspaces/{working.workspace}?order=oldest")
    page.get_by_role("link", name="Select all shown").click()
    page.locator("#ticked").get_by_label("State").select_option("rejected")
    page.get_by_role("button", name="Change the state").click()
    expect(page.locator(".matrix .tag").nth(1)).to_have_text("Rejected")
    expect(page.locator("#ticked")).to_be_hidden()
    page.get_by_role("checkbox", name="Select 0.pdf").check()
    page.locator("#ticked").get_by_role("button", name="Delete").click()
    page.get_by_label("Delete them for good").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".matrix tbody tr")).to_have_count(1)
    with page.expect_download() as begun:
        page.get_by_role("link", name="CSV").click()
    assert Path(begun.value.path()).read_text("utf-8-sig").count("\n") == 2


@pytest.mark.slow
def test_what_is_ticked_stays_while_others_are_examined(running: Running, browser: Browser) -> None:
    name = running.add_account(Role.REVIEWER, running.workspace)[1]
    _upload(running.sign_in(name), "a.txt", "b.txt")
    context = browser.new_context(base_url=running.url, locale="en-GB")
    page = context.new_page()
    sign_in(page, running, name)
    looks: list[str] = []
    page.on("request", lambda sent: looks.append(sent.url) if sent.headers.get("hx-request") else None)
    page.goto(f"/dashboard/workspaces/{running.workspace}")
    box = page.get_by_role("checkbox", name="Select a.txt")
    box.check()
    page.wait_for_timeout(4_000)
    assert looks == []
    expect(box).to_be_checked()
    box.uncheck()
    page.wait_for_timeout(4_000)
    assert looks
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 900, 1280, 1920])
def test_all_27_mentions_are_within_reach(working: Running, visitor: Visitor, reviewer: str, width: int) -> None:
    name = "A contract with a very long name, Donaudampfschifffahrtsgesellschaft.pdf"
    upload(working.sign_in(reviewer), name, counterparty="Nimbus Hosting Ltd")
    page = visitor(reviewer, viewport={"width": width, "height": 800})
    page.goto(f"/dashboard/workspaces/{working.workspace}")
    cells = page.locator(".matrix tbody td.v a")
    expect(cells).to_have_count(27)
    pane = page.locator(".matrix-scroll")
    hint = page.get_by_text("Scroll sideways")
    overflows = pane.evaluate("one => one.scrollWidth > one.clientWidth")
    assert overflows is (width == 900)
    expect(hint).to_be_visible(visible=overflows)
    pane.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    boxes = [cell.bounding_box() for cell in cells.all()]
    last = boxes[-1]
    assert last is not None
    assert last["x"] + last["width"] <= width
    assert all(box is not None and box["width"] >= 24 and box["height"] >= 24 for box in boxes)
    link = page.locator(".matrix tbody th a").bounding_box()
    assert link is not None
    assert 0 <= link["x"] <= 80, "the name stays in sight"


@pytest.mark.slow
def test_ten_files_are_dropped_and_watched(working: Running, visitor: Visitor, reviewer: str, tmp_path: Path) -> None:
    files = []
    for number in range(10):
        path = tmp_path / f"dropped-{number}.pdf"
        path.write_bytes(next(one for one in sample_files() if one.parent.name == "en-dpa-weak").read_bytes())
        files.append(str(path))
    page = visitor(reviewer)
    page.goto(f"/dashboard/workspaces/{working.workspace}/upload")
    box = page.locator(".drop").bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {"type": kind, **at, "data": {"items": [], "files": files, "dragOperationsMask": 1}},
        )
    expect(page.locator("#chosen-files li")).to_have_count(10)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".jobs li")).to_have_count(10)
    expect(page.get_by_text("10 of 10 done")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="To the contracts").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(10)
