"""An installation of the version before: its people sign in, its audit log still verifies."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from api.secrecy.keys import KeyStore
from api.secrecy.seal import derive
from api.service.core import open_core
from api.service.password import hash_password
from api.service.sign_in import sign_in
from api.settings import Settings
from api.store.database import Database
from tests.api.running import PASSWORD

_VERSIONS = Path(__file__).parents[2] / "api" / "store" / "migrations"
_ACCOUNT = "1" * 32


@pytest.fixture(params=["0001", "0002"])
def earlier(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return settings of an installation at an earlier version, with an administrator and a log."""
    settings.data.mkdir()
    keys, database = KeyStore(settings.keys, settings.master_key), Database(settings.database)
    keys.open()
    config = Config()
    config.set_main_option("script_location", str(_VERSIONS))
    before, key = "0" * 64, derive(settings.master_key, "audit")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, request.param)
        account = {"id": _ACCOUNT, "hash": hash_password(PASSWORD), "no": False, "yes": True}
        columns = "id, name, role, password_hash, must_change, active, created"
        values = ":id, 'anna', 'administrator', :hash, :no, :yes, 1"
        connection.execute(text(f"INSERT INTO account ({columns}) VALUES ({values})"), account)  # noqa: S608
        connection.execute(
            text("INSERT INTO token VALUES (:id, :hash, :account, 't', 'contracts:read', 1, 9000000000000)"),
            {"id": "2" * 32, "hash": hashlib.sha256(b"dpa_old").hexdigest(), "account": _ACCOUNT},
        )
        for sequence in range(1, 6):
            # As the version before wrote it: the key came straight from the master key.
            told = [before, sequence, 1000, _ACCOUNT, "contract-list", "x", "done"]
            before = hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()
            entry = {"sequence": sequence, "account": _ACCOUNT, "mac": before}
            row = ":sequence, 1000, :account, 'contract-list', 'x', 'done', :mac"
            connection.execute(text(f"INSERT INTO audit VALUES ({row})"), entry)  # noqa: S608
    with keys._database.write() as connection:  # where that version noted the head
        connection.execute(text("DROP TABLE IF EXISTS audit_anchor"))
        columns = "number BIGINT PRIMARY KEY, sequence BIGINT NOT NULL, mac VARCHAR(64) NOT NULL"
        connection.execute(text(f"CREATE TABLE audit_anchor ({columns})"))
        connection.execute(text("INSERT INTO audit_anchor VALUES (1, 5, :mac)"), {"mac": before})
    database.close()
    keys.close()
    return settings


def test_people_and_log_of_the_version_before_are_there(earlier: Settings) -> None:
    core = open_core(earlier)
    assert core.inspect_audit().flaw is None
    assert core.inspect_audit().entries == 5
    begun = sign_in(core, "anna", PASSWORD)
    assert begun.must_enrol is True
    core.log.flush()
    assert core.inspect_audit().flaw is None
    with core.database.write() as connection:
        connection.execute(text("UPDATE audit SET subject = 'y' WHERE sequence = 2"))
    flaw = core.verify_audit()
    assert flaw is not None
    assert flaw.sequence == 2
    core.close()
