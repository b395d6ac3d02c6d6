"""Contracts over HTTP: uploading, listing, reading, changing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from api.service.caller import Role
from api.store.schema import CONTRACT as CONTRACT_TABLE
from api.store.schema import METADATA
from tests.api.running import CONTRACT, PARTY, Running

PROBLEM = "urn:dpa-checker:problem:"


def test_a_contract_goes_in_and_its_report_comes_out(working: Running) -> None:
    caller = working.caller()
    answer = caller.upload(counterparty=PARTY, reference="C-17", wait=30)
    assert answer.status_code == 200
    job = answer.json()
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert job["state"] == "done"
    contract = caller.get(f"/v1/contracts/{job['contract']}").json()
    assert (contract["name"], contract["counterparty"], contract["reference"]) == ("agreement.txt", PARTY, "C-17")
    assert contract["verdicts"]["documented-instructions"] in ("present", "partial")
    assert contract["verdicts"]["audits"] == "missing"
    path = f"/v1/contracts/{job['contract']}/report"
    report = caller.get(path).json()
    assert len(report["findings"]) == 27
    page = caller.get(path, headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<html" in page.text
    assert "script" not in page.headers["content-security-policy"]
    assert '<html lang="de"' in caller.get(path, params={"format": "html", "language": "de"}).text
    assert caller.get(path, headers={"Accept": "image/png"}).status_code == 406
    original = caller.get(f"/v1/contracts/{job['contract']}/original")
    assert original.content == CONTRACT
    assert original.headers["content-disposition"] == "attachment; filename*=UTF-8''agreement.txt"
    assert original.headers["x-content-type-options"] == "nosniff"


def test_nothing_of_a_contract_is_legible_in_what_is_kept(working: Running) -> None:
    caller = working.caller()
    assert caller.upload(name=f"{PARTY}.txt", counterparty=PARTY, reference=PARTY, wait=30).status_code == 200
    words = [word.encode() for word in (PARTY, "Quillfeather", "Nimbus", "undue delay", "aware of")]
    with working.core.database.read() as connection:
        rows = [str(tuple(row)) for table in METADATA.sorted_tables for row in connection.execute(select(table))]
        kept = [bytes(row.report_sealed) for row in connection.execute(select(CONTRACT_TABLE.c.report_sealed))]
    contents = ["\n".join(rows).encode(), *kept]
    contents += [path.read_bytes() for path in working.settings.data.rglob("*") if path.is_file()]
    for content in contents:
        assert not [word for word in words if word.lower() in content.lower()]
    assert list(working.settings.spool.iterdir()) == []


def test_an_upload_is_sealed_on_its_way(running: Running) -> None:
    """A request that breaks off leaves nothing; what is in the spool meanwhile cannot be read."""
    from api.service.upload import Upload

    with Upload(running.core, bytes(32)) as upload:
        upload.write(CONTRACT * 2000)
        content = b"".join(path.read_bytes() for path in running.settings.spool.iterdir())
        assert len(content) > 500_000
        assert b"Nimbus" not in content
    assert list(running.settings.spool.iterdir()) == []


def test_a_file_that_cannot_be_examined_is_a_failed_job(working: Running) -> None:
    caller = working.caller()
    job = caller.upload(b"%PDF-1.7 " + bytes(200), name="broken.pdf", wait=30).json()
    assert (job["state"], job["error"]) == ("failed", "damaged-document")
    assert caller.get(f"/v1/contracts/{job['contract']}").json()["state"] == "failed"
    report = caller.get(f"/v1/contracts/{job['contract']}/report")
    assert (report.status_code, report.json()["type"]) == (409, PROBLEM + "no-report")


def test_a_list_is_walked_through_and_narrowed(running: Running) -> None:
    caller = running.caller()
    sent = [caller.upload(counterparty=f"Firm {number % 2}", name=f"{number}.txt").json() for number in range(5)]
    newest = [job["contract"] for job in reversed(sent)]
    found, cursor = [], None
    for _ in range(3):
        page = caller.get("/v1/contracts", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [contract["id"] for contract in page["contracts"]]
        cursor = page["next"]
    assert (found, cursor) == (newest, None)
    some = caller.get("/v1/contracts", params={"counterparty": " firm  1 "}).json()["contracts"]
    assert [contract["name"] for contract in some] == ["3.txt", "1.txt"]
    assert caller.get("/v1/contracts", params={"counterparty": "Firm"}).json()["contracts"] == []
    assert len(caller.get("/v1/contracts", params={"state": "waiting"}).json()["contracts"]) == 5
    assert caller.get("/v1/contracts", params={"verdict": "missing"}).json()["contracts"] == []
    for wrong in ("x", "AAAA", "%00", "é"):
        assert caller.get("/v1/contracts", params={"cursor": wrong}).status_code == 400


def test_contracts_are_found_by_their_verdicts(working: Running) -> None:
    caller = working.caller()
    contract = caller.upload(wait=30).json()["contract"]
    for verdict, count in (("missing", 1), ("contradicted", 0)):
        params = {"mention": "audits", "verdict": verdict, "language": "en"}
        found = caller.get("/v1/contracts", params=params).json()["contracts"]
        assert [one["id"] for one in found] == [contract] * count


def test_the_same_upload_with_the_same_key_is_done_once(running: Running) -> None:
    caller = running.caller()
    first = caller.upload(headers={"Idempotency-Key": "k1"}, reference="a")
    again = caller.upload(headers={"Idempotency-Key": "k1"}, reference="a")
    assert again.status_code == 202
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (first.json()["id"], "true")
    other = caller.upload(headers={"Idempotency-Key": "k1"}, reference="b")
    assert (other.status_code, other.json()["type"]) == (422, PROBLEM + "idempotency-key-reused")
    assert len(caller.get("/v1/contracts").json()["contracts"]) == 1
    neighbour = running.caller().upload(headers={"Idempotency-Key": "k1"}, reference="a")
    assert neighbour.json()["id"] != first.json()["id"]


def test_many_at_once_lose_nothing(running: Running) -> None:
    _, name = running.add_account(Role.REVIEWER, running.workspace)

    def send(number: int) -> tuple[str, str]:
        caller = running.sign_in(name)
        same = caller.upload(headers={"Idempotency-Key": "same"})
        own = caller.upload(name=f"{number}.txt")
        assert (same.status_code, own.status_code) == (202, 202)
        assert caller.get("/v1/contracts").status_code == 200
        return same.json()["id"], own.json()["id"]

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(send, range(16)))
    assert len({same for same, _ in sent}) == 1
    assert len({own for _, own in sent}) == 16
    assert len(running.caller().get("/v1/contracts").json()["contracts"]) == 17
    assert running.core.verify_audit() is None


def test_a_change_wants_what_it_was_made_from(running: Running) -> None:
    caller = running.caller()
    path = f"/v1/contracts/{caller.upload(reference='a').json()['contract']}"
    tag = caller.get(path).headers["ETag"]
    assert caller.patch(path, json={"reference": "b"}).status_code == 428
    changed = caller.patch(path, json={"reference": "b"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["reference"]) == (200, "b")
    late = caller.patch(path, json={"reference": "c"}, headers={"If-Match": tag})
    assert (late.status_code, late.json()["type"]) == (412, PROBLEM + "changed-meanwhile")
    cleared = caller.patch(path, json={"reference": None}, headers={"If-Match": changed.headers["ETag"]})
    assert cleared.json()["reference"] is None
    assert caller.get("/v1/contracts", params={"reference": "b"}).json()["contracts"] == []
    assert caller.patch(path, json={"name": "x"}, headers={"If-Match": "*"}).status_code == 422


def test_too_much_is_refused(running: Running) -> None:
    caller = running.caller()
    answer = caller.upload(bytes(running.settings.max_upload_bytes + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, PROBLEM + "too-large")
    assert caller.post("/v1/tokens", json={"name": "x" * 100_000}).status_code == 413
    assert caller.post("/v1/tokens", content=iter([b"{}"])).status_code == 413
    assert list(running.settings.spool.iterdir()) == []
    assert caller.get("/v1/contracts").json()["contracts"] == []


def _multipart(*parts: str, end: str = "--b--\r\n") -> bytes:
    return ("".join(f"--b\r\n{part}\r\n" for part in parts) + end).encode()


_FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext'


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=b", b"", 400),
        ("multipart/form-data; boundary=b", b"nonsense", 400),
        ("multipart/form-data; boundary=b", _multipart(_FILE, end=""), 400),
        ("multipart/form-data; boundary=b", _multipart(_FILE, _FILE), 400),
        ("multipart/form-data; boundary=b", _multipart(_FILE.replace('"file"', '"other"')), 400),
        ("multipart/form-data; boundary=b", _multipart("No-Disposition: x\r\n\r\ntext"), 400),
        ("multipart/form-data; boundary=b", _multipart(_FILE.replace("text", "")), 422),
        (
            "multipart/form-data; boundary=b",
            _multipart(_FILE, 'Content-Disposition: form-data; name="reference"\r\n\r\na\x00b'),
            400,
        ),
        (
            "multipart/form-data; boundary=b",
            _multipart(_FILE, 'Content-Disposition: form-data; name="reference"\r\n\r\n' + "x" * 201),
            422,
        ),
        (
            "multipart/form-data; boundary=b",
            _multipart(_FILE, 'Content-Disposition: form-data; name="language"\r\n\r\nxx'),
            422,
        ),
        ("multipart/form-data; boundary=b", _multipart(_FILE), 202),
    ],
)
def test_forms_are_taken_as_they_should_be(running: Running, kind: str, body: bytes, status: int) -> None:
    answer = running.caller().post("/v1/contracts", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert list(running.settings.spool.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\b.pdf", "b.pdf"), ("Vertrag ÄÖ.pdf", "Vertrag ÄÖ.pdf"), ("..", "..")],
)
def test_a_file_name_has_no_folders(running: Running, given: str, kept: str) -> None:
    caller = running.caller()
    body = _multipart(_FILE.replace("a.txt", given.replace("\\", "\\\\")))
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    contract = caller.post("/v1/contracts", content=body, headers=headers).json()["contract"]
    assert caller.get(f"/v1/contracts/{contract}").json()["name"] == kept


def test_a_failure_within_says_nothing_of_it(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(PARTY)

    caller = running.caller()
    monkeypatch.setattr("api.web.routes_contract.searching.list_contracts", fail)
    answer = caller.get("/v1/contracts")
    assert (answer.status_code, answer.json()["type"]) == (500, PROBLEM + "internal")
    assert PARTY not in answer.text


def test_logs_hold_no_names(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    caller = running.caller()
    caller.upload(name=f"{PARTY}.txt", counterparty=PARTY)
    caller.get("/v1/contracts", params={"counterparty": PARTY})

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(PARTY)

    monkeypatch.setattr("api.web.routes_contract.searching.list_contracts", fail)
    caller.get("/v1/contracts")
    own = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any("/v1/contracts" in record.getMessage() for record in own)
    assert not [record for record in own if "Quillfeather" in record.getMessage() or record.exc_info]


def test_workspaces_are_named_where_there_are_several(running: Running) -> None:
    caller = running.caller(Role.REVIEWER, running.workspace, running.other_workspace)
    assert caller.upload().json()["type"] == PROBLEM + "workspace-needed"
    assert caller.upload(params={"workspace": running.other_workspace}).status_code == 202
    listed = caller.get("/v1/contracts", params={"workspace": running.workspace})
    assert listed.json()["contracts"] == []


def test_health_and_readiness_are_open(running: Running) -> None:
    for path in ("/health", "/ready"):
        answer = running.anonymous().get(path)
        assert answer.status_code == 200
        assert set(answer.json()) == {"status"}


def test_a_pdf_of_the_samples(working: Running) -> None:
    from tests.api.running import ROOT

    path: Path = ROOT / "sample_contracts" / "fr-contrat-sous-traitance" / "contract.docx"
    caller = working.caller()
    job = caller.upload(path.read_bytes(), name=path.name, wait=30).json()
    report: httpx.Response = caller.get(f"/v1/contracts/{job['contract']}/report")
    assert json.loads(report.text)["document"]["language"] == "fr"
