"""Forms of the review: what was typed stays, refusals stand where they belong, and nothing said is out of reach."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from api.dashboard import PATH
from api.dashboard.wording import SENTENCES, TOLD
from api.store.schema import SESSION
from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.samples import upload
from tests.api.running import PASSWORD, Caller, Running

pytestmark = pytest.mark.slow


def _open(page: Page, contract: str, mention: str) -> None:
    page.goto(f"{PATH}/contracts/{contract}?finding={mention}")


def _token(caller: Caller) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', caller.get(f"{PATH}/account").text)
    assert found
    return found[1]


def _version(caller: Caller, path: str) -> int:
    return int(caller.get(path).headers["ETag"].strip('"'))


def _end_sessions(running: Running) -> None:
    with running.core.database.write() as connection:
        connection.execute(delete(SESSION))


def test_a_conflict_is_settled_by_the_verdict_of_the_program(working: Running, visitor: Visitor, reviewer: str) -> None:
    caller = working.sign_in(reviewer)
    contract = upload(caller, "terms.pdf", "en-saas-terms-contradictions")
    findings = caller.get(f"/v1/contracts/{contract}/report").json()["findings"]
    found = next(one for one in findings if one["conflict"] and one["verdict"] == "present")
    plain = next(one for one in findings if not one["conflict"] and one["verdict"] == "missing")
    mention = found["mention"]
    page = visitor(reviewer)
    _open(page, contract, mention)
    finding = page.locator(f"#f-{mention}")
    finding.get_by_text("Change the verdict").first.click()
    page.locator(f"#v-{mention}").select_option("present")
    page.locator(f"#r-{mention}").fill("Clause 4 prevails.")
    finding.get_by_role("button", name="Change the verdict").click()
    expect(finding.locator("summary .badge").first).to_have_text("Present")
    expect(finding).to_contain_text("Clause 4 prevails.")
    expect(page.locator(f"#v-{plain['mention']} option[value=missing]")).to_have_count(0)


def test_ones_own_decision_does_not_stand_in_the_way_of_the_names(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "audits")
    page.locator("#f-audits").get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("1 of 27 decided")).to_be_visible()
    page.locator("#counterparty").fill("Nimbus Hosting Ltd")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".facts")).to_contain_text("Nimbus Hosting Ltd")
    expect(page.get_by_role("status").first).to_contain_text("particulars are changed")


def test_names_that_somebody_else_has_changed_are_told_of_in_their_form_only(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    caller = working.sign_in(reviewer)
    contract = upload(caller, "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "audits")
    other = working.caller()
    changed = other.patch(f"/v1/contracts/{contract}", json={"counterparty": "Other"}, headers={"If-Match": "*"})
    assert changed.status_code == 200
    page.locator("#counterparty").fill("Nimbus")
    page.locator("#reference").fill("C-17")
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("region", name="Particulars")
    expect(told.get_by_role("alert")).to_contain_text("Somebody else has changed")
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.locator(".facts")).to_contain_text("Other")
    expect(page.locator("#reference")).to_have_value("C-17")
    expect(page.locator("#counterparty")).to_have_value("Nimbus")
    expect(page.locator("#counterparty")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("Nimbus")
    assert caller.get(f"/v1/contracts/{contract}").json()["reference"] == "C-17"


def test_two_who_change_different_names_undo_nothing_of_each_other(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "weak.pdf", counterparty="Nimbus")
    path = f"/v1/contracts/{contract}"
    form = {"csrf_token": _token(caller), "version": str(_version(caller, path)), "seen-counterparty": "Nimbus"}
    working.caller().patch(path, json={"counterparty": "Other"}, headers={"If-Match": "*"}).raise_for_status()
    given = form | {"counterparty": "Nimbus", "reference": "C-17"}
    assert caller.post(f"{PATH}/contracts/{contract}/names", data=given).status_code == 303
    now = caller.get(path).json()
    assert (now["counterparty"], now["reference"]) == ("Other", "C-17")
    given = form | {"counterparty": "Nimbus", "reference": "C-18"}
    answer = caller.post(f"{PATH}/contracts/{contract}/names", data=given)
    assert answer.status_code == 412
    assert re.search(r'<input id="counterparty"[^>]* value="Other"', answer.text), "what was not typed is as it is now"
    assert re.search(r'<input id="reference"[^>]* value="C-18"', answer.text)


def test_what_is_refused_below_the_findings_stands_in_its_form_again(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "weak.pdf")
    token = _token(caller)
    address = f"{PATH}/contracts/{contract}"
    long = "What was said at length. " * 200
    answer = caller.post(f"{address}/comments", data={"csrf_token": token, "text": long})
    assert answer.status_code == 422
    assert answer.text.count(SENTENCES["invalid"]) == 1
    assert re.search(rf'<textarea id="comment-text"[^>]*>{long[:60]}', answer.text)
    fields = {"csrf_token": token, "version": "1", "seen": "accepted", "state": "rejected", "note": "Too dear."}
    answer = caller.post(f"{address}/state", data=fields)
    assert answer.status_code == 412
    assert '<option value="rejected" selected>' in answer.text
    assert 'value="Too dear."' in answer.text


def test_a_half_written_comment_outlives_a_decision_on_another_finding(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "audits")
    page.keyboard.press("m")
    page.locator("#c-audits").fill("Ask for annex 2,")
    page.locator("#f-security summary").first.click()
    page.locator("#f-security").get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("1 of 27 decided")).to_be_visible()
    expect(page.locator("#f-security")).to_have_attribute("open", "")
    page.locator("#f-audits summary").first.click()
    expect(page.locator("#c-audits")).to_have_value("Ask for annex 2,")
    expect(page.locator("#c-audits")).to_be_visible()
    page.locator("#f-audits").get_by_role("button", name="Add the comment").click()
    expect(page.locator("#f-audits .comment")).to_contain_text("Ask for annex 2,")
    expect(page.locator("#c-audits")).to_have_value("")


def test_what_is_typed_stays_when_the_session_ends(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "audits")
    page.keyboard.press("o")
    page.locator("#v-audits").select_option("present")
    page.locator("#r-audits").fill("Said in annex 2")
    _end_sessions(working)
    send = page.locator("#f-audits").get_by_role("button", name="Change the verdict")
    send.click()
    told = page.locator("#f-audits").get_by_role("alert")
    expect(told).to_contain_text(TOLD["not-signed-in"])
    with page.context.expect_page() as opened:
        told.get_by_role("link", name="Sign in").click()
    beside = opened.value
    beside.locator("#name").fill(reviewer)
    beside.locator("#password").fill(PASSWORD)
    beside.locator("button.main").click()
    expect(beside).to_have_url(re.compile(f"/contracts/{contract}$"))
    expect(page.locator("#r-audits")).to_have_value("Said in annex 2")
    send.click()
    expect(told).to_contain_text(TOLD["csrf"])
    send.click()
    expect(page.locator("#f-audits .decision")).to_contain_text("Said in annex 2")
    page.locator("#counterparty").fill("Nimbus Hosting Ltd")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("Nimbus Hosting Ltd")


def test_a_sign_in_that_is_too_old_is_told_so_and_can_be_sent_again(visitor: Visitor, reviewer: str) -> None:
    page = visitor()
    page.goto(f"{PATH}/sign-in")
    page.context.clear_cookies()
    page.locator("#name").fill(reviewer)
    page.locator("#password").fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.get_by_role("alert")).to_contain_text(TOLD["csrf"])
    page.locator("button.main").click()
    expect(page).to_have_url(re.compile("/workspaces/"))


def test_a_form_sent_after_the_session_has_ended_leads_back_to_its_page(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    _end_sessions(running)
    for form, page in (
        (f"/contracts/{contract}/findings/audits/decision", f"/contracts/{contract}"),
        (f"/contracts/{contract}/names", f"/contracts/{contract}"),
        (f"/workspaces/{running.workspace}/sets/new", f"/workspaces/{running.workspace}/sets/new"),
        ("/account/password", "/account"),
        ("/sign-out", "/"),
    ):
        answer = caller.post(PATH + form, data={"csrf_token": "x"})
        assert answer.status_code == 303, form
        assert answer.headers["location"] == f"{PATH}/sign-in?to={page.replace('/', '%2F')}", form


def test_all_that_was_said_can_be_read(working: Running, visitor: Visitor, reviewer: str) -> None:
    caller = working.sign_in(reviewer)
    contract = upload(caller, "weak.pdf")
    for number in range(205):
        given = {"text": f"Remark {number}."} | ({"mention": "audits"} if number == 0 else {})
        caller.post(f"/v1/contracts/{contract}/comments", json=given).raise_for_status()
    page = visitor(reviewer)
    _open(page, contract, "audits")
    expect(page.locator("#f-audits .comment")).to_contain_text("Remark 0.")
    steps = page.locator(".history li")
    expect(steps).to_have_count(50)
    for first in (154, 104, 54, 4):
        page.get_by_role("link", name="Earlier steps").click()
        expect(steps.first).to_contain_text(f"Remark {first}.")
    expect(steps).to_have_count(5)
    expect(page.get_by_role("link", name="Earlier steps")).to_have_count(0)
    page.get_by_role("link", name="Newest steps").click()
    expect(steps.first).to_contain_text("Remark 204.")
    steps = page.get_by_role("link", name="weak.pdf")
    steps.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("weak.pdf")


def test_the_names_of_an_earlier_version_stay(working: Running) -> None:
    caller = working.caller()
    first = upload(caller, "weak.pdf", counterparty="Nimbus")
    address = f"{PATH}/contracts/{first}"
    assert f"{address}/names" in caller.get(address).text
    upload(caller, "weak.pdf", params={"replaces": first})
    assert f"{address}/names" not in caller.get(address).text
    given = {"csrf_token": _token(caller), "version": "1", "counterparty": "Other"}
    answer = caller.post(f"{address}/names", data=given)
    assert answer.status_code == 409
    assert answer.text.count(SENTENCES["superseded"]) == 1
    assert caller.get(f"/v1/contracts/{first}").json()["counterparty"] == "Nimbus"
