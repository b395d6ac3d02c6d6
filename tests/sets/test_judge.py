"""The rules of judging together, on reports made by hand."""

from __future__ import annotations

from dataclasses import replace

from dpa_checker.model import Finding, Report, Verdict
from dpa_checker.report.outcome import Outcome
from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_summary import decide_set_outcome
from dpa_checker.sets.judge import judge_set
from dpa_checker.sets.member import Member
from tests.report.build_reports import complete, weak


def _judge(*reports: Report) -> SetReport:
    members = [Member(f"{number}.txt", report) for number, report in enumerate(reports)]
    return judge_set(members, name="", engine_version="0", library_version="0")


def _with(report: Report, mention: str, **fields: object) -> Report:
    findings: tuple[Finding, ...] = tuple(
        replace(finding, **fields) if finding.mention == mention else finding  # type: ignore[arg-type]
        for finding in report.findings
    )
    return replace(report, findings=findings)


def test_a_document_that_alone_says_all_is_named() -> None:
    report = _judge(weak(), complete())
    assert report.complete_alone == ("1.txt",)
    assert decide_set_outcome(report) is Outcome.ALL_SAID
    assert _judge(weak()).complete_alone == ()


def test_a_reservation_does_not_count_where_another_document_has_none() -> None:
    assert _judge(complete()).finding("data-subject-rights").finding.qualified
    free = _with(complete(), "data-subject-rights", qualified=False, confidence=0.6)
    assert not _judge(complete(), free).finding("data-subject-rights").finding.qualified


def test_what_two_documents_say_in_part_may_be_whole_together() -> None:
    part = {"verdict": Verdict.PARTIAL, "reason": "partly_said"}
    one = _with(complete(), "subprocessor-changes", lacking=("objection",), **part)
    two = _with(complete(), "subprocessor-changes", lacking=("information",), **part)
    whole = _judge(one, two).finding("subprocessor-changes")
    assert (whole.finding.verdict, whole.finding.reason) == (Verdict.PRESENT, "together")
    assert whole.satisfied_by == ("0.txt", "1.txt")
    still = _judge(one, one).finding("subprocessor-changes")
    assert (still.finding.verdict, still.finding.lacking) == (Verdict.PARTIAL, ("objection",))


def test_a_denial_beats_what_is_said_only_in_part() -> None:
    part = _with(complete(), "audits", verdict=Verdict.PARTIAL, reason="partly_said", lacking=("controller_audit",))
    denied = _with(complete(), "audits", verdict=Verdict.CONTRADICTED, reason="denied", evidence=())
    assert _judge(part, denied).finding("audits").finding.verdict is Verdict.CONTRADICTED
