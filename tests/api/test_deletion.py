"""What is deleted stays deleted, even where yesterday's backup comes back."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from api.errors import KeyDestroyed, KeyStoreError, SealBroken
from api.moment import DAY, now
from api.operating import operate
from api.secrecy.keys import KeyStore
from api.secrecy.seal import seal, unseal
from api.service import contracts as service
from api.service.caller import Role
from api.service.core import Core
from api.service.retention import sweep, sweep_in_turn
from api.store import contract as store
from api.store.audit import BEGUN
from api.store.schema import CHUNK, CONTRACT, DELETION, METADATA, WORKSPACE
from tests.api.running import CONTRACT as TEXT
from tests.api.running import PARTY, ROOT, Running
from tests.api.serving import environment_of


def test_a_deleted_contract_cannot_be_read_from_a_backup(working: Running) -> None:
    caller = working.caller()
    contract = caller.upload(counterparty=PARTY, wait=30).json()["contract"]
    path = f"/v1/contracts/{contract}"
    yesterday = working.backup()
    assert caller.get(f"{path}/report").status_code == 200
    assert caller.delete(path).status_code == 204
    for answer in (caller.get(path), caller.get(f"{path}/report"), caller.get(f"{path}/original")):
        assert answer.status_code == 404

    working.restore(yesterday)

    for answer in (caller.get(path), caller.get(f"{path}/report"), caller.get(f"{path}/original")):
        assert answer.status_code == 404
    assert caller.get("/v1/contracts").json()["contracts"] == []
    with pytest.raises(KeyDestroyed):
        working.core.keys.get(service.key_owner(contract))
    with working.core.database.read() as connection:
        row = connection.execute(select(CONTRACT)).one()
        chunk = connection.execute(select(CHUNK.c.bytes_sealed)).scalar_one()
    # No key that the master key still opens opens any of it.
    owners = ["proof", f"workspace/{working.workspace}", f"workspace/{working.other_workspace}"]
    keys = [*working.core.keys.find(owners).values(), working.settings.master_key]
    assert len(keys) == 3
    sealed = [(row.report_sealed, "report"), (row.name_sealed, "name"), (row.counterparty_sealed, "counterparty")]
    for key in keys:
        for value, field in sealed:
            with pytest.raises(SealBroken):
                unseal(key, value, place=f"contract/{contract}/{field}")
        with pytest.raises(SealBroken):
            unseal(key, chunk, place=f"original_chunk/{contract}/0")


def test_a_destroyed_key_is_not_in_the_file_of_the_key_store(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    file = running.settings.data / "keys.sqlite"
    assert contract.encode() in file.read_bytes()
    caller.delete(f"/v1/contracts/{contract}")
    assert contract.encode() not in file.read_bytes()


def test_keys_are_not_in_the_database(running: Running) -> None:
    contract = running.caller().upload().json()["contract"]
    key = running.core.keys.get(service.key_owner(contract))
    assert "wrapped_key" not in METADATA.tables
    assert key not in (running.settings.data / "keys.sqlite").read_bytes()
    assert running.settings.master_key not in (running.settings.data / "keys.sqlite").read_bytes()


def test_deletion_leaves_a_certificate_and_no_row(working: Running) -> None:
    caller = working.caller()
    contract = caller.upload(wait=30, headers={"Idempotency-Key": "k"}).json()["contract"]
    caller.delete(f"/v1/contracts/{contract}")
    left = {name: rows for name, rows in working.backup().items() if contract in str(rows)}
    assert set(left) == {"deletion", "audit"}
    assert left["deletion"][0]["cause"] == "request"


def test_contracts_end_when_their_time_is_over(running: Running) -> None:
    administrator = running.caller(Role.ADMINISTRATOR)
    caller = running.caller()
    old, young = (caller.upload().json()["contract"] for _ in range(2))
    kept = running.caller(Role.REVIEWER, running.other_workspace).upload().json()["contract"]
    with running.core.database.write() as connection:
        for contract in (old, kept):
            connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract).values(created=now() - 31 * DAY))
    assert sweep(running.core) == 0
    path = f"/v1/workspaces/{running.workspace}"
    assert administrator.patch(path, json={"retention_days": 30}).status_code == 204
    assert sweep(running.core) == 1
    assert [one["id"] for one in caller.get("/v1/contracts").json()["contracts"]] == [young]
    with running.core.database.read() as connection:
        certificates = connection.execute(select(DELETION.c.contract_id, DELETION.c.cause)).all()
    assert [tuple(row) for row in certificates] == [(old, "retention")]


def test_who_has_deleted_stands_in_log_and_certificate_whoever_ends_it(
    running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service is killed as soon as the contract is hidden; what is swept later is still who asked for it."""

    def fail(*_: object) -> None:
        raise RuntimeError

    caller = running.caller()
    who = caller.get("/v1/me").json()["id"]
    contract = caller.upload().json()["contract"]
    monkeypatch.setattr(KeyStore, "destroy", fail)
    assert caller.delete(f"/v1/contracts/{contract}").status_code == 500
    monkeypatch.undo()
    listing = argparse.Namespace(command="list-deletions")
    assert operate(listing, running.settings) == 0
    assert capsys.readouterr().out == "", "it is not deleted yet"
    assert sweep(running.core) == 1
    kept = running.backup()
    noted = [
        (row["action"], row["account_id"], row["outcome"]) for row in kept["audit"] if "contract-" in row["action"]
    ]
    assert noted[-2:] == [("contract-delete", who, "request"), ("contract-erase", who, "request")]
    assert [(row["contract_id"], row["account_id"], row["cause"]) for row in kept["deletion"]] == [
        (contract, who, "request")
    ]
    assert operate(listing, running.settings) == 0
    told = capsys.readouterr().out.split()
    assert told[1:] == [contract, "workspace", running.workspace, "request", who]


def test_a_deletion_that_was_cut_short_is_ended(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    with running.core.database.write() as connection:
        store.mark_deleting(connection, contract)
    assert caller.get(f"/v1/contracts/{contract}").status_code == 404
    assert sweep(running.core) == 1
    with running.core.database.read() as connection:
        assert connection.execute(select(CONTRACT)).first() is None


def _begun(audit: list[dict[str, Any]]) -> int:
    """Return how many workers have begun: before that they know no signal."""
    return sum(row["action"] == BEGUN and row["subject"].startswith("worker:") for row in audit)


def test_workers_of_their_own_delete_what_is_due(running: Running) -> None:
    """With `embedded_worker = false` nobody else would."""
    due, half = (running.caller().upload().json()["contract"] for _ in range(2))
    with running.core.database.write() as connection:
        connection.execute(update(WORKSPACE).values(retention_days=30))
        connection.execute(update(CONTRACT).where(CONTRACT.c.id == due).values(created=now() - 31 * DAY))
        store.mark_deleting(connection, half)
    environment = environment_of(running.settings) | {"DPA_CHECKER_SWEEP_SECONDS": "1"}
    command = [sys.executable, "-m", "api", "worker"]
    workers = [subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True) for _ in range(2)]
    try:
        until = time.monotonic() + 60
        while (kept := running.backup())["contract"] or _begun(kept["audit"]) < len(workers):
            assert time.monotonic() < until, "nothing was swept"
            time.sleep(0.2)
        time.sleep(0.5)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(timeout=30) for worker in workers] == [0, 0]
    kept = running.backup()
    assert {(row["contract_id"], row["cause"]) for row in kept["deletion"]} == {(due, "retention"), (half, "taken-up")}
    assert any(row["action"] == "audit-verify" for row in kept["audit"])


def test_one_worker_sweeps_at_a_time(running: Running) -> None:
    with running.core.database.turn(1) as mine, running.core.database.turn(1) as second:
        assert mine
        assert second is running.core.database.is_sqlite
    with running.core.database.turn(1) as mine:
        assert mine
    assert sweep_in_turn(running.core) == 0


def test_a_sealed_value_opens_only_in_its_place() -> None:
    key = bytes(range(32))
    sealed = seal(key, TEXT, place="contract/1/name")
    assert unseal(key, sealed, place="contract/1/name") == TEXT
    for other_key, value, place in (
        (key, sealed, "contract/2/name"),
        (bytes(32), sealed, "contract/1/name"),
        (key, sealed[:-1], "contract/1/name"),
        (key, b"\x02" + sealed[1:], "contract/1/name"),
        (key, b"", "contract/1/name"),
        (key, b"\x01", "contract/1/name"),
    ):
        with pytest.raises(SealBroken):
            unseal(other_key, value, place=place)


def test_another_master_key_is_refused(running: Running) -> None:
    changed = replace(running.settings, master_key=bytes(32))
    with pytest.raises(KeyStoreError):
        KeyStore(changed.keys, changed.master_key).open()


def test_an_upload_that_fails_leaves_no_key(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract whose rows are not kept has no key for long: nothing to be found, nothing to be read."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    caller = running.caller()
    monkeypatch.setattr("api.service.contracts.contracts.add_contract", fail)
    assert caller.upload().status_code == 500
    assert isinstance(running.core, Core)
    assert b"contract/" not in (running.settings.data / "keys.sqlite").read_bytes()
