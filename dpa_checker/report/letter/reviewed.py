"""Findings as reviewers left them: where a reviewer decided otherwise, nothing of the program's own finding shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from dpa_checker.model import Evidence, Finding, Notice, NoticeKind, Report, Verdict
from dpa_checker.report.letter.options import Review

#: Notices that bear on what was read; the others are about the file.
_TOLD: Final = frozenset({NoticeKind.RECOGNISED, NoticeKind.REVISIONS})
_WITHOUT_QUOTES: Final = frozenset({Verdict.MISSING, Verdict.NOT_APPLICABLE, Verdict.NOT_EXAMINED})


def index_reviews(reviews: Iterable[Review]) -> dict[str, Review]:
    """Return the reviews by mention; of several on one mention the last counts."""
    return {review.mention: review for review in reviews}


def apply_reviews(report: Report, reviews: Mapping[str, Review]) -> Report:
    """Return ``report`` with the verdicts of its reviewers."""
    findings = (_reviewed(finding, reviews.get(finding.mention)) for finding in report.findings)
    return replace(report, findings=tuple(findings))


def without_editors(report: Report) -> Report:
    """Return ``report`` without what the file tells of those who worked on it, and with the notices that bear on it.

    Whose tracked changes a verdict hangs on is no concern of the other party, nor are comments beside the text.
    """
    notices = tuple(replace(notice, detail=_told(notice)) for notice in report.document.notices if notice.kind in _TOLD)
    findings = (
        replace(finding, pending=tuple(replace(revision, author="") for revision in finding.pending))
        for finding in report.findings
    )
    return replace(report, document=replace(report.document, notices=notices, comments=()), findings=tuple(findings))


def _told(notice: Notice) -> str:
    return "" if notice.kind is NoticeKind.REVISIONS else notice.detail


def is_overridden(finding: Finding, review: Review | None) -> bool:
    """Tell whether a reviewer decided otherwise than the program."""
    if review is None or review.verdict is None:
        return False
    return (review.verdict, review.conflict) != (finding.verdict, finding.conflict)


def _reviewed(finding: Finding, review: Review | None) -> Finding:
    if review is None or review.verdict is None or not is_overridden(finding, review):
        return finding
    return replace(
        finding,
        verdict=review.verdict,
        reason=_reason(review),
        reason_arguments=(),
        lacking=(),
        conflict=review.conflict,
        qualified=False,
        evidence=finding.evidence if review.conflict else _fitting(finding.evidence, review.verdict),
        readings=(),
        pending=(),
    )


def _reason(review: Review) -> str:
    """Return the key of a reason that follows from the verdict alone; ``said`` stands for none."""
    if review.conflict:
        return "conflict"
    return "not_said" if review.verdict is Verdict.MISSING else "said"


def _fitting(evidence: tuple[Evidence, ...], verdict: Verdict) -> tuple[Evidence, ...]:
    """Return the quotes that can bear the reviewer's verdict."""
    if verdict in _WITHOUT_QUOTES:
        return ()
    against = tuple(item for item in evidence if item.against)
    if verdict is Verdict.CONTRADICTED:
        return against or evidence
    return tuple(item for item in evidence if not item.against)
