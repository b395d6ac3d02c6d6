"""The report on a set as JSON, by the published schema ``schema/set-1.0.schema.json``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from dpa_checker.model import Evidence, Measure, Processing
from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.render_json import render_evidence, without_surrogates
from dpa_checker.report.set_model import SetDocument, SetFinding, SetReport
from dpa_checker.report.set_summary import count_findings, decide_set_outcome, set_reason

SET_SCHEMA_VERSION: Final = "1.0"


def render_set_json(report: SetReport, *, indent: int | None = 2) -> str:
    """Return ``report`` as JSON with a fixed order of keys; on one line with ``indent`` None."""
    content: dict[str, Any] = {
        "schema_version": SET_SCHEMA_VERSION,
        "engine_version": report.engine_version,
        "library_version": report.library_version,
        "name": report.name,
        "documents": [_document(document) for document in report.documents],
        "processing": str(report.assessment.processing),
        "ground": report.assessment.ground,
        "ground_evidence": [render_evidence(item) for item in report.assessment.evidence],
        "processor_contract": report.assessment.processing is Processing.YES,
        "summary": _summary(report),
        "findings": [_finding(item, report) for item in report.findings],
        "art32": [_measure(measure) for measure in report.art32],
    }
    return without_surrogates(json.dumps(content, ensure_ascii=False, indent=indent, allow_nan=False)) + "\n"


def load_set_schema() -> str:
    """Return the published JSON Schema (draft 2020-12) of a set's report as text."""
    return files("dpa_checker.report").joinpath("schema", "set-1.0.schema.json").read_text(encoding="utf-8")


def _document(document: SetDocument) -> dict[str, Any]:
    read = bool(document.verdicts)
    return {
        "name": document.name,
        "part": str(document.part),
        "sha256": document.sha256,
        "kind": str(document.kind) if read else None,
        "language": document.language,
        "processing": str(document.processing) if read else None,
        "ground": document.ground if read else None,
        "verdicts": dict(zip(MENTIONS, map(str, document.verdicts), strict=True)) if read else None,
        "conflicts": list(document.conflicts),
        "complete": document.complete,
        "error": {"code": document.error_code, "message": document.error} if document.error_code else None,
    }


def _summary(report: SetReport) -> dict[str, Any]:
    return {
        "outcome": str(decide_set_outcome(report)),
        **{str(verdict): number for verdict, number in count_findings(report).items()},
        "conflicts": sum(item.finding.conflict for item in report.findings),
        "qualified": sum(item.finding.qualified for item in report.findings),
        "complete_alone": list(report.complete_alone),
        "supply": list(dict.fromkeys(name for item in report.findings for name in item.supply)),
    }


def _finding(item: SetFinding, report: SetReport) -> dict[str, Any]:
    finding = item.finding
    return {
        "mention": finding.mention,
        "verdict": str(finding.verdict),
        "legal_reference": finding.legal_reference,
        "reason": set_reason(item, report, load_catalogue("en")),
        "reason_key": finding.reason,
        "reason_arguments": dict(finding.reason_arguments),
        "lacking": list(finding.lacking),
        "conflict": finding.conflict,
        "qualified": finding.qualified,
        "confidence": round(float(finding.confidence), 4),
        "satisfied_by": list(item.satisfied_by),
        "denied_by": list(item.denied_by),
        "references": [
            {"source": reference.source, "called": reference.called, "targets": list(reference.targets)}
            for reference in item.references
        ],
        "settled_by": _optional(item.settled_by),
        "evidence": [render_evidence(quote) for quote in finding.evidence],
    }


def _optional(evidence: Evidence | None) -> dict[str, Any] | None:
    return None if evidence is None else render_evidence(evidence)


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.measure,
        "promised": measure.promised,
        "evidence": [render_evidence(item) for item in measure.evidence],
    }
