"""The keyed fingerprints of a workspace's contracts, to be made anew under another key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from api.store.contract import COLUMNS, SealedContract, open_row
from api.store.schema import CONTRACT, IDEMPOTENCY, WORKSPACE


def hold_workspace(connection: Connection, workspace_id: str) -> bool:
    """Let no contract come into a workspace until the transaction ends; False when there is no such workspace."""
    query = select(WORKSPACE.c.id).where(WORKSPACE.c.id == workspace_id).with_for_update()
    return connection.execute(query).first() is not None


def share_workspaces(connection: Connection, workspace_ids: Iterable[str]) -> None:
    """Let nobody hold these workspaces until the transaction ends.

    Whoever holds one goes on to its contracts: whoever locks a contract and then adds rows of its workspace, its jobs
    or a version, asks for this before, or each would wait for the other.
    """
    query = select(WORKSPACE.c.id).where(WORKSPACE.c.id.in_(sorted(set(workspace_ids))))
    connection.execute(query.with_for_update(read=True, key_share=True)).all()


def list_marked(
    connection: Connection, workspace_id: str, *, after: str, limit: int, lock: bool = False
) -> list[SealedContract]:
    """Return contracts of a workspace in the order of their ids, those above ``after``.

    ``lock`` keeps others from changing them until the transaction ends.
    """
    there = (CONTRACT.c.workspace_id == workspace_id) & CONTRACT.c.deleting.is_(False) & (CONTRACT.c.id > after)
    query = select(*COLUMNS).where(there).order_by(CONTRACT.c.id).limit(limit)
    return [open_row(row) for row in connection.execute(query.with_for_update() if lock else query)]


def keep_marks(connection: Connection, marks: Sequence[dict[str, Any]]) -> None:
    """Keep fingerprints of contracts: ``contract`` is the id, all else goes by its column.

    They are no change that a reader would see, so the versions stay.
    """
    if not marks:
        return
    names = [name for name in marks[0] if name != "contract"]
    change = update(CONTRACT).where(CONTRACT.c.id == bindparam("contract"))
    connection.execute(
        change.values({name: bindparam(f"new_{name}") for name in names}), [_bound(one) for one in marks]
    )


def _bound(marks: dict[str, Any]) -> dict[str, Any]:
    """Return values under names of their own: those of the columns are taken."""
    return {name if name == "contract" else f"new_{name}": value for name, value in marks.items()}


def forget_requests(connection: Connection, workspace_id: str) -> None:
    """Forget the keys of requests for a workspace's contracts; they are kept as fingerprints only."""
    own = select(CONTRACT.c.id).where(CONTRACT.c.workspace_id == workspace_id)
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.contract_id.in_(own)))
