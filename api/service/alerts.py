"""Alerts: what stands in the audit log is counted, what is too much is told by log, mail and webhook.

Whoever causes an alert does not wait for it: a thread of its own reads the log, which holds what all processes have
noted; what is to be sent stands in the database until it is sent, and is tried again.  Alerts hold ids and counts, no
names.
"""

from __future__ import annotations

import http.client
import json
import logging
import smtplib
import ssl
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from api.moment import SECOND, now, written
from api.service.core import Core
from api.settings import Settings
from api.store import alert as alerts
from api.store.alert import Alert
from api.store.audit import Entry, Head, list_between, list_recent, read_head

_LOG: Final = logging.getLogger("dpa_checker.service")
FAILED_SIGN_INS: Final = "failed-sign-ins"
MASS_DOWNLOAD: Final = "mass-download"
AUDIT_BROKEN: Final = "audit-broken"
_SAID: Final = {
    FAILED_SIGN_INS: "repeated failed sign-ins",
    MASS_DOWNLOAD: "unusually many downloads",
    AUDIT_BROKEN: "the audit log is not as it was written",
}
_SIGN_IN_WINDOW: Final = 15 * 60 * SECOND
_DOWNLOAD_WINDOW: Final = 60 * 60 * SECOND
_DOWNLOADS: Final = ("original-read", "report-read", "set-report-read", "contract-export", "portfolio-export")
#: Looking at a contract on pages: many times at the same one is no more than reviewing it.
_VIEWS: Final = ("dossier-read", "text-read", "page-read", "letter-preview", "set-dossier-read")
_MOST_VIEWED: Final = 10_000
#: Guesses over many names: the failures of all count together, against so many times the threshold of one.
_ALL: Final = "all"
_ALL_TIMES: Final = 5
_WATCHED: Final = ("sign-in", *_DOWNLOADS, *_VIEWS)
_POLL_SECONDS: Final = 2.0
_TIMEOUT: Final = 10
_MOST_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = 30


def raise_alert(core: Core, kind: str, subject: str, count: int, *, cause: int) -> None:
    """Queue an alert for mail and webhook and tell the log, once for the entry that is its ``cause``."""
    with suppress(IntegrityError), core.database.write() as connection:
        alerts.add_alerts(connection, _channels(core.settings), kind=kind, subject=subject, count=count, cause=cause)
        _LOG.warning("alert: %s, %s, %d", _SAID[kind], subject, count)


@dataclass(slots=True)
class Watch:
    """Counts what was noted, and tells what is too much: once in a window for each subject."""

    failed_sign_ins: int
    downloads: int
    _moments: dict[tuple[str, str], deque[int]] = field(default_factory=dict)
    _told: dict[tuple[str, str], int] = field(default_factory=dict)
    _viewed: dict[tuple[str, str], int] = field(default_factory=dict)

    def observe(self, at: int, entry: Entry) -> list[tuple[str, str, int]]:
        """Return kind, subject and count of each alert that an entry is cause for."""
        account = entry.account_id or "unknown"
        if entry.action == "sign-in" and entry.outcome in ("failed", "held-back"):
            one = self._count(FAILED_SIGN_INS, account, at, _SIGN_IN_WINDOW, self.failed_sign_ins)
            most = self.failed_sign_ins * _ALL_TIMES
            return one + self._count(FAILED_SIGN_INS, _ALL, at, _SIGN_IN_WINDOW, most)
        if entry.outcome == "done" and (entry.action in _DOWNLOADS or self._is_new_view(account, at, entry)):
            return self._count(MASS_DOWNLOAD, account, at, _DOWNLOAD_WINDOW, self.downloads)
        return []

    def _is_new_view(self, account: str, at: int, entry: Entry) -> bool:
        """Whether an account looks at a contract that it has not looked at in this window."""
        if entry.action not in _VIEWS:
            return False
        key = (account, entry.subject)
        if at - self._viewed.get(key, at - _DOWNLOAD_WINDOW) < _DOWNLOAD_WINDOW:
            return False
        if len(self._viewed) >= _MOST_VIEWED:
            self._viewed = {known: then for known, then in self._viewed.items() if at - then < _DOWNLOAD_WINDOW}
        self._viewed[key] = at
        return True

    def _count(self, kind: str, subject: str, at: int, window: int, most: int) -> list[tuple[str, str, int]]:
        key = (kind, subject)
        moments = self._moments.setdefault(key, deque(maxlen=most))
        moments.append(at)
        if len(moments) < most or at - moments[0] > window or at - self._told.get(key, -window) < window:
            return []
        self._told[key] = at
        return [(kind, subject, len(moments))]


class Alerts:
    """Reads the log and sends, in a thread of its own."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._watch = Watch(core.settings.alert_failed_sign_ins, core.settings.alert_downloads)
        self._last = 0
        self._lost: Head | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dpa-checker-alerts", daemon=True)

    def start(self) -> None:
        """Watch from now on; what was noted lately counts as well."""
        with self._core.database.read() as connection:
            recent = list_recent(connection, since=now() - _DOWNLOAD_WINDOW, actions=_WATCHED)
            head = read_head(connection)
        for kept in recent:
            self._watch.observe(kept.at, kept.entry)
        self._last = max([head.sequence if head else 0, *(kept.sequence for kept in recent)])
        self._thread.start()

    def stop(self) -> None:
        """End; what is not sent yet is sent after the next start."""
        self._stop.set()
        self._thread.join(timeout=2 * _TIMEOUT)

    def _run(self) -> None:
        while not self._stop.wait(_POLL_SECONDS):
            try:
                self.look()
                self.send_due()
            except Exception as error:  # noqa: BLE001  # tried again, and so is what stands in the queue
                _LOG.error("alerts met %s", type(error).__name__)

    def look(self) -> None:
        """Count what was noted since the last look, and tell once where the log has lost its end."""
        lost = self._core.log.lost
        if lost is not None and lost != self._lost:
            raise_alert(self._core, AUDIT_BROKEN, f"entry:{lost.sequence}", 1, cause=lost.sequence)
        self._lost = lost
        with self._core.database.read() as connection:
            head = read_head(connection)
            last = head.sequence if head else self._last
            new = list_between(connection, after=self._last, up_to=last, actions=_WATCHED)
        for kept in new:
            for kind, subject, count in self._watch.observe(kept.at, kept.entry):
                raise_alert(self._core, kind, subject, count, cause=kept.sequence)
        self._last = last

    def send_due(self) -> None:
        """Send what is due."""
        with self._core.database.read() as connection:
            due = alerts.list_due(connection)
        for alert in due:
            with self._core.database.write() as connection:
                mine = alerts.claim(connection, alert, again_after=_FIRST_WAIT << alert.attempts)
            if mine and (self._send(alert) or alert.attempts + 1 >= _MOST_ATTEMPTS):
                with self._core.database.write() as connection:
                    alerts.settle(connection, alert.id)

    def _send(self, alert: Alert) -> bool:
        send = {"mail": send_mail, "webhook": post_webhook}[alert.channel]
        try:
            send(self._core.settings, alert)
        except (OSError, smtplib.SMTPException, http.client.HTTPException) as error:
            _LOG.error("an alert was not sent by %s: %s", alert.channel, type(error).__name__)
            return False
        return True


def send_mail(settings: Settings, alert: Alert) -> None:
    """Send an alert by mail; raises ``OSError`` or ``SMTPException``."""
    message = EmailMessage()
    message["From"], message["To"] = settings.alert_mail_from, settings.alert_mail_to
    message["Subject"] = f"dpa-checker: {_SAID[alert.kind]}"
    message["Message-ID"] = f"<{alert.id}@dpa-checker.invalid>"
    lines = (
        f"{_SAID[alert.kind].capitalize()}.",
        f"Subject: {alert.subject}",
        f"Count: {alert.count}",
        f"At: {written(alert.at)}",
        "The audit log has the particulars.",
    )
    message.set_content("\n".join(lines) + "\n")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)


def post_webhook(settings: Settings, alert: Alert) -> None:
    """Post an alert as JSON; redirections are not followed. Raises ``OSError`` or ``HTTPException``."""
    url = urlsplit(settings.alert_webhook)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    content = {"id": alert.id, "kind": alert.kind, "subject": alert.subject, "count": alert.count}
    connection = kind(url.hostname or "", url.port, timeout=_TIMEOUT)
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = json.dumps(content | {"at": written(alert.at)})
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        if not 200 <= connection.getresponse().status < 300:
            raise http.client.HTTPException
    finally:
        connection.close()


def _channels(settings: Settings) -> list[str]:
    chosen = {"mail": settings.alert_mail_to, "webhook": settings.alert_webhook}
    return [name for name, given in chosen.items() if given]
