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
from api.service.upload import chunk_place
from api.settings import Settings
from api.store.contract import read_effective
from api.store.database import Database
from api.store.listing import Filter
from api.store.review import Decision
from api.store.schema import CONTRACT as CONTRACTS
from api.store.verdicts import read_verdicts
from dpa_checker import check_text
from tests.api.running import CONTRACT, PARTY

_WORKSPACE, _ACCOUNT, _EXAMINED, _WAITING, _JOB = (digit * 32 for digit in "12345")
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


def verdicts_of(connection: Connection, contract_id: str) -> dict[str, str]:
    """Return the verdicts that stand in the row of a contract."""
    return read_verdicts(connection.execute(select(CONTRACTS.c.verdicts).where(CONTRACTS.c.id == contract_id)).scalar())


@pytest.fixture(params=["0001", "0002", "0003"])
def filled(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return the settings of an installation that began at version 0001 and whose database is at an earlier one."""
    settings.data.mkdir()
    keys, database = KeyStore(settings.keys, settings.master_key), Database(settings.database)
    keys.open()
    _upgrade(database, "0001")
    _fill_first(database, keys)
    _upgrade(database, request.param)
    if request.param != "0001":
        with database.write() as connection:
            connection.execute(text("UPDATE finding SET effective = 'contradicted' WHERE mention = 'dpia'"))
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
