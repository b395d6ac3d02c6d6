"""Forms that are refused come back with what was typed."""

from __future__ import annotations

import re

from api.dashboard import PATH
from api.service.caller import Role
from tests.api.dashboard.test_entrances import _token
from tests.api.running import Caller, Running


def _send(caller: Caller, path: str, **fields: str) -> tuple[int, str]:
    token = _token(caller.get(PATH + path))
    answer = caller.post(PATH + path, data={"csrf_token": token} | fields)
    return answer.status_code, answer.text


def _field(page: str, ident: str) -> str:
    found = re.search(rf'<input id="{ident}"[^>]*>', page)
    assert found
    return found[0]


def _ticked(page: str, name: str) -> bool:
    found = re.search(rf'<input type="checkbox" name="{name}"[^>]*>', page)
    assert found
    return " checked" in found[0]


def test_a_token_that_is_refused(running: Running) -> None:
    caller = running.caller()
    status, page = _send(caller, "/tokens", name='contract "system"', days="900", write="yes")
    assert status == 422
    assert 'value="contract &#34;system&#34;"' in _field(page, "token-name")
    assert 'value="900"' in _field(page, "days")
    assert _ticked(page, "write")
    page = _send(caller, "/tokens", name="archive", days="30")[1]
    assert 'value=""' in _field(page, "token-name"), "what was made is not to be made again"
    assert 'value="90"' in _field(page, "days")


def test_an_account_that_is_refused(running: Running) -> None:
    caller = running.caller(Role.ADMINISTRATOR)
    status, page = _send(caller, "/administration/accounts", name="root", role="reader")
    assert status == 409
    assert 'value="root"' in _field(page, "new-name")
    chosen = page[page.index('<select id="new-role"') :]
    assert re.findall(r'value="(\w+)" selected', chosen) == ["reader"]
    status, page = _send(caller, "/administration/accounts", name="berta", role="reader")
    assert status == 200
    assert 'value=""' in _field(page, "new-name")


def test_a_workspace_that_is_refused(running: Running) -> None:
    caller = running.caller(Role.ADMINISTRATOR)
    path = "/administration/workspaces"
    status, page = _send(caller, path, name="Procurement", retention_days="0")
    assert status == 422
    assert 'value="Procurement"' in _field(page, "new-name")
    assert 'value="0"' in _field(page, "new-days")
    new = page[page.index('id="new-name"') :]
    assert not _ticked(new, "member")
    page = _send(caller, path, name="Procurement", retention_days="0", member="yes")[1]
    assert _ticked(page[page.index('id="new-name"') :], "member")
    assert _send(caller, path, name="Procurement")[0] == 303
    page = caller.get(PATH + path).text
    assert _ticked(page[page.index('id="new-name"') :], "member")
