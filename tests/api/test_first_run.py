"""The first start: without any set-up on one's own machine, by a command on a server."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api.errors import SettingsError
from api.service import accounts
from api.service.caller import Role
from api.service.core import open_core
from api.settings import Settings, load_settings
from tests.api.running import PASSWORD, ROOT, serve
from tests.api.serving import environment_of, free_port, start_serving


def _bare_environment(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has set nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DPA_CHECKER_")}
    own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "PYTHONPATH": str(ROOT)}
    return kept | own | {"DPA_CHECKER_EMBEDDED_WORKER": "false"}


def test_serve_needs_no_set_up_on_ones_own_machine(tmp_path: Path) -> None:
    environment = _bare_environment(tmp_path)
    with start_serving(None, environment=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        link = re.search(r"http://127\.0\.0\.1:\d+/setup\?code=\S+", line)
        assert link, line
        page = httpx.get(link[0])
        assert page.status_code == 200
        assert "script" not in page.text
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        url, code = link[0].split("?code=")
        form = {"code": code, "name": "anna", "password": PASSWORD}
        assert httpx.post(url, data=form | {"code": "wrong"}).status_code == 404
        assert httpx.post(url, data=form | {"password": "short"}).status_code == 422
        assert httpx.post(url, data=form).status_code == 201
        assert httpx.post(url, data=form | {"name": "eve"}).status_code == 404
        assert httpx.get(link[0]).status_code == 404
        with httpx.Client(base_url=url.removesuffix("/setup")) as caller:
            answer = caller.post("/v1/sign-in", json={"name": "anna", "password": PASSWORD})
            assert answer.json()["must_change_password"] is False
            assert answer.json()["must_enrol_second_factor"] is True
            assert len(caller.get("/v1/me").json()["workspaces"]) == 1
    folder = next(tmp_path.rglob("master.key")).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("master.key", "service.sqlite", "keys.sqlite", "keys-notes.sqlite"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    with start_serving(None, environment=environment) as process:
        process.terminate()
        said, _ = process.communicate(timeout=30)
        assert "setup" not in said


def test_the_code_of_the_link_is_neither_kept_nor_guessed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(settings) as url:
        code = capsys.readouterr().out.rpartition("code=")[2].strip()
        assert len(code) >= 40
        assert httpx.get(f"{url}/setup", params={"code": code}).status_code == 200
        for wrong in ("", "x", code[:-1], code + "x"):
            assert httpx.get(f"{url}/setup", params={"code": wrong}).status_code in (404, 422)
        for file in settings.data.rglob("*"):
            assert file.is_dir() or code.encode() not in file.read_bytes()


def test_a_code_is_shown_on_loopback_only(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(replace(settings, behind_proxy=True)) as url:
        assert "code=" not in capsys.readouterr().out
        assert httpx.get(f"{url}/setup", params={"code": "x"}).status_code == 404


def test_on_a_server_a_command_makes_the_first_administrator(tmp_path: Path) -> None:
    environment = _bare_environment(tmp_path)
    command = [sys.executable, "-m", "api", "create-administrator", "anna"]
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0, made.stderr
    with start_serving(None, environment=environment) as process:
        url = f"http://127.0.0.1:{process.port}"  # type: ignore[attr-defined]
        answer = httpx.post(f"{url}/v1/sign-in", json={"name": "anna", "password": made.stdout.strip()})
        assert answer.json()["must_change_password"] is True
    again = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 3
    assert "Traceback" not in again.stderr


def test_a_server_is_not_set_up_by_chance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name, value in (
        ("HOST", "10.0.0.1"),
        ("DATABASE_URL", "postgresql://host/name"),
        ("DATA", str(tmp_path / "d")),
    ):
        with pytest.raises(SettingsError, match="no master key"):
            load_settings(environment={f"DPA_CHECKER_{name}": value})
    assert list(tmp_path.iterdir()) == []


def test_beyond_loopback_it_does_not_start_without_tls(tmp_path: Path) -> None:
    environment = _bare_environment(tmp_path) | {
        "DPA_CHECKER_DATA": str(tmp_path / "data"),
        "DPA_CHECKER_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "DPA_CHECKER_HOST": "0.0.0.0",  # noqa: S104  # refused
    }
    command = [sys.executable, "-m", "api", "serve", "--port", str(free_port())]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 3
    assert "TLS" in run.stderr
    assert not (tmp_path / "data").exists()


def test_several_processes_answer_for_one_service(settings: Settings) -> None:
    core = open_core(settings)
    _, password = accounts.create_account(core, "anna", Role.READER)
    core.close()
    with pytest.raises(SettingsError, match="embedded_worker"):
        replace(settings, processes=2, embedded_worker=True)
    environment = environment_of(settings) | {"DPA_CHECKER_PROCESSES": "2"}
    with start_serving(settings, environment=environment) as process:
        url = f"http://127.0.0.1:{process.port}/v1"  # type: ignore[attr-defined]
        begun = httpx.post(f"{url}/sign-in", json={"name": "anna", "password": password})
        cookie = begun.headers["set-cookie"].partition(";")[0]
        for _ in range(20):  # each a connection of its own
            assert httpx.get(f"{url}/me", headers={"Cookie": cookie}).status_code == 200
        process.terminate()
        process.wait(timeout=30)
    core = open_core(settings)
    found = core.inspect_audit()
    core.close()
    assert found.flaw is None
    assert found.unended == ()
