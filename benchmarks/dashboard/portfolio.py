"""A workspace of made-up contracts with real reports: those on the sample contracts, with other names and decisions."""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, insert

from api.moment import DAY, now
from api.secrecy.keys import _KEY
from api.secrecy.seal import seal
from api.service.contracts import Names, key_owner, seal_names, workspace_key
from api.service.core import Core
from api.store.contract import ContractState, ReviewState
from api.store.schema import CONTRACT, FINDING
from api.store.verdicts import write_verdicts
from dpa_checker.ingestion.isolation import ReadingProcess
from dpa_checker.model.letters import LETTERS
from dpa_checker.pipeline import check_document
from dpa_checker.report.entry import show_status
from dpa_checker.report.render_json import render_json

_SAMPLES: Final = Path(__file__).parents[2] / "sample_contracts"
_SEED: Final = 28
_AT_ONCE: Final = 500
_YEARS: Final = 4
_KINDS_OF_NAME: Final = ("Data processing agreement", "Master agreement", "Auftragsverarbeitung", "Contrat", "Avtal")
_FIRMS: Final = ("Nimbus", "Quill", "Fjällvik", "Auenwerk", "Aubépine", "Brightwater", "Mockford", "Lindqvist")
_TRADES: Final = ("Hosting", "Analytics", "Payroll", "Laboratories", "Archives", "Telephony", "Mail", "Cleaning")
_FORMS: Final = ("GmbH", "AB", "SARL", "Ltd", "SE")
#: Of a hundred findings so many were decided otherwise, of a hundred contracts so many are somebody's.
_OVERRIDDEN, _ASSIGNED = 3, 5


@dataclass(frozen=True, slots=True)
class _Sample:
    """A report as it is kept, but for its seal; ``standing`` has the verdicts or conflicts that hold unreviewed."""

    report: bytes
    language: str | None
    kind: str
    processing: str
    verdicts: dict[str, str]
    standing: dict[str, str]
    versions: tuple[str, str]


def fill(core: Core, workspace_id: str, account_id: str, number: int) -> None:
    """Keep so many examined contracts in a workspace."""
    rows = _make(core, workspace_id, account_id, number)
    while some := list(islice(rows, _AT_ONCE)):
        _keep_keys(core, {key_owner(contract["id"]): key for contract, _, key in some})
        _insert(core, CONTRACT, [contract for contract, _, _ in some])
        _insert(core, FINDING, [finding for _, findings, _ in some for finding in findings])


def _keep_keys(core: Core, keys: Mapping[str, bytes]) -> None:
    """Keep many keys together: one by one, as they come with uploads, each would wait for the disk."""
    rows = [{"owner": owner, "wrapped": core.keys._wrap(owner, key), "made": now()} for owner, key in keys.items()]
    with core.keys._database.write() as connection:
        connection.execute(insert(_KEY), rows)


def _insert(core: Core, table: Table, rows: list[dict[str, Any]]) -> None:
    with core.database.write() as connection:
        connection.execute(insert(table), rows)


def _make(
    core: Core, workspace_id: str, account_id: str, number: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], bytes]]:
    """Give contracts, each with its findings and its key."""
    chance = random.Random(_SEED)  # noqa: S311  # the same portfolio in every run
    samples, marking = _examine_samples(), workspace_key(core, workspace_id)
    first, step = now() - _YEARS * 365 * DAY, _YEARS * 365 * DAY // number
    for place in range(number):
        sample, key, created = chance.choice(samples), os.urandom(32), first + place * step
        contract_id = f"{created:012x}{chance.randbytes(10).hex()}"
        effective = {mention: _decide(chance, standing) for mention, standing in sample.standing.items()}
        contract = {
            "id": contract_id,
            "workspace_id": workspace_id,
            "version": 1,
            "deleting": False,
            "state": ContractState.EXAMINED,
            "size": chance.randrange(20_000, 2_000_000),
            "content_mark": chance.randbytes(32).hex(),
            "asked_language": None,
            "language": sample.language,
            "kind": sample.kind,
            "processing": sample.processing,
            "report_sealed": seal(key, sample.report, place=f"contract/{contract_id}/report"),
            "created": created,
            "series_id": contract_id,
            "series_number": 1,
            "latest": True,
            "review_state": chance.choice(list(ReviewState)),
            "assigned_to": account_id if chance.randrange(100) < _ASSIGNED else None,
            "engine_version": sample.versions[0],
            "library_version": sample.versions[1],
            "verdicts": write_verdicts(effective),
        }
        contract |= seal_names(key, marking, contract_id, _name(chance, place))
        findings = [
            {"contract_id": contract_id, "mention": mention, "verdict": verdict, "effective": effective[mention]}
            for mention, verdict in sample.verdicts.items()
        ]
        yield contract, findings, key


def _decide(chance: random.Random, standing: str) -> str:
    return chance.choice(list(LETTERS)) if chance.randrange(100) < _OVERRIDDEN else standing


def _name(chance: random.Random, place: int) -> Names:
    firm = f"{chance.choice(_FIRMS)} {chance.choice(_TRADES)} {chance.choice(_FORMS)}"
    return Names(f"{chance.choice(_KINDS_OF_NAME)} {firm} {place:05}.pdf", firm, f"C-{place:05}")


def _examine_samples() -> list[_Sample]:
    found = []
    process = ReadingProcess()
    for folder in sorted(path.parent for path in _SAMPLES.glob("*/expected.yaml")):
        report = check_document(process.read(sorted(folder.glob("contract.*"))[0]))
        found.append(
            _Sample(
                zlib.compress(render_json(report, compact=True).encode()),
                report.document.language,
                str(report.document.kind),
                str(report.document.assessment.processing),
                {finding.mention: str(finding.verdict) for finding in report.findings},
                {finding.mention: str(show_status(finding)) for finding in report.findings},
                (report.engine_version, report.library_version),
            )
        )
    process.close()
    return found
