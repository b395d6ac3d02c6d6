"""Headers of every answer, bodies and files that mean harm (ASVS 5.0, chapters V3 to V5)."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator

import httpx
import pytest

from api import create_app
from api.service.caller import Role
from api.settings import Settings
from tests.api.running import CONTRACT, Caller, Running, run_service
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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/abs/olute.txt", "olute.txt"),
        ("a\x00b.txt", None),
        ("x" * 5_000 + ".txt", None),
        ("=1+1.txt", "=1+1.txt"),
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
    original = caller.get(f"/v1/contracts/{contract}/original")
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith("attachment;")
    assert "\n" not in original.headers["content-disposition"]
    assert original.headers["x-content-type-options"] == "nosniff"
    assert not [path for path in running.settings.data.rglob("*") if path.name in ("passwd", "win.ini", "olute.txt")]


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
