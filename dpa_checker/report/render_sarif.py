"""A scan as SARIF 2.1.0 (OASIS), for what shows findings in a pipeline: one rule a mention, one result a finding.

Results are written one by one.  Contracts in which no processing for another is in question give none.  Where a
finding has a page and a place on it, they stand in the properties of its location: SARIF knows lines of text only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from dpa_checker.library import load_library
from dpa_checker.model import Evidence, Finding, Processing, Report
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.entry import build_entry, show_status
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.index_model import Collection, Contract, Standing
from dpa_checker.report.index_view import failure_sentence, mention_reference
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import Status
from dpa_checker.version import ENGINE_VERSION

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "ROOT"
_REPORTED: Final = frozenset({Status.MISSING, Status.PARTIAL, Status.CONTRADICTED, Status.CONFLICT})
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SAFE: Final = "/:@!$&'()*+,;=~-._%"


def write_sarif(collection: Collection, target: IO[str], *, language: str, root: Path) -> None:
    """Write the findings of a scan; paths below ``root`` are written relative to it, as repositories want them."""
    catalogue = load_catalogue(language)
    run = {
        "tool": {"driver": _driver(catalogue)},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": root.absolute().as_uri().rstrip("/") + "/"}},
    }
    head = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)
    target.write(head.rsplit("}", 2)[0].rstrip() + ',\n"results": [')
    _write_items((_result_lines(collection, catalogue, root)), target)
    target.write('],\n"invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [')
    _write_items(_notifications(collection, catalogue, root), target)
    target.write("]}]\n}]}\n")


def _write_items(items: Iterator[dict[str, Any]], target: IO[str]) -> None:
    for number, item in enumerate(items):
        target.write(("," if number else "") + "\n" + json.dumps(item, ensure_ascii=False))


def _driver(catalogue: Catalogue) -> dict[str, Any]:
    library = load_library()
    return {
        "name": "dpa-checker",
        "semanticVersion": ENGINE_VERSION,
        "properties": {"libraryVersion": library.version},
        "rules": [_rule(mention, catalogue) for mention in MENTIONS],
    }


def _rule(mention: str, catalogue: Catalogue) -> dict[str, Any]:
    title, reference = catalogue.text(f"mention.{mention}"), mention_reference(mention, catalogue)
    about = catalogue.text("scan.says", mention=title, reference=reference)
    clause = load_library().model_clauses(catalogue.language).clauses[mention].text
    roles = {role: f"[{catalogue.text(f'label.{role}')}]" for role in ("processor", "controller")}
    wording = clause.format(**roles)
    return {
        "id": mention,
        "name": "".join(part.capitalize() for part in mention.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": about},
        "help": {"text": f"{about}\n\n{catalogue.text('scan.proposed', clause=wording)}"},
        "helpUri": "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        "defaultConfiguration": {"level": "error"},
        "properties": {"legalReference": reference, "tags": ["gdpr", "article-28"]},
    }


def _result_lines(collection: Collection, catalogue: Catalogue, root: Path) -> Iterator[dict[str, Any]]:
    for contract in collection:
        if contract.standing in (Standing.NOT_IN_QUESTION, Standing.NOT_EXAMINED):
            continue
        if not _REPORTED & set(contract.statuses):
            continue
        report = collection.report(contract)
        if report is not None:
            yield from _results(contract, report, catalogue, root)


def _results(contract: Contract, report: Report, catalogue: Catalogue, root: Path) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        status = show_status(finding)
        if status not in _REPORTED:
            continue
        entry = build_entry(finding, catalogue)
        why = " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in (entry.lacking, entry.reason) if part)
        yield {
            "ruleId": finding.mention,
            "ruleIndex": MENTIONS.index(finding.mention),
            "level": _level(status, contract.processing),
            "message": {"text": f"{catalogue.labelled(entry.title, entry.word)}. {why}".strip()},
            "locations": [_location(contract, evidence, root) for evidence in _places(finding)],
            "partialFingerprints": {"mentionInFile/v1": _fingerprint(contract, finding.mention, root)},
            "properties": {
                "verdict": str(status),
                "legalReference": entry.reference,
                "confidence": round(finding.confidence, 4),
                "contract": flowed(contract.name),
                "contractSha256": contract.sha256,
            },
        }  # fmt: skip


def _level(status: Status, processing: Processing | None) -> str:
    """Return the level: what a document that is silent on processing lacks is a warning."""
    return "warning" if status is Status.PARTIAL or processing is Processing.SILENT else "error"


def _places(finding: Finding) -> tuple[Evidence | None, ...]:
    return finding.evidence or (None,)


def _location(contract: Contract, evidence: Evidence | None, root: Path) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": locate(contract.location, root)}}
    if evidence is None:
        return location
    location["message"] = {"text": flowed(evidence.quote)}
    if evidence.clause:
        location["logicalLocations"] = [{"name": flowed(evidence.clause), "kind": "clause"}]
    boxes = [{"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} for box in evidence.boxes or ()]
    location["properties"] = {
        "page": evidence.page,
        "boxes": boxes,
        "start": evidence.start,
        "end": evidence.end,
        "against": evidence.against,
    }
    return location


def locate(location: str, root: Path) -> dict[str, str]:
    """Return where a file is, as SARIF writes it: relative to ``root`` when below it, else as an address."""
    if _SCHEME.match(location):
        return {"uri": quote(location, safe=_SAFE)}
    path = Path(location)
    try:
        below = path.relative_to(root.absolute())
    except ValueError:
        return {"uri": path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))}
    return {"uri": quote(os.fsencode(below.as_posix())), "uriBaseId": _BASE}


def _fingerprint(contract: Contract, mention: str, root: Path) -> str:
    """Return what stays the same from scan to scan while the file is at its place."""
    place = locate(contract.location, root)["uri"]
    return hashlib.sha256(f"{place}\0{mention}".encode()).hexdigest()[:32]


def _notifications(collection: Collection, catalogue: Catalogue, root: Path) -> Iterator[dict[str, Any]]:
    for contract in collection:
        if contract.failure is None:
            continue
        sentence = failure_sentence(contract.failure, catalogue)
        yield {
            "level": "warning",
            "message": {"text": f"{catalogue.text('verdict.not_examined')}. {sentence}"},
            "locations": [_location(contract, None, root)],
            "properties": {"code": contract.failure, "details": contract.error},
        }
