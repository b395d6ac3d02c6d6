"""The service on both databases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from api.settings import Settings
from tests.api.postgres import find_programmes, make_database, start_postgres
from tests.api.running import Running, run_service


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the hashing of passwords cheap: the accounts of tests guard nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("api.service.password._HASHER", cheap)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of a PostgreSQL."""
    programmes = find_programmes()
    if programmes is None:
        pytest.skip("PostgreSQL is not installed")
    with start_postgres(programmes) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Return settings of a new installation, without a worker."""
    url = ""
    if request.param == "postgresql":
        url = make_database(request.getfixturevalue("postgres"))
    return Settings(
        data=tmp_path / "data",
        master_key=secrets.token_bytes(32),
        database_url=url,
        secure_cookies=False,
        embedded_worker=False,
        max_upload_bytes=2_000_000,
        # Tests come quicker than people; those of the limits set their own.
        requests_per_minute=1_000_000,
        address_requests_per_minute=1_000_000,
        sign_ins_per_minute=1_000_000,
    )


@pytest.fixture
def running(settings: Settings) -> Iterator[Running]:
    """Give a running service without a worker."""
    with run_service(settings) as service:
        yield service


@pytest.fixture
def working(settings: Settings) -> Iterator[Running]:
    """Give a running service with its worker."""
    with run_service(settings, embedded_worker=True, lease_seconds=2) as service:
        yield service
