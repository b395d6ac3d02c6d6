"""The service as it runs: a real server on a port of its own, and callers of it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pyotp
import uvicorn
from sqlalchemy import delete, insert, select

from api.cli import configure_server
from api.service import accounts, second_factor
from api.service.caller import Role
from api.service.core import Core, open_core
from api.settings import Settings
from api.store.account import find_sign_in
from api.store.schema import METADATA

ROOT = Path(__file__).parents[2]
PASSWORD = "eight wet horses ran"  # noqa: S105  # of accounts that live for one test
#: Words that must be found nowhere in what is kept.
PARTY = "Quillfeather Brightwater GmbH"
CONTRACT = f"""DATA PROCESSING AGREEMENT

between {PARTY} (hereinafter the Controller) and Nimbus Hosting Ltd (hereinafter the Processor).

1. The Processor shall process personal data only on documented instructions from the Controller.

2. The Processor shall notify the Controller without undue delay after becoming aware of a personal data breach.

3. The Processor shall ensure that persons authorised to process the personal data are bound by confidentiality.
""".encode()


class Caller(httpx.Client):
    """Somebody who calls the service."""

    def upload(self, data: bytes = CONTRACT, name: str = "agreement.txt", wait: int = 0, **more: Any) -> httpx.Response:
        """Upload a contract; ``more`` are fields, and ``headers``."""
        headers = more.pop("headers", {}) | ({"Prefer": f"wait={wait}"} if wait else {})
        params = more.pop("params", None)
        return self.post("/v1/contracts", files={"file": (name, data)}, data=more, headers=headers, params=params)


@dataclass
class Running:
    """A running service with two workspaces and the first administrator's id."""

    settings: Settings
    core: Core
    url: str
    administrator: str
    workspace: str
    other_workspace: str
    _callers: list[Caller] = field(default_factory=list)
    _recovery_codes: dict[str, list[str]] = field(default_factory=dict)

    def anonymous(self) -> Caller:
        """Return somebody who has not signed in."""
        caller = Caller(base_url=self.url, timeout=60)
        self._callers.append(caller)
        return caller

    def add_account(self, role: Role, *workspaces: str, name: str = "") -> tuple[str, str]:
        """Return id and name of a new account with the usual password."""
        name = name or f"{role}-{secrets.token_hex(4)}"
        account, first = accounts.create_account(self.core, name, role)
        for workspace in workspaces:
            accounts.change_membership(self.core, account.id, workspace, member=True, by=self.administrator)
        with self.anonymous() as caller:
            self._begin(caller, name, first)
            caller.post("/v1/password", json={"present": first, "new": PASSWORD}).raise_for_status()
        if role is Role.ADMINISTRATOR:
            with self.anonymous() as caller:
                self.enrol(self._begin(caller, name, PASSWORD), name)
        return account.id, name

    def enrol(self, caller: Caller, name: str) -> str:
        """Enrol a second factor for a caller in a session and return its secret; recovery codes are kept."""
        begun = caller.post("/v1/second-factor", json={"password": PASSWORD}).raise_for_status().json()
        code = pyotp.TOTP(begun["secret"]).now()
        confirmed = caller.post("/v1/second-factor/confirmation", json={"code": code}).raise_for_status()
        self._recovery_codes[name] = confirmed.json()["codes"]
        return str(begun["secret"])

    def sign_in(self, name: str, password: str = PASSWORD) -> Caller:
        """Return a caller in a session."""
        return self._begin(self.anonymous(), name, password)

    def caller(self, role: Role = Role.REVIEWER, *workspaces: str) -> Caller:
        """Return a caller of a new account, of the first workspace when none is named."""
        return self.sign_in(self.add_account(role, *(workspaces or (self.workspace,)))[1])

    def spend_code(self, name: str) -> str:
        """Return a recovery code of an account with a second factor, empty for others; there is always one more."""
        codes = self._recovery_codes.get(name)
        if codes == []:
            with self.core.database.write() as connection:
                found = find_sign_in(connection, name)
                assert found is not None
                codes = self._recovery_codes[name] = second_factor._make_recovery_codes(
                    self.core, connection, found[0].id
                )
        return codes.pop() if codes else ""

    def _begin(self, caller: Caller, name: str, password: str) -> Caller:
        given = {"name": name, "password": password}
        if code := self.spend_code(name):
            given["code"] = code
        answer = caller.post("/v1/sign-in", json=given)
        assert answer.status_code == 200, answer.text
        caller.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return caller

    def backup(self) -> dict[str, list[dict[str, Any]]]:
        """Return all rows of the database."""
        with self.core.database.read() as connection:
            tables = METADATA.sorted_tables
            return {table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in tables}

    def restore(self, backup: dict[str, list[dict[str, Any]]]) -> None:
        """Put all rows back as they were."""
        with self.core.database.write() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(delete(table))
            for table in METADATA.sorted_tables:
                if backup[table.name]:
                    connection.execute(insert(table), backup[table.name])

    def close(self) -> None:
        """Close all callers."""
        for caller in self._callers:
            caller.close()
        self.core.close()


@contextmanager
def serve(settings: Settings) -> Iterator[str]:
    """Give the address of the service while it runs in a thread."""
    server = uvicorn.Server(configure_server(settings, port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < until, "the service did not start in time"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@contextmanager
def run_service(settings: Settings, **changes: Any) -> Iterator[Running]:
    """Give a running service with its first administrator."""
    settings = replace(settings, **changes)
    with serve(settings) as url:
        core = open_core(settings)
        account, _ = accounts.create_account(core, "root", Role.ADMINISTRATOR)
        first = accounts.create_workspace(core, "First", None, by=account.id)
        other = accounts.create_workspace(core, "Other", None, by=account.id)
        running = Running(settings, core, url, account.id, first.id, other.id)
        try:
            yield running
        finally:
            running.close()


def wait_for(running: Running, caller: Caller, job: str, seconds: float = 30) -> dict[str, Any]:
    """Return a job once it has ended."""
    until = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = caller.get(f"/v1/jobs/{job}").json()
        if found["state"] in ("done", "failed", "cancelled"):
            return found
        assert time.monotonic() < until, found
        time.sleep(0.1)


__all__ = ["CONTRACT", "PARTY", "PASSWORD", "ROOT", "Caller", "Running", "run_service", "serve", "wait_for"]
