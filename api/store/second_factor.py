"""Second factors as they are kept: sealed secrets, the last step that was used, fingerprints of recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from api.moment import now
from api.store.schema import RECOVERY_CODE, SECOND_FACTOR


def keep_secret(connection: Connection, account_id: str, sealed: bytes) -> None:
    """Keep a new secret in place of an earlier one."""
    forget(connection, account_id)
    values = {"secret_sealed": sealed, "last_step": 0, "created": now()}
    connection.execute(insert(SECOND_FACTOR).values(account_id=account_id, **values))


def find_secret(connection: Connection, account_id: str) -> bytes | None:
    """Return the sealed secret of an account."""
    query = select(SECOND_FACTOR.c.secret_sealed).where(SECOND_FACTOR.c.account_id == account_id)
    found: bytes | None = connection.execute(query).scalar()
    return found


def spend_step(connection: Connection, account_id: str, step: int) -> bool:
    """Note the step of a code; False when it, or a later one, was used before."""
    unused = (SECOND_FACTOR.c.account_id == account_id) & (SECOND_FACTOR.c.last_step < step)
    return connection.execute(update(SECOND_FACTOR).where(unused).values(last_step=step)).rowcount == 1


def keep_recovery_codes(connection: Connection, account_id: str, marks: Sequence[str]) -> None:
    """Keep recovery codes by their fingerprints, in place of earlier ones."""
    connection.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.account_id == account_id))
    connection.execute(insert(RECOVERY_CODE), [{"code_mark": mark, "account_id": account_id} for mark in marks])


def spend_recovery_code(connection: Connection, account_id: str, mark: str) -> bool:
    """Use up a recovery code; False when there is none such."""
    one = (RECOVERY_CODE.c.account_id == account_id) & (RECOVERY_CODE.c.code_mark == mark)
    return connection.execute(delete(RECOVERY_CODE).where(one)).rowcount == 1


def forget(connection: Connection, account_id: str) -> None:
    """Forget the second factor of an account."""
    for table in (RECOVERY_CODE, SECOND_FACTOR):
        connection.execute(delete(table).where(table.c.account_id == account_id))
