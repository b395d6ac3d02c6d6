"""Alerts: what causes one, and that it arrives, at a real mail server and a real web server."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from sqlalchemy import select, update

from api.moment import now
from api.service.alerts import AUDIT_BROKEN, FAILED_SIGN_INS, MASS_DOWNLOAD, Alerts, Watch, raise_alert
from api.service.core import open_core
from api.service.retention import sweep
from api.settings import Settings
from api.store.audit import Entry
from api.store.schema import ALERT, AUDIT
from tests.api.running import PARTY, Running, run_service
from tests.api.serving import free_port


class _Mailbox(MessageHandler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@contextmanager
def _mail_server() -> Iterator[tuple[_Mailbox, int]]:
    mailbox = _Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()


@contextmanager
def _web_server(status: Callable[[], int] = lambda: 204) -> Iterator[tuple[list[dict[str, Any]], str]]:
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield posted, f"http://127.0.0.1:{server.server_port}/alerts?k=v"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _wait(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def _watched(settings: Settings, **changes: Any) -> Iterator[tuple[Running, list[dict[str, Any]], _Mailbox]]:
    with _mail_server() as (mailbox, port), _web_server() as (posted, url):
        mail = {"alert_mail_to": "a@example.org", "alert_mail_from": "b@example.org", "smtp_host": "127.0.0.1"}
        given = replace(settings, alert_webhook=url, smtp_port=port, **mail, **changes)  # type: ignore[arg-type]
        with run_service(given) as running:
            yield running, posted, mailbox


def test_repeated_failed_sign_ins_are_told_without_names(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), _watched(settings, alert_failed_sign_ins=5) as (running, posted, mailbox):
        account, name = running.add_account("reader")  # type: ignore[arg-type]
        caller = running.anonymous()
        for _ in range(9):
            caller.post("/v1/sign-in", json={"name": name, "password": "guess"})
        _wait(lambda: bool(posted) and bool(mailbox.messages))
        assert [(one["kind"], one["subject"], one["count"]) for one in posted] == [(FAILED_SIGN_INS, account, 5)]
        (message,) = mailbox.messages
        content = message.as_string()
        assert "failed sign-ins" in str(message["Subject"])
        assert account in content
        assert name not in content + str(posted) + caplog.text
        assert "alert: repeated failed sign-ins" in caplog.text


def test_mass_download_is_told_once(settings: Settings) -> None:
    with _watched(settings, alert_downloads=5) as (running, posted, mailbox):
        caller = running.caller()
        contract = caller.upload(counterparty=PARTY).json()["contract"]
        for _ in range(12):
            assert caller.get(f"/v1/contracts/{contract}/original").status_code == 200
        _wait(lambda: bool(posted) and bool(mailbox.messages))
        time.sleep(2.5)
        who = caller.get("/v1/me").json()["id"]
        assert [(one["kind"], one["subject"]) for one in posted] == [(MASS_DOWNLOAD, who)]
        assert "Quillfeather" not in str(posted) + mailbox.messages[0].as_string()


def test_a_broken_chain_is_found_by_the_sweep_and_told(settings: Settings) -> None:
    with _watched(settings) as (running, posted, mailbox):
        running.caller()
        with running.core.database.write() as connection:
            connection.execute(update(AUDIT).where(AUDIT.c.sequence == 3).values(outcome="other"))
        sweep(running.core)
        _wait(lambda: bool(posted) and bool(mailbox.messages))
        assert [(one["kind"], one["subject"]) for one in posted] == [(AUDIT_BROKEN, "entry:3")]
        sweep(running.core)  # looked through lately: not again
        with running.core.database.read() as connection:
            assert len(connection.execute(select(ALERT.c.id).where(ALERT.c.kind == AUDIT_BROKEN)).all()) == 3


def test_an_alert_that_is_not_taken_is_sent_again_and_nobody_waits(settings: Settings) -> None:
    answers = [503, 204]
    with _web_server(lambda: answers.pop(0)) as (posted, url):
        core = open_core(replace(settings, alert_webhook=url))
        raise_alert(core, MASS_DOWNLOAD, "0" * 32, 100, cause=1)
        raise_alert(core, MASS_DOWNLOAD, "0" * 32, 100, cause=1)  # another process has seen the same
        alerts = Alerts(core)
        alerts.send_due()
        alerts.send_due()  # not due yet
        assert len(posted) == 1
        with core.database.write() as connection:
            connection.execute(update(ALERT).where(ALERT.c.due.is_not(None)).values(due=now() - 1))
        alerts.send_due()
        alerts.send_due()
        assert len(posted) == 2
        assert posted[0] == posted[1]
        core.close()


def test_an_alert_outlives_its_process(settings: Settings) -> None:
    core = open_core(replace(settings, alert_webhook="http://127.0.0.1:1/nobody"))
    raise_alert(core, AUDIT_BROKEN, "entry:3", 1, cause=1)
    core.close()
    with _watched(settings) as (_, posted, _mailbox):
        _wait(lambda: bool(posted))
        assert posted[0]["kind"] == AUDIT_BROKEN


def test_several_processes_count_together(settings: Settings) -> None:
    first, second = open_core(settings), open_core(settings)
    alerts = Alerts(first)
    for core in (first, second):
        for _ in range(5):
            core.note(Entry("sign-in", "1" * 32, outcome="failed"))
    alerts.look()
    with first.database.read() as connection:
        kept = connection.execute(select(ALERT.c.kind, ALERT.c.subject, ALERT.c.count)).all()
    assert [tuple(row) for row in kept] == [(FAILED_SIGN_INS, "1" * 32, 10)]
    for core in (first, second):
        core.close()


def test_guesses_over_many_names_count_together() -> None:
    watch = Watch(failed_sign_ins=4, downloads=100)
    told = []
    for number in range(30):
        told += watch.observe(1000 * number, Entry("sign-in", f"{number:032}", outcome="failed"))
    assert told == [(FAILED_SIGN_INS, "all", 20)]


def test_what_is_far_apart_is_no_cause() -> None:
    watch = Watch(failed_sign_ins=3, downloads=3)
    for number in range(10):
        assert watch.observe(number * 10 * 60 * 1000, Entry("sign-in", "0" * 32, outcome="failed")) == []
        assert watch.observe(number * 40 * 60 * 1000, Entry("original-read", "0" * 32)) == []


def test_contracts_looked_at_on_pages_count_once_each() -> None:
    watch = Watch(failed_sign_ins=3, downloads=3)
    account = "0" * 32
    views = ("dossier-read", "text-read", "page-read", "page-read", "letter-preview")
    assert [watch.observe(at, Entry(action, account, "contract-1")) for at, action in enumerate(views)] == [[]] * 5
    assert watch.observe(10, Entry("text-read", account, "contract-2")) == []
    assert watch.observe(11, Entry("page-read", "1" * 32, "contract-3")) == []
    assert watch.observe(12, Entry("dossier-read", account, "contract-3")) == [(MASS_DOWNLOAD, account, 3)]
