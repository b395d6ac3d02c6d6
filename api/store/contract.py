"""Contracts as they are kept: sealed names, originals and reports, and the few columns that are filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, exists, insert, select, update

from api.moment import now
from api.store.job import delete_jobs
from api.store.schema import CHUNK, CONTRACT, DELETION, FINDING, IDEMPOTENCY


class ContractState(StrEnum):
    """Whether there is a report."""

    WAITING = "waiting"
    EXAMINED = "examined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SealedContract:
    """A row of a contract; what is sealed stays so."""

    id: str
    workspace_id: str
    version: int
    state: ContractState
    size: int
    name_sealed: bytes
    counterparty_sealed: bytes | None
    reference_sealed: bytes | None
    asked_language: str | None
    language: str | None
    kind: str | None
    processing: str | None
    created: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; names by their keyed fingerprints."""

    state: str | None = None
    language: str | None = None
    kind: str | None = None
    processing: str | None = None
    name_mark: str | None = None
    counterparty_mark: str | None = None
    reference_mark: str | None = None
    mention: str | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an examination leaves: the sealed report, and what is filtered by."""

    report_sealed: bytes
    language: str | None
    kind: str
    processing: str
    verdicts: Mapping[str, str]


_PLAIN: Final = ("state", "language", "kind", "processing", "name_mark", "counterparty_mark", "reference_mark")
_COLUMNS: Final = tuple(CONTRACT.c[name] for name in SealedContract.__dataclass_fields__)


def add_contract(connection: Connection, values: Mapping[str, Any], chunks: Iterable[bytes]) -> None:
    """Keep a new contract with its sealed original."""
    fixed = {"version": 1, "deleting": False, "state": ContractState.WAITING, "created": now()}
    connection.execute(insert(CONTRACT).values(**fixed, **values))
    for number, chunk in enumerate(chunks):
        connection.execute(insert(CHUNK).values(contract_id=values["id"], number=number, bytes_sealed=chunk))


def find_contract(connection: Connection, contract_id: str) -> SealedContract | None:
    """Return a contract by its id; one that is being deleted is not there."""
    query = select(*_COLUMNS).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    row = connection.execute(query).first()
    return None if row is None else _contract(row)


def list_contracts(
    connection: Connection, workspace_id: str, chosen: Filter, *, before: str | None, limit: int
) -> list[SealedContract]:
    """Return contracts of a workspace, newest first, those with ids below ``before``."""
    wanted = [CONTRACT.c.workspace_id == workspace_id, CONTRACT.c.deleting.is_(False)]
    wanted += [CONTRACT.c[name] == value for name in _PLAIN if (value := getattr(chosen, name)) is not None]
    if before is not None:
        wanted.append(CONTRACT.c.id < before)
    if chosen.mention is not None or chosen.verdict is not None:
        found = [FINDING.c.contract_id == CONTRACT.c.id]
        found += [FINDING.c.mention == chosen.mention] if chosen.mention is not None else []
        found += [FINDING.c.verdict == chosen.verdict] if chosen.verdict is not None else []
        wanted.append(exists().where(*found))
    query = select(*_COLUMNS).where(*wanted).order_by(CONTRACT.c.id.desc()).limit(limit)
    return [_contract(row) for row in connection.execute(query)]


def read_chunks(connection: Connection, contract_id: str) -> Iterator[bytes]:
    """Give the sealed pieces of an original, in order."""
    query = select(CHUNK.c.bytes_sealed).where(CHUNK.c.contract_id == contract_id).order_by(CHUNK.c.number)
    for row in connection.execute(query):
        yield row.bytes_sealed


def read_report(connection: Connection, contract_id: str) -> bytes | None:
    """Return the sealed report of a contract."""
    query = select(CONTRACT.c.report_sealed).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    return connection.execute(query).scalar_one_or_none()


def read_verdicts(connection: Connection, contract_id: str) -> dict[str, str]:
    """Return the verdicts of a contract by mention."""
    query = select(FINDING.c.mention, FINDING.c.verdict).where(FINDING.c.contract_id == contract_id)
    return {row.mention: row.verdict for row in connection.execute(query)}


def change_contract(connection: Connection, contract_id: str, version: int, values: Mapping[str, Any]) -> bool:
    """Change a contract that is still at ``version``; False when it is not."""
    same = and_(CONTRACT.c.id == contract_id, CONTRACT.c.version == version, CONTRACT.c.deleting.is_(False))
    return connection.execute(update(CONTRACT).where(same).values(version=version + 1, **values)).rowcount == 1


def keep_outcome(connection: Connection, contract_id: str, outcome: Outcome) -> None:
    """Keep the report of a contract."""
    about = {"language": outcome.language, "kind": outcome.kind, "processing": outcome.processing}
    there = and_(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    values: dict[str, Any] = {"state": ContractState.EXAMINED, "report_sealed": outcome.report_sealed, **about}
    values["version"] = CONTRACT.c.version + 1
    if connection.execute(update(CONTRACT).where(there).values(**values)).rowcount == 0:
        return
    connection.execute(delete(FINDING).where(FINDING.c.contract_id == contract_id))
    found = [
        {"contract_id": contract_id, "mention": mention, "verdict": verdict}
        for mention, verdict in outcome.verdicts.items()
    ]
    connection.execute(insert(FINDING), found)


def keep_failure(connection: Connection, contract_id: str) -> None:
    """Note that a contract could not be examined."""
    values = {"state": ContractState.FAILED, "version": CONTRACT.c.version + 1}
    connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract_id).values(**values))


def mark_deleting(connection: Connection, contract_id: str) -> bool:
    """Hide a contract that is about to be deleted; False when another has begun with that."""
    there = and_(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    return connection.execute(update(CONTRACT).where(there).values(deleting=True)).rowcount == 1


def delete_contract(
    connection: Connection, contract_id: str, workspace_id: str, *, cause: str, account_id: str | None
) -> None:
    """Delete all rows of a contract and keep the certificate of that."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.contract_id == contract_id))
    delete_jobs(connection, contract_id)
    for table in (FINDING, CHUNK):
        connection.execute(delete(table).where(table.c.contract_id == contract_id))
    connection.execute(delete(CONTRACT).where(CONTRACT.c.id == contract_id))
    if connection.execute(select(DELETION.c.at).where(DELETION.c.contract_id == contract_id)).first() is None:
        values = {"workspace_id": workspace_id, "cause": cause, "account_id": account_id, "at": now()}
        connection.execute(insert(DELETION).values(contract_id=contract_id, **values))


def list_due(connection: Connection, workspace_id: str, *, older_than: int, limit: int) -> list[str]:
    """Return contracts of a workspace that were made before ``older_than``."""
    due = and_(CONTRACT.c.workspace_id == workspace_id, CONTRACT.c.created < older_than, CONTRACT.c.deleting.is_(False))
    return [row.id for row in connection.execute(select(CONTRACT.c.id).where(due).limit(limit))]


def list_half_deleted(connection: Connection) -> list[tuple[str, str]]:
    """Return id and workspace of contracts whose deletion was begun and not ended."""
    query = select(CONTRACT.c.id, CONTRACT.c.workspace_id).where(CONTRACT.c.deleting.is_(True))
    return [(row.id, row.workspace_id) for row in connection.execute(query)]


def find_repeat(connection: Connection, key_mark: str) -> tuple[str, str, str] | None:
    """Return the fingerprint, contract and job of an earlier request with this key."""
    query = select(IDEMPOTENCY.c.request_mark, IDEMPOTENCY.c.contract_id, IDEMPOTENCY.c.job_id)
    row = connection.execute(query.where(IDEMPOTENCY.c.key_mark == key_mark)).first()
    return None if row is None else (row.request_mark, row.contract_id, row.job_id)


def keep_repeat(connection: Connection, key_mark: str, request_mark: str, contract_id: str, job_id: str) -> None:
    """Keep the key of a request; raises ``IntegrityError`` where another has just used it."""
    values = {"request_mark": request_mark, "contract_id": contract_id, "job_id": job_id, "created": now()}
    connection.execute(insert(IDEMPOTENCY).values(key_mark=key_mark, **values))


def forget_repeats(connection: Connection, *, older_than: int) -> None:
    """Forget keys of requests that are older."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created < older_than))


def _contract(row: Row[Any]) -> SealedContract:
    values = dict(row._mapping)
    return SealedContract(**values | {"state": ContractState(values["state"])})
