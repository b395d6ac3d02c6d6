"""What ends by itself: contracts whose time is over, what was left half done, old sessions, entries and alerts."""

from __future__ import annotations

from typing import Final

from api.moment import DAY, SECOND, now
from api.service.alerts import AUDIT_BROKEN, raise_alert
from api.service.contracts import erase
from api.service.core import Core
from api.service.rotation import end_rotations
from api.store import account as accounts
from api.store import alert as alerts
from api.store import contract as contracts
from api.store.audit import Entry, Flaw, list_recent

_AT_ONCE: Final = 200
#: The number by which workers of a PostgreSQL know that one of them sweeps.
_TURN: Final = 28_03_2019
_ALERT_DAYS: Final = 30
_VERIFIED: Final = "audit-verify"


def sweep_in_turn(core: Core) -> int | None:
    """Sweep unless another process is at it; returns how many contracts that were, None where another is."""
    with core.database.turn(_TURN) as mine:
        return sweep(core) if mine else None


def sweep(core: Core) -> int:
    """Delete what is due and return how many contracts that were."""
    with core.database.read() as connection:
        half = contracts.list_half_deleted(connection)
        workspaces = accounts.list_workspaces(connection)
    for contract_id, workspace_id in half:
        erase(core, contract_id, workspace_id, cause="taken-up")
    count = len(half)
    for workspace in workspaces:
        if workspace.retention_days is not None:
            count += _sweep_workspace(core, workspace.id, now() - workspace.retention_days * DAY)
    with core.database.write() as connection:
        contracts.forget_repeats(connection, older_than=now() - DAY)
        age = core.settings.session_hours * 3600 * SECOND
        accounts.forget_old(connection, failures_before=now() - DAY, sessions_before=now() - age)
        alerts.forget_settled(connection, older_than=now() - _ALERT_DAYS * DAY)
    end_rotations(core)
    core.shorten_audit()
    watch_audit(core)
    return count


def watch_audit(core: Core) -> Flaw | None:
    """Look through the audit log where that was not done lately; a flaw is noted and raises an alert."""
    since = now() - core.settings.verify_hours * 3600 * SECOND
    with core.database.read() as connection:
        if list_recent(connection, since=since, actions=(_VERIFIED,)):
            return None
    flaw = core.verify_audit()
    core.note(Entry(_VERIFIED, subject=f"entry:{flaw.sequence}" if flaw else "", outcome="flawed" if flaw else "done"))
    if flaw:
        raise_alert(core, AUDIT_BROKEN, f"entry:{flaw.sequence}", 1, cause=now())
    return flaw


def _sweep_workspace(core: Core, workspace_id: str, older_than: int) -> int:
    count = 0
    while True:
        with core.database.read() as connection:
            due = contracts.list_due(connection, workspace_id, older_than=older_than, limit=_AT_ONCE)
        for contract_id in due:
            erase(core, contract_id, workspace_id, cause="retention")
        count += len(due)
        if len(due) < _AT_ONCE:
            return count
