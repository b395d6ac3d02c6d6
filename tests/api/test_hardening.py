"""Headers of every answer, bodies and files that mean harm (ASVS 5.0, chapters V3 to V5)."""

from __future__ import annotations

import io
import json
import os
import stat
import time
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import func, select

from api import create_app
from api.service.caller import Role
from api.settings import Settings
from api.store.schema import AUDIT
from tests.api.furnished import furnish
from tests.api.running import CONTRACT, PARTY, PASSWORD, Caller, Running, run_service
from tests.api.serving import start_serving
from tests.api.test_access import ROUTES, _filled

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def _answers(running: Running) -> Iterator[tuple[str, httpx.Response]]:
    for caller in (running.anonymous(), running.caller(Role.ADMINISTRATOR)):
        for method, path, _ in ROUTES:
            if path not in ("/v1/sign-out", "/v1/password"):
                yield path, caller.request(method, _filled(path))
        yield "nowhere", caller.get("/nowhere")
        yield "method", caller.request("TRACE", "/v1/contracts")
        yield "too large", caller.post("/v1/sign-in", content=b"x" * 70_000)
        yield "no length", caller.post("/v1/sign-in", content=iter([b"{}"]))


def test_every_answer_has_the_headers_of_security(running: Running) -> None:
    for path, answer in _answers(running):
        for name, value in _HEADERS.items():
            assert answer.headers[name] == value, (path, name)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe-eval" not in policy
        assert "script-src" not in policy
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status_code < 500, path
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", path


def test_over_tls_browsers_are_told_to_stay_with_it(settings: Settings) -> None:
    with run_service(settings, secure_cookies=True) as running:
        assert "max-age" in running.anonymous().get("/health").headers["strict-transport-security"]


def test_nothing_is_told_of_what_goes_on_within(running: Running) -> None:
    caller = running.caller(Role.ADMINISTRATOR)
    for answer in (
        caller.get("/v1/contracts", params={"limit": "9" * 400}),
        caller.get("/v1/contracts/" + "%00" * 8),
        caller.get("/v1/contracts/'; DROP TABLE contract; --"),
        caller.post("/v1/accounts", content=b"\xff\xfe{", headers={"Content-Type": "application/json"}),
        caller.post("/v1/accounts", json={"name": {"$gt": ""}, "role": []}),
        caller.get("/v1/audit", params={"before": -1}),
    ):
        assert 400 <= answer.status_code < 500
        for word in ("Traceback", "sqlalchemy", "sqlite", "psycopg", "api/", "site-packages", "DROP TABLE"):
            assert word not in answer.text


def test_telemetry_of_the_framework_is_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its records would hold addresses with names and messages of errors."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    native = getattr(create_app(settings), "_native_telemetry", None)
    assert native is None or not native.enabled()


def test_what_the_service_writes_is_for_its_owner_only(settings: Settings) -> None:
    """Also where the folder was made by somebody else, and whatever the mask of the one who starts it."""
    settings.data.mkdir(mode=0o755)
    before = os.umask(0o002)
    try:
        with start_serving(settings) as process:
            url = f"http://127.0.0.1:{process.port}"  # type: ignore[attr-defined]
            assert httpx.get(f"{url}/ready").status_code == 200
            found = {path: stat.S_IMODE(path.stat().st_mode) for path in settings.data.rglob("*")}
    finally:
        os.umask(before)
    assert found
    assert not {str(path): oct(mode) for path, mode in found.items() if mode & 0o077}


def test_signing_in_ends_the_session_that_was_there(running: Running) -> None:
    """Whoever has planted a session, or left one behind, shares nothing with who signs in."""
    planted = running.caller()
    name = running.add_account(Role.READER, running.workspace)[1]
    cookie = planted.cookies["dpa_session"]
    victim = running.anonymous()
    victim.cookies.set("dpa_session", cookie)
    answer = victim.post("/v1/sign-in", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200
    assert cookie not in str(answer.headers)
    assert planted.get("/v1/me").status_code == 401


#: Routes that tell nothing but who calls, what there is to be asked, and that the service is there.
_UNNOTED = {"/v1/me", "/v1/openapi.json", "/health", "/ready", "/setup", "/", "/dashboard"}


def test_every_reading_leaves_an_entry(working: Running) -> None:
    """Of each route there is, with what is really there: a new one cannot be forgotten."""
    reviewer, caller = working.caller(), working.caller(Role.ADMINISTRATOR)
    there = furnish(working, reviewer)
    who = caller.get("/v1/me").json()["id"]

    def count() -> int:
        working.core.log.flush()
        with working.core.database.read() as connection:
            query = select(func.count()).where(AUDIT.c.account_id == who, AUDIT.c.outcome == "done")
            return int(connection.execute(query).scalar_one())

    for path in sorted({path for method, path, _ in ROUTES if method == "GET"} - _UNNOTED):
        filled = path
        for name, values in there.items():
            filled = filled.replace(f"{{{name}}}", str(values[0]))
        if "{" in filled and "token_id" not in filled:
            pytest.fail(f"{path} has a parameter that furnish does not know")
        before = count()
        answer = caller.get(filled)
        assert answer.status_code in (200, 404), (path, answer.status_code, answer.text)
        if answer.status_code == 200:
            until = time.monotonic() + 5
            while count() <= before:
                assert time.monotonic() < until, f"{path} left no entry"
                time.sleep(0.05)
        else:
            assert path.endswith("/comparison"), path  # there is no earlier version


def test_what_is_refused_leaves_an_entry_without_names(running: Running) -> None:
    contract = running.caller().upload(counterparty=PARTY).json()["contract"]
    reader, stranger = running.caller(Role.READER), running.caller(Role.REVIEWER, running.other_workspace)
    ids = [caller.get("/v1/me").json()["id"] for caller in (reader, stranger)]
    assert stranger.get(f"/v1/contracts/{contract}").status_code == 404
    assert stranger.delete(f"/v1/contracts/{contract}").status_code == 404
    assert stranger.get("/v1/contracts", params={"workspace": running.workspace, "name": PARTY}).status_code == 404
    assert stranger.get(f"/v1/contracts/{PARTY}").status_code == 404
    assert reader.delete(f"/v1/contracts/{contract}").status_code == 403
    assert reader.get("/v1/accounts").status_code == 403
    assert reader.get("/dashboard/administration/accounts").status_code == 403
    assert stranger.get(f"/dashboard/contracts/{contract}").status_code == 404
    log = running.caller(Role.ADMINISTRATOR).get("/v1/audit", params={"limit": 500}).json()
    refused = [(one["account"], one["subject"]) for one in reversed(log) if one["outcome"] == "refused"]
    assert refused == [
        (ids[1], contract),
        (ids[1], contract),
        (ids[1], "GET /v1/contracts"),
        (ids[1], "GET /v1/contracts/{contract_id}"),
        (ids[0], contract),
        (ids[0], "GET /v1/accounts"),
        (ids[0], "GET /administration/accounts"),
        (ids[1], contract),
    ]
    assert "Quillfeather" not in str(log)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/abs/olute.txt", "olute.txt"),
        ("a\x00b.txt", None),
        ("x" * 5_000 + ".txt", None),
        ("=1+1.txt", "=1+1.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("\u2028line.txt", "line.txt"),
        ("Accord n\u00b0\u00a07.txt", "Accord n\u00b0\u00a07.txt"),
        ("<script>alert(1)</script>.txt", "script>.txt"),
    ],
)
def test_the_name_of_a_file_is_only_a_name(running: Running, given: str, kept: str | None) -> None:
    caller = running.caller()
    answer = caller.upload(name=given)
    if answer.status_code != 202:
        assert 400 <= answer.status_code < 500
        return
    contract = answer.json()["contract"]
    read = caller.get(f"/v1/contracts/{contract}").json()["name"]
    assert "/" not in read
    assert "\\" not in read
    assert "\x00" not in read
    assert len(read) <= 255
    if kept:
        assert read == kept
    original = caller.get(f"/v1/contracts/{contract}/original", headers={"Range": "bytes=0-3"})
    assert (original.status_code, original.content) == (200, CONTRACT)
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment;")
    assert "\n" not in original.headers["content-disposition"]
    assert original.headers["x-content-type-options"] == "nosniff"
    assert not [path for path in running.settings.data.rglob("*") if path.name in ("passwd", "win.ini", "olute.txt")]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u2028", "\x7f", "\x85", "\n", "\x00", "\ud800"])
def test_no_name_is_made_to_read_otherwise(running: Running, hidden: str) -> None:
    """By characters that do not show; a blank that does not break is nothing of that kind."""
    reviewer, administrator = running.caller(), running.caller(Role.ADMINISTRATOR)
    name = f"Soci{hidden}ete"
    contract = reviewer.upload(counterparty="Societe\u00a0X").json()["contract"]
    text = json.dumps(name)
    for caller, method, path, body in (
        (reviewer, "PATCH", f"/v1/contracts/{contract}", f'{{"reference": {text}}}'),
        (reviewer, "POST", "/v1/sets", f'{{"name": {text}, "contracts": ["{contract}"]}}'),
        (administrator, "POST", "/v1/accounts", f'{{"name": {text}, "role": "reader"}}'),
        (administrator, "POST", "/v1/workspaces", f'{{"name": {text}}}'),
    ):
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        assert caller.request(method, path, content=body, headers=headers).status_code == 422, path
    if hidden != "\ud800":
        assert reviewer.upload(counterparty=name).status_code == 400
    found = reviewer.get("/v1/contracts").json()["contracts"]
    assert [one["counterparty"] for one in found] == ["Societe\u00a0X"]


def test_a_file_that_is_too_large_is_refused_while_it_comes_and_leaves_nothing(running: Running) -> None:
    caller = running.caller()
    most = running.settings.max_upload_bytes
    assert caller.upload(b"x" * (most + 1)).status_code == 413
    assert list(running.settings.spool.iterdir()) == []
    assert caller.get("/v1/contracts").json()["contracts"] == []


def _bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", b"<w>" + b" " * 300_000_000)
    return held.getvalue()


_EXTERNAL = b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<html><body><p>The Processor shall &e; process.</p><iframe src="file:///etc/passwd"></iframe></body></html>"""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.docx", _bomb()),
        ("external.html", _EXTERNAL),
        ("program.pdf", b"MZ" + bytes(5_000)),
        ("page.txt", b"%PDF-1.7\n" + bytes(1_000)),
        ("polyglot.pdf", b"%PDF-1.7\n<script>alert(1)</script>"),
        ("nothing.docx", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_a_file_that_means_harm_stops_nothing(working: Running, name: str, data: bytes) -> None:
    caller = working.caller()
    job = caller.upload(data, name, wait=30).json()
    found = _ended(caller, str(job["id"]))
    text = caller.get(f"/v1/contracts/{found['contract']}/report").text
    assert "root:x:0" not in text
    good = caller.upload(CONTRACT, wait=30).json()
    assert _ended(caller, str(good["id"]))["state"] == "done"


def _ended(caller: Caller, job: str) -> dict[str, object]:
    until = time.monotonic() + 90
    while True:
        found: dict[str, object] = caller.get(f"/v1/jobs/{job}").json()
        if found["state"] in ("done", "failed"):
            return found
        assert time.monotonic() < until, found
        time.sleep(0.1)
