"""What is measured: a real service on PostgreSQL, its worker, and the floor, each a process of its own."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil
from sqlalchemy import func, select

from api.moment import DAY, now
from api.service import accounts
from api.service.caller import Permission, Role
from api.service.core import open_core
from api.service.sign_in import digest
from api.settings import Settings
from api.store import account as account_store
from api.store.schema import CONTRACT
from benchmarks.service.process import await_answer, environment_of, free_port, start_process

PROCESSES: Final = 2


@dataclass(slots=True)
class Stage:
    """The running service; ``token`` belongs to a reviewer of one workspace."""

    settings: Settings
    port: int
    token: str
    service: subprocess.Popen[bytes]

    def headers(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        """Return the headers of a caller."""
        return [("Authorization", f"Bearer {self.token}"), *more]

    def client(self) -> httpx.Client:
        """Return an ordinary caller."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=dict(self.headers()), timeout=60)

    def kill(self) -> None:
        """End the service, all its processes, as a loss of power would."""
        whole = psutil.Process(self.service.pid)
        for process in [whole, *whole.children(recursive=True)]:
            process.send_signal(signal.SIGKILL)
        self.service.wait()

    def kept(self, contracts: set[str]) -> int:
        """Return how many of these contracts are in the database, with their keys."""
        core = open_core(self.settings)
        try:
            with core.database.read() as connection:
                rows = set(connection.execute(select(CONTRACT.c.id)).scalars())
            keys = core.keys.find(f"contract/{one}" for one in contracts)
            return sum(one in rows and f"contract/{one}" in keys for one in contracts)
        finally:
            core.close()

    def count_waiting(self) -> int:
        """Return how many contracts have no report yet."""
        core = open_core(self.settings)
        try:
            with core.database.read() as connection:
                query = select(func.count()).select_from(CONTRACT).where(CONTRACT.c.state == "waiting")
                return connection.execute(query).scalar_one()
        finally:
            core.close()


@contextmanager
def open_stage(folder: Path, database_url: str) -> Iterator[Stage]:
    """Give the running service with an account and its token, without a worker."""
    settings = Settings(
        data=folder / "data",
        master_key=secrets.token_bytes(32),
        database_url=database_url,
        secure_cookies=False,
        embedded_worker=False,
        processes=PROCESSES,
    )
    token = _prepare(settings)
    port = free_port()
    with start_process(environment_of(settings, port), "-m", "api", "serve") as process:
        await_answer(port, "/ready", process)
        yield Stage(settings, port, token, process)


@contextmanager
def open_worker(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """Give a worker of the service."""
    with start_process(environment_of(stage.settings, stage.port), "-m", "api", "worker") as process:
        yield process


@contextmanager
def open_floor() -> Iterator[int]:
    """Give the port of the bare framework."""
    port = free_port()
    arguments = ("-m", "uvicorn", "benchmarks.service.floor:app", "--port", str(port), "--no-access-log")
    with start_process(environment_of(None, port), *arguments) as process:
        await_answer(port, "/", process)
        yield port


def multipart(data: bytes, name: str) -> tuple[bytes, str]:
    """Return the body of an upload and its type."""
    boundary = "benchmark-boundary"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def contract_of(body: bytes) -> str:
    """Return the contract of an answer to an upload."""
    return str(json.loads(body)["contract"])


def _prepare(settings: Settings) -> str:
    core = open_core(settings)
    try:
        account, _ = accounts.create_account(core, "load", Role.REVIEWER)
        workspace = accounts.create_workspace(core, "Load", None, by=account.id)
        accounts.change_membership(core, account.id, workspace.id, member=True, by=account.id)
        token = f"dpa_{secrets.token_urlsafe(32)}"
        scopes = (str(Permission.READ), str(Permission.WRITE))
        with core.database.write() as connection:
            account_store.change_account(connection, account.id, {"must_change": False, "password_until": None})
            account_store.add_token(
                connection,
                token_hash=digest(token),
                account_id=account.id,
                name="load",
                scopes=scopes,
                expires=now() + DAY,
            )
        return token
    finally:
        core.close()
