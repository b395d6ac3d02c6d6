"""A database that is away: whoever asks is told to come again, and the commands say what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from api.settings import Settings
from tests.api.running import ROOT, Running
from tests.api.serving import environment_of


@contextmanager
def _away(settings: Settings) -> Iterator[None]:
    """Let nobody into the database while the block lasts, as when its server restarts."""
    address, _, query = settings.database.partition("?")
    host, _, name = address.rpartition("/")
    engine = create_engine(f"{host}/postgres?{query}", isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(end), {"name": name})
            yield
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    finally:
        engine.dispose()


def test_without_its_database_the_service_is_not_ready(running: Running) -> None:
    if not running.settings.database_url:
        pytest.skip("SQLite has no server")
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    with _away(running.settings):
        for answer in (
            caller.get("/v1/contracts"),
            caller.get(f"/v1/contracts/{contract}"),
            caller.upload(),
            caller.get("/ready"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:dpa-checker:problem:not-ready")
        page = caller.get(f"/dashboard/contracts/{contract}")
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (503, "text/html")
        assert caller.get("/health").status_code == 200
        command = [sys.executable, "-m", "api", "verify-audit"]
        environment = environment_of(running.settings)
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 3, "1 is said of a broken chain"
        assert "cannot be used" in done.stderr
        assert "Traceback" not in done.stderr
    assert caller.get(f"/v1/contracts/{contract}").status_code == 200
