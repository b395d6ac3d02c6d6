"""Findings as SARIF: held against what the standard asks of the objects that are used."""

from __future__ import annotations

import io
import json
import multiprocessing
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.render_sarif import locate, write_sarif

from .build_reports import ALL
from .collection import Scan

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}


def _closed(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": required.split(),
    }


LEVEL = {"enum": ["none", "note", "warning", "error"]}
PLACE = _closed(
    "uri", uri={"type": "string", "format": "uri-reference", "pattern": r"^[!-~]+$"}, uriBaseId={"const": "ROOT"}
)
BAG = {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": True}}}
LOCATION = _closed(
    "physicalLocation",
    physicalLocation=_closed("artifactLocation", artifactLocation=PLACE),
    logicalLocations={"type": "array", "items": _closed("name", name={"type": "string"}, kind={"type": "string"})},
    message=TEXT,
    properties=BAG,
)
RULE = _closed(
    "id shortDescription fullDescription help helpUri",
    id={"enum": list(MENTIONS)},
    name={"type": "string", "pattern": "^[A-Za-z]+$"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=TEXT,
    helpUri={"type": "string", "format": "uri"},
    defaultConfiguration=_closed("level", level=LEVEL),
    properties=BAG,
)
RESULT = _closed(
    "ruleId ruleIndex level message locations partialFingerprints",
    ruleId={"enum": list(MENTIONS)},
    ruleIndex={"type": "integer", "minimum": 0, "maximum": 26},
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "minItems": 1, "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties=BAG,
)
NOTIFICATION = _closed(
    "message level", message=TEXT, level=LEVEL, locations={"type": "array", "items": LOCATION}, properties=BAG
)
SCHEMA = _closed(
    "version runs $schema",
    **{"$schema": {"type": "string"}},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "items": _closed(
            "tool results",
            tool=_closed(
                "driver",
                driver=_closed(
                    "name rules",
                    name={"const": "dpa-checker"},
                    semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
                    properties=BAG,
                    rules={"type": "array", "items": RULE, "minItems": 27, "maxItems": 27},
                ),
            ),
            language={"type": "string", "pattern": "^[a-z]{2}$"},
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            originalUriBaseIds={"type": "object", "additionalProperties": PLACE},
            results={"type": "array", "items": RESULT},
            invocations={
                "type": "array",
                "items": _closed(
                    "executionSuccessful",
                    executionSuccessful={"type": "boolean"},
                    toolExecutionNotifications={"type": "array", "items": NOTIFICATION},
                ),
            },
        ),
    },
)


def _run(language: str = "en", root: str = "/archive") -> dict[str, Any]:
    target = io.StringIO()
    write_sarif(Scan(), target, language=language, root=Path(root))
    log = json.loads(target.getvalue())
    Draft202012Validator(SCHEMA).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_the_log_has_the_shape_of_the_standard(language: str) -> None:
    run = _run(language)
    assert run["language"] == language
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(MENTIONS)
    assert all(MENTIONS[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_each_finding_that_asks_for_attention_is_a_result() -> None:
    run = _run()
    expected = [
        (f"00000/{name} é.pdf", finding.mention)
        for name in ("complete", "weak", "contradictions", "silent")
        for finding in ALL[name].findings
        if finding.conflict or finding.verdict in ("missing", "partial", "contradicted")
    ]
    assert [(result["properties"]["contract"], result["ruleId"]) for result in run["results"]] == expected
    assert len({json.dumps(result["partialFingerprints"]) for result in run["results"]}) == len(expected)


def test_the_level_tells_what_is_urgent() -> None:
    levels = {
        (result["properties"]["contract"].split("/")[1].split()[0], result["properties"]["verdict"]): result["level"]
        for result in _run()["results"]
    }
    assert levels["weak", "missing"] == "error"
    assert levels["weak", "partial"] == "warning"
    assert levels["contradictions", "conflict"] == "error"
    assert levels["silent", "missing"] == "warning"


def test_a_result_says_where_it_stands() -> None:
    run = _run()
    conflict = next(result for result in run["results"] if result["properties"]["verdict"] == "conflict")
    finding = ALL["contradictions"].finding(conflict["ruleId"])
    assert [place["message"]["text"] for place in conflict["locations"]] == [item.quote for item in finding.evidence]
    assert [place["properties"]["page"] for place in conflict["locations"]] == [item.page for item in finding.evidence]
    place = conflict["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "00000/contradictions%20%C3%A9.pdf", "uriBaseId": "ROOT"}
    assert run["originalUriBaseIds"]["ROOT"]["uri"] == "file:///archive/"


def test_files_not_examined_are_notifications() -> None:
    notices = _run()["invocations"][0]["toolExecutionNotifications"]
    assert [notice["properties"]["code"] for notice in notices] == [
        "encrypted-document", "document-error", "nothing-read", "nothing-read",
    ]  # fmt: skip
    assert notices[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "s3://archive/a%20b/lost.pdf"


def test_places_outside_the_root_are_whole_addresses() -> None:
    assert locate("/elsewhere/a.pdf", Path("/archive")) == {"uri": "file:///elsewhere/a.pdf"}
    assert locate("/archive/\udcff.pdf", Path("/archive")) == {"uri": "%FF.pdf", "uriBaseId": "ROOT"}


def measure_peaks(folder: Path) -> list[int]:
    """Return the most bytes in use while scans of growing length are written."""
    peaks = []
    for repeat in (1, 20, 60):
        with (folder / "out.sarif").open("w") as target:
            tracemalloc.start()
            write_sarif(Scan(repeat=repeat), target, language="en", root=folder)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return peaks


def test_memory_does_not_grow_with_the_contracts(tmp_path: Path) -> None:
    """In a process of its own: threads of a service that other tests left running would be measured as well."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        peaks = pool.submit(measure_peaks, tmp_path).result(timeout=120)
    assert peaks[2] < 1.2 * peaks[1]
