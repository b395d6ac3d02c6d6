"""The report as JSON, by the published schema ``schema/report-1.0.schema.json``."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any, Final

from dpa_checker.model import (
    Box,
    Comment,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Notice,
    Processing,
    Report,
    Unread,
)
from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.entry import reason_sentence
from dpa_checker.report.outcome import count_verdicts, decide_outcome

SCHEMA_VERSION: Final = "1.0"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def render_json(report: Report, *, include_text: bool = False, compact: bool = False) -> str:
    """Return ``report`` as JSON with a fixed order of keys; the same report gives the same string.

    ``include_text`` adds the document text, to which the offsets refer; ``compact`` leaves out line breaks and
    indentation, for what no person reads.
    """
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "engine_version": report.engine_version,
        "library_version": report.library_version,
        "document": _document(report.document),
        "summary": _summary(report),
        "findings": [_finding(finding) for finding in report.findings],
        "art32": [_measure(measure) for measure in report.art32],
    }
    if include_text:
        content["text"] = report.text
        if report.rejected_text is not None:
            content["rejected_text"] = report.rejected_text
    form: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 2}
    written = json.dumps(content, ensure_ascii=False, allow_nan=False, **form)
    return without_surrogates(written) + "\n"


def without_surrogates(written: str) -> str:
    """Return JSON with lone surrogates spelt out: a text may hold them, and UTF-8 cannot write them."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def load_schema() -> str:
    """Return the published JSON Schema (draft 2020-12) as text."""
    return files("dpa_checker.report").joinpath("schema", "report-1.0.schema.json").read_text(encoding="utf-8")


def _document(document: DocumentSummary) -> dict[str, Any]:
    assessment = document.assessment
    return {
        "name": document.name,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "language": document.language,
        "languages": list(document.languages),
        "kind": str(document.kind),
        "processing": str(assessment.processing),
        "ground": assessment.ground,
        "ground_evidence": [render_evidence(item) for item in assessment.evidence],
        "processor_contract": assessment.processing is Processing.YES,
        "parties": [{"name": party.name, "role": party.role} for party in document.parties],
        "pages": document.pages,
        "characters": document.characters,
        "not_examined": [_unread(unread) for unread in document.not_examined],
        "notices": [_notice(notice) for notice in document.notices],
        "comments": [_comment(comment) for comment in document.comments],
        "readings": [str(reading) for reading in document.readings] or None,
    }


def _summary(report: Report) -> dict[str, Any]:
    counts = {str(verdict): number for verdict, number in count_verdicts(report).items()}
    return {
        "outcome": str(decide_outcome(report)),
        **counts,
        "conflicts": sum(finding.conflict for finding in report.findings),
        "qualified": sum(finding.qualified for finding in report.findings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "mention": finding.mention,
        "verdict": str(finding.verdict),
        "legal_reference": finding.legal_reference,
        "reason": reason_sentence(finding, load_catalogue("en")),
        "reason_key": finding.reason,
        "reason_arguments": dict(finding.reason_arguments),
        "lacking": list(finding.lacking),
        "conflict": finding.conflict,
        "qualified": finding.qualified,
        "confidence": round(float(finding.confidence), 4),
        "evidence": [render_evidence(item) for item in finding.evidence],
        "quality": None,
        "specifics": None,
        "readings": _readings(finding) if finding.readings else None,
    }


def _readings(finding: Finding) -> dict[str, Any]:
    """Return both readings of a finding and the tracked changes on which its verdict hangs."""
    return {
        "differ": finding.readings_differ,
        **{
            str(item.reading): {
                "verdict": str(item.verdict),
                "conflict": item.conflict,
                "lacking": list(item.lacking),
                "evidence": [render_evidence(quote) for quote in item.evidence],
            }
            for item in finding.readings
        },
        "pending": [
            {"kind": str(revision.kind), "author": revision.author, "date": revision.date}
            for revision in dict.fromkeys(replace(item, start=0, end=0) for item in finding.pending)
        ],
    }


def render_evidence(evidence: Evidence) -> dict[str, Any]:
    """Return a quote with its place as the schema wants it."""
    confidence = evidence.ocr_confidence
    return {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "page": evidence.page,
        "clause": evidence.clause,
        "boxes": None if evidence.boxes is None else [_box(box) for box in evidence.boxes],
        "ocr_confidence": None if confidence is None else round(float(confidence), 4),
        "source_document": evidence.source_document,
        "by_reference": evidence.by_reference,
        "against": evidence.against,
        "reading": None if evidence.reading is None else str(evidence.reading),
    }


def _box(box: Box) -> dict[str, Any]:
    sides = {name: round(float(getattr(box, name)), 2) for name in ("x0", "y0", "x1", "y1")}
    return {"page": box.page, **sides}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.measure,
        "promised": measure.promised,
        "evidence": [render_evidence(item) for item in measure.evidence],
    }


def _unread(unread: Unread) -> dict[str, Any]:
    return {
        "reason": str(unread.reason),
        "page": unread.page,
        "start": unread.start,
        "end": unread.end,
        "detail": unread.detail,
        "excerpt": unread.excerpt,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"kind": str(notice.kind), "detail": notice.detail, "count": notice.count}


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "author": comment.author,
        "text": comment.text,
        "page": comment.page,
        "start": comment.start,
        "end": comment.end,
    }
