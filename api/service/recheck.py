"""After an update of the engine or the clause library: contracts whose report is of another version, once more."""

from __future__ import annotations

from typing import Final

from api.service.core import Core
from api.store import contract as contracts
from api.store import job as jobs
from api.store.audit import Entry
from api.store.job import JobKind
from api.store.marking import share_workspaces
from dpa_checker.library import load_library
from dpa_checker.version import ENGINE_VERSION

_AT_ONCE: Final = 200


def present_versions() -> tuple[str, str]:
    """Return the versions of engine and clause library that examine now."""
    return ENGINE_VERSION, load_library().version


def recheck(core: Core) -> int:
    """Queue all contracts whose report is of another version, after all uploads, and return how many.

    One that waits or runs already is left; a second call queues nothing twice.  Reports and reviews stay as they are
    until the new report is there.
    """
    count, after = 0, ""
    while True:
        with core.audited(Entry("recheck")) as connection:
            found = contracts.list_outdated(connection, present_versions(), after=after, limit=_AT_ONCE)
            share_workspaces(connection, (workspace_id for _, workspace_id in found))
            for contract_id, workspace_id in found:
                after = contract_id
                if jobs.active_job(connection, contract_id) is None:
                    kind = JobKind.RECHECK
                    jobs.add_job(connection, contract_id=contract_id, workspace_id=workspace_id, kind=kind)
                    count += 1
        if len(found) < _AT_ONCE:
            return count
