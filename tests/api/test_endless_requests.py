"""Requests that do not end, hardly come, or want to be something else: refused while they come, and nothing is left."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.api.running import Running

_BOUNDARY = "frontier"
_PART = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
_END = f"\r\n--{_BOUNDARY}--\r\n"


def _pieces(*parts: str | tuple[str, int]) -> Iterator[bytes]:
    """Give the pieces of a form; one with a number is sent so often, and none is kept in memory."""
    for part in parts:
        piece, number = (part, 1) if isinstance(part, str) else part
        for _ in range(number):
            yield piece.encode()


@pytest.mark.parametrize(
    "parts",
    [
        (_PART, ("X-More: " + "x" * 1_000 + "\r\n", 100_000), "\r\ntext", _END),
        (_PART, "X-Long: ", ("x" * 10_000, 10_000), "\r\n\r\ntext", _END),
        (("x" * 10_000, 10_000),),
        (_PART, "\r\ntext", _END, ("x" * 10_000, 10_000)),
        ((_PART.replace('"file"', '"counterparty"') + "\r\n" + "x\r\n", 100_000), _END),
        (_PART.replace('"file"', '"counterparty"'), "\r\n", ("x" * 10_000, 10_000), _END),
        ((_PART + "\r\ntext\r\n", 100_000), _END),
        (_PART, "\r\ntext"),
    ],
    ids=["headers", "header", "before", "behind", "parts", "field", "files", "broken off"],
)
def test_a_form_without_end_is_refused_while_it_comes(running: Running, parts: tuple[Any, ...]) -> None:
    """Up to a hundred megabytes of what is no file."""
    caller = running.caller()
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    began = time.monotonic()
    try:
        answer = caller.post("/v1/contracts", content=_pieces(*parts), headers=headers)
    except httpx.TransportError:  # refused and closed while the rest was on its way
        pass
    else:
        assert answer.status_code == 400, answer.text
    assert time.monotonic() - began < 20
    assert list(running.settings.spool.iterdir()) == []
    assert caller.get("/v1/contracts").json()["contracts"] == []


def _connect(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", httpx.URL(running.url).port or 0), timeout=30)


def _read(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    found = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65_536):
            found += piece
    return found


@pytest.mark.parametrize("piece", [b"X-Header: " + b"x" * 1_000 + b"\r\n", b"x" * 1_000])
def test_a_head_without_end_is_refused(running: Running, piece: bytes) -> None:
    """Headers, or one header, or an address: by somebody unknown, before anything is looked up."""
    with _connect(running) as connection, suppress(ConnectionError):
        connection.sendall(b"GET /health?" if piece.startswith(b"x") else b"GET /health HTTP/1.1\r\nHost: here\r\n")
        for _ in range(10_000):
            connection.sendall(piece)
        pytest.fail("ten megabytes of a head were taken")
    assert running.anonymous().get("/health").status_code == 200
    large = running.anonymous().get("/health", headers={"X-Header": "x" * 16_000})
    assert large.status_code == 200


def test_who_is_slow_with_a_head_is_not_waited_for(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.connection.HEAD_SECONDS", 0.5)
    for begun in (b"", b"\r\n", b"GET /health HTTP/1.1\r\n", b"GET /health HTTP/1.1\r\nHost: here\r\n\r\nGET"):
        with _connect(running) as connection:
            began = time.monotonic()
            connection.sendall(begun)
            answered = _read(connection)
            assert time.monotonic() - began < 10, begun
            assert answered.startswith(b"HTTP/1.1 200" if begun.endswith(b"GET") else b"HTTP/1.1 408"), begun


def _begin(caller: httpx.Client, path: str, kind: str, begun: str, length: int) -> bytes:
    """Return the head of a request and the beginning of its body."""
    about = {"Host": "here", "Content-Type": kind, "Content-Length": str(length)}
    about |= {"X-CSRF-Token": caller.headers.get("X-CSRF-Token", "")}
    about |= {"Cookie": "; ".join(f"{name}={value}" for name, value in caller.cookies.items())}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in about.items() if value)]
    return "\r\n".join([*lines, "", begun]).encode()


@pytest.mark.parametrize("path", ["/v1/contracts", "/v1/sign-in", "/dashboard/sign-in"])
def test_who_is_slow_with_a_body_is_not_waited_for(
    running: Running, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("api.web.connection.BODY_SECONDS", 0.5)
    upload = path == "/v1/contracts"
    caller = running.caller() if upload else running.anonymous()
    kinds = {"/v1/contracts": f"multipart/form-data; boundary={_BOUNDARY}", "/v1/sign-in": "application/json"}
    begun = f"{_PART}\r\ntext" if upload else '{"name": '
    began = time.monotonic()
    with _connect(running) as connection:
        kind = kinds.get(path, "application/x-www-form-urlencoded")
        connection.sendall(_begin(caller, path, kind, begun, len(begun) + 100))
        answered = connection.recv(65_536)
        assert answered.startswith(b"HTTP/1.1 408 "), answered
        assert time.monotonic() - began < 10
    assert list(running.settings.spool.iterdir()) == []
    if upload:
        assert caller.get("/v1/contracts").json()["contracts"] == []


def test_a_body_that_hardly_comes_is_not_waited_for(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.connection._GRACE_SECONDS", 0.5)
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    with _connect(running) as connection:
        connection.sendall(_begin(running.caller(), "/v1/contracts", kind, f"{_PART}\r\n", 100_000))
        connection.settimeout(0.05)
        for _ in range(200):
            connection.sendall(b"x")
            with suppress(TimeoutError):
                assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")
                break
        else:
            pytest.fail("ten seconds of single bytes were taken")
    assert list(running.settings.spool.iterdir()) == []


def test_what_was_answered_is_not_waited_for_either(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a request that was refused at its head holds no connection open."""
    monkeypatch.setattr("api.web.connection._REST_SECONDS", 0.5)
    with _connect(running) as connection:
        connection.sendall(_begin(running.anonymous(), "/v1/contracts", "multipart/form-data; boundary=x", "", 100_000))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 401 ")
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 10:
                connection.sendall(b"x")
                time.sleep(0.1)
            pytest.fail("it was waited for")


def test_a_patient_upload_is_taken(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.connection._GRACE_SECONDS", 1)

    def steadily() -> Iterator[bytes]:
        yield _PART.encode() + b"\r\n"
        for _ in range(15):
            time.sleep(0.1)
            yield b"x" * 2_000
        yield _END.encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    assert running.caller().post("/v1/contracts", content=steadily(), headers=headers).status_code == 202


def test_an_answer_before_the_end_of_a_body_comes_through(running: Running) -> None:
    """Who sends too much is told so, although the rest of it is still on its way."""
    data = b"x" * (running.settings.max_upload_bytes + 1_000_000)
    for who, status in ((running.caller(), 413), (running.anonymous(), 401)):
        for _ in range(3):
            assert who.upload(data).status_code == status


@pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
def test_an_upgrade_does_not_pass_by_the_guard(running: Running, upgrade: str) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": upgrade,
        "Sec-WebSocket-Key": "x" * 22 + "==",
        "Sec-WebSocket-Version": "13",
    }
    answer = running.anonymous().get("/v1/contracts", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["x-frame-options"] == "DENY"
