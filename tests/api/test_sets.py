"""Contract sets: several files of one relation judged together."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from api.errors import KeyDestroyed
from api.service.caller import Role
from tests.api.running import CONTRACT, PARTY, ROOT, Running
from tests.api.test_reviews import PROBLEM, decide, examined
from tests.api.test_versions import AUDITS

ANNEX = b"ANNEX 1 TO THE DATA PROCESSING AGREEMENT\n\nThe following applies to personal data.\n" + AUDITS


def test_files_uploaded_into_a_set_are_judged_together(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller, name="agreement.txt").rpartition("/")[2]
    made = caller.post("/v1/sets", json={"name": f"{PARTY}, hosting", "contracts": [first]})
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    alone = caller.get(f"{path}/report").json()
    annex = examined(working, caller, data=ANNEX, name="annex.txt", params={"set": made.json()["id"]})
    assert caller.get(path).json()["contracts"] == [first, annex.rpartition("/")[2]]
    together = caller.get(f"{path}/report").json()
    verdicts = [
        next(one["verdict"] for one in report["findings"] if one["mention"] == "audits") for report in (alone, together)
    ]
    assert verdicts[0] == "missing"
    assert verdicts[1] in ("present", "partial")
    assert [document["name"] for document in together["documents"]] == ["agreement.txt", "annex.txt"]
    page = caller.get(f"{path}/report", params={"format": "html", "language": "fr"})
    assert '<html lang="fr"' in page.text
    assert "script" not in page.headers["content-security-policy"]
    assert caller.get(f"{path}/report", headers={"Accept": "image/png"}).status_code == 406


def test_a_set_takes_the_latest_version(working: Running) -> None:
    caller = working.caller()
    first = examined(working, caller).rpartition("/")[2]
    path = caller.post("/v1/sets", json={"name": "One", "contracts": [first]}).headers["Location"]
    second = examined(working, caller, data=CONTRACT + AUDITS, params={"replaces": first}).rpartition("/")[2]
    assert caller.get(path).json()["contracts"] == [second]
    report = caller.get(f"{path}/report").json()
    assert next(one["verdict"] for one in report["findings"] if one["mention"] == "audits") != "missing"


def test_a_set_waits_for_its_contracts(running: Running) -> None:
    waiting = running.caller()
    contract = waiting.upload().json()["contract"]
    path = waiting.post("/v1/sets", json={"name": "One", "contracts": [contract]}).headers["Location"]
    answer = waiting.get(f"{path}/report")
    assert (answer.status_code, answer.json()["type"]) == (409, PROBLEM + "no-report")
    assert answer.json()["waiting"] == [contract]


def test_a_broken_file_is_listed_in_the_report(working: Running) -> None:
    caller = working.caller()
    good = examined(working, caller).rpartition("/")[2]
    broken = caller.upload(b"%PDF-1.7 " + bytes(200), name="broken.pdf", wait=30).json()["contract"]
    path = caller.post("/v1/sets", json={"name": "One", "contracts": [good, broken]}).headers["Location"]
    report = caller.get(f"{path}/report").json()
    assert [document["part"] for document in report["documents"]] == ["judged", "not_read"]
    assert next(one["verdict"] for one in report["findings"] if one["mention"] == "audits") == "not_examined"


def test_a_set_is_changed_by_one_at_a_time(running: Running) -> None:
    caller = running.caller()
    contracts = [caller.upload(name=f"{number}.txt").json()["contract"] for number in range(3)]
    made = caller.post("/v1/sets", json={"name": "One", "contracts": contracts[:2]})
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert caller.patch(path, json={"name": "Two"}).status_code == 428
    changed = caller.patch(path, json={"name": "Two", "contracts": contracts[1:]}, headers={"If-Match": tag})
    assert (changed.json()["name"], changed.json()["contracts"]) == ("Two", contracts[1:])
    assert caller.patch(path, json={"name": "Three"}, headers={"If-Match": tag}).status_code == 412
    assert caller.patch(path, json={"contracts": []}, headers={"If-Match": "*"}).status_code == 422
    assert caller.get(path).json()["name"] == "Two"
    for number in range(3):
        caller.post("/v1/sets", json={"name": f"More {number}", "contracts": contracts[:1]})
    found, cursor = [], None
    while True:
        page = caller.get("/v1/sets", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        found += [one["name"] for one in page["sets"]]
        if (cursor := page["next"]) is None:
            break
    assert found == ["More 2", "More 1", "More 0", "Two"]
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404
    assert caller.get(f"/v1/contracts/{contracts[2]}").status_code == 200


def test_a_set_of_others_is_not_there(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    made = caller.post("/v1/sets", json={"name": "One", "contracts": [contract]})
    path, headers = made.headers["Location"], {"If-Match": "*"}
    stranger = running.caller(Role.REVIEWER, running.other_workspace)
    own = stranger.upload().json()["contract"]
    for answer in (
        stranger.get(path),
        stranger.get(f"{path}/report"),
        stranger.delete(path),
        stranger.patch(path, json={"contracts": [own]}, headers=headers),
        stranger.upload(params={"set": made.json()["id"]}),
        stranger.post("/v1/sets", json={"name": "Two", "contracts": [contract]}),
    ):
        assert answer.status_code == 404
    assert stranger.get("/v1/sets").json()["sets"] == []
    reader = running.caller(Role.READER)
    assert reader.get(path).status_code == 200
    assert reader.delete(path).status_code == 403
    both = running.caller(Role.REVIEWER, running.workspace, running.other_workspace)
    mixed = both.post(
        "/v1/sets", json={"name": "Two", "contracts": [contract, own]}, params={"workspace": running.workspace}
    )
    assert (mixed.status_code, mixed.json()["type"]) == (422, PROBLEM + "another-workspace")
    kept = re.findall(rb"set/([0-9a-f]{32})", (running.settings.data / "keys.sqlite").read_bytes())
    assert set(kept) == {made.json()["id"].encode()}


def test_a_set_goes_with_the_last_of_its_contracts(running: Running) -> None:
    caller = running.caller()
    one, two = (caller.upload(name=f"{number}.txt").json()["contract"] for number in range(2))
    made = caller.post("/v1/sets", json={"name": PARTY, "contracts": [one, two]})
    path, set_id = made.headers["Location"], made.json()["id"]
    newer = caller.upload(params={"replaces": one}).json()["contract"]
    yesterday = running.backup()
    caller.delete(f"/v1/contracts/{newer}")
    assert caller.get(path).json()["contracts"] == [two]
    caller.delete(f"/v1/contracts/{two}")
    assert caller.get(path).status_code == 404
    left = running.backup()
    assert (left["contract_set"], left["contract_set_member"]) == ([], [])
    with pytest.raises(KeyDestroyed):
        running.core.keys.get(f"set/{set_id}")
    running.restore(yesterday)
    assert caller.get(path).status_code == 404
    assert caller.get("/v1/sets").json()["sets"] == []


def test_the_name_of_a_set_is_sealed(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    caller.post("/v1/sets", json={"name": "Quillfeather hosting", "contracts": [contract]})
    row = running.backup()["contract_set"][0]
    assert b"Quillfeather" not in row["name_sealed"]
    assert "Quillfeather" not in str(row)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _said(content: bytes, name: str) -> str:
    if name == "docx":
        document: Any = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def _audited_set(working: Running, caller: Any) -> tuple[str, str]:
    """Return the paths of a set in which an annex grants audits, and of that annex."""
    first = examined(working, caller, name="agreement.txt", counterparty=PARTY, reference="C-17").rpartition("/")[2]
    made = caller.post("/v1/sets", json={"name": "Hosting of everything", "contracts": [first]})
    annex = examined(working, caller, data=ANNEX, name="annex.txt", params={"set": made.json()["id"]})
    return str(made.headers["Location"]), annex


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("application/pdf", "pdf"),
        (f"text/html;q=0.1, {XLSX}", "xlsx"),
        (DOCX, "docx"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml;q=0.9", "html"),
    ],
)
def test_the_report_is_had_in_the_format_that_is_liked_best(working: Running, accept: str, name: str) -> None:
    caller = working.caller()
    path, _ = _audited_set(working, caller)
    liked = caller.get(f"{path}/report", headers={"Accept": accept}, params={"date": "2026-03-02"})
    asked = caller.get(f"{path}/report", params={"format": name, "date": "2026-03-02"})
    assert liked.status_code == 200, liked.text
    assert liked.content == asked.content
    assert liked.headers["vary"] == "Accept"
    assert liked.headers["content-type"] == asked.headers["content-type"]
    saved = f'attachment; filename="report.{name}"' if name in ("pdf", "docx", "xlsx") else None
    assert liked.headers.get("content-disposition") == saved
    assert "script" not in liked.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["pdf", "docx", "xlsx"])
def test_a_file_tells_which_document_says_what(working: Running, name: str) -> None:
    caller = working.caller()
    path, _ = _audited_set(working, caller)
    given: dict[str, Any] = {"format": name, "language": "de", "title": "Unsere Sicht", "reviewer": True}
    answer = caller.get(f"{path}/report", params=given)
    said = _said(answer.content, name)
    assert "annex.txt" in said
    assert "Hosting of everything" in said
    if name != "xlsx":
        for shown in ("Unsere Sicht", PARTY, "C-17", "Geregelt in", caller.get("/v1/me").json()["name"]):
            assert shown in said, shown


def test_what_is_sent_is_as_reviewed_and_the_rest_where_it_is_asked_for(working: Running) -> None:
    caller = working.caller()
    path, annex = _audited_set(working, caller)
    decide(caller, annex, decision="overridden", verdict="missing", reason="Struck out in the signed copy.")

    def verdict(**params: Any) -> tuple[str, list[str]]:
        found = caller.get(f"{path}/report", params=params).json()["findings"]
        one = next(one for one in found if one["mention"] == "audits")
        return one["verdict"], one["satisfied_by"]

    assert verdict() == ("present", ["annex.txt"])
    assert verdict(reviewed=True) == ("missing", [])
    quote = "contribute to audits"
    for name in ("pdf", "docx", "xlsx"):
        given: dict[str, Any] = {"format": name, "proposals": False}
        sent = {
            asked: quote in _said(caller.get(f"{path}/report", params=given | params).content, name)
            for asked, params in (("", {}), ("yes", {"reviewed": True}), ("no", {"reviewed": False}))
        }
        assert sent == {"": False, "yes": False, "no": True}, name
    newer = examined(working, caller, data=ANNEX, name="annex.txt", params={"replaces": annex.rpartition("/")[2]})
    assert newer
    assert verdict(reviewed=True)[0] == "present", "a decision that is to be confirmed again does not count"


def test_clauses_are_proposed_with_the_parties_of_the_agreement(working: Running) -> None:
    caller = working.caller()
    secret = (ROOT / "sample_contracts" / "en-nda" / "contract.docx").read_bytes()
    names = ("nda.docx", secret), ("agreement.txt", CONTRACT)
    members = [examined(working, caller, data=data, name=name).rpartition("/")[2] for name, data in names]
    path = caller.post("/v1/sets", json={"name": "Hosting", "contracts": members}).headers["Location"]
    said = _said(caller.get(f"{path}/report", params={"format": "docx"}).content, "docx")
    clauses = said.partition("Proposed clauses")[2]
    assert "Nimbus shall" in clauses
    assert "Quillfeather" in clauses
    assert "Representatives" not in clauses


def test_no_format_of_a_set_is_had_before_all_is_examined(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    path = caller.post("/v1/sets", json={"name": "One", "contracts": [contract]}).headers["Location"]
    for name in ("json", "html", "xlsx", "pdf", "docx"):
        answer = caller.get(f"{path}/report", params={"format": name})
        assert (answer.status_code, answer.json()["type"]) == (409, PROBLEM + "no-report"), name


def test_no_format_of_a_set_leaves_a_file_behind(working: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no temporary files")

    caller = working.caller()
    path, _ = _audited_set(working, caller)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    for name in ("json", "html", "xlsx", "pdf", "docx"):
        assert caller.get(f"{path}/report", params={"format": name}).status_code == 200
