"""Uploads that take long to come: who is let in no more when they are there has nothing kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest

from api.service import accounts
from api.service.caller import Permission, Role
from api.service.sign_in import recognise_session
from api.service.standing import require_standing
from api.store.account import end_sessions
from tests.api.furnished import make_token
from tests.api.running import CONTRACT, Caller, Running

_BOUNDARY = "frontier"
_FORM = {
    "/v1/contracts": "",
    "/v1/sets": f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\nHosting\r\n',
}
_FILE = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


def _send(running: Running, caller: Caller, path: str, meanwhile: Callable[[], object]) -> httpx.Response:
    """Upload a file; ``meanwhile`` is done when a part of it is there."""

    def pieces() -> Iterator[bytes]:
        yield (_FORM[path] + _FILE).encode() + CONTRACT
        until = time.monotonic() + 30
        while not any(running.settings.spool.iterdir()):
            assert time.monotonic() < until
            time.sleep(0.01)
        meanwhile()
        yield b"The end."
        yield f"\r\n--{_BOUNDARY}--\r\n".encode()

    return caller.post(path, content=pieces(), headers={"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"})


def _program(running: Running, name: str) -> Caller:
    token = make_token(running.sign_in(name), Permission.READ, Permission.WRITE)
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {token}"
    return program


@pytest.mark.parametrize("path", list(_FORM))
def test_an_upload_does_not_outlive_what_let_it_in(running: Running, path: str) -> None:
    root, first, other = running.administrator, running.workspace, running.other_workspace
    changes: dict[str, Callable[[str], object]] = {
        "deactivation": lambda one: accounts.change_account(running.core, one, role=None, active=False, by=root),
        "reset": lambda one: accounts.reset_password(running.core, one, by=root),
        "role": lambda one: accounts.change_account(running.core, one, role=Role.READER, active=None, by=root),
        "membership": lambda one: accounts.change_membership(running.core, one, first, member=False, by=root),
        "another membership": lambda one: accounts.change_membership(running.core, one, other, member=False, by=root),
    }
    answers = {}
    for change, make in changes.items():
        for way in ("session", "token"):
            account, name = running.add_account(Role.REVIEWER, first)
            caller = running.sign_in(name) if way == "session" else _program(running, name)
            answers[change, way] = _send(running, caller, path, partial(make, account)).status_code
    ended = {(change, way): 401 for change in ("deactivation", "reset") for way in ("session", "token")}
    assert answers == ended | {
        ("role", "session"): 401,
        ("role", "token"): 403,
        ("membership", "session"): 404,
        ("membership", "token"): 404,
        ("another membership", "session"): 202,
        ("another membership", "token"): 202,
    }
    assert len(running.backup()["contract"]) == 2
    assert list(running.settings.spool.iterdir()) == []


def test_what_is_kept_is_there_before_its_caller_goes(running: Running) -> None:
    """Whoever ends a session waits for what is being kept on its strength."""
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    caller = running.sign_in(name)
    order: list[str] = []

    def end() -> None:
        with running.core.database.write() as connection:
            end_sessions(connection, account)
        order.append("ended")

    ending = threading.Thread(target=end)
    known = recognise_session(running.core, caller.cookies["dpa_session"])
    assert known is not None
    with running.core.database.write() as connection:
        require_standing(connection, known, Permission.WRITE, running.workspace)
        ending.start()
        time.sleep(0.5)
        order.append("kept")
    ending.join(timeout=30)
    assert order == ["kept", "ended"]
    assert caller.get("/v1/contracts").status_code == 401
