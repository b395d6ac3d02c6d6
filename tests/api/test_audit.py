"""The audit log: what stands in it, and that it cannot be changed unseen."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, text, update

from api.errors import Problem
from api.moment import DAY, now
from api.service import accounts
from api.service.audit_log import GATHERED_SECONDS
from api.service.caller import Role
from api.service.core import open_core
from api.settings import Settings
from api.store.audit import Entry, Head, append, read_head
from api.store.schema import ACCOUNT, AUDIT
from tests.api.running import PARTY, Running
from tests.api.serving import start_serving


def _settle(running: Running) -> None:
    """Wait until the service has written what it has put off, and noted the head of that."""
    running.caller(Role.ADMINISTRATOR).get("/v1/audit").raise_for_status()
    running.core.log.flush()
    until = time.monotonic() + 5
    while True:
        with running.core.database.read() as connection:
            head = read_head(connection)
        if running.core.keys.anchored() == head:
            return
        assert time.monotonic() < until
        time.sleep(0.02)


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


def test_the_log_tells_what_was_made_and_what_became_of_it(running: Running) -> None:
    by = running.administrator
    account, _ = accounts.create_account(running.core, "anna", Role.READER, by=by)
    accounts.change_account(running.core, account.id, role=Role.REVIEWER, active=None, by=by)
    accounts.change_account(running.core, account.id, role=None, active=False, by=by)
    room = accounts.create_workspace(running.core, "Third", None, by=by)
    accounts.change_retention(running.core, room.id, 30, by=by)
    caller = running.caller()
    token = caller.post("/v1/tokens", json={"name": "t", "scopes": ["contracts:read"]}).json()["id"]
    noted = [(row["action"], row["subject"]) for row in running.backup()["audit"]]
    for entry in (
        ("account-create", f"{account.id}:role=reader"),
        ("account-change", f"{account.id}:role=reviewer"),
        ("account-change", f"{account.id}:active=false"),
        ("workspace-create", f"{room.id}:days=none"),
        ("retention-change", f"{room.id}:days=30"),
        ("token-create", token),
    ):
        assert entry in noted


def test_a_changed_log_is_caught_out(running: Running) -> None:
    running.caller().get("/v1/contracts")
    _settle(running)
    whole = running.backup()["audit"]
    last = max(row["sequence"] for row in whole)
    assert last > 5
    changes = (
        (update(AUDIT).where(AUDIT.c.sequence == 3).values(account_id="0" * 32), 3),
        (update(AUDIT).where(AUDIT.c.sequence == 3).values(outcome="other"), 3),
        (update(AUDIT).where(AUDIT.c.sequence == 3).values(at=AUDIT.c.at + 1), 3),
        (delete(AUDIT).where(AUDIT.c.sequence == 3), 3),
        (delete(AUDIT).where(AUDIT.c.sequence == 1), 1),
        (delete(AUDIT).where(AUDIT.c.sequence == last), last),
        (delete(AUDIT).where(AUDIT.c.sequence > last - 3), last - 2),
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


def test_an_end_cut_off_is_not_healed_by_what_comes_after(running: Running) -> None:
    """The service works on, and takes the numbers of what is gone for new entries; that is told by an alert."""
    caller = running.caller()
    contract = caller.upload().json()["contract"]
    for _ in range(3):
        caller.get(f"/v1/contracts/{contract}/original").raise_for_status()
    _settle(running)
    noted = running.core.keys.anchored()
    assert noted is not None
    with running.core.database.write() as connection:
        downloads = select(AUDIT.c.sequence).where(AUDIT.c.action == "original-read").order_by(AUDIT.c.sequence)
        first = connection.execute(downloads).scalars().first()
        assert first is not None
        connection.execute(delete(AUDIT).where(AUDIT.c.sequence >= first))
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert (flaw.sequence, flaw.what) == (first, "the end is lacking")
    for _ in range(noted.sequence - first + 3):
        caller.get("/v1/contracts").raise_for_status()
    until = time.monotonic() + 20
    while not (told := running.backup()["alert"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert [(row["kind"], row["subject"]) for row in told] == [("audit-broken", f"entry:{noted.sequence}")]
    assert len(running.backup()["audit"]) > noted.sequence
    assert running.core.keys.anchored() == noted
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert (flaw.sequence, flaw.what) == (noted.sequence, "the log was rebuilt")
    assert running.core.shorten_audit() == 0


def test_a_head_is_noted_while_old_entries_end(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for the noted head may find it gone in good order, and then a newer one noted."""
    _settle(running)
    monkeypatch.setattr("api.service.core.DAY", 0)
    core = open_core(running.settings)
    over = threading.Event()

    def shorten() -> None:
        while not over.is_set():
            core.shorten_audit()

    thread = threading.Thread(target=shorten)
    thread.start()
    until = time.monotonic() + 3
    while time.monotonic() < until:
        running.core.note(Entry("contract-list"))
        running.core.log.flush()
        assert running.core.log.lost is None
    over.set()
    thread.join()
    core.log.flush()
    assert core.log.lost is None
    assert len(running.backup()["audit"]) < 20
    core.close()
    assert running.core.verify_audit() is None


def test_a_rebuilt_log_is_caught_out(running: Running) -> None:
    """Even with the key of the chain: its head is noted elsewhere."""
    running.caller().get("/v1/contracts")
    _settle(running)
    count = len(running.backup()["audit"])
    with running.core.database.write() as connection:
        connection.execute(delete(AUDIT))
        append(connection, running.core.audit_key, [(now(), Entry("forged"))] * count)
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert flaw.what == "the log was rebuilt"


def test_a_log_whose_noted_head_is_taken_away_is_caught_out(running: Running) -> None:
    _settle(running)
    with running.core.keys._notes.write() as connection:
        connection.execute(text("DELETE FROM audit_anchor"))
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert flaw.what == "the noted head is lacking"


def test_the_noted_head_never_goes_back(running: Running) -> None:
    _settle(running)
    anchored = running.core.keys.anchored()
    assert anchored is not None
    running.core.keys.anchor(Head(anchored.sequence - 1, "0" * 64))
    assert running.core.keys.anchored() == anchored


def test_many_at_once_make_one_chain(running: Running) -> None:
    """Entries of two processes, changes and readings at the same time."""
    other = open_core(running.settings)
    before = len(running.backup()["audit"])
    cores = [running.core, other] * 4

    def work(number: int) -> None:
        for turn in range(10):
            kind = ("contract-list", "report-read", "change")[(number + turn) % 3]
            with cores[number].audited(Entry(kind, subject=f"{number}:{turn}")):
                pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(cores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    running.core.log.flush()
    subjects = [row["subject"] for row in running.backup()["audit"]]
    assert len(subjects) >= before + 80
    assert {f"{number}:{turn}" for number in range(8) for turn in range(10)} <= set(subjects)
    assert running.core.verify_audit() is None


def test_a_change_and_its_entry_are_kept_together_or_not_at_all(running: Running) -> None:
    def fail() -> None:
        with running.core.audited(Entry("account-change", subject="gone")) as connection:
            connection.execute(update(ACCOUNT).values(active=False))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with running.core.database.read() as connection:
        assert connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.active.is_(False))).first() is None
        assert connection.execute(select(AUDIT.c.sequence).where(AUDIT.c.subject == "gone")).first() is None


def test_what_carries_contents_away_is_durable_before_the_answer(running: Running) -> None:
    with running.core.audited(Entry("original-read", subject="now")):
        pass
    with running.core.database.read() as connection:
        assert connection.execute(select(AUDIT.c.sequence).where(AUDIT.c.subject == "now")).first() is not None


def test_what_is_written_behind_comes_soon(running: Running) -> None:
    with running.core.audited(Entry("contract-list", subject="soon")):
        pass
    query = select(AUDIT.c.sequence).where(AUDIT.c.subject == "soon")
    until = time.monotonic() + GATHERED_SECONDS + 5
    while True:
        with running.core.database.read() as connection:
            if connection.execute(query).first() is not None:
                break
        assert time.monotonic() < until
        time.sleep(0.02)


def test_nothing_is_read_unnoted_while_the_log_cannot_be_written(running: Running) -> None:
    with running.core.audited(Entry("contract-list")):
        pass
    running.core.log.flush()
    with running.core.database.write() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO audit_away"))
    with running.core.audited(Entry("contract-list", subject="first")):
        pass
    running.core.log.flush()
    for action in ("contract-list", "report-read"):
        with pytest.raises(Problem) as caught, running.core.audited(Entry(action)):
            pass
        assert caught.value.status == 503
    with running.core.database.write() as connection:
        connection.execute(text("ALTER TABLE audit_away RENAME TO audit"))
    time.sleep(1)
    running.core.log.flush()
    with running.core.audited(Entry("contract-list", subject="second")):
        pass
    running.core.log.flush()
    subjects = [row["subject"] for row in running.backup()["audit"]]
    assert subjects.index("first") < subjects.index("second")
    assert running.core.verify_audit() is None


def test_a_process_that_is_killed_is_told_from_tampering(settings: Settings) -> None:
    """The chain stays whole, and the process is named that began and did not end."""
    with start_serving(settings) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    with start_serving(settings) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
    core = open_core(settings)
    found = core.inspect_audit()
    core.close()
    assert found.flaw is None
    assert found.entries >= 3
    assert len(found.unended) == 1
    assert found.unended[0].startswith("serve:")


def test_old_entries_end_and_the_rest_still_verifies(running: Running) -> None:
    running.caller().get("/v1/contracts")
    _settle(running)
    core = open_core(replace(running.settings, audit_days=30))
    assert core.shorten_audit() == 0
    rows = running.backup()["audit"]
    old = rows[:4]
    with core.database.write() as connection:
        # Written again as if long ago, which wants the key of the chain.
        connection.execute(delete(AUDIT))
        for row in rows:
            entry = Entry(row["action"], row["account_id"], row["subject"], row["outcome"])
            append(connection, core.audit_key, [(row["at"] - 31 * DAY if row in old else row["at"], entry)])
    with core.keys._notes.write() as connection:
        connection.execute(text("DELETE FROM audit_anchor"))
    with core.audited(Entry("change")):
        pass
    core.log.flush()
    assert core.verify_audit() is None
    assert core.shorten_audit() == 4
    assert core.verify_audit() is None
    with core.database.write() as connection:
        assert connection.execute(select(AUDIT.c.sequence).order_by(AUDIT.c.sequence)).scalars().first() == 5
        connection.execute(delete(AUDIT).where(AUDIT.c.sequence == 5))
    flaw = core.verify_audit()
    assert flaw is not None
    assert (flaw.sequence, flaw.what) == (5, "an entry is lacking")
    core.close()


def test_a_beginning_cut_off_by_somebody_else_is_caught_out(running: Running) -> None:
    """Whoever has both databases, and not the master key, cannot say that old entries ended."""
    _settle(running)
    with running.core.database.write() as connection:
        row = connection.execute(select(AUDIT).where(AUDIT.c.sequence == 3)).one()
        connection.execute(delete(AUDIT).where(AUDIT.c.sequence <= 3))
    running.core.keys.move_horizon(Head(3, row.mac), "0" * 64)
    flaw = running.core.verify_audit()
    assert flaw is not None
    assert flaw.what == "the beginning was cut off by somebody else"
