"""Letters to render in tests: reviews and options with words that must not get out, and texts that try to."""

from __future__ import annotations

import datetime
from dataclasses import replace

from dpa_checker.model import Finding, Report, Verdict
from dpa_checker.report.letter import LetterOptions, Review

DATE = datetime.date(2026, 3, 1)
OPTIONS = LetterOptions(
    title="Review of the agreement of 12 January",
    counterparty="Wexmoor Systems Ltd",
    processor="Labosoft SA",
    controller="Cabinet Aubépine & Fils",
    reference="2026/114-AV",
    reviewer="K. Ödegård",
    date=DATE,
)
#: Words that no letter shows unless it is asked to.
NOTE, ASSIGNED, QUOTE = "our-fallback-position", "assigned-colleague", "program-quote-of-security"
INTERNAL = (NOTE, ASSIGNED, QUOTE, "Verdict of the program", "Confidence", "93%", "Comment", "Assigned")
REVIEWS = (
    Review(
        mention="security",
        verdict=Verdict.MISSING,
        reason="Annex 2 was never supplied.",
        note=NOTE,
        reviewer="K. Ödegård",
        date=DATE,
        assigned_to=ASSIGNED,
        machine_verdict=Verdict.PRESENT,
    ),
    Review(mention="audits", note=NOTE, assigned_to=ASSIGNED),
)
HOSTILE = (
    '=HYPERLINK("http://x")<w:t>&amp;]]></w:t><script>#eval("1") *b* $x$ @ref \\ `raw`\x00\x07\x1b[31m'
    "\ud800\ufffe\uffff\u202e\u2028 é ö ß ő ł ğ Ελληνικά Кирилица {processor} %s"
)
#: The same as it may be shown.
HOSTILE_SHOWN = (
    '=HYPERLINK("http://x")<w:t>&amp;]]></w:t><script>#eval("1") *b* $x$ @ref \\ `raw`[31m'
    " é ö ß ő ł ğ Ελληνικά Кирилица {processor} %s"
)


def with_quote(report: Report, mention: str, quote: str) -> Report:
    """Return ``report`` with another quote for a mention that has one."""

    def changed(finding: Finding) -> Finding:
        if finding.mention != mention:
            return finding
        return replace(finding, evidence=(replace(finding.evidence[0], quote=quote),))

    return replace(report, findings=tuple(changed(finding) for finding in report.findings))
