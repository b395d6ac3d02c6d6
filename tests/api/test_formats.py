"""The report in its formats."""

from __future__ import annotations

import datetime
import io
import re
from html import unescape
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from api.service.caller import Role
from tests.api.running import CONTRACT, PARTY, ROOT, Caller, Running
from tests.api.test_reviews import PROBLEM, decide, examined, finding

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = CONTRACT.replace(b"Nimbus Hosting Ltd", b"=HYPERLINK(1) Ltd")


def _workbook(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        (XLSX, XLSX),
        ("text/html;q=0.5, application/json;q=0.1", "text/html"),
        (f"application/json;q=0.2, {XLSX}", XLSX),
        ("application/*", "application/json"),
    ],
)
def test_a_client_gets_what_it_likes_best(working: Running, accept: str, media_type: str) -> None:
    caller = working.caller()
    answer = caller.get(f"{examined(working, caller)}/report", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert answer.headers["vary"] == "Accept"


def test_the_workbook_has_every_mention_and_no_formula(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller, data=FORMULA)
    answer = caller.get(f"{path}/report", params={"format": "xlsx", "language": "de"})
    assert answer.headers["content-disposition"] == 'attachment; filename="report.xlsx"'
    sheets = _workbook(answer.content)
    summary, findings, evidence = sheets.values()
    assert len(findings) == 28
    assert any("Inspektionen" in str(row[0]) and "Fehlt" in str(row[3]) for row in findings)
    assert any("undue delay" in str(row[1]) for row in evidence)
    assert "agreement.txt" in str(summary)
    again = caller.get(f"{path}/report", params={"format": "xlsx", "language": "de"})
    assert again.content == answer.content


def _words(content: bytes, name: str) -> str:
    if name == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        heads = [one.text for section in document.sections for one in section.header.paragraphs]
        return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *heads])
    pdf = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())


@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_a_report_to_send_says_what_reviewers_decided_and_keeps_the_rest_inside(working: Running, name: str) -> None:
    caller = working.caller()
    me = caller.get("/v1/me").json()
    path = examined(working, caller, counterparty=PARTY, reference="C-2026-17")
    headers = {"If-Match": "*"}
    caller.put(f"{path}/reviews/audits/assignee", json={"account": me["id"]}, headers=headers)
    decide(caller, path)
    decide(caller, path, "confidentiality", decision="confirmed", note="Confirmed by Zanzibar.")
    caller.post(f"{path}/comments", json={"text": "A weak clause.", "mention": "audits"})
    answer = caller.get(f"{path}/report", params={"format": name, "date": "2026-03-02", "title": "Our view"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="report.{name}"'
    sent = _words(answer.content, name)
    for shown in ("Our view", PARTY, "C-2026-17", "Said in annex 2."):
        assert shown in sent, shown
    for inside in ("Zanzibar", "weak clause", me["name"], "clause seven"):
        assert inside not in sent, inside
    again = caller.get(f"{path}/report", params={"format": name, "date": "2026-03-02", "title": "Our view"})
    assert again.content == answer.content
    more: dict[str, Any] = {
        "comments": True,
        "assignments": True,
        "machine_verdicts": True,
        "reasons": False,
        "reviewer": True,
    }
    full = _words(caller.get(f"{path}/report", params={"format": name} | more).content, name)
    for shown in ("Zanzibar", "weak clause", me["name"], "clause seven"):
        assert shown in full, shown
    assert "Said in annex 2." not in full


@pytest.mark.parametrize("name", ["pdf", "docx", "html", "xlsx"])
def test_each_comment_stands_under_the_name_of_who_made_it(working: Running, name: str) -> None:
    people = [working.add_account(Role.REVIEWER, working.workspace, name=one)[1] for one in ("Anna Ek", "Björn Ask")]
    anna, bjorn = (working.sign_in(one) for one in people)
    path = examined(working, anna)
    decide(anna, path, decision="overridden", verdict="present", reason="Annex 2.", note="Annas-note")
    for mention in ("audits", "confidentiality"):
        bjorn.post(f"{path}/comments", json={"text": f"Björns-remark\non-{mention}", "mention": mention})
    content = anna.get(f"{path}/report", params={"format": name, "comments": True}).content
    said = _told(content, name)
    day = datetime.datetime.now(datetime.UTC)
    written = f"{day.day} {day:%B %Y}"
    assert f"Comment (Anna Ek, {written}): Annas-note" in said
    for mention in ("audits", "confidentiality"):
        assert re.search(rf"Comment \(Björn Ask, {written}\): Björns-remark (· )?on-{mention}", said), mention


def _told(content: bytes, name: str) -> str:
    """Return what a report in any format says, without blanks, breaks and marks between the words."""
    if name == "html":
        said = unescape(re.sub(r"<[^>]+>", " ", content.decode()))
    elif name == "xlsx":
        said = " ".join(str(cell) for rows in _workbook(content).values() for row in rows for cell in row)
    else:
        said = _words(content, name)
    return " ".join(said.replace("\u00a0", " ").split()).replace(" :", ":")


@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_the_parties_are_called_as_they_are_given(working: Running, name: str) -> None:
    caller = working.caller()
    path = examined(working, caller)
    called = {"controller": "Vale & Söder AB", "processor": "Vexley Hosting Limited"}
    bundle = caller.post("/v1/sets", json={"name": "Bundle", "contracts": [path.rpartition("/")[2]]}).json()["id"]
    for report in (f"{path}/report", f"/v1/sets/{bundle}/report"):
        answer = caller.get(report, params={"format": name} | called)
        assert answer.status_code == 200, answer.text
        said = _told(answer.content, name)
        for shown in called.values():
            assert said.count(shown) > 1, "at the top, and in the clauses proposed"
        assert "Nimbus" not in said
        for bad in ("x" * 201, "a\nb", "a\x7fb", "a\x85b"):
            refused = caller.get(report, params={"format": name, "processor": bad})
            assert refused.status_code == 422, bad


def _page_and_sheets(caller: Caller, path: str, **options: Any) -> tuple[str, str]:
    """Return what the page and the workbook say."""
    page, book = (caller.get(f"{path}/report", params={"format": name} | options) for name in ("html", "xlsx"))
    assert (page.status_code, book.status_code) == (200, 200), page.text
    return unescape(page.text), str(_workbook(book.content))


def test_page_and_workbook_have_the_verdicts_that_hold(working: Running) -> None:
    caller = working.caller()
    me = caller.get("/v1/me").json()
    path = examined(working, caller)
    machine, plain = caller.get(f"{path}/report").text, _page_and_sheets(caller, path)
    assert not [words for words in plain if "reviewer’s decision" in words]
    decide(caller, path)
    decide(caller, path, "confidentiality", decision="confirmed", note="Confirmed by Zanzibar.")
    for words in _page_and_sheets(caller, path):
        for shown in ("Said in annex 2.", "reviewer’s decision", "2 of the 27 verdicts"):
            assert shown in words, shown
        for inside in ("Zanzibar", me["name"], "clause seven"):
            assert inside not in words, inside
    book = _workbook(caller.get(f"{path}/report", params={"format": "xlsx"}).content)
    held = [row for row in book["The 27 mentions"] if row[6] == "reviewer’s decision"]
    assert sorted(str(row[3]) for row in held) == ["✔ Present", "✔ Present"]
    asked = {"comments": True, "machine_verdicts": True, "reasons": False, "reviewer": True, "language": "de"}
    for words in _page_and_sheets(caller, path, **asked):
        for shown in ("Zanzibar", me["name"], "clause seven", "Befund des Programms: ✘ Fehlt"):
            assert shown in re.sub("</?b>", "", words), shown
        assert "Said in annex 2." not in words
    assert _page_and_sheets(caller, path, reviewed=False) == plain
    for reviewed in (True, False):
        assert caller.get(f"{path}/report", params={"reviewed": reviewed}).text == machine


def test_a_decision_to_be_confirmed_again_is_on_no_page(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller)
    decide(caller, first)
    second = examined(working, caller, params={"replaces": first.rpartition("/")[2]})
    assert ["Said in annex 2." in _page_and_sheets(caller, path)[0] for path in (first, second)] == [True, False]


def test_a_confirmed_conflict_stays_one(working: Running) -> None:
    caller = working.caller()
    data = (ROOT / "sample_contracts" / "en-saas-terms-contradictions" / "contract.docx").read_bytes()
    path = examined(working, caller, data=data, name="terms.docx")
    found = caller.get(f"{path}/report").json()["findings"]
    mention = next(one["mention"] for one in found if one["conflict"])

    def count() -> int:
        return _words(caller.get(f"{path}/report", params={"format": "docx"}).content, "docx").count("In conflict")

    before = count()
    assert before > 0
    decide(caller, path, mention, decision="confirmed")
    assert count() == before
    decide(caller, path, mention, decision="overridden", verdict="contradicted", reason="Clause 9 prevails.")
    assert count() < before
    machine = next(one["verdict"] for one in found if one["mention"] == mention)
    settled = decide(caller, path, mention, decision="overridden", verdict=machine, reason="Clause 8 prevails.")
    assert settled.status_code == 200
    assert finding(settled, mention)["decision"] == "overridden"
    assert count() < before


def test_a_decision_to_be_confirmed_again_is_not_sent(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller)
    decide(caller, first)
    second = examined(working, caller, params={"replaces": first.rpartition("/")[2]})
    texts = [
        _words(caller.get(f"{path}/report", params={"format": "docx"}).content, "docx") for path in (first, second)
    ]
    assert ["Said in annex 2." in text for text in texts] == [True, False]


def test_a_report_to_send_is_negotiated_like_the_others(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller)
    answer = caller.get(f"{path}/report", headers={"Accept": "application/pdf"})
    assert answer.content.startswith(b"%PDF")
    waiting = caller.upload(b"%PDF-1.7 " + bytes(200), name="broken.pdf", wait=30).json()["contract"]
    refused = caller.get(f"/v1/contracts/{waiting}/report", params={"format": "pdf"})
    assert (refused.status_code, refused.json()["type"]) == (409, PROBLEM + "no-report")


def test_no_format_leaves_a_file_behind(working: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook waits in memory: where temporary files cannot be made it is written all the same."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no temporary files")

    caller = working.caller()
    path = examined(working, caller)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    for name in ("json", "html", "xlsx", "pdf", "docx"):
        assert caller.get(f"{path}/report", params={"format": name}).status_code == 200
