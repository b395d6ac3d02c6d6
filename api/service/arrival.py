"""A contract that has come from another installation: its rows looked over, its key wrapped here, its names marked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, String, Table

from api.errors import TransferError
from api.secrecy.seal import KEY_BYTES, fingerprint, unseal
from api.service.contracts import NAMES, key_owner, require_marking, workspace_key
from api.service.core import Core
from api.service.upload import chunk_place
from api.store import job as jobs
from api.store import transfer as store
from api.store.contract import ContractState
from api.store.schema import CHUNK, CONTRACT

_ID: Final = re.compile(r"[0-9a-f]{32}")
_TABLES: Final = (CONTRACT, *store.PARTS)
_ODD: Final = "A contract of the archive is not as it should be; nothing was taken."


def arrive(core: Core, connection: Connection, contract_id: str, packed: dict[str, Any], workspace_id: str) -> None:
    """Keep a contract within a transaction; raises :class:`TransferError` where anything of it is odd."""
    key = base64.b64decode(packed["key"], validate=True)
    rows = {table.name: [_decode(table, row) for row in packed["rows"][table.name]] for table in _TABLES}
    (contract,) = rows[CONTRACT.name]
    owned = all(row["contract_id"] == contract_id for table in store.PARTS for row in rows[table.name])
    if len(key) != KEY_BYTES or not _ID.fullmatch(contract_id) or contract["id"] != contract_id or not owned:
        raise TransferError(_ODD)
    marking = workspace_key(core, workspace_id)
    local = _mark_names(marking, key, contract)
    local |= {"content_mark": _mark_content(marking, key, contract, rows[CHUNK.name]), "latest": True}
    core.keys.put(key_owner(contract_id), key)
    store.insert_rows(connection, rows, local | {"workspace_id": workspace_id})
    require_marking(core, workspace_id, marking)
    if contract["state"] == ContractState.WAITING:
        jobs.add_job(connection, contract_id=contract_id, workspace_id=workspace_id)


def _decode(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row in the types of its columns; raises :class:`TransferError` for any other."""
    if sorted(row) != sorted(store.columns(table)):
        raise TransferError(_ODD)
    return {name: _read_value(table.c[name], value) for name, value in row.items()}


def _read_value(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None and column.nullable:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    text = isinstance(kind, String) and isinstance(value, str) and len(value) <= (kind.length or 0)
    truth = isinstance(kind, Boolean) and isinstance(value, bool)
    number = isinstance(kind, Integer) and isinstance(value, int) and not isinstance(value, bool)
    if not (text or truth or number):
        raise TransferError(_ODD)
    return value


def _mark_names(marking: bytes, key: bytes, contract: dict[str, Any]) -> dict[str, Any]:
    """Return the fingerprints of names under the key of the workspace here."""
    marks: dict[str, Any] = {}
    for field in NAMES:
        sealed = contract[f"{field}_sealed"]
        name = None if sealed is None else unseal(key, sealed, place=f"contract/{contract['id']}/{field}").decode()
        marks[f"{field}_mark"] = None if name is None else fingerprint(marking, name, purpose=field)
    return marks


def _mark_content(marking: bytes, key: bytes, contract: dict[str, Any], chunks: list[dict[str, Any]]) -> str:
    """Return the fingerprint of the original, which is opened piece by piece to see that it is whole."""
    mark, size = hmac.new(marking, b"content\0", hashlib.sha256), 0
    for number, chunk in enumerate(sorted(chunks, key=lambda row: row["number"])):
        plain = unseal(key, chunk["bytes_sealed"], place=chunk_place(contract["id"], number))
        mark.update(plain)
        size += len(plain)
    if size != contract["size"]:
        raise TransferError(_ODD)
    return mark.hexdigest()
