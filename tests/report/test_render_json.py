"""JSON by the published schema, the same bytes for the same report."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.render_json import load_schema, render_json

from .build_reports import ALL, complete, contradictions, silent, unrelated, weak

SCHEMA = json.loads(load_schema())
FINDING_FIELDS = [
    "mention",
    "verdict",
    "legal_reference",
    "reason",
    "reason_key",
    "reason_arguments",
    "lacking",
    "conflict",
    "qualified",
    "confidence",
    "evidence",
    "quality",
    "specifics",
    "readings",
]
EVIDENCE_FIELDS = [
    "quote",
    "start",
    "end",
    "page",
    "clause",
    "boxes",
    "ocr_confidence",
    "source_document",
    "by_reference",
    "against",
    "reading",
]
DOCUMENT_FIELDS = [
    "name",
    "sha256",
    "media_type",
    "language",
    "languages",
    "kind",
    "processing",
    "ground",
    "ground_evidence",
    "processor_contract",
    "parties",
    "pages",
    "characters",
    "not_examined",
    "notices",
    "comments",
    "readings",
]

#: Fields of the report that are there only when asked for; a comment's text is always there.
OPTIONAL = {"text", "rejected_text"}


def _read(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _closed(schema: Any) -> bool:
    """Whether every object of the schema refuses further properties and requires those it names."""
    if isinstance(schema, list):
        return all(_closed(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    names = schema.get("properties")
    if names is not None and schema.get("additionalProperties") is not False:
        return False
    if names is not None and set(names) - OPTIONAL != set(schema["required"]) - OPTIONAL:
        return False
    return all(_closed(value) for value in schema.values())


def test_the_schema_is_valid_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert _closed(SCHEMA)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("include_text", [False, True])
def test_reports_follow_the_schema(name: str, include_text: bool) -> None:
    content = _read(render_json(ALL[name], include_text=include_text))
    Draft202012Validator(SCHEMA).validate(content)
    assert ("text" in content) is include_text


@pytest.mark.parametrize("spoil", [{"extra": 1}, {"schema_version": "2.0"}, {"findings": []}])
def test_the_schema_refuses_what_is_wrong(spoil: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(_read(render_json(complete())) | spoil)


def test_the_same_report_gives_the_same_bytes() -> None:
    first, second = render_json(weak()), render_json(weak())
    assert first.encode() == second.encode()
    assert first.endswith("}\n")
    assert '\n  "document": {\n    "name"' in first


def test_fields_are_those_of_the_specification_in_a_fixed_order() -> None:
    content = _read(render_json(complete()))
    assert list(content) == [
        "schema_version",
        "engine_version",
        "library_version",
        "document",
        "summary",
        "findings",
        "art32",
    ]
    assert list(content["document"]) == DOCUMENT_FIELDS
    assert [finding["mention"] for finding in content["findings"]] == list(MENTIONS)
    for finding in content["findings"]:
        assert list(finding) == FINDING_FIELDS
        assert finding["quality"] is finding["specifics"] is finding["readings"] is None
        for evidence in finding["evidence"]:
            assert list(evidence) == EVIDENCE_FIELDS


@pytest.mark.parametrize("name", ALL)
def test_offsets_point_at_the_quotes(name: str) -> None:
    content = _read(render_json(ALL[name], include_text=True))
    quotes = [item for finding in content["findings"] for item in finding["evidence"]]
    quotes += content["document"]["ground_evidence"] + [q for m in content["art32"] for q in m["evidence"]]
    for item in quotes:
        assert content["text"][item["start"] : item["end"]] == item["quote"]


def test_reasons_are_english_sentences_beside_their_keys() -> None:
    findings = {finding["mention"]: finding for finding in _read(render_json(weak()))["findings"]}
    security = findings["security"]
    assert security["reason_key"] == "not_said_reference_only"
    assert "Annex 2, which was not supplied. Supply this document." in security["reason"]
    assert findings["documented-instructions"]["lacking"] == ["only", "documented"]


def test_summary_counts_and_the_first_question() -> None:
    summary = _read(render_json(contradictions()))["summary"]
    assert summary == {
        "outcome": "not_all_said",
        "present": 24,
        "partial": 0,
        "missing": 0,
        "contradicted": 2,
        "not_applicable": 0,
        "not_examined": 1,
        "conflicts": 2,
        "qualified": 0,
    }
    for make, processing, contract in (
        (complete, "yes", True),
        (silent, "silent", False),
        (unrelated, "no", False),
    ):
        document = _read(render_json(make()))["document"]
        assert (document["processing"], document["processor_contract"]) == (processing, contract)


def test_numbers_are_rounded_and_of_one_type() -> None:
    report = complete()
    content = _read(render_json(report))
    assert content["findings"][0]["confidence"] == 0.9312
    assert content["findings"][0]["evidence"][0]["boxes"] == [
        {"page": 1, "x0": 72.0, "y0": 100.13, "x1": 523.5, "y1": 126.25}
    ]
    whole = tuple(replace(finding, confidence=1) for finding in report.findings)
    assert '"confidence": 1.0' in render_json(replace(report, findings=whole))


def test_text_is_kept_and_every_string_can_be_written() -> None:
    report = replace(complete(), text="Vertr\u00e4ge \u2028 \ud800 \x00 end")
    written = render_json(report, include_text=True)
    assert "Vertr\u00e4ge" in written
    assert _read(written.encode("utf-8").decode())["text"] == report.text


def test_the_report_renders_itself() -> None:
    assert complete().to_json() == render_json(complete())
