"""What of a report a result is looked up and counted by, read where the check is done and kept beside the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dpa_checker.model import Report
from dpa_checker.model.letters import LETTERS

#: Follows the letters of the mentions when part of the document was not examined.
UNREAD: Final = "u"


@dataclass(frozen=True, slots=True)
class Columns:
    """Language (ISO 639-1), kind, whether processing is in question, and the verdicts.

    These are a letter (``LETTERS``) for each mention in the order of the 27, upper case where it is in conflict, then
    ``UNREAD`` when part of the document was not examined.
    """

    language: str | None = None
    kind: str | None = None
    processing: str | None = None
    verdicts: str = ""


def read_columns(report: Report) -> Columns:
    """Return the columns of a report."""
    letters = "".join(
        LETTERS[finding.verdict].upper() if finding.conflict else LETTERS[finding.verdict]
        for finding in report.findings
    )
    document = report.document
    unread = UNREAD if document.not_examined else ""
    return Columns(document.language, str(document.kind), str(document.assessment.processing), letters + unread)
