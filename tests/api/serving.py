"""The service as a process of its own."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from api.settings import Settings
from tests.api.running import ROOT


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a process with these settings."""
    own = {
        "DPA_CHECKER_DATA": str(settings.data),
        "DPA_CHECKER_MASTER_KEY": base64.b64encode(settings.master_key).decode(),
        "DPA_CHECKER_DATABASE_URL": settings.database_url,
        "DPA_CHECKER_EMBEDDED_WORKER": "false",
        "PYTHONPATH": str(ROOT),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("DPA_CHECKER_")} | own


def free_port() -> int:
    """Return a port that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def start_serving(
    settings: Settings | None, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Give the process of a service that answers; it is ended with the block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", str(port), *arguments],
        env=environment if environment is not None else environment_of(settings) if settings else None,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 120
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until, "the service did not start in time"
                time.sleep(0.05)
            else:
                break
        process.port = port  # type: ignore[attr-defined]
        yield process
    finally:
        # All of its session: processes that it has started would outlive it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
