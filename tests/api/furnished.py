"""A service with something to ask for, so that requests come through to what routes do."""

from __future__ import annotations

from typing import Any

from api.service.caller import Permission, Role
from tests.api.running import PASSWORD, Caller, Running
from tests.ingestion.pdf_files import lines_pdf


def furnish(running: Running, reviewer: Caller) -> dict[str, list[Any]]:
    """Return what there is, by the names of parameters: an examined PDF, its job, a set of it, an account, a workspace.

    ``reviewer`` is a member of the first workspace, in a service with a worker.
    """
    examined = reviewer.upload(_pdf(), "agreement.pdf", wait=30).json()
    assert examined["state"] == "done", examined
    made = reviewer.post("/v1/sets", json={"name": "One", "contracts": [examined["contract"]]}).json()
    somebody = running.add_account(Role.REVIEWER, running.workspace)[0]
    return {
        "contract_id": [examined["contract"]],
        "job_id": [examined["id"]],
        "set_id": [made["id"]],
        "account_id": [somebody],
        "workspace_id": [running.other_workspace],
        "mention": ["audits"],
        "page": [1],
        "workspace": [running.workspace],
        "with": [examined["contract"]],
        "replaces": [reviewer.upload().json()["contract"]],
        "set": [made["id"]],
        "account": [somebody],
        "password": [PASSWORD],
        "present": [PASSWORD],
    }


def make_token(caller: Caller, *scopes: Permission) -> str:
    """Return a new personal token of a caller."""
    made = caller.post("/v1/tokens", json={"name": "program", "scopes": [str(scope) for scope in scopes]})
    return str(made.raise_for_status().json()["token"])


def _pdf() -> bytes:
    lines = ["DATA PROCESSING AGREEMENT", "The Processor shall process personal data only on instructions."]
    return lines_pdf([[(72, 760 - 20 * number, line) for number, line in enumerate(lines)]])
