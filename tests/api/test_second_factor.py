"""The second factor: enrolment, codes that are good once, recovery, and who must have it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
import pyotp
import pytest
from sqlalchemy import select, update

from api.operating import operate
from api.service.caller import Role
from api.store.account import count_administrators, find_sign_in
from api.store.schema import FAILURE, RECOVERY_CODE, SECOND_FACTOR
from tests.api.running import PASSWORD, Caller, Running


def _sign_in(running: Running, name: str, code: str | None = None, password: str = PASSWORD) -> httpx.Response:
    given = {"name": name, "password": password} | ({"code": code} if code else {})
    return running.anonymous().post("/v1/sign-in", json=given)


def _kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def _at(secret: str, steps: int) -> str:
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


def _enrolled(running: Running, role: Role = Role.REVIEWER) -> tuple[str, Caller, str, list[str]]:
    """Return name, session, secret and recovery codes of an account with a second factor."""
    _, name = running.add_account(role, running.workspace)
    caller = running.sign_in(name)
    if (left := 30 - time.time() % 30) < 8:  # a test must not begin in one step and end in the next
        time.sleep(left)
    secret = running.enrol(caller, name)
    return name, caller, secret, running._recovery_codes.pop(name)


def _forget_steps(running: Running) -> None:
    """Let codes of this half minute be used again: tests do not wait for the next."""
    with running.core.database.write() as connection:
        connection.execute(update(SECOND_FACTOR).values(last_step=0))


def test_an_administrator_can_do_nothing_before_enrolling(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    made = administrator.post("/v1/accounts", json={"name": "anna", "role": "administrator"}).json()
    first = running.sign_in("anna", made["password"])
    assert first.post("/v1/password", json={"present": made["password"], "new": PASSWORD}).status_code == 204
    answer = _sign_in(running, "anna")
    assert answer.json()["must_enrol_second_factor"] is True
    caller = running.sign_in("anna")
    for method, path in (
        ("GET", "/v1/contracts"),
        ("GET", "/v1/accounts"),
        ("GET", "/v1/audit"),
        ("GET", "/v1/tokens"),
    ):
        refused = caller.request(method, path)
        assert (refused.status_code, _kind(refused)) == (403, "second-factor-to-enrol"), path
    assert caller.get("/v1/me").status_code == 200
    running.enrol(caller, "anna")
    assert caller.get("/v1/accounts").status_code == 200


def test_who_becomes_an_administrator_has_to_enrol_and_their_tokens_wait(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    account, name = running.add_account(Role.REVIEWER, running.workspace)
    token = running.sign_in(name).post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).json()["token"]
    program = running.anonymous()
    program.headers["Authorization"] = f"Bearer {token}"
    assert program.get("/v1/contracts").status_code == 200
    assert administrator.patch(f"/v1/accounts/{account}", json={"role": "administrator"}).status_code == 200
    assert program.get("/v1/contracts").status_code == 401
    caller = running.sign_in(name)
    assert _kind(caller.get("/v1/contracts")) == "second-factor-to-enrol"
    running.enrol(caller, name)
    assert program.get("/v1/contracts").status_code == 200


def test_signing_in_wants_password_and_code(running: Running) -> None:
    name, _, secret, _ = _enrolled(running)
    assert _kind(_sign_in(running, name)) == "second-factor-needed"
    assert _kind(_sign_in(running, name, "000000")) == "sign-in-failed"
    assert _kind(_sign_in(running, name, _at(secret, 1), "wrong password")) == "sign-in-failed"
    assert _sign_in(running, name, _at(secret, 1)).status_code == 200


def test_a_code_is_good_once_and_none_before_it(running: Running) -> None:
    name, _, secret, _ = _enrolled(running)
    assert _kind(_sign_in(running, name, _at(secret, 0))) == "sign-in-failed"  # used to enrol
    _forget_steps(running)
    code = _at(secret, 1)
    assert _sign_in(running, name, code).status_code == 200
    assert _kind(_sign_in(running, name, code)) == "sign-in-failed"
    assert _kind(_sign_in(running, name, _at(secret, 0))) == "sign-in-failed"


@pytest.mark.parametrize(("steps", "status"), [(-3, 401), (3, 401)])
def test_the_window_is_one_step(running: Running, steps: int, status: int) -> None:
    name, _, secret, _ = _enrolled(running)
    _forget_steps(running)
    assert _sign_in(running, name, _at(secret, steps)).status_code == status
    assert _sign_in(running, name, _at(secret, 0)).status_code == 200


def test_one_code_at_the_same_time_lets_one_in(running: Running) -> None:
    name, _, secret, _ = _enrolled(running)
    code = _at(secret, 1)
    answers = _together(lambda: _sign_in(running, name, code).status_code, 4)
    assert sorted(answers) == [200, 401, 401, 401]


def test_recovery_codes_are_good_once_and_kept_as_fingerprints(running: Running) -> None:
    name, caller, _, codes = _enrolled(running)
    assert len(set(codes)) == 10
    with running.core.database.read() as connection:
        kept = str(connection.execute(select(RECOVERY_CODE)).all())
    assert not [code for code in codes if code.replace("-", "") in kept]
    assert _sign_in(running, name, codes[0]).status_code == 200
    assert _sign_in(running, name, codes[0]).status_code == 401
    assert _sign_in(running, name, codes[1].replace("-", "").upper()).status_code == 200
    renewed = caller.post("/v1/second-factor/recovery-codes", json={"password": PASSWORD, "code": codes[2]})
    assert renewed.status_code == 200
    assert _sign_in(running, name, codes[3]).status_code == 401
    assert _sign_in(running, name, renewed.json()["codes"][0]).status_code == 200


def test_another_accounts_recovery_code_is_good_for_nothing(running: Running) -> None:
    name, *_ = _enrolled(running)
    *_, codes = _enrolled(running)
    assert _sign_in(running, name, codes[0]).status_code == 401


def test_the_secret_is_kept_sealed(running: Running) -> None:
    _, _, secret, _ = _enrolled(running)
    assert secret not in str(running.backup())
    assert secret.encode() not in (running.settings.data / "keys.sqlite").read_bytes()


def test_a_second_factor_can_be_given_up_with_password_and_code_unless_compulsory(running: Running) -> None:
    name, caller, _, codes = _enrolled(running)
    for given, kind in (
        ({"password": "x", "code": codes[0]}, "wrong-password"),
        ({"password": PASSWORD, "code": "1"}, "wrong-code"),
    ):
        assert _kind(caller.post("/v1/second-factor/removal", json=given)) == kind
    assert caller.post("/v1/second-factor/removal", json={"password": PASSWORD, "code": codes[0]}).status_code == 204
    assert _sign_in(running, name).status_code == 200
    administrator = running.caller(Role.ADMINISTRATOR)
    answer = administrator.post("/v1/second-factor/removal", json={"password": PASSWORD, "code": "1"})
    assert _kind(answer) == "second-factor-compulsory"


def test_a_session_alone_does_not_enrol_and_an_enrolled_factor_is_not_replaced(running: Running) -> None:
    caller = running.caller()
    assert _kind(caller.post("/v1/second-factor", json={"password": "guessed"})) == "wrong-password"
    assert _kind(caller.post("/v1/second-factor/confirmation", json={"code": "123456"})) == "wrong-code"
    _, enrolled, _, _ = _enrolled(running)
    assert _kind(enrolled.post("/v1/second-factor", json={"password": PASSWORD})) == "second-factor-there"


def test_a_lost_second_factor_is_taken_away_by_an_administrator_and_by_command(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    name, caller, _, _ = _enrolled(running)
    with running.core.database.read() as connection:
        found = find_sign_in(connection, name)
    assert found is not None
    assert administrator.delete(f"/v1/accounts/{found[0].id}/second-factor").status_code == 204
    assert caller.get("/v1/me").status_code == 401
    assert _sign_in(running, name).status_code == 200


def test_an_operator_resets_password_and_second_factor(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    name, caller, _, _ = _enrolled(running, Role.READER)
    options = argparse.Namespace(command="reset-password", name=name, second_factor=True)
    assert operate(options, running.settings) == 0
    password = capsys.readouterr().out.strip().splitlines()[-1]
    assert caller.get("/v1/me").status_code == 401
    assert _sign_in(running, name).status_code == 401
    assert _sign_in(running, name, password=password).json()["must_change_password"] is True


def test_a_password_that_was_handed_out_opens_one_session(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    made = administrator.post("/v1/accounts", json={"name": "anna", "role": "reader"}).json()
    answers = _together(lambda: _sign_in(running, "anna", password=made["password"]).status_code, 4)
    assert sorted(answers) == [200, 401, 401, 401]
    assert _sign_in(running, "anna", password=made["password"]).status_code in (401, 429)


def test_guesses_at_the_same_time_are_all_counted(running: Running) -> None:
    _, name = running.add_account(Role.READER)
    answers = _together(lambda: _sign_in(running, name, password="guess").status_code, 16)  # noqa: S106
    assert sorted(answers) == [401] * 5 + [429] * 11


def test_guessing_the_present_password_in_a_session_is_held_back(running: Running) -> None:
    caller = running.caller()
    given = {"present": "guess", "new": PASSWORD + "!"}
    answers = [caller.post("/v1/password", json=given).status_code for _ in range(6)]
    assert answers == [403] * 5 + [429]


@pytest.mark.parametrize("path", ["removal", "recovery-codes"])
def test_guessing_a_code_in_a_session_is_held_back_though_the_password_is_right(running: Running, path: str) -> None:
    name, caller, _, codes = _enrolled(running)
    wrong = {"password": PASSWORD, "code": "000000"}
    answers = [_kind(caller.post(f"/v1/second-factor/{path}", json=wrong)) for _ in range(6)]
    assert answers == ["wrong-code"] * 5 + ["too-many-failures"]
    right = caller.post(f"/v1/second-factor/{path}", json={"password": PASSWORD, "code": codes[0]})
    assert right.status_code == 429
    noted = [row for row in running.backup()["audit"] if row["action"].startswith("second-factor-remove")]
    noted += [row for row in running.backup()["audit"] if row["action"] == "recovery-codes-renew"]
    assert [row["outcome"] for row in noted] == ["failed"] * 5 + ["held-back"] * 2
    with running.core.database.write() as connection:
        connection.execute(update(FAILURE).values(until=0))
    right = caller.post(f"/v1/second-factor/{path}", json={"password": PASSWORD, "code": codes[0]})
    assert right.status_code in (200, 204)
    with running.core.database.read() as connection:
        assert connection.execute(select(FAILURE)).all() == [], name


def test_the_last_active_administrator_stays_however_many_ask(running: Running) -> None:
    administrators = [running.caller(Role.ADMINISTRATOR) for _ in range(2)]
    own = [caller.get("/v1/me").json()["id"] for caller in administrators]
    assert administrators[0].patch(f"/v1/accounts/{running.administrator}", json={"active": False}).status_code == 200
    pairs = iter(list(zip(administrators, own, strict=True)))

    def resign() -> int:
        caller, account = next(pairs)
        return caller.patch(f"/v1/accounts/{account}", json={"active": False}).status_code

    assert sorted(_together(resign, 2)) == [200, 409]
    with running.core.database.read() as connection:
        assert count_administrators(connection) == 1


def _together(do: Callable[[], int], times: int) -> list[int]:
    """Return what comes of doing it several times at once."""
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(do())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
