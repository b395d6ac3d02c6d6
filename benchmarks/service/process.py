"""Processes of a measurement: the service, its worker and the floor, each with an environment of its own."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from api.settings import Settings

_ROOT: Final = Path(__file__).parents[2]
_START_SECONDS: Final = 180
_UNLIMITED: Final = "100000000"


def environment_of(settings: Settings | None, port: int) -> dict[str, str]:
    """Return the environment of a process; limits on rates are raised."""
    own = {"PYTHONPATH": str(_ROOT), "DPA_CHECKER_PORT": str(port)}
    if settings:
        own |= {
            "DPA_CHECKER_DATA": str(settings.data),
            "DPA_CHECKER_MASTER_KEY": base64.b64encode(settings.master_key).decode(),
            "DPA_CHECKER_DATABASE_URL": settings.database_url,
            "DPA_CHECKER_SECURE_COOKIES": str(settings.secure_cookies),
            "DPA_CHECKER_EMBEDDED_WORKER": str(settings.embedded_worker),
            "DPA_CHECKER_PROCESSES": str(settings.processes),
            "DPA_CHECKER_REQUESTS_PER_MINUTE": _UNLIMITED,
            "DPA_CHECKER_ADDRESS_REQUESTS_PER_MINUTE": _UNLIMITED,
            "DPA_CHECKER_ALERT_DOWNLOADS": _UNLIMITED,
        }
    return {name: value for name, value in os.environ.items() if not name.startswith("DPA_CHECKER_")} | own


@contextmanager
def start_process(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process of this interpreter; it is ended with the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *arguments], env=environment, cwd=_ROOT, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process answers; raises ``RuntimeError``."""
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("a process of the measurement did not start")
        time.sleep(0.1)


def free_port() -> int:
    """Return a port that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
