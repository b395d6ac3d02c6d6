"""What a report comes to: its counts, its outcome and the exit code of the command line."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Final

from dpa_checker.model import Report, UnreadReason, Verdict


class Outcome(StrEnum):
    """The report in one word; "all said" is as far as a reading of words can go."""

    ALL_SAID = "all_said"
    NOT_ALL_SAID = "not_all_said"
    INCOMPLETE = "incomplete"
    NOT_EXAMINED = "not_examined"


#: Exit codes of ``dpa-checker check``; 2 is a wrong use of the command.
EXIT_CODES: Final = {
    Outcome.ALL_SAID: 0,
    Outcome.NOT_ALL_SAID: 1,
    Outcome.NOT_EXAMINED: 3,
    Outcome.INCOMPLETE: 4,
}
USAGE_EXIT_CODE: Final = 2
FAILURE_EXIT_CODE: Final = 3


def count_verdicts(report: Report) -> dict[Verdict, int]:
    """Return how many findings have each verdict, every verdict included, in the order of the enumeration."""
    counts = Counter(finding.verdict for finding in report.findings)
    return {verdict: counts[verdict] for verdict in Verdict}


def decide_outcome(report: Report) -> Outcome:
    """Return the outcome of ``report``.

    Something missing, contradicted or in conflict weighs more than something partial or not examined.
    A report in which nothing at all was examined is ``NOT_EXAMINED``.
    """
    verdicts = {finding.verdict for finding in report.findings}
    if verdicts <= {Verdict.NOT_EXAMINED}:
        return Outcome.NOT_EXAMINED
    if verdicts & {Verdict.MISSING, Verdict.CONTRADICTED} or any(finding.conflict for finding in report.findings):
        return Outcome.NOT_ALL_SAID
    if verdicts & {Verdict.PARTIAL, Verdict.NOT_EXAMINED} or report.document.not_examined:
        return Outcome.INCOMPLETE
    return Outcome.ALL_SAID


def exit_code(report: Report) -> int:
    """Return the exit code of ``dpa-checker check`` for ``report``."""
    return EXIT_CODES[decide_outcome(report)]


def unsupported_language(report: Report) -> str | None:
    """Return the language of a document that was not examined for want of a lexicon, else ``None``.

    The code is empty when the language was not recognised.
    """
    if decide_outcome(report) is not Outcome.NOT_EXAMINED:
        return None
    for unread in report.document.not_examined:
        if unread.reason is UnreadReason.UNSUPPORTED_LANGUAGE:
            return report.document.language or unread.detail
    if any(finding.reason == "not_examined_language" for finding in report.findings):
        return report.document.language or ""
    return None
