"""Accounts: first password, strength, the brake on guessing, the end of sessions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from api.errors import Problem, ServiceError
from api.moment import DAY, SECOND, now
from api.service import accounts
from api.service import second_factor as second_factors
from api.service.caller import Permission, Role
from api.service.password import hash_password, require_strength, verify_password
from api.service.sign_in import recognise_session
from api.store.schema import ACCOUNT, FAILURE, SESSION, TOKEN
from tests.api.running import PASSWORD, Running


def test_the_first_password_is_only_for_changing_it(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    made = administrator.post("/v1/accounts", json={"name": "anna", "role": "reviewer"}).json()
    caller = running.sign_in("anna", made["password"])
    for path in ("/v1/contracts", "/v1/tokens"):
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["type"][-18:]) == (403, "password-to-change")
    assert caller.get("/v1/me").status_code == 200
    weak = caller.post("/v1/password", json={"present": made["password"], "new": "anna anna 1234"})
    assert (weak.status_code, weak.json()["type"][-13:]) == (422, "weak-password")
    wrong = caller.post("/v1/password", json={"present": "wrong", "new": PASSWORD})
    assert wrong.status_code == 403
    assert caller.post("/v1/password", json={"present": made["password"], "new": PASSWORD}).status_code == 204
    assert caller.get("/v1/me").status_code == 401
    assert running.sign_in("anna").get("/v1/tokens").status_code == 200
    again = administrator.post("/v1/accounts", json={"name": "anna", "role": "reader"})
    assert again.status_code == 409


def test_a_first_password_ends_after_a_day(running: Running) -> None:
    _, password = accounts.create_account(running.core, "late", Role.READER)
    with running.core.database.write() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == "late").values(password_until=now() - 1))
    answer = running.anonymous().post("/v1/sign-in", json={"name": "late", "password": password})
    assert answer.status_code == 401


def test_guessing_is_held_back(running: Running) -> None:
    _, name = running.add_account(Role.READER)
    caller = running.anonymous()
    for guessed in (name, "nobody"):
        answers = [caller.post("/v1/sign-in", json={"name": guessed, "password": "guess"}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 16
    held = caller.post("/v1/sign-in", json={"name": name, "password": PASSWORD})
    assert held.status_code == 429
    with running.core.database.write() as connection:
        connection.execute(update(FAILURE).values(until=now() - 1))
    assert running.sign_in(name).get("/v1/me").status_code == 200


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(running: Running) -> None:
    _, name = running.add_account(Role.READER)
    caller = running.anonymous()
    answers = [caller.post("/v1/sign-in", json={"name": who, "password": "wrong"}) for who in (name, "nobody")]
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(("column", "hours"), [("seen", 0.6), ("created", 13)])
def test_a_session_ends(running: Running, column: str, hours: float) -> None:
    caller = running.caller()
    earlier = now() - int(hours * 3600 * SECOND)
    with running.core.database.write() as connection:
        connection.execute(update(SESSION).values({column: earlier}))
    assert caller.get("/v1/me").status_code == 401


def test_signing_out_ends_the_session_in_the_service(running: Running) -> None:
    caller = running.caller()
    cookie = caller.cookies["dpa_session"]
    assert caller.post("/v1/sign-out").status_code == 204
    assert running.anonymous().get("/v1/me", headers={"Cookie": f"dpa_session={cookie}"}).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(running: Running) -> None:
    _, name = running.add_account(Role.READER)
    answer = running.anonymous().post("/v1/sign-in", json={"name": name, "password": PASSWORD})
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))


def test_no_password_session_or_token_is_kept_as_it_is(running: Running) -> None:
    caller = running.caller()
    token = caller.post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).json()["token"]
    everything = str(running.backup())
    for secret in (PASSWORD, token, caller.cookies["dpa_session"], str(caller.headers["X-CSRF-Token"])):
        assert secret not in everything
    # The real hash, not the cheap one of the tests.
    from argon2 import PasswordHasher

    assert PasswordHasher().hash("x").startswith("$argon2id$v=19$m=65536,t=3")
    assert hash_password("x").startswith("$argon2id$")


def test_a_token_expires(running: Running) -> None:
    caller = running.caller()
    token = caller.post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"], "days": 1}).json()["token"]
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {token}"
    assert program.get("/v1/contracts").status_code == 200
    with running.core.database.write() as connection:
        connection.execute(update(TOKEN).values(expires=now() - DAY))
    assert program.get("/v1/contracts").status_code == 401


def test_a_reset_ends_what_the_old_password_began(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    account, name = running.add_account(Role.READER)
    caller = running.sign_in(name)
    made = administrator.post(f"/v1/accounts/{account}/password-reset").json()
    assert caller.get("/v1/me").status_code == 401
    assert running.anonymous().post("/v1/sign-in", json={"name": name, "password": PASSWORD}).status_code == 401
    assert running.sign_in(name, made["password"]).get("/v1/me").status_code == 200


def test_a_reset_leaves_no_way_open(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    callers = [running.sign_in(name) for _ in range(2)]
    made = callers[0].post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).json()
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {made['token']}"
    assert program.get("/v1/contracts").status_code == 200
    first = administrator.post(f"/v1/accounts/{account}/password-reset").json()["password"]
    second = administrator.post(f"/v1/accounts/{account}/password-reset").json()["password"]
    assert [caller.get("/v1/me").status_code for caller in (*callers, program)] == [401] * 3
    for password in (PASSWORD, first):
        answer = running.anonymous().post("/v1/sign-in", json={"name": name, "password": password})
        assert answer.status_code == 401
    own = running.sign_in(name, second)
    assert own.get("/v1/contracts").json()["type"].endswith("password-to-change")
    assert own.post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).status_code == 403
    assert own.post("/v1/password", json={"present": second, "new": PASSWORD + " far"}).status_code == 204
    # The tokens are gone, not only held back while the password was to be changed.
    assert program.get("/v1/contracts").status_code == 401
    assert running.sign_in(name, PASSWORD + " far").get("/v1/tokens").json() == []


@pytest.mark.parametrize("change", ["reset", "deactivation", "second factor"])
def test_a_sign_in_under_way_does_not_outlive_a_change_of_the_account(
    running: Running, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """While the password is compared, which takes its time, an administrator is quicker."""
    administrator = running.caller(Role.ADMINISTRATOR)
    account, name = running.add_account(Role.REVIEWER, running.workspace)

    def meanwhile(*given: Any) -> bool:
        if change == "reset":
            assert administrator.post(f"/v1/accounts/{account}/password-reset").status_code == 200
        elif change == "deactivation":
            assert administrator.patch(f"/v1/accounts/{account}", json={"active": False}).status_code == 200
        else:
            with running.core.database.write() as connection:
                connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(second_factor=True))
        return verify_password(*given)

    monkeypatch.setattr("api.service.sign_in.verify_password", meanwhile)
    answer = running.anonymous().post("/v1/sign-in", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 401
    with running.core.database.read() as connection:
        assert connection.execute(select(SESSION).where(SESSION.c.account_id == account)).all() == []


def test_what_a_session_began_is_not_kept_once_it_is_ended(running: Running) -> None:
    """A request that was let in just before a reset, and would add a token just after."""
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    session = running.sign_in(name).cookies["dpa_session"]
    caller = recognise_session(running.core, session)
    assert caller is not None
    accounts.reset_password(running.core, account, by=None)
    for attempt in (
        lambda: accounts.create_token(running.core, caller, name="late", scopes=(Permission.READ,), days=1),
        lambda: second_factors.confirm_enrolment(running.core, caller, "123456"),
    ):
        with pytest.raises(Problem) as refused:
            attempt()
        assert (refused.value.status, refused.value.kind) == (401, "not-signed-in")
    with running.core.database.read() as connection:
        assert connection.execute(select(TOKEN)).all() == []


def test_the_last_administrator_stays(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    assert administrator.patch(f"/v1/accounts/{running.administrator}", json={"active": False}).status_code == 200
    own = administrator.get("/v1/me").json()["id"]
    for change in ({"active": False}, {"role": "reader"}):
        assert administrator.patch(f"/v1/accounts/{own}", json=change).status_code == 409
    with pytest.raises(ServiceError):
        accounts.create_first_administrator(running.core, "second")


def test_an_administrator_reads_a_workspace_only_as_its_member(running: Running) -> None:
    contract = running.caller().upload().json()["contract"]
    administrator = running.caller(Role.ADMINISTRATOR, running.other_workspace)
    assert administrator.get(f"/v1/contracts/{contract}").status_code == 404
    own = administrator.get("/v1/me").json()["id"]
    path = f"/v1/workspaces/{running.workspace}/members/{own}"
    assert administrator.put(path).status_code == 204
    assert administrator.get(f"/v1/contracts/{contract}").status_code == 200
    assert administrator.delete(path).status_code == 204
    assert administrator.get(f"/v1/contracts/{contract}").status_code == 404


def test_accounts_are_kept_with_their_ids_in_the_log(running: Running) -> None:
    running.caller()
    with running.core.database.read() as connection:
        names = {row.name for row in connection.execute(select(ACCOUNT.c.name))}
    log = str(running.backup()["audit"])
    assert not [name for name in names if name in log]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaa",
        "anna is my own name",
        "password1234",
        "x" * 201,
        "motdepasse123",
        "Welcome2024!!",
        "Bienvenue2024!",
        "Passwort2026!",
        "lösenord12345",
        "Sommer2025!!!!",
        "qwertyuiop[]12",
        "123456789012345",
        "abcdefghijklmn",
        "P@ssw0rdP@ssw0rd",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Problem):
        require_strength(password, name="anna@example.org")


_STRONG = (
    "four words are long enough",
    "jU7x-kkP9_qqWz",
    "vier müde Ziegen schwimmen",
    "Sommer auf dem blauen Dach",
    "many words, one after the other, until there are more of them than any measure looks at, make one as well",
)


@pytest.mark.parametrize("password", _STRONG)
def test_strong_passwords_are_taken(password: str) -> None:
    require_strength(password, name="anna@example.org")
