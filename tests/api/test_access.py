"""Who may use which route, asked of every route there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute

from api import create_app
from api.dashboard.ticked import PREFIX
from api.service.caller import GRANTED, Permission, Role
from api.settings import Settings
from api.web.access import Access
from tests.api.running import PASSWORD, Running

OPEN = {("GET", "/health"), ("GET", "/ready"), ("POST", "/v1/sign-in"), ("GET", "/setup"), ("POST", "/setup")}
OPEN |= {("GET", "/"), ("GET", "/dashboard")}  # these lead to the dashboard, which has tests of its own
_ID = "0" * 32
#: Who may what, pinned: a route that asks for less than it should is found here, and nowhere else.
NEEDED: Final = {
    Permission.READ: """
        GET /v1/contracts
        GET /v1/contracts/counts
        GET /v1/contracts/export
        GET /v1/contracts/{contract_id}
        GET /v1/contracts/{contract_id}/comparison
        GET /v1/contracts/{contract_id}/history
        GET /v1/contracts/{contract_id}/original
        GET /v1/contracts/{contract_id}/pages/{page}
        GET /v1/contracts/{contract_id}/report
        GET /v1/contracts/{contract_id}/reviews
        GET /v1/contracts/{contract_id}/versions
        GET /v1/jobs/{job_id}
        GET /v1/members
        GET /v1/sets
        GET /v1/sets/{set_id}
        GET /v1/sets/{set_id}/report
    """,
    Permission.WRITE: """
        POST /v1/contracts
        DELETE /v1/contracts/{contract_id}
        PATCH /v1/contracts/{contract_id}
        PUT /v1/contracts/{contract_id}/assignee
        POST /v1/contracts/{contract_id}/comments
        POST /v1/contracts/{contract_id}/examination
        PUT /v1/contracts/{contract_id}/reviews/{mention}
        PUT /v1/contracts/{contract_id}/reviews/{mention}/assignee
        PUT /v1/contracts/{contract_id}/state
        POST /v1/jobs/{job_id}/cancel
        POST /v1/sets
        DELETE /v1/sets/{set_id}
        PATCH /v1/sets/{set_id}
    """,
    Permission.OWN: """
        GET /v1/me
        GET /v1/openapi.json
        POST /v1/password
        POST /v1/second-factor
        POST /v1/second-factor/confirmation
        POST /v1/second-factor/recovery-codes
        POST /v1/second-factor/removal
        POST /v1/sign-out
        GET /v1/tokens
        POST /v1/tokens
        DELETE /v1/tokens/{token_id}
    """,
    Permission.ADMINISTER: """
        GET /v1/accounts
        POST /v1/accounts
        PATCH /v1/accounts/{account_id}
        POST /v1/accounts/{account_id}/password-reset
        DELETE /v1/accounts/{account_id}/second-factor
        GET /v1/audit
        GET /v1/workspaces
        POST /v1/workspaces
        PATCH /v1/workspaces/{workspace_id}
        DELETE /v1/workspaces/{workspace_id}/members/{account_id}
        PUT /v1/workspaces/{workspace_id}/members/{account_id}
    """,
}


def _routes() -> Iterator[tuple[str, str, Permission | None]]:
    """Give method, path and permission of every route."""
    from pathlib import Path

    app = create_app(Settings(data=Path("unused"), master_key=bytes(32)))
    found = list(_walk(app.routes))
    assert found
    for route in found:
        asked = [need.call.permission for need in route.dependant.dependencies if isinstance(need.call, Access)]
        for method in route.methods or ():
            yield method, route.path, asked[0] if asked else None


def _walk(routes: object) -> Iterator[APIRoute]:
    for route in routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _walk(route.original_router.routes)
        elif hasattr(route, "routes"):
            yield from _walk(route.routes)
        else:
            raise AssertionError(f"a route of another kind: {route!r}")


ROUTES = sorted(_routes(), key=str)


def _filled(path: str) -> str:
    return (
        path.replace("{contract_id}", _ID)
        .replace("{job_id}", _ID)
        .replace("{token_id}", _ID)
        .replace("{account_id}", _ID)
        .replace("{workspace_id}", _ID)
        .replace("{set_id}", _ID)
        .replace("{mention}", "audits")
        .replace("{page}", "1")
    )


def test_every_route_is_known_to_the_tests() -> None:
    assert len(ROUTES) > 20
    assert {(method, path) for method, path, need in ROUTES if need is None} == OPEN


def test_every_route_asks_for_what_it_is_pinned_to() -> None:
    """What the other tests expect is what a route asks for; that it is enough is said here."""
    pinned = {
        (method, path): permission
        for permission, lines in NEEDED.items()
        for method, path in (line.split() for line in lines.strip().splitlines())
    }
    assert {(method, path): need for method, path, need in ROUTES if need is not None} == pinned


def test_nobody_comes_in_without_signing_in(running: Running) -> None:
    caller = running.anonymous()
    for method, path, need in ROUTES:
        for headers in ({}, {"Authorization": "Bearer dpa_wrong"}, {"Cookie": "dpa_session=wrong"}):
            answer = caller.request(method, _filled(path), headers=headers)
            if need is not None:
                assert answer.status_code == 401, (method, path)
                assert answer.json()["type"] == "urn:dpa-checker:problem:not-signed-in"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_it_is_for(running: Running, role: Role) -> None:
    caller = running.caller(role)
    for method, path, need in ROUTES:
        if need is None or path in ("/v1/sign-out", "/v1/password"):
            continue
        refused = caller.request(method, _filled(path)).status_code == 403
        assert refused is (need not in GRANTED[role]), (method, path)


def test_a_change_in_a_session_wants_its_csrf_token(running: Running) -> None:
    caller = running.caller(Role.ADMINISTRATOR)
    del caller.headers["X-CSRF-Token"]
    for method, path, need in ROUTES:
        if need is not None and method != "GET":
            answer = caller.request(method, _filled(path))
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:dpa-checker:problem:csrf"), path


def test_what_is_another_workspaces_is_not_there(running: Running) -> None:
    mine = running.caller(Role.REVIEWER)
    sent = mine.upload().json()
    for role in Role:
        other = running.caller(role, running.other_workspace)
        for path in ("", "/report", "/original"):
            assert other.get(f"/v1/contracts/{sent['contract']}{path}").status_code == 404
        assert other.get(f"/v1/jobs/{sent['id']}").status_code == 404
        assert other.get("/v1/contracts", params={"workspace": running.workspace}).status_code == 404
        assert other.get("/v1/contracts").json()["contracts"] == []
        if role is not Role.READER:
            assert other.delete(f"/v1/contracts/{sent['contract']}").status_code == 404
            headers = {"If-Match": "*"}
            answer = other.patch(f"/v1/contracts/{sent['contract']}", json={"reference": "x"}, headers=headers)
            assert answer.status_code == 404
            assert other.upload(params={"workspace": running.workspace}).status_code == 404
    assert mine.get(f"/v1/contracts/{sent['contract']}").status_code == 200


def _example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    """Return the example of a JSON body, None where an operation takes none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    return document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]["examples"][0]


def test_no_route_reaches_into_another_workspace(working: Running) -> None:
    """Each route that names a contract, job or set, with a body that it would take."""
    mine = working.caller(Role.REVIEWER)
    sent = mine.upload(wait=30).json()
    made = mine.post("/v1/sets", json={"name": "One", "contracts": [sent["contract"]]}).json()
    names = {"{contract_id}": sent["contract"], "{job_id}": sent["id"], "{set_id}": made["id"]}
    document = mine.get("/v1/openapi.json").json()
    before = working.backup()
    other = working.caller(Role.ADMINISTRATOR, working.other_workspace)
    tried = 0
    for method, path, need in ROUTES:
        if need is None or not any(name in path for name in names):
            continue
        filled = path
        for name, value in names.items():
            filled = filled.replace(name, value)
        body = _example(document, document["paths"][path][method.lower()])
        answer = other.request(method, _filled(filled), json=body, headers={"If-Match": "*"})
        assert answer.status_code == 404, (method, path, answer.text)
        assert answer.json()["type"] == "urn:dpa-checker:problem:not-found", (method, path)
        tried += 1
    assert tried > 20
    after = working.backup()
    for table in ("contract", "finding", "job", "review", "review_event", "contract_set", "contract_set_member"):
        assert after[table] == before[table], table


def test_no_id_in_a_query_a_body_or_a_form_reaches_into_another_workspace(working: Running) -> None:
    """What a caller may use is theirs; the ids beside it are another's."""
    mine, other = working.caller(), working.caller(Role.REVIEWER, working.other_workspace)
    theirs = mine.upload(name="theirs.txt", wait=30).json()["contract"]
    their_set = mine.post("/v1/sets", json={"name": "Theirs", "contracts": [theirs]}).json()["id"]
    own = other.upload(wait=30).json()["contract"]
    own_set = other.post("/v1/sets", json={"name": "Own", "contracts": [own]}).json()["id"]
    member = mine.get("/v1/me").json()["id"]
    before = working.backup()
    changed: dict[str, Any] = {"headers": {"If-Match": "*"}}
    for answer, status in (
        (other.upload(params={"replaces": theirs}), 404),
        (other.upload(params={"replaces": theirs, "workspace": working.other_workspace}), 404),
        (other.upload(params={"set": their_set}), 404),
        (other.get(f"/v1/contracts/{own}/comparison", params={"with": theirs}), 404),
        (other.post("/v1/sets", json={"name": "Both", "contracts": [own, theirs]}), 404),
        (other.patch(f"/v1/sets/{own_set}", json={"contracts": [own, theirs]}, **changed), 404),
        (other.put(f"/v1/contracts/{own}/assignee", json={"account": member}, **changed), 422),
    ):
        assert answer.status_code == status, answer.text
    page = other.get("/dashboard/account").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    ticked = {f"{PREFIX}{theirs}": "1", "csrf_token": token}
    room = f"/dashboard/workspaces/{working.other_workspace}"
    for path, more in (
        (f"{room}/ticked/deletion", {"sure": "yes"}),
        (f"{room}/ticked/state", {"state": "accepted"}),
        (f"{room}/ticked/assignee", {}),
        (f"{room}/sets", {"name": "Both"}),
        (f"/dashboard/sets/{own_set}/contracts", {}),
        (f"/dashboard/sets/{own_set}/removal", {"contract": theirs}),
    ):
        answer = other.post(path, data=ticked | more)
        assert answer.status_code in (404, 409), (path, answer.status_code)
        assert "theirs" not in answer.text.casefold(), path
    after = working.backup()
    for table in ("contract", "finding", "job", "review", "review_event", "contract_set", "contract_set_member"):
        assert after[table] == before[table], table


def test_a_token_does_what_it_was_made_for(running: Running) -> None:
    owner = running.caller(Role.REVIEWER)
    made = owner.post("/v1/tokens", json={"name": "system", "scopes": ["contracts:read"]}).json()
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {made['token']}"
    assert program.get("/v1/contracts").status_code == 200
    assert program.upload().status_code == 403
    assert program.get("/v1/tokens").status_code == 403
    assert "token" not in {key for key, value in owner.get("/v1/tokens").json()[0].items() if value}
    assert owner.delete(f"/v1/tokens/{made['id']}").status_code == 204
    assert program.get("/v1/contracts").status_code == 401


def test_a_token_gives_no_more_than_its_owner_has(running: Running) -> None:
    owner = running.caller(Role.READER)
    made = owner.post("/v1/tokens", json={"name": "system", "scopes": ["contracts:write"]}).json()
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {made['token']}"
    assert program.upload().status_code == 403


def test_deactivation_ends_sessions_and_tokens_at_once(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    owner = running.sign_in(name)
    token = owner.post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).json()["token"]
    assert administrator.patch(f"/v1/accounts/{account}", json={"active": False}).status_code == 200
    assert owner.get("/v1/contracts").status_code == 401
    program = running.anonymous()
    assert program.get("/v1/contracts", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert program.post("/v1/sign-in", json={"name": name, "password": PASSWORD}).status_code == 401


def test_what_is_not_built_is_not_there(running: Running) -> None:
    caller = running.anonymous()
    for path in ("/docs", "/redoc", "/openapi.json", "/v1", "/v1/contracts/", "/v1/reviews", "/admin"):
        answer = caller.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
