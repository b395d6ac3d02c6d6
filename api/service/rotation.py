"""Another key for a workspace: the fingerprints of its names are made anew, and the old key is destroyed.

The fingerprints change in one transaction.  The key is exchanged just before that ends, and its former one destroyed
just after.  Whoever is killed between the two leaves a former key, by which the next one knows that the fingerprints
may be of either key: it makes them anew under the present one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection

from api.errors import ServiceError
from api.secrecy.keys import former_owner
from api.secrecy.seal import KEY_BYTES, unseal
from api.service.contracts import key_owner, mark_names, open_contract, workspace_key, workspace_owner
from api.service.core import Core
from api.service.upload import chunk_place
from api.store import account as accounts
from api.store import contract as contracts
from api.store import marking as store
from api.store.audit import Entry
from api.store.contract import SealedContract

_AT_ONCE: Final = 200


class _Overtaken(ServiceError):
    """Somebody else has exchanged the key, or ended what was cut short."""


def rotate_workspace_key(core: Core, workspace_id: str, *, by: str | None = None) -> int:
    """Give a workspace another key and return how many contracts were marked anew: all, or none.

    Ends a rotation that was cut short instead, where there is one.  Raises :class:`ServiceError`.
    """
    present = workspace_key(core, workspace_id)
    new = None if _has_former(core, workspace_id) else os.urandom(KEY_BYTES)
    return _rotate(core, workspace_id, present, new, by)


def end_rotations(core: Core) -> int:
    """End rotations that were cut short, and return how many there were."""
    with core.database.read() as connection:
        workspaces = [one.id for one in accounts.list_workspaces(connection)]
    left = core.keys.find(former_owner(workspace_owner(one)) for one in workspaces)
    found = [one for one in workspaces if former_owner(workspace_owner(one)) in left]
    for workspace_id in found:
        with suppress(_Overtaken):
            _rotate(core, workspace_id, workspace_key(core, workspace_id), None, None)
    return len(found)


def _rotate(core: Core, workspace_id: str, present: bytes, new: bytes | None, by: str | None) -> int:
    """Exchange the ``present`` key for a ``new`` one; None ends a rotation whose keys were exchanged already."""
    owner, key = workspace_owner(workspace_id), new or present
    # The contents take long and never change: they are read before anybody has to wait.
    contents = _mark_contents(core, workspace_id, key)
    with core.audited(Entry("workspace-key-rotate", by, workspace_id)) as connection:
        if not store.hold_workspace(connection, workspace_id):
            raise ServiceError("There is no such workspace.")
        if workspace_key(core, workspace_id) != present or _has_former(core, workspace_id) is not (new is None):
            raise _Overtaken("The key was exchanged by somebody else meanwhile; nothing was changed here.")
        count = _mark_anew(connection, core, workspace_id, key, contents)
        store.forget_requests(connection, workspace_id)
        if new is not None:
            core.keys.exchange(owner, new)
    core.keys.destroy(former_owner(owner))
    return count


def _has_former(core: Core, workspace_id: str) -> bool:
    return bool(core.keys.find([former_owner(workspace_owner(workspace_id))]))


def _mark_anew(connection: Connection, core: Core, workspace_id: str, key: bytes, contents: dict[str, str]) -> int:
    """Make the fingerprints of all contracts anew and return how many contracts there are."""
    count, after = 0, ""
    while rows := store.list_marked(connection, workspace_id, after=after, limit=_AT_ONCE, lock=True):
        keys = core.keys.find(key_owner(row.id) for row in rows)
        marks: list[dict[str, Any]] = []
        for row in rows:
            if (own := keys.get(key_owner(row.id))) is None:
                continue  # deleted, and come back with a backup: nobody can open it
            names = mark_names(key, open_contract(row, own).names)
            content = contents.get(row.id) or _mark_content(connection, key, row.id, own)
            marks.append({"contract": row.id, "content_mark": content} | names)
        store.keep_marks(connection, marks)
        count, after = count + len(marks), rows[-1].id
    return count


def _mark_contents(core: Core, workspace_id: str, key: bytes) -> dict[str, str]:
    """Return the fingerprints of all originals, each read in a transaction of its own."""
    marks: dict[str, str] = {}
    after = ""
    while True:
        with core.database.read() as connection:
            rows = store.list_marked(connection, workspace_id, after=after, limit=_AT_ONCE)
        if not rows:
            return marks
        marks |= dict(_read_contents(core, rows, key))
        after = rows[-1].id


def _read_contents(core: Core, rows: list[SealedContract], key: bytes) -> Iterable[tuple[str, str]]:
    keys = core.keys.find(key_owner(row.id) for row in rows)
    for row in rows:
        if (own := keys.get(key_owner(row.id))) is not None:
            with core.database.read() as connection:
                yield row.id, _mark_content(connection, key, row.id, own)


def _mark_content(connection: Connection, key: bytes, contract_id: str, own: bytes) -> str:
    """Return the fingerprint of an original, which is opened piece by piece."""
    mark = hmac.new(key, b"content\0", hashlib.sha256)
    for number, chunk in enumerate(contracts.read_chunks(connection, contract_id)):
        mark.update(unseal(own, chunk, place=chunk_place(contract_id, number)))
    return mark.hexdigest()
