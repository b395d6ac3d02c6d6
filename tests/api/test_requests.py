"""Requests made from the OpenAPI document, sound and unsound, by everybody: no failure, and no answer that it lacks."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from sqlalchemy import delete

from api.service.caller import Permission, Role
from api.service.sign_in import csrf_token, digest
from api.settings import Settings
from api.store import account as accounts
from api.store.schema import FAILURE
from tests.api.furnished import furnish, make_token
from tests.api.postgres import make_database
from tests.api.running import Caller, Running, run_service

#: Who calls: each role in a session, a program with a token, and somebody unknown.
_WHO = ("administrator", "reviewer", "reader", "program", "nobody")
_CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
#: Requests for each operation, of each kind.
_FEW, _MANY = 8, 80


@dataclass
class _World:
    """A service with something to ask for: by the name of a parameter what is there."""

    running: Running
    there: dict[str, list[Any]]
    callers: dict[str, str]
    token: str

    def identify(self, who: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and cookies of a caller, whose session is a new one: whatever is asked may end it."""
        if who == "nobody":
            return {}, {}
        if who == "program":
            return {"Authorization": f"Bearer {self.token}"}, {}
        token = secrets.token_urlsafe(32)
        with self.running.core.database.write() as connection:
            connection.execute(delete(FAILURE))  # made-up passwords are guesses
            accounts.add_session(connection, digest(token), self.callers[who])
        return {"X-CSRF-Token": csrf_token(token)}, {"dpa_session": token}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[_World]:
    """Give a service that has examined a contract and a set, on SQLite, and where there is time on PostgreSQL."""
    url = make_database(request.getfixturevalue("postgres")) if request.param == "postgresql" else ""
    limits: dict[str, Any] = dict.fromkeys(
        ("requests_per_minute", "address_requests_per_minute", "sign_ins_per_minute"), 1_000_000
    )
    installation = Settings(
        data=tmp_path / "data", master_key=os.urandom(32), database_url=url, secure_cookies=False, **limits
    )
    with run_service(installation, max_upload_bytes=200_000) as running:
        callers = {role.value: running.add_account(role, running.workspace) for role in Role}
        reviewer = running.sign_in(callers[Role.REVIEWER][1])
        token = make_token(reviewer, Permission.READ, Permission.WRITE)
        yield _World(running, furnish(running, reviewer), {role: one for role, (one, _) in callers.items()}, token)


def _doomed(world: _World, path: str) -> dict[str, list[Any]]:
    """Return what may be deleted: another of the same, on which nothing else depends."""
    reviewer = _sign_in(world)
    contract = reviewer.upload().json()["contract"]
    made = reviewer.post("/v1/sets", json={"name": "Two", "contracts": [contract]}).json()
    return {"contract_id": [contract]} if "{contract_id}" in path else {"set_id": [made["id"]]}


def _sign_in(world: _World) -> Caller:
    headers, cookies = world.identify("reviewer")
    caller = world.running.anonymous()
    caller.headers.update(headers)
    caller.cookies.update(cookies)
    return caller


@pytest.mark.parametrize("who", _WHO)
def test_every_operation_answers_as_the_document_says(world: _World, who: str, request: pytest.FixtureRequest) -> None:
    document = _sign_in(world).get("/v1/openapi.json").json()
    loaded = schemathesis.openapi.from_dict(document)
    loaded.config.update(base_url=world.running.url)
    loaded.config.generation.update(with_security_parameters=False)
    number = _MANY if "postgresql" in request.node.name else _FEW
    asked, answers, wrong = 0, set(), []
    with requests.Session() as connection:
        for result in loaded.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]  # the document is sound
            for mode in GenerationMode:
                try:
                    answers |= _ask(world, who, operation, mode, connection, number)
                except (AssertionError, FailureGroup) as error:
                    wrong.append(f"{operation.label}: {error}")
            asked += 1
    assert not wrong, "\n\n".join(wrong)
    assert asked == sum(len(operations) for operations in document["paths"].values())
    # The requests came through to the operations, and were not only refused.
    assert answers >= ({200, 401} if who == "nobody" else {200, 404, 422}), answers
    assert world.running.core.verify_audit() is None


def _ask(
    world: _World, who: str, operation: Any, mode: GenerationMode, connection: requests.Session, number: int
) -> set[int]:
    """Send requests for an operation, such as the document allows or such as it does not; return how they end."""
    answers: set[int] = set()
    there = world.there | (_doomed(world, operation.path) if operation.method == "delete" else {})

    @settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        database=None,
        derandomize=number == _FEW,
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=some.booleans())
    def ask(case: Any, real: bool) -> None:
        if real:
            _fill(case, there)
        headers, cookies = world.identify(who)
        connection.cookies.clear()
        answer = case.call(session=connection, headers=headers, cookies=cookies, timeout=60)
        answers.add(answer.status_code)
        case.validate_response(answer, checks=_CHECKS)

    # Where every text is allowed there is nothing that is not: not in a path, nor without anything.
    if mode is GenerationMode.POSITIVE:
        ask()
    elif operation.body or operation.query or operation.headers:
        with suppress(Unsatisfiable):
            ask()
    return answers


def _fill(case: Any, there: dict[str, list[Any]]) -> None:
    """Put what is there in the place of what was made up, and the right password; changes are of what is there now."""
    body = case.body if isinstance(case.body, dict) else {}
    for made_up in (case.path_parameters, case.query, body):
        for name in list(made_up or ()):
            if name.lower() in there:
                made_up[name] = there[name.lower()][0]
    if any(one.name.lower() == "if-match" for one in case.operation.headers):
        case.headers = {"If-Match": "*"}
