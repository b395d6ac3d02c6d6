"""The results of a scan as Parquet, in row groups: a row a file, a column a mention, the findings."""

from __future__ import annotations

from itertools import islice
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from dpa_checker.batch.export import Contracts
from dpa_checker.library.schema import MENTIONS
from dpa_checker.model import Evidence, Finding
from dpa_checker.report.index_model import Contract

#: Rows that are in memory at once, with all their quotes.
_GROUP: Final = 500
_WORD: Final = pa.dictionary(pa.int8(), pa.string())
_EVIDENCE: Final = pa.struct(
    [
        ("quote", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("page", pa.int32()),
        ("clause", pa.string()),
        ("against", pa.bool_()),
        ("by_reference", pa.string()),
        ("source_document", pa.string()),
    ]
)
_FINDING: Final = pa.struct(
    [
        ("mention", pa.string()),
        ("verdict", pa.string()),
        ("conflict", pa.bool_()),
        ("qualified", pa.bool_()),
        ("confidence", pa.float32()),
        ("reason", pa.string()),
        ("lacking", pa.list_(pa.string())),
        ("evidence", pa.list_(_EVIDENCE)),
    ]
)
#: ``standing`` is where the contract stands; a mention's column holds its verdict, or ``conflict``.
SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("location", pa.string()),
        ("sha256", pa.string()),
        ("error_code", pa.string()),
        ("error", pa.string()),
        ("language", pa.string()),
        ("kind", pa.string()),
        ("processing", pa.string()),
        ("standing", pa.string()),
        *((mention, _WORD) for mention in MENTIONS),
        ("findings", pa.list_(_FINDING)),
    ]
)


def write_rows(contracts: Contracts, target: IO[bytes]) -> None:
    """Write all rows, a group at a time."""
    source = iter(contracts)
    with pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
        while group := [_row(contract, contracts) for contract in islice(source, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=SCHEMA), row_group_size=_GROUP)


def _row(contract: Contract, contracts: Contracts) -> dict[str, Any]:
    report = contracts.report(contract) if contract.statuses else None
    shown = dict(zip(MENTIONS, (str(status) for status in contract.statuses), strict=False))
    return {
        "name": _text(contract.name),
        "location": _text(contract.location),
        "sha256": contract.sha256,
        "error_code": contract.error_code or None,
        "error": contract.error or None,
        "language": contract.language,
        "kind": contract.kind,
        "processing": contract.processing,
        "standing": str(contract.standing),
        **shown,
        "findings": None if report is None else [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "mention": finding.mention,
        "verdict": str(finding.verdict),
        "conflict": finding.conflict,
        "qualified": finding.qualified,
        "confidence": finding.confidence,
        "reason": finding.reason,
        "lacking": list(finding.lacking),
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "quote": _text(evidence.quote),
        "start": evidence.start,
        "end": evidence.end,
        "page": evidence.page,
        "clause": _text(evidence.clause or "") or None,
        "against": evidence.against,
        "by_reference": evidence.by_reference,
        "source_document": _text(evidence.source_document or "") or None,
    }


def _text(text: str) -> str:
    """Return ``text`` as UTF-8 can hold it."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")
