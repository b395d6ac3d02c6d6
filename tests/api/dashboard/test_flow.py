"""A reviewer's day: signing in, uploading, finding the worst, reviewing by keyboard, signing out."""

from __future__ import annotations

import io
import re

import pyotp
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from api.service import accounts
from api.service.caller import Role
from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.samples import sample_files, upload
from tests.api.running import PASSWORD, Running


def test_the_first_sign_in_asks_for_a_password_of_ones_own(working: Running, visitor: Visitor) -> None:
    account, first = accounts.create_account(working.core, "newcomer", Role.REVIEWER)
    accounts.change_membership(working.core, account.id, working.workspace, member=True, by=working.administrator)
    page = visitor()
    page.goto("/dashboard/")
    expect(page).to_have_url(re.compile("/dashboard/sign-in"))
    page.get_by_label("Name").fill("newcomer")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Password").fill(first)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/dashboard/account"))
    page.get_by_label("Present password").fill(first)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password once more").fill(PASSWORD + "?")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert").last).to_contain_text("differ")
    page.get_by_label("Present password").fill(first)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password once more").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status")).to_contain_text("Sign in with the new one")
    page.get_by_label("Name").fill("newcomer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="No contracts yet")).to_be_visible()


def test_a_second_factor_is_set_up_and_asked_for(working: Running, visitor: Visitor, reviewer: str) -> None:
    page = visitor(reviewer)
    page.goto("/dashboard/account")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set up a second factor").click()
    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("code is wrong")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirm").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    other = visitor()
    other.goto("/dashboard/sign-in")
    other.get_by_label("Name").fill(reviewer)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_label("Code of your authenticator").fill(codes[0])
    assert other.get_by_label("Password").input_value() == PASSWORD, "the password is asked for once"
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="No contracts yet")).to_be_visible()


def test_contracts_are_uploaded_the_worst_is_found_and_reviewed_by_keyboard(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    page = visitor(reviewer)
    page.get_by_role("link", name="Upload contracts").first.click()
    page.get_by_label("Counterparty").fill("Nimbus Hosting Ltd")
    files = [
        {"name": f"{path.parent.name}{path.suffix}", "mimeType": "", "buffer": path.read_bytes()}
        for path in sample_files()[:10]
    ]
    files.append({"name": "broken.pdf", "mimeType": "", "buffer": b"%PDF-1.4 nothing"})
    files.append({"name": "empty.txt", "mimeType": "", "buffer": b""})
    page.set_input_files("input[type=file]", files)  # type: ignore[arg-type]
    expect(page.locator("#chosen-files li")).to_have_count(12)
    page.get_by_role("button", name="Upload").click()
    refused = page.get_by_role("region", name="Not taken")
    expect(refused).to_contain_text("empty.txt")
    expect(refused).to_contain_text("The file is empty.")
    expect(page.get_by_text("11 of 11 done")).to_be_visible(timeout=90_000)
    expect(page.locator(".jobs")).to_contain_text("The file is damaged")
    page.get_by_role("link", name="To the contracts").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(11)

    page.get_by_label("Mention", exact=True).select_option("audits")
    page.wait_for_url(re.compile("mention=audits"))
    page.get_by_label("is", exact=True).select_option("missing")
    expect(page.locator(".matrix tbody tr")).to_have_count(_without_audits(working, reviewer))
    page.get_by_role("link", name="Show all").first.click()
    page.get_by_label("Order").select_option("worst")
    page.wait_for_url(re.compile("order=worst"))
    first = page.locator(".matrix tbody tr").first
    assert first.locator("td.is-missing").count() == max(
        row.locator("td.is-missing").count() for row in page.locator(".matrix tbody tr").all()
    )
    page.keyboard.press("/")
    page.keyboard.type("dpa-weak")
    page.keyboard.press("Enter")
    expect(page.locator(".matrix tbody tr")).to_have_count(1)
    page.locator(".matrix tbody th a").focus()
    page.keyboard.press("Enter")
    _review_by_keyboard(page)
    _export(page)
    _sign_out(page)


def _without_audits(working: Running, reviewer: str) -> int:
    found = working.sign_in(reviewer).get("/v1/contracts", params={"mention": "audits", "verdict": "missing"})
    assert found.json()["contracts"]
    return len(found.json()["contracts"])


def _review_by_keyboard(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("en-dpa-weak")
    chosen = page.locator("details.finding.current")
    expect(chosen).to_have_attribute("open", "")
    begun = chosen.get_attribute("id")
    page.keyboard.press("j")
    expect(page.locator("details.finding.current")).not_to_have_id(begun or "")
    page.keyboard.press("k")
    expect(page.locator("details.finding.current")).to_have_id(begun or "")
    page.keyboard.press("c")
    expect(page.get_by_text("1 of 27 decided")).to_be_visible()
    expect(page.locator("details.finding.current")).to_have_id(begun or "")
    for _ in range(27):
        if page.locator("details.finding.current").get_attribute("id") == "f-audits":
            break
        page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#v-audits")).to_be_focused()
    page.keyboard.type("Present")
    page.keyboard.press("Tab")
    page.keyboard.type("Said in annex 2")
    page.keyboard.press("Enter")
    audits = page.locator("#f-audits")
    expect(audits).to_contain_text("Said in annex 2")
    expect(audits.locator("summary .badge").first).to_have_text("Present")
    expect(audits).to_contain_text("The program says:")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def _export(page: Page) -> None:
    page.locator(".back a").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(11)
    with page.expect_download() as got:
        page.get_by_role("link", name="XLSX").click()
    sheet = load_workbook(io.BytesIO(got.value.path().read_bytes())).worksheets[0]
    assert "Nimbus Hosting Ltd" in {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert sum("en-dpa-weak" in str(row[0].value) for row in sheet.iter_rows()) == 1


def _sign_out(page: Page) -> None:
    page.locator("summary", has_text="Account:").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("signed out")
    page.goto("/dashboard/")
    expect(page).to_have_url(re.compile("/dashboard/sign-in"))


def test_a_finding_leads_to_its_evidence_and_back(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    page.goto(f"/dashboard/contracts/{contract}?finding=confidentiality&view=text")
    finding = page.locator("#f-confidentiality")
    quote = finding.locator("blockquote").first.inner_text().strip("“”")
    finding.get_by_role("link", name="Show in the text").first.click()
    marked = page.locator(".text mark.on").first
    expect(marked).to_be_in_viewport()
    assert marked.inner_text()[:30] in quote
    page.locator("#f-subject-matter summary").first.click()
    expect(page.locator("#f-subject-matter")).to_have_attribute("open", "")
    page.locator('.text mark[data-f~="breach-notification"] a').first.click()
    expect(page.locator("#f-breach-notification")).to_have_attribute("open", "")
    clause = page.locator("#f-audits")
    clause.locator("summary").first.click()
    clause.get_by_text("Model clause").click()
    clause.get_by_role("button", name="Copy").click()
    expect(clause.get_by_role("button", name="Copied")).to_be_visible()
    assert len(page.evaluate("navigator.clipboard.readText()")) > 60


def test_reviewing_works_with_scripts_off(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer, java_script_enabled=False)
    page.goto(f"/dashboard/contracts/{contract}")
    finding = page.locator("#f-audits")
    finding.locator("summary").first.click()
    finding.get_by_text("Change the verdict").first.click()
    page.locator("#v-audits").select_option("present")
    page.locator("#r-audits").fill("Said in annex 2")
    finding.get_by_role("button", name="Change the verdict").click()
    expect(page).to_have_url(re.compile("finding=audits#f-audits"))
    expect(page.locator("#f-audits")).to_contain_text("Said in annex 2")
    page.locator(".tools #state").select_option("in-negotiation")
    page.get_by_role("button", name="Change the state").click()
    expect(page.locator(".tools .tag").first).to_have_text("In negotiation")
    page.get_by_label("Comment on the contract").fill("Ask for annex 2.")
    page.get_by_role("button", name="Add the comment").last.click()
    expect(page.locator(".history")).to_contain_text("Ask for annex 2.")
    page.locator("summary", has_text="Language and appearance").click()
    page.get_by_label("Appearance").select_option("dark")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"/dashboard/workspaces/{working.workspace}")
    page.get_by_label("Search in names").fill("WEAK")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(1)


def test_two_reviewers_at_once(working: Running, visitor: Visitor, reviewer: str) -> None:
    other = working.add_account(Role.REVIEWER, working.workspace)[1]
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    one, two = visitor(reviewer), visitor(other)
    for page in (one, two):
        page.goto(f"/dashboard/contracts/{contract}?finding=audits")
    _override(one, "audits", "present", "First reason")
    expect(one.locator("#f-audits")).to_contain_text("First reason")
    _override(two, "audits", "missing", "Second reason")
    told = two.locator("#f-audits")
    expect(told.get_by_role("alert")).to_contain_text("Somebody else has changed this contract meanwhile")
    expect(told).to_contain_text("First reason")
    assert two.locator("#r-audits").input_value() == "Second reason"
    assert two.locator("#v-audits").input_value() == "missing"
    told.get_by_role("button", name="Change the verdict").click()
    expect(told).to_contain_text("Second reason")
    history = two.request.get(f"/v1/contracts/{contract}/history").json()["events"]
    assert [event["content"]["reason"] for event in history] == ["Second reason", "First reason"]


def test_two_reviewers_on_different_findings_do_not_collide(working: Running, visitor: Visitor, reviewer: str) -> None:
    other = working.add_account(Role.REVIEWER, working.workspace)[1]
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    one, two = visitor(reviewer), visitor(other)
    for page in (one, two):
        page.goto(f"/dashboard/contracts/{contract}?finding=audits")
    _override(one, "audits", "present", "First reason")
    expect(one.locator("#f-audits")).to_contain_text("First reason")
    two.locator("#f-security summary").first.click()
    two.locator("#f-security").get_by_role("button", name="Confirm").click()
    expect(two.get_by_text("2 of 27 decided")).to_be_visible()


def _override(page: Page, mention: str, verdict: str, reason: str) -> None:
    finding = page.locator(f"#f-{mention}")
    finding.get_by_text("Change the verdict").first.click()
    page.locator(f"#v-{mention}").select_option(verdict)
    page.locator(f"#r-{mention}").fill(reason)
    finding.get_by_role("button", name="Change the verdict").click()


def test_the_report_is_previewed_and_downloaded(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    page.goto(f"/dashboard/contracts/{contract}?finding=audits")
    _override(page, "audits", "missing", "Only summaries are given")
    expect(page.locator("#f-audits")).to_contain_text("Only summaries")
    page.get_by_role("link", name="Report to send").click()
    paper = page.locator(".sheet-of-paper")
    expect(paper).to_contain_text("Only summaries are given")
    expect(paper).not_to_contain_text("Confidence")
    page.get_by_label("How sure the program is").check()
    expect(paper).to_contain_text("Confidence")
    page.get_by_label("Language of the report").select_option("fr")
    expect(paper).to_contain_text("Clauses proposées")
    for kind, magic in (("PDF", b"%PDF"), ("DOCX", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"report.{kind.lower()}"
        assert download.value.path().read_bytes().startswith(magic)


def test_a_contract_is_deleted_for_good(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    page.goto(f"/dashboard/contracts/{contract}")
    page.get_by_text("Delete this contract").click()
    page.get_by_label("Delete it for good").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("deleted")
    page.goto(f"/dashboard/contracts/{contract}")
    expect(page.get_by_role("alert")).to_contain_text("nothing here")


def test_the_administrator_makes_accounts_and_workspaces(working: Running, visitor: Visitor) -> None:
    page = visitor(working.add_account(Role.ADMINISTRATOR, working.workspace)[1])
    page.get_by_role("link", name="Workspaces").click()
    page.get_by_label("Name").fill("Procurement")
    page.get_by_label("Days until contracts are deleted").fill("365")
    page.get_by_role("button", name="Make the workspace").click()
    expect(page.get_by_role("status")).to_contain_text("workspace is made")
    page.get_by_role("link", name="Accounts").click()
    page.get_by_label("Name").fill("berta")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("status")).to_contain_text("Password for berta")
    page.get_by_label("Name").fill("berta")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("taken")
    page.get_by_role("link", name="Audit log").click()
    expect(page.locator("tbody")).to_contain_text("account-create")
    page.get_by_role("button", name="Look whether").click()
    expect(page.get_by_role("status")).to_contain_text("as it was written")


def test_a_token_is_shown_once(working: Running, visitor: Visitor, reviewer: str) -> None:
    page = visitor(reviewer)
    page.goto("/dashboard/tokens")
    page.get_by_label("Name, by what it is for").fill("contract system")
    page.get_by_role("button", name="Make the token").click()
    token = page.locator("code.key").inner_text()
    program = working.anonymous()
    program.headers["Authorization"] = f"Bearer {token}"
    assert program.get("/v1/contracts").status_code == 200
    assert program.upload().status_code == 403
    page.goto("/dashboard/tokens")
    assert token not in page.content()
    page.get_by_role("button", name="Delete contract system").click()
    assert program.get("/v1/contracts").status_code == 401
