"""Keys are exchanged, the master key and those of workspaces: all stays legible, and nothing is left of the old."""

from __future__ import annotations

import base64
import itertools
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from api.cli import main
from api.errors import KeyStoreError, Problem, SealBroken
from api.secrecy.keys import KeyStore, former_owner
from api.secrecy.seal import fingerprint
from api.service.caller import GRANTED, Caller, Role
from api.service.contracts import Names, workspace_key, workspace_owner
from api.service.core import Core, open_core
from api.service.recheck import recheck
from api.service.retention import sweep
from api.service.rotation import rotate_workspace_key
from api.service.submission import Submission, examine_again, submit
from api.service.upload import Upload
from api.service.worker import Worker
from api.settings import Settings, read_key_file
from api.store.schema import CHUNK, CONTRACT, IDEMPOTENCY
from tests.api.postgres import make_database
from tests.api.running import CONTRACT as TEXT
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
    for answer in (caller.upload(), caller.get(f"/v1/contracts/{contract}"), caller.get("/v1/contracts")):
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:dpa-checker:problem:not-ready")
    with pytest.raises(KeyStoreError):
        KeyStore(running.settings.keys, running.settings.master_key).open()
    # A worker that was left running fails nothing that it cannot open: it gives the job back and ends.
    left = Worker(running.core)
    left.run()
    left.stop()
    (job,) = running.backup()["job"]
    assert (job["state"], job["attempts"], job["error_code"]) == ("queued", 0, None)

    changed = replace(running.settings, master_key=read_key_file(file))
    core = open_core(changed)
    assert core.keys.get(owner) == before
    assert core.verify_audit() is None
    assert ("master-key-rotate", None) in {(row["action"], row["account_id"]) for row in running.backup()["audit"]}
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


_MARKS = ("name_mark", "counterparty_mark", "reference_mark", "content_mark")
#: Runs the command and kills it, as kill -9 does, at one of three moments: with the fingerprints changed and not kept,
#: with the key exchanged and the fingerprints not kept, with both kept and the former key there.
_KILLED = """
import os, signal, sys
from api.cli import main
from api.secrecy.keys import KeyStore

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

moment, exchange = sys.argv[1], KeyStore.exchange
if moment == "marked":
    KeyStore.exchange = die
elif moment == "exchanged":
    KeyStore.exchange = lambda *given: (exchange(*given), die())
else:
    KeyStore.destroy = die
main(["rotate-workspace-key", sys.argv[2]])
"""


def _environment(settings: Settings) -> dict[str, str]:
    return environment_of(settings) | {"DPA_CHECKER_KEYS_URL": settings.keys_url}


def _rows(core: Core, workspace: str) -> dict[str, dict[str, Any]]:
    with core.database.read() as connection:
        rows = connection.execute(select(CONTRACT).where(CONTRACT.c.workspace_id == workspace))
        return {row.id: dict(row._mapping) for row in rows}


def _found(caller: httpx.Client) -> list[str]:
    """Return the contracts that are found by each of their names as a whole."""
    found = [
        {one["id"] for one in caller.get("/v1/contracts", params=params).json()["contracts"]}
        for params in ({"counterparty": PARTY.upper()}, {"name": "Agreement.txt"}, {"reference": "C-1"})
    ]
    assert found[0] == found[1] == found[2], found
    return sorted(found[0])


def test_a_workspace_gets_another_key_while_the_service_runs(running: Running) -> None:
    caller, stranger = running.caller(), running.caller(Role.REVIEWER, running.other_workspace)
    given: dict[str, Any] = {"counterparty": PARTY, "reference": "C-1"}
    mine = [caller.upload(TEXT + b"%d" % number, **given).json()["contract"] for number in range(3)]
    other = stranger.upload(**given).json()["contract"]
    caller.upload(TEXT, **given, headers={"Idempotency-Key": "k"})
    caller.delete(f"/v1/contracts/{mine.pop()}")
    tag = caller.get(f"/v1/contracts/{mine[0]}").headers["ETag"]
    core, workspace = running.core, running.workspace
    old, untouched = workspace_key(core, workspace), _rows(core, running.other_workspace)
    before, found = _rows(core, workspace), _found(caller)
    assert set(mine) < set(found)

    command = [sys.executable, "-m", "api", "rotate-workspace-key", "First"]
    done = subprocess.run(command, env=_environment(running.settings), cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout.partition(" ")[0]) == (0, "3"), done.stderr
    assert workspace_key(core, workspace) != old
    assert core.keys.find([former_owner(workspace_owner(workspace))]) == {}
    assert _found(caller) == found
    assert _found(stranger) == [other]
    after = _rows(core, workspace)
    for contract, row in after.items():
        assert {name for name in row if row[name] != before[contract][name]} == set(_MARKS)
    assert _rows(core, running.other_workspace) == untouched
    # Nothing is left by which somebody who has the old key could confirm a guess.
    assert fingerprint(old, PARTY, purpose="counterparty") not in str(running.backup())
    file = running.settings.data / "keys.sqlite"
    assert not file.exists() or b"/former" not in file.read_bytes()
    changed = caller.patch(f"/v1/contracts/{mine[0]}", json={"reference": "C-2"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    late = caller.upload(TEXT + b"late", **given).json()["contract"]
    assert [one["id"] for one in caller.get("/v1/contracts", params={"reference": "c-2"}).json()["contracts"]] == [
        mine[0]
    ]
    assert late in {one["id"] for one in caller.get("/v1/contracts", params={"reference": "C-1"}).json()["contracts"]}
    with core.database.read() as connection:
        assert connection.execute(select(IDEMPOTENCY)).all() == []
    assert core.verify_audit() is None
    assert ("workspace-key-rotate", workspace) in {(row["action"], row["subject"]) for row in running.backup()["audit"]}


@pytest.mark.parametrize("again", ["command", "sweep"])
@pytest.mark.parametrize("moment", ["marked", "exchanged", "kept"])
def test_a_workspace_whose_rotation_is_killed_loses_nothing(running: Running, moment: str, again: str) -> None:
    caller, core, workspace = running.caller(), running.core, running.workspace
    given: dict[str, Any] = {"counterparty": PARTY, "reference": "C-1"}
    mine = sorted(caller.upload(TEXT + b"%d" % number, **given).json()["contract"] for number in range(3))
    old, before = workspace_key(core, workspace), _rows(core, workspace)
    environment, owner = _environment(running.settings), workspace_owner(workspace)
    command = [sys.executable, "-c", _KILLED, moment, "First"]
    killed = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (_rows(core, workspace) == before) is (moment != "kept"), "the fingerprints change together, or not at all"
    assert (workspace_key(core, workspace) == old) is (moment == "marked")
    assert bool(core.keys.find([former_owner(owner)])) is (moment != "marked")
    new = workspace_key(core, workspace)
    if again == "sweep":
        sweep(core)
    else:
        assert main_in(environment, "rotate-workspace-key", workspace) == 0
    assert _found(caller) == mine
    assert core.keys.find([former_owner(owner)]) == {}
    assert (workspace_key(core, workspace) == new) is (moment != "marked" or again == "sweep")
    assert core.verify_audit() is None


def main_in(environment: dict[str, str], *arguments: str) -> int:
    """Run a command in a process of its own and return its exit code."""
    return subprocess.run([sys.executable, "-m", "api", *arguments], env=environment, cwd=ROOT).returncode


def test_an_upload_under_way_is_not_kept_under_the_old_key(running: Running) -> None:
    account = running.add_account(Role.REVIEWER, running.workspace)[0]
    caller = Caller(account, "", Role.REVIEWER, (running.workspace,), GRANTED[Role.REVIEWER])
    core = running.core
    with Upload(core, workspace_key(core, running.workspace)) as upload:
        upload.write(TEXT)
        rotate_workspace_key(core, running.workspace)
        with pytest.raises(Problem) as refused:
            submit(core, caller, upload, Submission(running.workspace, Names("a.txt")), idempotency_key=None)
    assert refused.value.status == 503
    assert _rows(core, running.workspace) == {}
    assert core.keys.find([f"contract/{upload.contract_id}"]) == {}


def test_a_busy_workspace_gets_another_key(running: Running) -> None:
    """Whoever queues contracts waits for the exchange, or it waits for them; neither holds what the other wants."""
    account = running.add_account(Role.REVIEWER, running.workspace)[0]
    caller = Caller(account, "", Role.REVIEWER, (running.workspace,), GRANTED[Role.REVIEWER])
    core = running.core

    def keep(text: bytes, replaces: str | None = None) -> str:
        asked = Submission(running.workspace, Names("a.txt"), replaces=replaces)
        with Upload(core, workspace_key(core, running.workspace)) as upload:
            upload.write(text)
            try:
                return submit(core, caller, upload, asked, idempotency_key=None).contract_id
            except Problem as problem:
                if replaces is None or problem.kind != "not-ready":
                    raise
                return replaces  # it was marked with the key that has gone

    series = [[keep(TEXT + b"%d" % number) for number in range(15)] for _ in range(3)]
    over = threading.Event()

    def work(mine: list[str]) -> None:
        for number in itertools.cycle(range(len(mine))):
            if over.is_set():
                return
            examine_again(core, caller, mine[number])
            mine[number] = keep(TEXT, mine[number])

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, mine) for mine in series]
        try:
            for _ in range(6):
                rotate_workspace_key(core, running.workspace)
                assert recheck(core) == 0
        finally:
            over.set()
        for one in working:
            one.result(timeout=60)


def test_a_rotation_that_cannot_read_a_contract_changes_nothing(running: Running) -> None:
    caller, core, workspace = running.caller(), running.core, running.workspace
    mine = sorted(
        caller.upload(TEXT + b"%d" % number, counterparty=PARTY, reference="C-1").json()["contract"]
        for number in range(2)
    )
    with core.database.write() as connection:
        whole = connection.execute(select(CHUNK.c.bytes_sealed).where(CHUNK.c.contract_id == mine[1])).scalar_one()
        connection.execute(update(CHUNK).where(CHUNK.c.contract_id == mine[1]).values(bytes_sealed=whole[:-1] + b"x"))
    old, before = workspace_key(core, workspace), _rows(core, workspace)
    with pytest.raises(SealBroken):
        rotate_workspace_key(core, workspace)
    assert workspace_key(core, workspace) == old
    assert _rows(core, workspace) == before
    assert _found(caller) == mine
    # One whose key is gone, which has come back with a backup, holds nobody up.
    core.keys.destroy(f"contract/{mine[1]}")
    assert rotate_workspace_key(core, workspace) == 1
    assert _found(caller) == mine[:1]


def test_a_workspace_that_is_not_there_gets_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rotate-workspace-key", "--dev", str(tmp_path / "try"), "Nobody's"]) == 3
    assert "no such workspace" in capsys.readouterr().err
