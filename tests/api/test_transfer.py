"""Contracts are moved to another installation: the chosen ones, encrypted, whole, with a list, leaving nothing."""

from __future__ import annotations

import argparse
import io
import json
import os
import secrets
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import select, text

from api.errors import TransferError
from api.operating import operate
from api.service import transfer as moving
from api.service.caller import Role
from api.service.transfer import Lock, Opener, Removal, delete_moved, export_contracts, import_contracts
from api.service.worker import Worker
from api.settings import Settings
from api.store.schema import CONTRACT, DELETION, JOB, TRANSFER
from dpa_checker.cli import main as command_line
from tests.api.postgres import make_database
from tests.api.running import CONTRACT as TEXT
from tests.api.running import PARTY, Caller, Running, run_service

_PASSPHRASE = "nine tired goats swam home"  # noqa: S105  # of archives that live for one test
# A passphrase costs about a second each time, by design: the commands are tested with one, all else with a key.
_IDENTITY = pyrage.x25519.Identity.generate()
_LOCK, _OPENER = Lock(recipient=str(_IDENTITY.to_public())), Opener(identity=str(_IDENTITY))


@pytest.fixture
def other(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """Give another installation, with a master key of its own."""
    url = make_database(request.getfixturevalue("postgres")) if settings.database_url else ""
    with run_service(
        replace(settings, data=tmp_path / "other", master_key=secrets.token_bytes(32), database_url=url)
    ) as running:
        yield running


def _upload(caller: Caller, number: int = 1, **more: Any) -> str:
    data = TEXT + f"{number}\n".encode()
    answer = caller.upload(data, counterparty=PARTY, reference=f"C-{number}", **more)
    return str(answer.json()["contract"])


def _members(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as file:
        return {name: file.read(name) for name in file.namelist()}


def _write(archive: Path, members: dict[str, bytes]) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    archive.write_bytes(held.getvalue())


def test_chosen_contracts_arrive_whole_and_no_others(working: Running, other: Running, tmp_path: Path) -> None:
    caller = working.caller()
    chosen = _upload(caller, 1, wait=30)
    kept = _upload(caller, 2, wait=30)
    report = caller.get(f"/v1/contracts/{chosen}/report").content
    archive = tmp_path / "moved.zip"

    sent = export_contracts(working.core, [chosen], archive, _LOCK)

    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    content = archive.read_bytes()
    for secret in (chosen.encode(), kept.encode(), PARTY.encode(), b"Processor", b"C-1"):
        assert secret not in content
    received = import_contracts(other.core, archive, _OPENER, other.workspace)
    assert (received.id, received.contracts, received.digest) == (sent.id, (chosen,), sent.digest)
    assert not archive.exists()
    there = other.caller()
    assert [one["id"] for one in there.get("/v1/contracts").json()["contracts"]] == [chosen]
    assert there.get(f"/v1/contracts/{chosen}/original").content == TEXT + b"1\n"
    assert there.get(f"/v1/contracts/{chosen}/report").content == report
    found = there.get("/v1/contracts", params={"counterparty": PARTY.lower()}).json()["contracts"]
    assert [(one["counterparty"], one["reference"]) for one in found] == [(PARTY, "C-1")]
    assert there.get(f"/v1/contracts/{kept}").status_code == 404
    assert other.core.keys.get(f"contract/{chosen}") == working.core.keys.get(f"contract/{chosen}")


def test_what_was_moved_is_listed_noted_and_then_deleted(running: Running, other: Running, tmp_path: Path) -> None:
    caller = running.caller()
    contracts = [_upload(caller, number) for number in range(3)]
    archive = tmp_path / "moved.zip"
    sent = export_contracts(running.core, contracts[:2], archive, _LOCK)
    import_contracts(other.core, archive, _OPENER, other.workspace)
    for installation, direction in ((running, "export"), (other, "import")):
        with installation.core.database.read() as connection:
            rows = connection.execute(select(TRANSFER.c.contract_id, TRANSFER.c.direction)).all()
        assert sorted(tuple(row) for row in rows) == sorted((one, direction) for one in contracts[:2])
        noted = {(row["action"], row["subject"]) for row in installation.backup()["audit"]}
        assert {(f"contract-{direction}", one) for one in contracts[:2]} <= noted
        assert (f"transfer-{direction}", sent.id) in noted
        assert installation.core.verify_audit() is None
    assert delete_moved(running.core, sent.id) == Removal(2, ())
    assert delete_moved(running.core, sent.id) == Removal(0, ())
    assert [one["id"] for one in caller.get("/v1/contracts").json()["contracts"]] == [contracts[2]]
    with running.core.database.read() as connection:
        assert set(connection.execute(select(DELETION.c.cause)).scalars()) == {"moved"}
    with pytest.raises(TransferError):
        delete_moved(other.core, sent.id)


def test_an_archive_can_be_taken_back_where_it_was_made(running: Running, tmp_path: Path) -> None:
    """Nothing that has come back is deleted by the number of the export, and it can come as often as it is deleted."""
    caller = running.caller()
    contract = _upload(caller)
    archive = tmp_path / "moved.zip"
    sent = export_contracts(running.core, [contract], archive, _LOCK)
    assert delete_moved(running.core, sent.id).deleted == 1
    for _ in range(2):
        assert caller.get(f"/v1/contracts/{contract}").status_code == 404
        import_contracts(running.core, archive, _OPENER, running.workspace, keep=True)
        assert caller.get(f"/v1/contracts/{contract}/original").content == TEXT + b"1\n"
        assert delete_moved(running.core, sent.id) == Removal(0, ())
        assert caller.delete(f"/v1/contracts/{contract}", headers={"If-Match": "*"}).status_code == 204
    with running.core.database.read() as connection:
        directions = connection.execute(select(TRANSFER.c.direction)).scalars().all()
    assert sorted(directions) == ["export", "import"]


def test_what_was_changed_since_its_export_is_not_deleted(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Comments, which count as no change elsewhere, too: they are nowhere but here."""
    caller = running.caller()
    said, named, same = (_upload(caller, number) for number in range(3))
    newer = caller.upload(TEXT + b"another\n", params={"replaces": same}).json()["contract"]
    sent = export_contracts(running.core, [said, named, same, newer], tmp_path / "moved.zip", _LOCK)
    commented = caller.post(f"/v1/contracts/{said}/comments", json={"text": "Ask for the annex."})
    assert commented.status_code == 201, commented.text
    changed = caller.patch(f"/v1/contracts/{named}", json={"reference": "x"}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    given = argparse.Namespace(command="delete-moved", transfer=sent.id)
    assert operate(given, running.settings) == 1
    told = capsys.readouterr().out
    assert "2 contracts deleted" in told
    assert all(f"not deleted: {one}" in told for one in (said, named))
    left = [one["id"] for one in caller.get("/v1/contracts").json()["contracts"]]
    assert sorted(left) == sorted([said, named])
    assert delete_moved(running.core, sent.id) == Removal(0, tuple(sorted([said, named])))


def test_an_export_without_its_archive_is_on_no_list(running: Running, tmp_path: Path) -> None:
    """Otherwise its number would delete what has gone nowhere."""
    contract = _upload(running.caller())
    archive = tmp_path / "moved.zip"
    archive.write_bytes(b"another's")
    with pytest.raises(TransferError, match="name"):
        export_contracts(running.core, [contract], archive, _LOCK)
    assert archive.read_bytes() == b"another's"
    assert [file.name for file in tmp_path.glob("moved*")] == ["moved.zip"]
    kept = running.backup()
    assert kept["transfer"] == []
    assert not [row for row in kept["audit"] if "export" in row["action"]]


def test_versions_in_two_workspaces_do_not_hide_each_other(running: Running, other: Running, tmp_path: Path) -> None:
    caller = running.caller()
    first = _upload(caller, 1)
    second = _upload(caller, 2, params={"replaces": first})
    there = other.caller(Role.REVIEWER, other.workspace, other.other_workspace)
    places = {first: other.workspace, second: other.other_workspace}
    for contract, workspace in places.items():
        archive = tmp_path / f"{contract}.zip"
        export_contracts(running.core, [contract], archive, _LOCK)
        import_contracts(other.core, archive, _OPENER, workspace)
    for contract, workspace in places.items():
        listed = there.get("/v1/contracts", params={"workspace": workspace}).json()["contracts"]
        assert [one["id"] for one in listed] == [contract]
        changed = there.patch(f"/v1/contracts/{contract}", json={"reference": "x"}, headers={"If-Match": "*"})
        assert changed.status_code == 200, changed.text


def test_versions_that_come_one_by_one_are_in_their_order(running: Running, other: Running, tmp_path: Path) -> None:
    caller = running.caller()
    first = _upload(caller, 1)
    second = _upload(caller, 2, params={"replaces": first})
    for contract in (second, first):
        archive = tmp_path / f"{contract}.zip"
        export_contracts(running.core, [contract], archive, _LOCK)
        import_contracts(other.core, archive, _OPENER, other.workspace)
    assert [one["id"] for one in other.caller().get("/v1/contracts").json()["contracts"]] == [second]


def test_whoever_has_reviewed_appears_by_the_id_of_where_they_did(
    working: Running, other: Running, tmp_path: Path
) -> None:
    """None would say that it was the service itself."""
    caller = working.caller()
    me = caller.get("/v1/me").json()["id"]
    contract = _upload(caller, 1, wait=30)
    decided = {"decision": "overridden", "verdict": "present", "reason": "Said in annex 2."}
    caller.put(f"/v1/contracts/{contract}/reviews/audits", json=decided, headers={"If-Match": "*"}).raise_for_status()
    caller.post(f"/v1/contracts/{contract}/comments", json={"text": "Ask for the annex."}).raise_for_status()
    archive = tmp_path / "moved.zip"
    export_contracts(working.core, [contract], archive, _LOCK)
    import_contracts(other.core, archive, _OPENER, other.workspace)
    there = other.caller()
    stranger = {"id": me, "name": me}
    found = there.get(f"/v1/contracts/{contract}/reviews").json()["findings"]
    assert [one["decided"]["by"] for one in found if one["mention"] == "audits"] == [stranger]
    events = there.get(f"/v1/contracts/{contract}/history").json()["events"]
    assert {(one["kind"], one["by"]["id"]) for one in events} == {("override", me), ("comment", me)}
    version = _upload(there, 2, params={"replaces": contract})
    worker = Worker(other.core)
    assert worker.step()
    worker.stop()
    found = there.get(f"/v1/contracts/{version}/reviews").json()["findings"]
    told = next(one["decided"] for one in found if one["mention"] == "audits")
    assert (told["by"], told["content"]["account"]) == (None, me)


def test_one_that_waits_is_examined_where_it_has_come(running: Running, other: Running, tmp_path: Path) -> None:
    contract = _upload(running.caller())
    archive = tmp_path / "moved.zip"
    export_contracts(running.core, [contract], archive, _LOCK)
    import_contracts(other.core, archive, _OPENER, other.workspace, keep=True)
    assert archive.exists()
    with other.core.database.read() as connection:
        assert connection.execute(select(JOB.c.contract_id)).scalars().all() == [contract]


def test_an_archive_opens_for_whom_it_is(running: Running, other: Running, tmp_path: Path) -> None:
    contract = _upload(running.caller())
    archive = tmp_path / "moved.zip"
    export_contracts(running.core, [contract], archive, _LOCK)
    wrong = str(pyrage.x25519.Identity.generate())
    for opener in (Opener(identity=wrong), Opener(identity="no identity"), Opener(passphrase=_PASSPHRASE)):
        with pytest.raises(TransferError):
            import_contracts(other.core, archive, opener, other.workspace)
    assert import_contracts(other.core, archive, _OPENER, other.workspace).contracts == (contract,)
    with pytest.raises(TransferError, match="age1"):
        export_contracts(running.core, [contract], archive, Lock(recipient="no key"))
    assert list(tmp_path.glob("moved*")) == []


def test_an_archive_that_is_wrong_changes_nothing(running: Running, other: Running, tmp_path: Path) -> None:
    caller = running.caller()
    contracts = [_upload(caller, number) for number in range(2)]
    archive = tmp_path / "moved.zip"
    export_contracts(running.core, contracts, archive, _LOCK)
    whole = archive.read_bytes()
    members = _members(archive)
    exchanged = members | {"contract-0": members["contract-1"], "contract-1": members["contract-0"]}
    lacking = {name: data for name, data in members.items() if name != "contract-1"}
    damaged = members | {"contract-0": members["contract-0"][:-1] + b"x"}
    for wrong in (exchanged, lacking, damaged, {"key": b"x", "manifest": b"y"}, {}):
        _write(archive, wrong)
        _refuse(other, archive)
    for data in (b"", b"no archive", whole[: len(whole) // 2]):
        archive.write_bytes(data)
        _refuse(other, archive)
    archive.write_bytes(whole)
    with pytest.raises(TransferError, match="workspace"):
        import_contracts(other.core, archive, _OPENER, "0" * 32)
    assert import_contracts(other.core, archive, _OPENER, other.workspace, keep=True)
    with pytest.raises(TransferError, match="already"):
        import_contracts(other.core, archive, _OPENER, other.workspace)
    assert other.caller().get(f"/v1/contracts/{contracts[0]}").status_code == 200


@pytest.mark.parametrize("oddity", ["column", "type", "id", "part", "length", "key", "sealed", "size"])
def test_a_contract_of_an_archive_that_is_odd_is_refused(
    running: Running, other: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, oddity: str
) -> None:
    """Whoever can make archives cannot write where and what they like."""
    contract = _upload(running.caller())
    pack = moving._pack

    def odd(core: Any, contract_id: str) -> bytes:
        packed = json.loads(pack(core, contract_id))
        (row,) = packed["rows"]["contract"]
        if oddity == "column":
            row["workspace_id"] = other.other_workspace
        elif oddity == "type":
            row["version"] = "1"
        elif oddity == "id":
            row["id"] = "0" * 32
        elif oddity == "part":
            packed["rows"]["original_chunk"][0]["contract_id"] = "0" * 32
        elif oddity == "length":
            row["kind"] = "x" * 10_000
        elif oddity == "key":
            packed["key"] = "AAAA"
        elif oddity == "sealed":
            row["name_sealed"] = row["counterparty_sealed"]
        else:
            row["size"] += 1
        return json.dumps(packed).encode()

    monkeypatch.setattr("api.service.transfer._pack", odd)
    archive = tmp_path / "moved.zip"
    export_contracts(running.core, [contract], archive, _LOCK)
    _refuse(other, archive)


def test_an_export_that_fails_leaves_no_file(running: Running, tmp_path: Path) -> None:
    caller = running.caller()
    contract = _upload(caller)
    archive = tmp_path / "moved.zip"
    for chosen, why in (([], "No contract"), ([contract, "0" * 32], "no contract"), (["x'; --"], "no contract")):
        with pytest.raises(TransferError, match=why):
            export_contracts(running.core, chosen, archive, _LOCK)
    running.core.keys.destroy(f"contract/{contract}")
    with pytest.raises(TransferError, match="no key"):
        export_contracts(running.core, [contract], archive, _LOCK)
    assert list(tmp_path.glob("moved*")) == []
    with pytest.raises(TransferError):
        export_contracts(running.core, [contract], tmp_path / "nowhere" / "a.zip", _LOCK)


def test_what_a_killed_import_has_left_does_not_stand_in_the_way(
    running: Running, other: Running, tmp_path: Path
) -> None:
    contract = _upload(running.caller())
    archive = tmp_path / "moved.zip"
    export_contracts(running.core, [contract], archive, _LOCK)
    other.core.keys.put(f"contract/{contract}", os.urandom(32))
    import_contracts(other.core, archive, _OPENER, other.workspace)
    assert other.caller().get(f"/v1/contracts/{contract}/original").status_code == 200


def test_the_commands(running: Running, other: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = _upload(running.caller())
    secret = tmp_path / "passphrase"
    listed = tmp_path / "listed"
    listed.write_text(f"{contract}\n\n")
    archive = tmp_path / "moved.zip"
    common: dict[str, Any] = {"archive": archive, "passphrase_file": secret}
    out = argparse.Namespace(command="export", contract=[], contracts=listed, recipient=None, **common)
    secret.write_text("short")
    with pytest.raises(TransferError, match="16"):
        operate(out, running.settings)
    secret.write_text(_PASSPHRASE + "\n")
    assert operate(out, running.settings) == 0
    said = capsys.readouterr().out
    assert f"moved out {contract}" in said
    into = argparse.Namespace(command="import", workspace="First", identity_file=None, keep=False, **common)
    assert operate(into, other.settings) == 0
    assert f"moved in {contract}" in capsys.readouterr().out
    assert other.caller(Role.READER).get(f"/v1/contracts/{contract}").status_code == 200


def test_the_command_line_hands_them_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--dev", str(tmp_path / "try")]
    assert command_line(["export"]) == 2
    assert command_line(["export", str(tmp_path / "a.zip"), "--contract", "1", "--recipient", "age1x", *common]) == 3
    assert "no contract" in capsys.readouterr().err
    assert command_line(["import", str(tmp_path / "a.zip"), "--workspace", "none", *common]) == 3
    lacking = str(tmp_path / "lacking")
    assert command_line(["export", lacking, "--contracts", lacking, "--recipient", "age1x", *common]) == 3
    assert command_line(["rotate-key", "--new-key-file", lacking]) == 2  # asked of `python -m api` only
    assert "Traceback" not in capsys.readouterr().err


def _refuse(other: Running, archive: Path) -> None:
    with pytest.raises(TransferError):
        import_contracts(other.core, archive, _OPENER, other.workspace)
    assert archive.exists()
    with other.core.database.read() as connection:
        assert connection.execute(select(CONTRACT.c.id)).first() is None
        assert connection.execute(select(TRANSFER.c.contract_id)).first() is None
    with other.core.keys._database.read() as connection:
        owners = connection.execute(text("SELECT owner FROM wrapped_key")).scalars().all()
    assert not [owner for owner in owners if owner.startswith("contract/")]
