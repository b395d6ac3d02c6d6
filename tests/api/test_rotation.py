"""The master key is rotated: everything stays legible with the new one, nothing with the old."""

from __future__ import annotations

import base64
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.cli import main
from api.errors import KeyStoreError, SealBroken
from api.secrecy.keys import KeyStore
from api.service.caller import Role
from api.service.core import open_core
from api.settings import Settings, read_key_file
from tests.api.postgres import make_database
from tests.api.running import PARTY, ROOT, Running, serve
from tests.api.serving import environment_of


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Return settings with the key store, too, on either database."""
    urls: dict[str, Any] = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        urls = {"database_url": make_database(url), "keys_url": make_database(url)}
    key = os.urandom(32)
    return Settings(data=tmp_path / "data", master_key=key, secure_cookies=False, embedded_worker=False, **urls)


def _rotate(settings: Settings, file: Path, **options: object) -> subprocess.Popen[str]:
    environment = environment_of(settings) | {"DPA_CHECKER_KEYS_URL": settings.keys_url}
    command = [sys.executable, "-m", "api", "rotate-key", "--new-key-file", str(file)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def test_a_rotation_keeps_all_legible_and_the_old_key_opens_nothing(running: Running, tmp_path: Path) -> None:
    name = running.add_account(Role.ADMINISTRATOR, running.workspace)[1]
    caller = running.caller()
    contract = caller.upload(counterparty=PARTY).json()["contract"]
    owner = f"contract/{contract}"
    before = running.core.keys.get(owner)
    file = tmp_path / "new.key"
    process = _rotate(running.settings, file)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "keys wrapped by the new master key" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert base64.b64encode(running.settings.master_key).decode() not in file.read_text()
    # Those that have it open can neither open nor put keys.
    with pytest.raises(SealBroken):
        running.core.keys.get(owner)
    with pytest.raises(KeyStoreError):
        running.core.keys.put("contract/late", bytes(32))
    assert caller.upload().status_code >= 500
    with pytest.raises(KeyStoreError):
        KeyStore(running.settings.keys, running.settings.master_key).open()

    changed = replace(running.settings, master_key=read_key_file(file))
    core = open_core(changed)
    assert core.keys.get(owner) == before
    assert core.verify_audit() is None
    assert core.name_key == running.core.name_key
    core.close()
    with serve(changed) as url:
        running.url = url
        again = running.sign_in(name)  # its second factor is sealed under a key of the store
        answer = again.get("/v1/contracts", params={"counterparty": PARTY, "workspace": running.workspace})
        assert [one["id"] for one in answer.json()["contracts"]] == [contract]
        assert again.get(f"/v1/contracts/{contract}/original").status_code == 200


def test_a_rotation_that_is_killed_can_be_taken_up(settings: Settings, tmp_path: Path) -> None:
    core = open_core(settings)
    owners = [f"contract/{number:032x}" for number in range(300)]
    keys = {owner: os.urandom(32) for owner in owners}
    for owner in owners:
        core.keys.put(owner, keys[owner])
    core.close()
    file = tmp_path / "new.key"
    for pause in (0.0, 0.3, 0.6, 0.9, 1.2):
        process = _rotate(settings, file)
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        masters = [settings.master_key, *([read_key_file(file)] if file.exists() else [])]
        fitting = [master for master in masters if KeyStore.fits(settings.keys, master)]
        assert len(fitting) == 1
        store = KeyStore(settings.keys, fitting[0])
        store.open()
        assert store.find(owners) == keys
        store.close()
    for _ in range(2):  # done, and done already
        process = _rotate(settings, file)
        process.communicate(timeout=60)
        assert process.returncode == 0
    store = KeyStore(settings.keys, read_key_file(file))
    store.open()
    assert store.find(owners) == keys
    store.close()


def test_no_wrapping_by_the_old_key_stays_in_the_file(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", master_key=os.urandom(32))
    core = open_core(settings)
    core.keys.put("contract/a", bytes(32))
    from api.secrecy.keys import _KEY

    with core.keys._database.read() as connection:
        old = connection.execute(select(_KEY.c.wrapped)).scalars().all()
    core.close()
    store = KeyStore(settings.keys, settings.master_key)
    store.open()
    assert store.rotate(os.urandom(32)) == len(old)
    store.close()
    content = (settings.data / "keys.sqlite").read_bytes()
    assert not [wrapped for wrapped in old if wrapped in content]


def test_the_present_key_is_no_new_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "try"
    assert main(["verify-audit", "--dev", str(folder)]) == 0
    assert main(["rotate-key", "--dev", str(folder), "--new-key-file", str(folder / "master.key")]) == 3
    assert "present one" in capsys.readouterr().err
