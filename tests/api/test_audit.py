"""The audit log: what stands in it, and that it cannot be changed unseen."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from api.service.caller import Role
from api.store.audit import Entry, append
from api.store.schema import AUDIT
from tests.api.running import PARTY, Running


def test_every_access_is_noted_without_names(running: Running) -> None:
    caller = running.caller()
    who = caller.get("/v1/me").json()["id"]
    contract = caller.upload(counterparty=PARTY).json()["contract"]
    caller.get(f"/v1/contracts/{contract}")
    caller.get(f"/v1/contracts/{contract}/original")
    caller.get("/v1/contracts")
    caller.delete(f"/v1/contracts/{contract}")
    running.anonymous().post("/v1/sign-in", json={"name": PARTY, "password": "x"})
    log = running.caller(Role.ADMINISTRATOR).get("/v1/audit").json()
    noted = [(entry["action"], entry["subject"]) for entry in reversed(log) if entry["account"] == who]
    for action in ("contract-upload", "contract-read", "original-read", "contract-delete"):
        assert (action, contract) in noted
    assert ("contract-list", running.workspace) in noted
    assert any((entry["action"], entry["outcome"]) == ("sign-in", "failed") for entry in log)
    assert "Quillfeather" not in str(log)
    assert running.core.verify_audit() is None


def test_a_changed_log_is_caught_out(running: Running) -> None:
    running.caller().get("/v1/contracts")
    whole = running.backup()["audit"]
    last = max(row["sequence"] for row in whole)
    assert last > 5
    changes = (
        (update(AUDIT).where(AUDIT.c.sequence == 3).values(account_id="0" * 32), 3),
        (update(AUDIT).where(AUDIT.c.sequence == 3).values(outcome="other"), 3),
        (delete(AUDIT).where(AUDIT.c.sequence == 3), 3),
        (delete(AUDIT).where(AUDIT.c.sequence == last), last),
        (delete(AUDIT), 1),
    )
    for change, where in changes:
        with running.core.database.write() as connection:
            connection.execute(change)
        flaw = running.core.verify_audit()
        assert flaw is not None
        assert flaw.sequence == where
        with running.core.database.write() as connection:
            connection.execute(delete(AUDIT))
            connection.execute(insert(AUDIT), whole)
        assert running.core.verify_audit() is None


def test_a_rebuilt_log_is_caught_out(running: Running) -> None:
    """Even with the key of the chain: its head is noted elsewhere."""
    running.caller().get("/v1/contracts")
    count = len(running.backup()["audit"])
    with running.core.database.write() as connection:
        connection.execute(delete(AUDIT))
        for _ in range(count):
            append(connection, running.core._audit_key, Entry("forged"))
        assert connection.execute(select(AUDIT.c.sequence)).first() is not None
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert flaw.what == "the log was rebuilt"
