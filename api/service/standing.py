"""Whether a caller may still do what they were let in for: asked again by what has taken long to come."""

from __future__ import annotations

from sqlalchemy import Connection

from api.errors import NOT_ALLOWED, Problem, not_found
from api.service.caller import GRANTED, Caller, Permission, Role
from api.store import account as accounts
from api.store import standing


def require_standing(connection: Connection, caller: Caller, permission: Permission, workspace_id: str) -> None:
    """Raise :class:`Problem` where a caller has lost what was found when the request began.

    Session or token, and membership, stay until the transaction ends: whoever takes one away waits for that, and what
    is added here is there before, or not at all.
    """
    if not standing.hold_access(connection, session=caller.session, token=caller.token):
        raise _ended()
    if not standing.hold_membership(connection, caller.account_id, workspace_id):
        raise not_found()
    account = accounts.find_account(connection, caller.account_id)
    if account is None or not account.active:
        raise _ended()
    if permission not in GRANTED[Role(account.role)]:
        raise Problem(403, NOT_ALLOWED, "This account or token may not do that.")


def _ended() -> Problem:
    return Problem(401, "not-signed-in", "The session or token has ended.", headers={"WWW-Authenticate": "Bearer"})
