"""Migrations with data in the tables: what an earlier version has kept can be read, listed and reviewed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from api.secrecy.keys import KeyStore
from api.secrecy.seal import seal
from api.service import contracts as service
from api.service import recheck as rechecking
from api.service import review, search
from api.service.caller import GRANTED, Caller, Role
from api.service.core import open_core
from api.service.review import Choice
from api.service.text import TextReader, read_text
from api.service.transfer import Removal, delete_moved
from api.service.upload import chunk_place
from api.settings import Settings
from api.store.contract import read_effective
from api.store.database import Database
from api.store.listing import Filter
from api.store.review import Decision
from api.store.schema import CONTRACT as CONTRACTS
from api.store.verdicts import read_verdicts
from dpa_checker import check_file, check_text
from tests.api.running import CONTRACT, PARTY, ROOT

_WORKSPACE, _ACCOUNT, _EXAMINED, _WAITING, _JOB, _CONFLICTING = (digit * 32 for digit in "123456")
_VERSIONS = Path(__file__).parents[2] / "api" / "store" / "migrations"


def _upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_VERSIONS))
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _insert(database: Database, table: str, **values: Any) -> None:
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    with database.write() as connection:
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)  # noqa: S608


def _fill_first(database: Database, keys: KeyStore) -> None:
    """Keep what version 0001 kept: an examined contract, and one that waits."""
    _insert(database, "workspace", id=_WORKSPACE, name="First", created=1)
    account = {"id": _ACCOUNT, "name": "anna", "role": "reviewer", "password_hash": "x", "must_change": False}
    _insert(database, "account", **account, active=True, created=1)
    _insert(database, "membership", account_id=_ACCOUNT, workspace_id=_WORKSPACE)
    marking = keys.ensure(f"workspace/{_WORKSPACE}")
    for contract, state in ((_EXAMINED, "examined"), (_WAITING, "waiting")):
        key = os.urandom(32)
        keys.put(service.key_owner(contract), key)
        report = check_text(CONTRACT.decode()).to_json() if state == "examined" else None
        values: dict[str, Any] = {"id": contract, "workspace_id": _WORKSPACE, "version": 1, "deleting": False}
        values |= {"state": state, "size": len(CONTRACT), "content_mark": "m", "created": 1, "language": "en"}
        values |= service.seal_names(key, marking, contract, service.Names("old.txt", PARTY))
        values["report_sealed"] = service.seal_report(key, contract, report) if report else None
        _insert(database, "contract", **values)
        chunk = {
            "contract_id": contract,
            "number": 0,
            "bytes_sealed": seal(key, CONTRACT, place=chunk_place(contract, 0)),
        }
        _insert(database, "original_chunk", **chunk)
        for one in json.loads(report)["findings"] if report else ():
            _insert(database, "finding", contract_id=contract, mention=one["mention"], verdict=one["verdict"])
    job = {"id": _JOB, "contract_id": _WAITING, "workspace_id": _WORKSPACE, "state": "queued"}
    _insert(database, "job", **job, attempts=0, created=1)


def _fill_conflicts(database: Database, keys: KeyStore) -> dict[str, str]:
    """Keep a contract that contradicts itself as version 0001 did, and return its verdicts."""
    key = os.urandom(32)
    keys.put(service.key_owner(_CONFLICTING), key)
    report = check_file(next((ROOT / "sample_contracts" / "en-saas-terms-contradictions").glob("contract.*"))).to_json()
    values: dict[str, Any] = {"id": _CONFLICTING, "workspace_id": _WORKSPACE, "version": 1, "deleting": False}
    values |= {"state": "examined", "size": 0, "content_mark": "c", "created": 2, "language": "en", "processing": "yes"}
    values |= service.seal_names(key, keys.ensure(f"workspace/{_WORKSPACE}"), _CONFLICTING, service.Names("terms"))
    values["report_sealed"] = service.seal_report(key, _CONFLICTING, report)
    _insert(database, "contract", **values)
    verdicts = {}
    for one in json.loads(report)["findings"]:
        _insert(database, "finding", contract_id=_CONFLICTING, mention=one["mention"], verdict=one["verdict"])
        verdicts[one["mention"]] = "conflict" if one["conflict"] else one["verdict"]
    return verdicts


def verdicts_of(connection: Connection, contract_id: str) -> dict[str, str]:
    """Return the verdicts that stand in the row of a contract."""
    return read_verdicts(connection.execute(select(CONTRACTS.c.verdicts).where(CONTRACTS.c.id == contract_id)).scalar())


@pytest.fixture(params=["0001", "0002", "0003", "0004"])
def filled(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return the settings of an installation that began at version 0001 and whose database is at an earlier one."""
    settings.data.mkdir()
    keys, database = KeyStore(settings.keys, settings.master_key), Database(settings.database)
    keys.open()
    _upgrade(database, "0001")
    _fill_first(database, keys)
    if request.param != "0001":
        _upgrade(database, "0002")
        with database.write() as connection:
            connection.execute(text("UPDATE finding SET effective = 'contradicted' WHERE mention = 'dpia'"))
        _upgrade(database, request.param)
    database.close()
    keys.close()
    return settings


def test_what_the_first_version_kept_is_there(filled: Settings) -> None:
    core = open_core(filled)
    try:
        caller = Caller(_ACCOUNT, "anna", Role.REVIEWER, (_WORKSPACE,), GRANTED[Role.REVIEWER])
        found, _ = search.list_contracts(core, caller, _WORKSPACE, Filter(), before=None, limit=10)
        assert [one.id for one in found] == [_WAITING, _EXAMINED]
        assert {(one.names.counterparty, one.number, one.latest) for one in found} == {(PARTY, 1, True)}
        assert [one.series_id for one in found] == [_WAITING, _EXAMINED]
        wanted = Filter(mention="audits", verdict="missing")
        narrowed, _ = search.list_contracts(core, caller, _WORKSPACE, wanted, before=None, limit=10)
        assert [one.id for one in narrowed] == [_EXAMINED]
        counts = search.count_contracts(core, caller, _WORKSPACE, Filter())
        assert (counts.contracts, counts.states) == (2, {"examined": 1, "waiting": 1})
        with core.database.read() as connection:
            assert verdicts_of(connection, _EXAMINED) == read_effective(connection, _EXAMINED)
            assert verdicts_of(connection, _WAITING) == {}
            assert {mention: {verdict: 1} for mention, verdict in read_effective(connection, _EXAMINED).items()} == (
                counts.verdicts
            )
        texts = TextReader()
        assert PARTY in read_text(core, caller, texts, _EXAMINED).text
        texts.close()
        assert len(json.loads(service.read_report(core, caller, _EXAMINED))["findings"]) == 27
        assert service.read_original(core, caller, _EXAMINED) == (CONTRACT, "old.txt")
        choice = Choice(Decision.OVERRIDDEN, "present", "Said elsewhere.")
        review.decide(core, caller, _EXAMINED, 1, "audits", choice)
        assert service.read_contract(core, caller, _EXAMINED)[1]["audits"] == "present"
        assert rechecking.recheck(core) == 1
        service.delete_contract(core, caller, _EXAMINED)
    finally:
        core.close()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_conflicts_in_what_earlier_versions_kept_are_told(settings: Settings, revision: str) -> None:
    """They stand in sealed reports only; what a reviewer has settled stays so, what is to be confirmed does not."""
    settings.data.mkdir()
    keys, database = KeyStore(settings.keys, settings.master_key), Database(settings.database)
    keys.open()
    _upgrade(database, "0001")
    _fill_first(database, keys)
    expected = _fill_conflicts(database, keys)
    assert list(expected.values()).count("conflict") == 6
    if revision != "0001":
        _upgrade(database, "0002")
        review = {"contract_id": _CONFLICTING, "event": 1, "evidence_changed": False, "verdict": "present"}
        _insert(database, "review", **review, mention="security", decision="overridden", to_confirm=False)
        _insert(database, "review", **review, mention="breach-notification", decision="overridden", to_confirm=True)
        _insert(database, "review", **review, mention="documented-instructions", decision="confirmed", to_confirm=False)
        expected["security"] = "present"
    _upgrade(database, revision)
    # One whose report was damaged keeps nobody from starting.
    with database.write() as connection:
        connection.execute(
            text("UPDATE contract SET report_sealed = :no WHERE id = :id"), {"no": b"x", "id": _EXAMINED}
        )
    database.close()
    keys.close()
    core = open_core(settings)
    try:
        with core.database.read() as connection:
            assert verdicts_of(connection, _CONFLICTING) == read_effective(connection, _CONFLICTING) == expected
            assert "conflict" not in verdicts_of(connection, _EXAMINED).values()
    finally:
        core.close()


def test_jobs_of_the_first_version_are_done(filled: Settings) -> None:
    from api.service.worker import Worker

    core = open_core(filled)
    worker = Worker(core)
    try:
        assert worker.step() is True
        caller = Caller(_ACCOUNT, "anna", Role.REVIEWER, (_WORKSPACE,), GRANTED[Role.REVIEWER])
        assert service.read_contract(core, caller, _WAITING)[0].state == "examined"
    finally:
        worker.stop()
        core.close()


def test_what_was_moved_before_stays_on_its_list(settings: Settings) -> None:
    """Nobody knows any more in which state those contracts went, so what is here of them counts as changed."""
    settings.data.mkdir()
    keys, database = KeyStore(settings.keys, settings.master_key), Database(settings.database)
    keys.open()
    _upgrade(database, "0001")
    _fill_first(database, keys)
    _upgrade(database, "0004")
    moved = {"transfer_id": "7" * 32, "source_id": "7" * 32, "workspace_id": _WORKSPACE, "at": 1}
    for contract, direction in ((_EXAMINED, "export"), ("8" * 32, "import")):
        _insert(database, "transfer", contract_id=contract, direction=direction, **moved)
    database.close()
    keys.close()
    core = open_core(settings)
    try:
        with core.database.read() as connection:
            kept = connection.execute(text("SELECT contract_id, direction, at FROM transfer ORDER BY direction")).all()
        assert [tuple(row) for row in kept] == [(_EXAMINED, "export", 1), ("8" * 32, "import", 1)]
        assert delete_moved(core, "7" * 32) == Removal(0, (_EXAMINED,))
    finally:
        core.close()
