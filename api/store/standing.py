"""What lets a caller in, held until a transaction ends.

Others may note that it is used meanwhile, but not take it away.
"""

from __future__ import annotations

from sqlalchemy import Connection, Select, select

from api.store.schema import MEMBERSHIP, SESSION, TOKEN


def hold_access(connection: Connection, *, session: str | None, token: str | None) -> bool:
    """Tell whether a session or token is still there, by its hash; who has come by neither has lost none."""
    given = [(table, key) for table, key in ((SESSION, session), (TOKEN, token)) if key is not None]
    return all(_hold(connection, select(table.c.account_id).where(table.c.token_hash == key)) for table, key in given)


def hold_membership(connection: Connection, account_id: str, workspace_id: str) -> bool:
    """Tell whether an account is still a member of a workspace."""
    one = (MEMBERSHIP.c.account_id == account_id) & (MEMBERSHIP.c.workspace_id == workspace_id)
    return _hold(connection, select(MEMBERSHIP.c.account_id).where(one))


def _hold(connection: Connection, query: Select[tuple[str]]) -> bool:
    return connection.execute(query.with_for_update(read=True, key_share=True)).first() is not None
