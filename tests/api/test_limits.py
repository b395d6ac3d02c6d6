"""Limits on how often an address and an account may call."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from api.service.limits import Pace, network_of
from api.settings import Settings
from tests.api.running import run_service


def test_a_minutes_worth_may_come_at_once_then_one_at_a_time() -> None:
    pace = Pace(60)
    assert [pace.wait("a", 100.0) for _ in range(60)] == [0.0] * 60
    assert pace.wait("a", 100.0) == pytest.approx(1.0)
    assert pace.wait("b", 100.0) == 0.0
    assert pace.wait("a", 101.0) == 0.0
    assert pace.wait("a", 101.0) > 0
    assert [pace.wait("a", 500.0) for _ in range(60)] == [0.0] * 60


def test_what_is_counted_does_not_grow_without_end() -> None:
    pace = Pace(60)
    pace.wait("held", 100.0)
    for _ in range(59):
        pace.wait("held", 100.0)
    for number in range(50_000):
        pace.wait(str(number), 100.0)
    assert len(pace._next) <= 20_000
    assert pace.wait("held", 100.0) > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address", "no address"),
    ],
)
def test_an_address_of_ipv6_is_counted_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def _held(answer: httpx.Response) -> bool:
    if answer.status_code != 429:
        return False
    assert answer.json()["type"] == "urn:dpa-checker:problem:too-many-requests"
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def test_an_account_is_held_back_and_no_other(settings: Settings) -> None:
    with run_service(replace(settings, requests_per_minute=20)) as running:
        first, second = running.caller(), running.caller()
        answers = [first.get("/v1/me") for _ in range(40)]
        assert 18 <= sum(not _held(answer) for answer in answers) <= 22
        assert second.get("/v1/me").status_code == 200


def test_an_address_is_held_back_before_anything_is_looked_up(settings: Settings) -> None:
    with run_service(replace(settings, address_requests_per_minute=30)) as running:
        caller = running.anonymous()
        assert any(_held(caller.get("/v1/me")) for _ in range(40))
        assert caller.get("/health").status_code == 200


def test_signing_in_is_held_back_by_address_whatever_the_names(settings: Settings) -> None:
    with run_service(replace(settings, sign_ins_per_minute=8)) as running:
        caller = running.anonymous()
        answers = [caller.post("/v1/sign-in", json={"name": f"n{n}", "password": "x"}) for n in range(12)]
        assert [answer.status_code for answer in answers[:8]] == [401] * 8
        assert all(_held(answer) for answer in answers[8:])


@pytest.mark.parametrize(
    ("changes", "believed"),
    [
        ({}, False),
        ({"behind_proxy": True, "trusted_proxies": "192.0.2.1"}, False),
        ({"behind_proxy": True, "trusted_proxies": "127.0.0.1"}, True),
    ],
)
def test_a_forwarded_address_is_believed_of_a_trusted_proxy_only(
    settings: Settings, changes: dict[str, object], believed: bool
) -> None:
    if settings.database_url:
        pytest.skip("the database has no part in it")
    with run_service(replace(settings, address_requests_per_minute=10, **changes)) as running:  # type: ignore[arg-type]
        caller = running.anonymous()
        answers = [caller.get("/v1/me", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(20)]
        assert any(_held(answer) for answer in answers) is not believed
        if believed:
            same = [caller.get("/v1/me", headers={"X-Forwarded-For": "203.0.113.200"}) for _ in range(20)]
            assert any(_held(answer) for answer in same)
