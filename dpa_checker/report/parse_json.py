"""A report out of its JSON, so that a kept report can be rendered again in any format and language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from dpa_checker.errors import DpaCheckerError
from dpa_checker.model import (
    Assessment,
    Box,
    Comment,
    DocumentKind,
    DocumentSummary,
    Evidence,
    Finding,
    Measure,
    Notice,
    NoticeKind,
    Party,
    Processing,
    Reading,
    ReadingFinding,
    Report,
    Revision,
    RevisionKind,
    Unread,
    UnreadReason,
    Verdict,
)
from dpa_checker.report.render_json import SCHEMA_VERSION

_READINGS: Final = (Reading.ACCEPTED, Reading.REJECTED)

Fields = Mapping[str, Any]


class ReportFormatError(DpaCheckerError):
    """A JSON that is no report, or one of another version of the schema."""


def parse_json(content: str) -> Report:
    """Return the report that ``render_json`` has written; rendering it again gives the same JSON.

    Raises :class:`ReportFormatError`.  The texts are there only when the JSON holds them.
    """
    try:
        fields = json.loads(content)
        if fields["schema_version"] != SCHEMA_VERSION:
            raise ReportFormatError(f"The report follows schema {fields['schema_version']}, not {SCHEMA_VERSION}.")
        return Report(
            document=_document(fields["document"]),
            findings=tuple(_finding(item) for item in fields["findings"]),
            art32=tuple(_measure(item) for item in fields["art32"]),
            engine_version=fields["engine_version"],
            library_version=fields["library_version"],
            text=fields.get("text", ""),
            rejected_text=fields.get("rejected_text"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportFormatError("The JSON is not a report of dpa-checker. Check the contract again.") from error


def _document(fields: Fields) -> DocumentSummary:
    return DocumentSummary(
        sha256=fields["sha256"],
        media_type=fields["media_type"],
        characters=fields["characters"],
        language=fields["language"],
        languages=tuple(fields["languages"]),
        kind=DocumentKind(fields["kind"]),
        assessment=Assessment(
            Processing(fields["processing"]), fields["ground"], _evidence_of(fields["ground_evidence"])
        ),
        parties=tuple(Party(item["name"], item["role"]) for item in fields["parties"]),
        pages=fields["pages"],
        name=fields["name"],
        not_examined=tuple(_unread(item) for item in fields["not_examined"]),
        notices=tuple(Notice(NoticeKind(item["kind"]), item["detail"], item["count"]) for item in fields["notices"]),
        comments=tuple(
            Comment(item["text"], item["author"], item["start"], item["end"], item["page"])
            for item in fields["comments"]
        ),
        readings=tuple(Reading(item) for item in fields["readings"] or ()),
    )


def _finding(fields: Fields) -> Finding:
    readings = fields["readings"]
    return Finding(
        mention=fields["mention"],
        verdict=Verdict(fields["verdict"]),
        legal_reference=fields["legal_reference"],
        reason=fields["reason_key"],
        reason_arguments=tuple((name, value) for name, value in fields["reason_arguments"].items()),
        lacking=tuple(fields["lacking"]),
        conflict=fields["conflict"],
        qualified=fields["qualified"],
        confidence=fields["confidence"],
        evidence=_evidence_of(fields["evidence"]),
        readings=tuple(_reading(reading, readings[str(reading)]) for reading in _READINGS) if readings else (),
        pending=tuple(
            Revision(0, 0, RevisionKind(item["kind"]), item["author"], item["date"])
            for item in (readings["pending"] if readings else ())
        ),
    )


def _reading(reading: Reading, fields: Fields) -> ReadingFinding:
    return ReadingFinding(
        reading,
        Verdict(fields["verdict"]),
        fields["conflict"],
        tuple(fields["lacking"]),
        _evidence_of(fields["evidence"]),
    )


def _measure(fields: Fields) -> Measure:
    return Measure(fields["measure"], fields["promised"], _evidence_of(fields["evidence"]))


def _evidence_of(items: list[Fields]) -> tuple[Evidence, ...]:
    return tuple(_evidence(item) for item in items)


def _evidence(fields: Fields) -> Evidence:
    boxes = fields["boxes"]
    return Evidence(
        quote=fields["quote"],
        start=fields["start"],
        end=fields["end"],
        page=fields["page"],
        clause=fields["clause"],
        boxes=None if boxes is None else tuple(Box(**box) for box in boxes),
        ocr_confidence=fields["ocr_confidence"],
        source_document=fields["source_document"],
        by_reference=fields["by_reference"],
        against=fields["against"],
        reading=None if fields["reading"] is None else Reading(fields["reading"]),
    )


def _unread(fields: Fields) -> Unread:
    return Unread(
        UnreadReason(fields["reason"]),
        fields["page"],
        fields["start"],
        fields["end"],
        fields["detail"],
        fields["excerpt"],
    )
