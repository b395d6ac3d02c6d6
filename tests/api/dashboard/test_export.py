"""The portfolio handed out as a file: all that is shown, as reviewed, in the visitor's words; noted and counted."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from api.dashboard import PATH
from api.dashboard.wording import SENTENCES
from api.service import export
from api.service.alerts import MASS_DOWNLOAD, Watch
from api.service.caller import Role
from api.store.audit import Entry, list_entries
from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.groups import MENTIONS
from tests.api.dashboard.samples import upload
from tests.api.dashboard.test_entrances import _token
from tests.api.running import Caller, Running

_RED, _GREEN = "FFFBE8E8", "FFE4F3EA"
_LACKING = "Missing + Contradicted + In conflict"


def _shown(caller: Caller, running: Running, query: str = "", form: str = "csv", **more: Any) -> httpx.Response:
    return caller.get(f"{PATH}/workspaces/{running.workspace}/export.{form}{query}", **more)


def _rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text[:500]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def _sheets(answer: httpx.Response) -> list[Worksheet]:
    assert answer.status_code == 200, answer.text[:500]
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets)


def _header(sheet: Worksheet) -> dict[str, int]:
    """Return the columns by the first line of their headings."""
    return {str(cell.value).split("\n")[0]: number for number, cell in enumerate(sheet[2]) if cell.value}


def test_all_that_fits_is_handed_out_and_not_only_a_page(running: Running) -> None:
    caller = running.caller()
    for number in range(53):
        caller.upload(name=f"{number:02}.txt", counterparty="Nimbus" if number % 2 else "Auenwerk")
    rows = _rows(_shown(caller, running, "?order=oldest&page=2"))
    assert [row["Contract"] for row in rows] == [f"{number:02}.txt" for number in range(53)]
    assert len(_rows(_shown(caller, running, "?counterparty=nimbus"))) == 26
    assert [row["Contract"] for row in _rows(_shown(caller, running, "?search=1&order=newest"))][:2] == [
        "51.txt",
        "41.txt",
    ]
    assert [row["Examination"] for row in rows[:1]] == ["Being examined"]
    sheet, about = _sheets(_shown(caller, running, "?counterparty=nimbus", "xlsx"))
    assert sheet.max_row == 2 + 26
    said = [cell.value for row in about.iter_rows() for cell in row]
    assert {"First", "26", "Counterparty", "“nimbus”"} <= set(said)


def test_verdicts_are_those_that_hold_in_the_words_of_who_asks(working: Running) -> None:
    account, name = working.add_account(Role.REVIEWER, working.workspace)
    caller = working.sign_in(name)
    contract = upload(caller, "weak.pdf", counterparty="Nimbus Hosting Ltd", reference="C-17")
    upload(caller, "nda.pdf", "en-nda")
    path, any_version = f"/v1/contracts/{contract}", {"If-Match": "*"}
    before = caller.get(path).json()["verdicts"]["audits"]
    assert before != "present"
    what = {"decision": "overridden", "verdict": "present", "reason": "Said in annex 2."}
    caller.put(f"{path}/reviews/audits", json=what, headers=any_version).raise_for_status()
    caller.put(f"{path}/state", json={"state": "in-negotiation"}, headers=any_version).raise_for_status()
    caller.put(f"{path}/assignee", json={"account": account}, headers=any_version).raise_for_status()
    verdicts = caller.get(path).json()["verdicts"]

    nda, weak = _rows(_shown(caller, working))
    assert weak["Contract"] == "weak.pdf"
    assert (weak["Counterparty"], weak["Reference"]) == ("Nimbus Hosting Ltd", "C-17")
    assert (weak["Review"], weak["Assigned to"]) == ("In negotiation", name)
    assert weak[load_catalogue("en").text("mention.audits")] == "Present"
    assert int(weak[_LACKING]) == sum(one in ("missing", "contradicted") for one in verdicts.values())
    assert nda[_LACKING] == "", "what is not in question lacks nothing"

    sheet = _sheets(_shown(caller, working, form="xlsx"))[0]
    column = _header(sheet)[load_catalogue("en").text("mention.audits")]
    cells = {row[0].value: row[column] for row in sheet.iter_rows(min_row=3)}
    assert cells["weak.pdf"].value == "✔ Present"
    assert cells["weak.pdf"].fill.fgColor.rgb == _GREEN
    missing = [cell for cell in sheet[4] if cell.value == "✘ Missing"]
    assert missing
    assert {cell.fill.fgColor.rgb for cell in missing} == {_RED}
    assert not [cell for cell in sheet[3] if cell.fill.fgColor.rgb == _RED], "no alarm where nothing is in question"

    french = _rows(_shown(caller, working, headers={"Accept-Language": "fr"}))[1]
    words = load_catalogue("fr")
    assert french["Contrat"] == "weak.pdf"
    assert french[words.text("mention.audits")] == words.text("verdict.present")
    assert french[words.text("letter.counterparty")] == "Nimbus Hosting Ltd"


def test_a_conflict_is_handed_out_as_one_until_it_is_settled(working: Running) -> None:
    caller = working.caller()
    path = f"/v1/contracts/{upload(caller, 'terms.docx', 'en-saas-terms-contradictions')}"
    titles = {mention: load_catalogue("en").text(f"mention.{mention}") for mention in MENTIONS}
    verdicts = caller.get(path).json()["verdicts"]
    conflicts = [mention for mention in MENTIONS if verdicts[mention] == "conflict"]
    assert len(conflicts) == 6
    (row,) = _rows(_shown(caller, working))
    assert [mention for mention in MENTIONS if row[titles[mention]] == "In conflict"] == conflicts
    lacking = int(row[_LACKING])
    assert lacking == sum(row[title] in ("Missing", "Contradicted", "In conflict") for title in titles.values())
    sheet = _sheets(_shown(caller, working, form="xlsx"))[0]
    assert [cell.value for cell in sheet[3]].count("⚠ In conflict") == 6
    (codes,) = csv.DictReader(io.StringIO(caller.get("/v1/contracts/export", params={"verdict": "conflict"}).text))
    assert [mention for mention in MENTIONS if codes[mention] == "conflict"] == conflicts

    what = {"decision": "overridden", "verdict": "present", "reason": "The annex prevails."}
    caller.put(f"{path}/reviews/{conflicts[0]}", json=what, headers={"If-Match": "*"}).raise_for_status()
    (row,) = _rows(_shown(caller, working))
    assert row[titles[conflicts[0]]] == "Present"
    assert int(row[_LACKING]) == lacking - 1


@pytest.mark.parametrize("name", ["=HYPERLINK(1).txt", "+1.txt", "-1.txt", "@a.txt"])
def test_no_name_is_taken_for_a_formula(running: Running, name: str) -> None:
    caller = running.caller()
    caller.upload(name=name, counterparty='=cmd|"/c calc"!A1')
    row = _rows(_shown(caller, running))[0]
    assert row["Contract"] == f"'{name}"
    assert row["Counterparty"].startswith("'=")
    cells = _sheets(_shown(caller, running, form="xlsx"))[0][3]
    assert cells[0].value == name
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no cell holds a formula"


def test_the_ticked_are_handed_out_and_no_others(running: Running) -> None:
    caller = running.caller(Role.REVIEWER, running.workspace, running.other_workspace)
    mine = [
        caller.upload(name=f"{number}.txt", params={"workspace": running.workspace}).json()["contract"]
        for number in range(3)
    ]
    other = caller.upload(name="elsewhere.txt", params={"workspace": running.other_workspace}).json()["contract"]
    reader = running.caller(Role.READER, running.workspace)
    path = f"{PATH}/workspaces/{running.workspace}"
    token = _token(reader.get(path))
    ticked = {f"contract-{one}": "1" for one in (mine[2], other, mine[0], "0" * 32)}
    answer = reader.post(f"{path}/export.csv", data={"csrf_token": token} | ticked)
    assert [row["Contract"] for row in _rows(answer)] == ["2.txt", "0.txt"]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="contracts-2')
    sheet = _sheets(reader.post(f"{path}/export.xlsx", data={"csrf_token": token} | ticked))[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["2.txt", "0.txt"]
    nothing = reader.post(f"{path}/export.csv", data={"csrf_token": token})
    assert nothing.status_code == 422
    assert SENTENCES["nothing-ticked"] in nothing.text
    many = {f"contract-{number:032x}": "1" for number in range(501)}
    assert reader.post(f"{path}/export.csv", data={"csrf_token": token} | many).status_code == 422


def test_a_list_that_is_too_long_is_refused_and_not_cut(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = running.caller()
    for number in range(4):
        caller.upload(name=f"{number}.txt")
    monkeypatch.setattr(export, "MOST", 4)
    assert len(_rows(_shown(caller, running))) == 4
    monkeypatch.setattr(export, "MOST", 3)
    answer = _shown(caller, running)
    assert answer.status_code == 422
    assert SENTENCES["too-many-to-export"] in answer.text


def test_an_export_is_noted_and_counts_as_a_download(running: Running) -> None:
    account, name = running.add_account(Role.READER, running.workspace)
    caller = running.sign_in(name)
    for form in ("xlsx", "csv"):
        assert _shown(caller, running, form=form).status_code == 200
    with running.core.database.read() as connection:
        noted = [kept.entry for kept in list_entries(connection, before=None, limit=20)]
    entry = Entry("portfolio-export", account, running.workspace)
    assert noted.count(entry) == 2
    watch = Watch(failed_sign_ins=10, downloads=3)
    assert [watch.observe(1000 + number, entry) for number in range(3)][-1] == [(MASS_DOWNLOAD, account, 3)]


def test_programs_get_the_codes(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "weak.pdf", counterparty="Nimbus")
    caller.upload(name="nobody.txt")
    answer = caller.get("/v1/contracts/export", params={"counterparty": "nimbus", "order": "worst"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["id"] for row in rows] == [contract]
    shown = caller.get(f"/v1/contracts/{contract}").json()
    assert {mention: rows[0][mention] for mention in MENTIONS} == shown["verdicts"]
    for name in ("name", "counterparty", "state", "language", "kind", "processing", "created", "review_state"):
        assert rows[0][name] == shown[name], name
    assert len(list(csv.DictReader(io.StringIO(caller.get("/v1/contracts/export").text)))) == 2
    assert caller.get("/v1/contracts/export", params={"workspace": working.other_workspace}).status_code == 404
    stranger = working.caller(Role.REVIEWER, working.other_workspace)
    assert stranger.get("/v1/contracts/export").text.count("\r\n") == 1, "only the header"
