"""Sets on the dashboard: made of contracts or files, read, changed; and two versions beside each other."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from api.dashboard import PATH
from api.dashboard.comparison_view import build_changes
from api.service.caller import Role
from api.service.version import ChangeKind, Comparison, compare_reports
from dpa_checker import check_text
from dpa_checker.report.catalogue import load_catalogue
from tests.api.dashboard.conftest import Visitor
from tests.api.running import CONTRACT, Caller, Running
from tests.api.test_versions import AUDITS, SECOND
from tests.sets.relation import write_relation

EXAMINED = 60_000


def _relation(folder: Path) -> list[FilePayload]:
    paths = write_relation(folder, leave_out=("annex-2.txt",))
    return [{"name": path.name, "mimeType": "text/plain", "buffer": path.read_bytes()} for path in paths]


def _file(name: str, data: bytes) -> list[FilePayload]:
    return [{"name": name, "mimeType": "text/plain", "buffer": data}]


def _token(caller: Caller, path: str) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', caller.get(PATH + path).text)
    assert found
    return found[1]


def _upload(caller: Caller, data: bytes, name: str, **more: object) -> str:
    answer = caller.upload(data, name, wait=30, **more)
    assert answer.json()["state"] == "done", answer.text
    return str(answer.json()["contract"])


@pytest.mark.slow
def test_a_set_is_made_of_files_and_read(working: Running, visitor: Visitor, reviewer: str, tmp_path: Path) -> None:
    page = visitor(reviewer)
    page.get_by_role("link", name="Contract sets").click()
    expect(page.get_by_role("heading", name="No sets yet")).to_be_visible()
    page.get_by_role("link", name="New set").first.click()
    files = page.get_by_role("region", name="From files")
    files.get_by_label("Name of the set").fill("Labovita, laboratory software")
    chosen = [*_relation(tmp_path), *_file("empty.txt", b"")]
    page.set_input_files("#files", chosen)
    files.get_by_role("button", name="Upload and make the set").click()
    refused = page.get_by_role("region", name="Not taken")
    expect(refused).to_contain_text("empty.txt")
    expect(page.get_by_role("heading", level=1)).to_have_text("Labovita, laboratory software")
    # What was not taken stays on the page, and the files are not sent again by loading it anew.
    expect(page.get_by_text("3 of 3 examined")).to_be_visible(timeout=EXAMINED)
    expect(refused).to_be_visible()
    page.get_by_role("link", name="To the set").click()
    assert len(working.sign_in(reviewer).get("/v1/sets").json()["sets"]) == 1
    matrix = page.get_by_role("region", name="Which document says what")
    expect(matrix).to_be_visible()
    expect(page.get_by_role("region", name="Summary")).to_contain_text("Annex 2")
    documents = page.get_by_role("region", name="The documents").get_by_role("listitem")
    expect(documents).to_have_count(3)
    audits = page.locator("#f-audits")
    expect(audits).to_have_attribute("open", "")
    expect(audits.locator("summary .badge")).to_have_text("In conflict")
    expect(audits.locator(".quote.against")).to_contain_text("no right to audit")
    expect(audits.locator(".quote:not(.against)")).to_contain_text("contribute to audits")
    matrix.locator('tbody a[href="#f-breach-notification"]').first.click()
    breach = page.locator("#f-breach-notification")
    expect(breach).to_have_attribute("open", "")
    expect(breach).to_contain_text("maintenance-contract.txt")
    breach.get_by_role("link", name="Open the finding").first.click()
    expect(page).to_have_url(re.compile(r"/contracts/\w+\?finding=breach-notification#f-breach-notification"))
    expect(page.get_by_role("heading", level=1)).to_have_text("maintenance-contract.txt")
    page.locator(".tools").get_by_role("link", name="Labovita").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Labovita, laboratory software")
    _download_all(page)
    # Where nothing was refused the page comes back to the report by itself.
    page.set_input_files("#set-files", _file("new.txt", CONTRACT))
    expect(page.locator("#chosen-files")).to_have_text("new.txt")
    page.get_by_role("button", name="Upload into the set").click()
    expect(documents).to_have_count(4, timeout=EXAMINED)


def _download_all(page: Page) -> None:
    for kind, magic in (("PDF", b"%PDF"), ("DOCX", b"PK"), ("XLSX", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"report.{kind.lower()}"
        assert download.value.path().read_bytes().startswith(magic)


@pytest.mark.slow
def test_a_set_is_made_of_contracts_and_changed_with_scripts_off(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    caller = working.sign_in(reviewer)
    for name in ("Agreement.txt", "annex.txt", "terms.txt"):
        _upload(caller, CONTRACT + (AUDITS if name == "annex.txt" else b""), name)
    page = visitor(reviewer, java_script_enabled=False)
    page.goto(f"/dashboard/workspaces/{working.workspace}/sets/new")
    here = page.get_by_role("region", name="From contracts in this workspace")
    here.get_by_label("Name of the set").fill("Hosting")
    here.get_by_label("annex.txt").check()
    here.get_by_label("Search in names").fill("agree")
    here.get_by_role("button", name="Search").click()
    expect(here.get_by_label("annex.txt")).to_be_checked()
    expect(here.get_by_label("terms.txt")).to_have_count(0)
    assert here.get_by_label("Name of the set").input_value() == "Hosting"
    here.get_by_label("Agreement.txt").check()
    here.get_by_role("button", name="Make the set").click()
    expect(page.get_by_role("status").first).to_have_text("The set is made.")
    documents = page.get_by_role("region", name="The documents").get_by_role("listitem")
    expect(documents).to_have_count(2)
    page.get_by_role("link", name="Add contracts").click()
    page.get_by_label("terms.txt").check()
    page.get_by_role("button", name="Add to the set").click()
    expect(documents).to_have_count(3)
    page.get_by_role("button", name="Take Agreement.txt out of the set").click()
    expect(documents).to_have_count(2)
    page.get_by_label("Name of the set").fill("Hosting of everything")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hosting of everything")
    page.set_input_files("#set-files", _file("new.txt", CONTRACT))
    page.get_by_role("button", name="Upload into the set").click()
    expect(documents).to_have_count(3, timeout=EXAMINED)
    page.get_by_role("link", name="Contract sets").first.click()
    expect(page.get_by_role("row", name=re.compile("Hosting of everything"))).to_contain_text("3")
    page.get_by_role("link", name="Hosting of everything").click()
    page.get_by_label("Delete it for good").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="No sets yet")).to_be_visible()
    assert len(caller.get("/v1/contracts").json()["contracts"]) == 4


@pytest.mark.slow
def test_a_new_version_is_uploaded_and_compared(working: Running, visitor: Visitor, reviewer: str) -> None:
    first = _upload(working.sign_in(reviewer), CONTRACT, "agreement.txt")
    page = visitor(reviewer)
    page.goto(f"/dashboard/contracts/{first}")
    page.set_input_files("#new-version", _file("agreement-2.txt", SECOND))
    page.get_by_role("button", name="Upload the new version").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparison of versions")
    lost = page.get_by_role("region", name="No longer said")
    expect(lost).to_be_visible(timeout=EXAMINED)
    expect(lost.locator("#breach-notification blockquote")).to_contain_text("without undue delay")
    gained = page.get_by_role("region", name="Newly said")
    expect(gained.locator("#audits")).to_contain_text("contribute to audits")
    gained.locator("#audits").get_by_role("link", name="Open the finding").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("agreement-2.txt")
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparison of versions")
    page.goto(f"/dashboard/contracts/{first}")
    expect(page.get_by_text("This contract has a later version.")).to_be_visible()
    expect(page.locator("#new-version")).to_have_count(0)


def test_what_holds_after_reviews_is_what_the_page_and_its_files_say(working: Running) -> None:
    caller = working.caller()
    members = [_upload(caller, CONTRACT, "agreement.txt"), _upload(caller, CONTRACT + AUDITS, "annex.txt")]
    bundle = caller.post("/v1/sets", json={"name": "Hosting", "contracts": members}).json()["id"]
    given = {"decision": "overridden", "verdict": "missing", "reason": "Struck out."}
    path = f"/v1/contracts/{members[1]}/reviews/audits"

    def said() -> tuple[bool, bool]:
        page = caller.get(f"{PATH}/sets/{bundle}").text
        book = openpyxl.load_workbook(io.BytesIO(caller.get(f"{PATH}/sets/{bundle}/report.xlsx").content))
        cells = " ".join(str(row) for row in book.worksheets[3].values)
        return "contribute to audits" in page, "contribute to audits" in cells

    assert said() == (True, True)
    caller.put(path, json=given, headers={"If-Match": "*"}).raise_for_status()
    assert said() == (False, False)


def test_what_a_set_cannot_be_is_said_and_nothing_is_made(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    base = f"/workspaces/{running.workspace}/sets"
    token = {"csrf_token": _token(caller, f"{base}/new")}
    box = {f"contract-{contract}": "1"}
    nothing = caller.post(PATH + base, data=token | {"name": "One"})
    assert nothing.status_code == 422
    assert "Select at least one contract" in nothing.text
    nameless = caller.post(PATH + base, data=token | box)
    assert nameless.status_code == 422
    assert re.search(rf'name="contract-{contract}"[^>]* checked', nameless.text), "what was ticked stays so"
    strange = caller.post(PATH + base, data=token | {"name": "One", f"contract-{'0' * 32}": "1"})
    assert strange.status_code == 404
    files = [("file", ("empty.txt", b""))]
    empty = caller.post(f"{PATH}{base}/upload", data=token | {"name": "One"}, files=files)
    assert empty.status_code == 422
    assert "empty.txt" in empty.text
    many = [("file", (f"{number}.txt", b"text")) for number in range(51)]
    full = caller.post(f"{PATH}{base}/upload", data=token | {"name": "One"}, files=many)
    assert full.status_code == 422
    assert caller.get("/v1/sets").json()["sets"] == []
    assert len(caller.get("/v1/contracts").json()["contracts"]) == 1
    assert list(running.settings.spool.iterdir()) == []


def test_the_last_contract_is_not_taken_out(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    bundle = caller.post("/v1/sets", json={"name": "One", "contracts": [contract]}).json()["id"]
    token = {"csrf_token": _token(caller, f"/sets/{bundle}")}
    answer = caller.post(f"{PATH}/sets/{bundle}/removal", data=token | {"contract": contract})
    assert answer.status_code == 409
    assert "at least one contract" in answer.text
    assert caller.get(f"/v1/sets/{bundle}").json()["contracts"] == [contract]
    unsure = caller.post(f"{PATH}/sets/{bundle}/deletion", data=token)
    assert unsure.status_code == 404
    assert caller.get(f"/v1/sets/{bundle}").status_code == 200


def test_a_set_that_waits_says_how_far_it_is(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    bundle = caller.post("/v1/sets", json={"name": "One", "contracts": [contract]}).json()["id"]
    page = caller.get(f"{PATH}/sets/{bundle}").text
    assert "0 of 1 examined" in page
    assert f'hx-get="{PATH}/sets/{bundle}/progress"' in page
    before = len(running.backup()["audit"])
    progress = caller.get(f"{PATH}/sets/{bundle}/progress")
    assert "0 of 1 examined" in progress.text
    assert "HX-Redirect" not in progress.headers
    assert len(running.backup()["audit"]) == before, "looking how far it is tells nothing of a contract"
    assert caller.get(f"{PATH}/sets/{bundle}/report.pdf").status_code == 409


def test_names_are_shown_as_text(working: Running) -> None:
    caller = working.caller()
    odd = "<script src=x>.txt"
    first = _upload(caller, CONTRACT, odd, counterparty="<img src=x>")
    bundle = caller.post("/v1/sets", json={"name": odd, "contracts": [first]}).json()["id"]
    second = _upload(caller, SECOND, odd, params={"replaces": first})
    for path in (
        f"/workspaces/{working.workspace}/sets",
        f"/workspaces/{working.workspace}/sets/new",
        f"/sets/{bundle}",
        f"/sets/{bundle}/contracts",
        f"/contracts/{second}/comparison",
        f"/contracts/{second}/upload",
    ):
        page = caller.get(PATH + path)
        assert page.status_code == 200, path
        assert "<script src=x" not in page.text
        assert "<img src=x" not in page.text


def test_a_reader_sees_sets_and_comparisons_without_forms(working: Running) -> None:
    caller = working.caller()
    first = _upload(caller, CONTRACT, "agreement.txt")
    second = _upload(caller, SECOND, "agreement.txt", params={"replaces": first})
    bundle = caller.post("/v1/sets", json={"name": "One", "contracts": [second]}).json()["id"]
    reader = working.caller(Role.READER)
    for path in (f"/sets/{bundle}", f"/contracts/{second}/comparison", f"/workspaces/{working.workspace}/sets"):
        page = reader.get(PATH + path)
        assert page.status_code == 200
        for form in ("/removal", "/deletion", "/upload", "/name", "sets/new"):
            assert f'{form}"' not in page.text, (path, form)


def test_a_version_that_cannot_be_taken_is_said_beside_the_form(running: Running) -> None:
    caller = running.caller()
    first = caller.upload().json()["contract"]
    path = f"{PATH}/contracts/{first}/upload"
    token = {"csrf_token": _token(caller, f"/contracts/{first}/upload")}
    for files, status, told in (
        ([("a.txt", b"")], 422, "The file is empty"),
        ([("", b"")], 422, "Choose at least one file"),
        ([("a.txt", b"x"), ("b.txt", b"x")], 422, "Too many files"),
    ):
        answer = caller.post(path, data=token, files=[("file", file) for file in files])
        assert (answer.status_code, told in answer.text) == (status, True), told
    assert caller.post(path, data=token, files=[("file", ("b.txt", CONTRACT))]).status_code == 303
    late = caller.post(path, data=token, files=[("file", ("c.txt", CONTRACT))])
    assert (late.status_code, "has a later version" in late.text) == (409, True)
    assert list(running.settings.spool.iterdir()) == []


def test_a_comparison_is_shown_from_the_older_to_the_newer(working: Running) -> None:
    caller = working.caller()
    first = _upload(caller, CONTRACT, "agreement.txt")
    second = _upload(caller, SECOND, "agreement.txt", params={"replaces": first})
    turned = caller.get(f"{PATH}/contracts/{first}/comparison", params={"with": second})
    assert turned.status_code == 303
    assert turned.headers["location"] == f"{PATH}/contracts/{second}/comparison?with={first}"
    alone = caller.get(f"{PATH}/contracts/{first}/comparison")
    assert alone.status_code == 404
    assert "no such other version" in alone.text
    assert caller.get(f"{PATH}/contracts/{second}/comparison", params={"with": "0" * 32}).status_code == 404


def test_words_that_changed_are_marked_and_only_those() -> None:
    before, after = (check_text(text.decode()) for text in (CONTRACT, SECOND))
    changes = build_changes(Comparison("1", "2", compare_reports(before, after)), load_catalogue("en"))
    assert sum(len(views) for views in changes.values()) == 27
    (audits,) = [view for view in changes[ChangeKind.GAINED] if view.mention == "audits"]
    assert audits.before.passages == ()
    assert [piece.changed for piece in audits.after.passages[0].pieces] == [False]
    (breach,) = [view for view in changes[ChangeKind.LOST] if view.mention == "breach-notification"]
    assert [piece.changed for piece in breach.before.passages[0].pieces] == [False], "there is nothing to compare with"
    assert breach.after.passages == ()
    later = check_text(CONTRACT.decode().replace("without undue delay", "within five working days, by e-mail,"))
    changes = build_changes(Comparison("1", "2", compare_reports(before, later)), load_catalogue("en"))
    (breach,) = [view for views in changes.values() for view in views if view.mention == "breach-notification"]
    for side, words in ((breach.before, "without undue delay"), (breach.after, "within five working days, by e-mail,")):
        (passage,) = side.passages
        assert "".join(piece.text for piece in passage.pieces) == passage.quote.text
        assert [piece.text for piece in passage.pieces if piece.changed] == [words]
