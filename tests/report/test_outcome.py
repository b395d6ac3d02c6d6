"""What a report comes to, and the exit code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dpa_checker.model import Finding, Report, Unread, UnreadReason, Verdict
from dpa_checker.report.outcome import count_verdicts, decide_outcome, exit_code, unsupported_language

from .build_reports import ALL, complete, unsupported, weak


def _with(report: Report, mention: str, **fields: object) -> Report:
    findings = tuple(
        replace(finding, **fields) if finding.mention == mention else finding  # type: ignore[arg-type]
        for finding in report.findings
    )
    return replace(report, findings=findings)


@pytest.mark.parametrize(
    ("name", "outcome", "code"),
    [
        ("complete", "all_said", 0),
        ("weak", "not_all_said", 1),
        ("contradictions", "not_all_said", 1),
        ("silent", "not_all_said", 1),
        ("unrelated", "not_all_said", 1),
        ("unsupported", "not_examined", 3),
        ("scanned", "not_examined", 3),
    ],
)
def test_exit_codes_of_reports(name: str, outcome: str, code: int) -> None:
    assert decide_outcome(ALL[name]) == outcome
    assert exit_code(ALL[name]) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"verdict": Verdict.NOT_APPLICABLE}, 0),
        ({"qualified": True}, 0),
        ({"verdict": Verdict.PARTIAL}, 4),
        ({"verdict": Verdict.NOT_EXAMINED}, 4),
        ({"verdict": Verdict.MISSING}, 1),
        ({"verdict": Verdict.CONTRADICTED}, 1),
        ({"conflict": True}, 1),
    ],
)
def test_one_finding_decides(fields: dict[str, object], code: int) -> None:
    assert exit_code(_with(complete(), "audits", **fields)) == code


def test_what_is_missing_outweighs_what_was_not_examined() -> None:
    report = _with(complete(), "audits", verdict=Verdict.NOT_EXAMINED)
    assert exit_code(_with(report, "dpia", verdict=Verdict.MISSING)) == 1


def test_a_page_not_examined_counts_even_when_all_is_said() -> None:
    report = complete()
    unread = (Unread(UnreadReason.NO_TEXT_LAYER, page=4),)
    assert exit_code(replace(report, document=replace(report.document, not_examined=unread))) == 4


def test_counts_name_every_verdict() -> None:
    counts = count_verdicts(weak())
    assert list(counts) == list(Verdict)
    assert sum(counts.values()) == 27
    assert counts[Verdict.NOT_APPLICABLE] == 3


def test_the_language_of_a_document_without_lexicon_is_told() -> None:
    assert unsupported_language(unsupported()) == "nl"
    assert unsupported_language(ALL["scanned"]) is None
    assert unsupported_language(complete()) is None


def test_a_report_without_findings_was_not_examined() -> None:
    none: tuple[Finding, ...] = ()
    assert exit_code(replace(complete(), findings=none)) == 3
