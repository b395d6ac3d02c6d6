"""Conflicts that nobody has settled, beside the verdicts as reviewed: which they are stands in the sealed reports."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from api.errors import SealBroken
from api.secrecy.seal import unseal

revision = "0005"
down_revision = "0004"

#: As this version keeps them; later versions may know more.
_MENTIONS = """\
subject-matter duration nature purpose data-types data-subjects controller-obligations documented-instructions
third-country-transfers legal-obligation-notice confidentiality security subprocessor-authorisation
subprocessor-changes subprocessor-flow-down subprocessor-liability data-subject-rights security-assistance
breach-notification breach-communication dpia prior-consultation deletion-or-return deletion-of-copies
compliance-information audits infringing-instruction""".split()
_CONFLICT, _LETTER = "conflict", "d"
_CONTRACT = sa.table("contract", *(sa.column(name) for name in ("id", "report_sealed", "verdicts")))
_FINDING = sa.table("finding", *(sa.column(name) for name in ("contract_id", "mention", "effective")))
_REVIEW = sa.table(
    "review", *(sa.column(name) for name in ("contract_id", "mention", "decision")), sa.column("to_confirm", sa.Boolean)
)
#: Reports are long: so many are opened at a time.
_AT_ONCE = 200


def upgrade() -> None:
    """Bring what is kept to this version; a report that does not open stays as it is until it is made anew."""
    connection = op.get_bind()
    for contracts in _list_contracts(connection):
        conflicts = _find_conflicts(contracts)
        settled = _list_settled(connection, list(conflicts))
        for contract_id, verdicts in ((row.id, row.verdicts) for row in contracts if row.id in conflicts):
            found = conflicts[contract_id] - settled.get(contract_id, set())
            if found:
                _mark(connection, contract_id, verdicts, found)


def _list_contracts(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    """Give some contracts with a report at a time."""
    last = ""
    while True:
        there = (_CONTRACT.c.id > last) & _CONTRACT.c.report_sealed.is_not(None) & _CONTRACT.c.verdicts.is_not(None)
        query = sa.select(_CONTRACT).where(there).order_by(_CONTRACT.c.id).limit(_AT_ONCE)
        found = connection.execute(query).all()
        if not found:
            return
        yield found
        last = found[-1].id


def _find_conflicts(contracts: Sequence[sa.Row[Any]]) -> dict[str, set[str]]:
    """Return by contract the mentions that its document both says and denies."""
    owners = {row.id: f"contract/{row.id}" for row in contracts}
    keys: Mapping[str, bytes] = context.config.attributes["find_keys"](list(owners.values()))
    found = {}
    for row in contracts:
        if key := keys.get(owners[row.id]):
            try:
                report = unseal(key, row.report_sealed, place=f"contract/{row.id}/report")
            except SealBroken:
                continue
            findings = json.loads(zlib.decompress(report))["findings"]
            found[row.id] = {one["mention"] for one in findings if one.get("conflict")}
    return {contract_id: mentions for contract_id, mentions in found.items() if mentions}


def _list_settled(connection: sa.Connection, contract_ids: list[str]) -> dict[str, set[str]]:
    """Return by contract the mentions on which somebody has given another verdict, which holds."""
    given = (_REVIEW.c.decision == "overridden") & _REVIEW.c.to_confirm.is_(False)
    query = sa.select(_REVIEW.c.contract_id, _REVIEW.c.mention).where(given, _REVIEW.c.contract_id.in_(contract_ids))
    settled: dict[str, set[str]] = {}
    for contract_id, mention in connection.execute(query):
        settled.setdefault(contract_id, set()).add(mention)
    return settled


def _mark(connection: sa.Connection, contract_id: str, verdicts: str, conflicts: set[str]) -> None:
    letters = [_LETTER if mention in conflicts else letter for mention, letter in zip(_MENTIONS, verdicts, strict=True)]
    change = sa.update(_CONTRACT).where(_CONTRACT.c.id == contract_id).values(verdicts="".join(letters))
    connection.execute(change)
    own = (_FINDING.c.contract_id == contract_id) & _FINDING.c.mention.in_(sorted(conflicts))
    connection.execute(sa.update(_FINDING).where(own).values(effective=_CONFLICT))
