"""Who may see and do what on the dashboard, asked of every route there is; and that forms are ours."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.datastructures import State

from api.dashboard import PATH, Dashboard
from api.dashboard.visit import Entrance
from api.service.caller import GRANTED, Permission, Role
from tests.api.dashboard.samples import upload
from tests.api.running import PASSWORD, Caller, Running

#: Open to who has not signed in; these have nothing of anybody.
OPEN = {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/preferences"), ("GET", "/static/{name}")}
_ID = "0" * 32


def _routes() -> list[tuple[str, str, Permission | None]]:
    """Return method, path and permission of every route."""
    found = []
    for route in _walk(Dashboard(State()).application.routes):
        asked = [need.call for need in route.dependant.dependencies if isinstance(need.call, Entrance)]
        permission = asked[0].permission if asked else None
        found += [(method, route.path, permission) for method in sorted(route.methods or ())]
    return sorted(found, key=str)


def _walk(routes: object) -> list[APIRoute]:
    found: list[APIRoute] = []
    for route in routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            found += _walk(route.original_router.routes)
    return found


ROUTES = _routes()


def _filled(path: str, contract: str = _ID, workspace: str = _ID, bundle: str = _ID) -> str:
    path = path.replace("{contract_id}", contract).replace("{workspace_id}", workspace).replace("{set_id}", bundle)
    path = path.replace("/export.{chosen}", "/export.csv")
    path = path.replace("{mention}", "audits").replace("{chosen}", "pdf").replace("{page}", "1")
    return PATH + re.sub(r"\{\w+\}", _ID, path)


def _token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert found, page.text[:400]
    return found[1]


def _send(caller: Caller, method: str, path: str, token: str) -> httpx.Response:
    """Send a request with the token of a form, in the shape that the route takes."""
    if method == "GET":
        return caller.get(path)
    if path.endswith("/upload"):
        return caller.post(path, data={"csrf_token": token}, files={"file": ("a.txt", b"text")})
    return caller.post(path, data={"csrf_token": token})


def test_every_route_is_known_to_the_tests() -> None:
    assert len(ROUTES) > 40
    assert {(method, path) for method, path, need in ROUTES if need is None} == OPEN


def test_who_has_not_signed_in_is_led_to_the_sign_in(running: Running) -> None:
    caller = running.anonymous()
    token = _token(caller.get(f"{PATH}/sign-in"))
    for method, path, need in ROUTES:
        if need is not None:
            answer = _send(caller, method, _filled(path), token)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith(f"{PATH}/sign-in"), (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_it_is_for(running: Running, role: Role) -> None:
    caller = running.caller(role)
    token = _token(caller.get(f"{PATH}/account"))
    for method, path, need in ROUTES:
        if need is None or path == "/sign-out":
            continue
        answer = _send(caller, method, _filled(path), token)
        refused = answer.status_code == 403 and "may not do that" in answer.text
        assert refused is (need not in GRANTED[role]), (method, path, answer.status_code)
        assert answer.status_code < 500, (method, path)


def test_a_form_wants_the_token_of_the_session(running: Running) -> None:
    caller = running.caller(Role.ADMINISTRATOR)
    foreign = _token(running.caller(Role.ADMINISTRATOR).get(f"{PATH}/account"))
    before = running.backup()
    for method, path, _ in ROUTES:
        if method == "POST":
            path = _filled(path, workspace=running.workspace)
            del caller.headers["X-CSRF-Token"]
            for token in ("", "wrong", foreign):
                answer = _send(caller, method, path, token)
                assert answer.status_code == 403, (path, token, answer.status_code)
            caller.headers["X-CSRF-Token"] = ""
    after = running.backup()
    for table in ("account", "workspace", "membership", "contract", "contract_set", "token", "job"):
        assert after[table] == before[table], table


def test_what_is_another_workspaces_is_not_there(working: Running) -> None:
    mine = working.caller()
    contract = upload(mine, "weak.pdf")
    bundle = mine.post("/v1/sets", json={"name": "weak set", "contracts": [contract]}).json()["id"]
    stranger = working.caller(Role.REVIEWER, working.other_workspace)
    token = _token(stranger.get(f"{PATH}/account"))
    before, tried = working.backup(), 0
    for method, path, need in ROUTES:
        named = "{contract_id}" in path or "{set_id}" in path
        if named or ("{workspace_id}" in path and need is not Permission.ADMINISTER):
            answer = _send(stranger, method, _filled(path, contract, working.workspace, bundle), token)
            assert answer.status_code == 404, (method, path, answer.status_code)
            assert "weak" not in answer.text
            tried += 1
    assert tried > 12
    after = working.backup()
    for table in ("contract", "finding", "job", "review", "review_event", "contract_set", "contract_set_member"):
        assert after[table] == before[table], table


def test_a_reader_sees_no_forms_that_change(working: Running) -> None:
    contract = upload(working.caller(), "weak.pdf")
    reader = working.caller(Role.READER)
    page = reader.get(f"{PATH}/contracts/{contract}").text
    for form in ("/decision", "/comments", "/deletion", "/state", "/names", "/assignee"):
        assert form not in page
    assert "/upload" not in reader.get(f"{PATH}/workspaces/{working.workspace}").text


def test_pages_let_nothing_of_others_in(running: Running) -> None:
    caller = running.anonymous()
    page = caller.get(f"{PATH}/sign-in")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<(?:script|style)>|\sstyle=|\son\w+=|https?://", page.text)
    assert page.headers["cache-control"] == "no-store"
    for address in re.findall(r'(?:src|href)="(/dashboard/static/[^"]+)"', page.text):
        answer = caller.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_the_bare_address_leads_to_the_dashboard(running: Running) -> None:
    caller = running.anonymous()
    caller.follow_redirects = True
    for path in ("/", "/dashboard", f"{PATH}/workspaces/{running.workspace}?order=worst&search=a%26b"):
        answer = caller.get(path)
        assert (answer.status_code, answer.url.path) == (200, f"{PATH}/sign-in")
    name = running.add_account(Role.REVIEWER, running.workspace)[1]
    given = {"csrf_token": _token(answer), "name": name, "password": PASSWORD, "to": answer.url.params["to"]}
    assert caller.post(f"{PATH}/sign-in", data=given).url.params["search"] == "a&b"


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x"])
def test_signing_in_leads_nowhere_else(running: Running, to: str) -> None:
    name = running.add_account(Role.REVIEWER, running.workspace)[1]
    caller = running.anonymous()
    token = _token(caller.get(f"{PATH}/sign-in"))
    given = {"csrf_token": token, "name": name, "password": PASSWORD, "to": to}
    answer = caller.post(f"{PATH}/sign-in", data=given)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}/"


def test_what_is_typed_is_shown_as_text(working: Running) -> None:
    caller = working.caller()
    name = "<script src=x>alert(1).pdf"
    contract = upload(caller, name, counterparty="<img src=x onerror=alert(1)>")
    for path in (f"/workspaces/{working.workspace}", f"/contracts/{contract}", f"/contracts/{contract}/report"):
        page = caller.get(PATH + path).text
        assert "&lt;script src=x&gt;" in page
        assert "<script src=x" not in page
        assert "<img src=x" not in page


def test_files_that_cannot_be_taken_keep_no_other_out(running: Running) -> None:
    caller = running.caller()
    path = f"{PATH}/workspaces/{running.workspace}/upload"
    token = _token(caller.get(path))
    most = running.settings.max_upload_bytes
    files = [("file", (name, data)) for name, data in (("big.txt", b"x" * (most + 1)), ("a/good.txt", b"text"))]
    answer = caller.post(path, data={"csrf_token": token, "counterparty": "Nimbus"}, files=files)
    assert answer.status_code == 303
    told = caller.get(answer.headers["location"]).text
    assert "big.txt" in told
    assert "too large" in told
    contracts = caller.get("/v1/contracts").json()["contracts"]
    assert [(one["name"], one["counterparty"]) for one in contracts] == [("good.txt", "Nimbus")]
    assert not list(running.settings.spool.iterdir()), "nothing is left of what was refused"


@pytest.mark.parametrize(
    ("fields", "files", "status"),
    [
        ({}, [("", b"")], 422),
        ({"language": "xx"}, [("a.txt", b"text")], 422),
        ({"surprise": "x"}, [("a.txt", b"text")], 400),
        ({"counterparty": "a\nb"}, [("a.txt", b"text")], 400),
        ({"counterparty": "x" * 2_000}, [("a.txt", b"text")], 400),
        ({}, [(f"{number}.txt", b"text") for number in range(101)], 422),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    running: Running, fields: dict[str, str], files: list[tuple[str, bytes]], status: int
) -> None:
    caller = running.caller()
    path = f"{PATH}/workspaces/{running.workspace}/upload"
    token = _token(caller.get(path))
    parts = [("file", part) for part in files]
    assert caller.post(path, data={"csrf_token": token} | fields, files=parts).status_code == status
    assert caller.get("/v1/contracts").json()["contracts"] == []
    assert not list(running.settings.spool.iterdir())
