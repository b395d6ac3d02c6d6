"""Contracts as they are kept: sealed names, originals and reports, and the few columns that are filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, func, insert, not_, or_, select, update

from api.moment import now
from api.store.contract_set import leave_sets
from api.store.job import delete_jobs
from api.store.schema import CHUNK, CONTRACT, DELETION, FINDING, IDEMPOTENCY, REVIEW, REVIEW_EVENT, TEXT
from api.store.verdicts import write_verdicts


class ContractState(StrEnum):
    """Whether there is a report."""

    WAITING = "waiting"
    EXAMINED = "examined"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ReviewState(StrEnum):
    """Where people stand with a contract."""

    TO_REVIEW = "to-review"
    IN_NEGOTIATION = "in-negotiation"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SealedContract:
    """A row of a contract; what is sealed stays so, and the verdicts are one text.

    ``version`` counts the changes of the row.  Uploads of the same contract are a series, numbered from 1; the last is
    the ``latest``.
    """

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
    series_id: str
    series_number: int
    latest: bool
    review_state: ReviewState
    assigned_to: str | None
    engine_version: str | None
    library_version: str | None
    verdicts: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an examination leaves: the sealed report, links and text, and what is filtered by."""

    report_sealed: bytes
    links_sealed: bytes
    engine_version: str
    library_version: str
    language: str | None
    kind: str
    processing: str
    verdicts: Mapping[str, str]
    text_sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stays of a contract that was deleted."""

    contract_id: str
    workspace_id: str
    cause: str
    account_id: str | None
    at: int


COLUMNS: Final = tuple(CONTRACT.c[name] for name in SealedContract.__dataclass_fields__)
_STATE, _REVIEW_STATE = (list(SealedContract.__dataclass_fields__).index(name) for name in ("state", "review_state"))


def add_contract(connection: Connection, values: Mapping[str, Any], chunks: Iterable[bytes]) -> None:
    """Keep a new contract with its sealed original."""
    fixed = {"version": 1, "deleting": False, "state": ContractState.WAITING, "created": now()}
    fixed |= {"series_id": values["id"], "series_number": 1, "latest": True, "review_state": ReviewState.TO_REVIEW}
    connection.execute(insert(CONTRACT).values(**fixed | dict(values)))
    for number, chunk in enumerate(chunks):
        connection.execute(insert(CHUNK).values(contract_id=values["id"], number=number, bytes_sealed=chunk))


def find_contract(connection: Connection, contract_id: str, *, lock: bool = False) -> SealedContract | None:
    """Return a contract by its id; one that is being deleted is not there.

    ``lock`` keeps others from changing it until the transaction ends.
    """
    query = select(*COLUMNS).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else open_row(row)


def list_series(connection: Connection, contract: SealedContract) -> list[SealedContract]:
    """Return the versions of a contract in its workspace, the first one first.

    Versions that were moved here one by one may lie in several workspaces.
    """
    same = (CONTRACT.c.series_id == contract.series_id) & (CONTRACT.c.workspace_id == contract.workspace_id)
    there = same & CONTRACT.c.deleting.is_(False)
    query = select(*COLUMNS).where(there).order_by(CONTRACT.c.series_number)
    return [open_row(row) for row in connection.execute(query)]


def supersede(connection: Connection, contract: SealedContract) -> int:
    """Make a contract one that has a later version, and return the number of that."""
    values = {"latest": False, "version": CONTRACT.c.version + 1}
    connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract.id).values(**values))
    last = select(func.max(CONTRACT.c.series_number)).where(CONTRACT.c.series_id == contract.series_id)
    return int(connection.execute(last).scalar_one()) + 1


def read_chunks(connection: Connection, contract_id: str) -> Iterator[bytes]:
    """Give the sealed pieces of an original, in order."""
    query = select(CHUNK.c.bytes_sealed).where(CHUNK.c.contract_id == contract_id).order_by(CHUNK.c.number)
    for row in connection.execute(query):
        yield row.bytes_sealed


def read_report(connection: Connection, contract_id: str) -> bytes | None:
    """Return the sealed report of a contract."""
    query = select(CONTRACT.c.report_sealed).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    return connection.execute(query).scalar_one_or_none()


def read_text(connection: Connection, contract_id: str) -> bytes | None:
    """Return the sealed text of a contract as it was examined; None where that was not kept."""
    return connection.execute(select(TEXT.c.text_sealed).where(TEXT.c.contract_id == contract_id)).scalar_one_or_none()


def read_links(connection: Connection, contract_id: str) -> bytes | None:
    """Return the sealed links of a contract to other documents."""
    query = select(CONTRACT.c.links_sealed).where(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    return connection.execute(query).scalar_one_or_none()


def read_verdicts(connection: Connection, contract_id: str) -> dict[str, str]:
    """Return the machine's verdicts on a contract by mention."""
    query = select(FINDING.c.mention, FINDING.c.verdict).where(FINDING.c.contract_id == contract_id)
    return {row.mention: row.verdict for row in connection.execute(query)}


def read_effective(connection: Connection, contract_id: str) -> dict[str, str]:
    """Return the verdicts on a contract by mention, as reviewed; ``CONFLICT`` where that is not settled."""
    query = select(FINDING.c.mention, FINDING.c.effective).where(FINDING.c.contract_id == contract_id)
    return {row.mention: row.effective for row in connection.execute(query)}


def change_effective(connection: Connection, contract_id: str, mention: str, verdict: str) -> None:
    """Note the reviewed verdict on a mention, or an unsettled conflict; the machine's verdict stays."""
    one = (FINDING.c.contract_id == contract_id) & (FINDING.c.mention == mention)
    connection.execute(update(FINDING).where(one).values(effective=verdict))
    kept = {"verdicts": write_verdicts(read_effective(connection, contract_id))}
    connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract_id).values(**kept))


def change_contract(connection: Connection, contract_id: str, version: int, values: Mapping[str, Any]) -> bool:
    """Change a contract that is still at ``version``; False when it is not."""
    same = and_(CONTRACT.c.id == contract_id, CONTRACT.c.version == version, CONTRACT.c.deleting.is_(False))
    return connection.execute(update(CONTRACT).where(same).values(version=version + 1, **values)).rowcount == 1


def change_review(connection: Connection, contract_id: str, values: Mapping[str, Any]) -> None:
    """Change what people have decided on a contract, within a change of its version."""
    connection.execute(update(CONTRACT).where(CONTRACT.c.id == contract_id).values(**values))


def keep_outcome(
    connection: Connection, contract_id: str, outcome: Outcome, effective: Mapping[str, str] | None = None
) -> bool:
    """Keep the report of a contract; ``effective`` is what holds after reviews, where that is not the verdict.

    False when the contract is gone.
    """
    kept = ("report_sealed", "links_sealed", "language", "kind", "processing", "engine_version", "library_version")
    values: dict[str, Any] = {name: getattr(outcome, name) for name in kept}
    reviewed = dict(outcome.verdicts) | dict(effective or {})
    values |= {"state": ContractState.EXAMINED, "version": CONTRACT.c.version + 1, "verdicts": write_verdicts(reviewed)}
    there = and_(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    if connection.execute(update(CONTRACT).where(there).values(**values)).rowcount == 0:
        return False
    for table in (FINDING, TEXT):
        connection.execute(delete(table).where(table.c.contract_id == contract_id))
    found = [
        {"contract_id": contract_id, "mention": mention, "verdict": verdict, "effective": reviewed[mention]}
        for mention, verdict in outcome.verdicts.items()
    ]
    connection.execute(insert(FINDING), found)
    if outcome.text_sealed is not None:
        connection.execute(insert(TEXT).values(contract_id=contract_id, text_sealed=outcome.text_sealed))
    return True


def keep_failure(connection: Connection, contract_id: str, state: ContractState = ContractState.FAILED) -> None:
    """Note that a contract could not be examined; one that has a report keeps it."""
    without = and_(CONTRACT.c.id == contract_id, CONTRACT.c.report_sealed.is_(None))
    values = {"state": state, "version": CONTRACT.c.version + 1}
    connection.execute(update(CONTRACT).where(without).values(**values))


def await_examination(connection: Connection, contract_id: str) -> None:
    """Note that a contract without a report is to be examined once more."""
    keep_failure(connection, contract_id, ContractState.WAITING)


def list_outdated(
    connection: Connection, versions: tuple[str, str], *, after: str, limit: int
) -> list[tuple[str, str]]:
    """Return id and workspace of contracts with a report by another engine or library, those above ``after``."""
    same = and_(CONTRACT.c.engine_version == versions[0], CONTRACT.c.library_version == versions[1])
    there = and_(CONTRACT.c.state == ContractState.EXAMINED, CONTRACT.c.deleting.is_(False), CONTRACT.c.id > after)
    unknown = CONTRACT.c.engine_version.is_(None)
    query = select(CONTRACT.c.id, CONTRACT.c.workspace_id).where(there, or_(unknown, not_(same)))
    return [(row.id, row.workspace_id) for row in connection.execute(query.order_by(CONTRACT.c.id).limit(limit))]


def mark_deleting(connection: Connection, contract_id: str) -> bool:
    """Hide a contract that is about to be deleted; False when another has begun with that."""
    there = and_(CONTRACT.c.id == contract_id, CONTRACT.c.deleting.is_(False))
    return connection.execute(update(CONTRACT).where(there).values(deleting=True)).rowcount == 1


def begin_deletion(connection: Connection, certificate: Certificate) -> None:
    """Hide a contract and keep why and by whom it is deleted: whoever takes that up later does not know."""
    if mark_deleting(connection, certificate.contract_id):
        # One that was moved back after it was deleted has an earlier one.
        connection.execute(delete(DELETION).where(DELETION.c.contract_id == certificate.contract_id))
        keep_certificate(connection, certificate)


def delete_contract(connection: Connection, contract_id: str, workspace_id: str) -> None:
    """Delete all rows of a contract; its certificate stays, and the version before becomes the latest."""
    series = connection.execute(select(CONTRACT.c.series_id).where(CONTRACT.c.id == contract_id)).scalar()
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.contract_id == contract_id))
    delete_jobs(connection, contract_id)
    leave_sets(connection, contract_id)
    for table in (FINDING, TEXT, CHUNK, REVIEW, REVIEW_EVENT):
        connection.execute(delete(table).where(table.c.contract_id == contract_id))
    connection.execute(delete(CONTRACT).where(CONTRACT.c.id == contract_id))
    _promote(connection, series, workspace_id)


def keep_certificate(connection: Connection, certificate: Certificate) -> None:
    """Keep that a contract is deleted."""
    values = {name: getattr(certificate, name) for name in Certificate.__dataclass_fields__}
    connection.execute(insert(DELETION).values(**values))


def find_certificate(connection: Connection, contract_id: str) -> Certificate | None:
    """Return why, when and by whom the deletion of a contract was begun."""
    row = connection.execute(select(DELETION).where(DELETION.c.contract_id == contract_id)).first()
    return None if row is None else Certificate(**row._mapping)


def list_certificates(connection: Connection) -> Iterator[Certificate]:
    """Give the certificates of deletions that are done, the earliest first."""
    under_way = select(CONTRACT.c.id).where(CONTRACT.c.deleting.is_(True))
    done = select(DELETION).where(DELETION.c.contract_id.not_in(under_way))
    for row in connection.execute(done.order_by(DELETION.c.at, DELETION.c.contract_id)):
        yield Certificate(**row._mapping)


def _promote(connection: Connection, series_id: str | None, workspace_id: str) -> None:
    """Make the newest version that is left the latest."""
    there = and_(CONTRACT.c.series_id == series_id, CONTRACT.c.workspace_id == workspace_id)
    there = and_(there, CONTRACT.c.deleting.is_(False))
    newest = select(CONTRACT.c.id, CONTRACT.c.latest).where(there).order_by(CONTRACT.c.series_number.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is not None and not row.latest:
        values = {"latest": True, "version": CONTRACT.c.version + 1}
        connection.execute(update(CONTRACT).where(CONTRACT.c.id == row.id).values(**values))


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


def open_row(row: Row[Any]) -> SealedContract:
    """Return a row of ``COLUMNS`` as a contract."""
    values = list(row)
    values[_STATE] = ContractState(values[_STATE])
    values[_REVIEW_STATE] = ReviewState(values[_REVIEW_STATE])
    return SealedContract(*values)
