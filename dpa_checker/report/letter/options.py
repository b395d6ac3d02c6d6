"""What the sender of a report decides: names, date and language, what goes in, and the reviews that count."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from dpa_checker.model import Verdict
from dpa_checker.report.groups import MENTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOptions:
    """How a report is sent.

    An empty text stands for none, or for what the report itself says: ``document`` for the name of the file,
    ``processor`` and ``controller`` for the names found in it.  ``date`` is the day that the letter bears; nothing
    else in it depends on time.

    ``proposals`` and ``reasons`` (those that reviewers gave for a verdict) go in unless taken out.  ``comments``,
    ``assignments``, ``machine_verdicts`` (where a reviewer decided otherwise) and ``confidence`` are internal, and
    stay out unless asked for.
    """

    language: str = "en"
    title: str = ""
    document: str = ""
    counterparty: str = ""
    processor: str = ""
    controller: str = ""
    reference: str = ""
    reviewer: str = ""
    date: datetime.date | None = None
    proposals: bool = True
    reasons: bool = True
    comments: bool = False
    assignments: bool = False
    machine_verdicts: bool = False
    confidence: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said of a mention beside its review, and when; ``by`` is empty where nobody is known."""

    text: str
    by: str = ""
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What reviewers made of one mention: a verdict with its reason, a note, an assignment, and what was said of it.

    ``reviewer`` and ``date`` are those of the verdict and its note; each of the ``remarks`` has its own.
    ``verdict`` is None while none is given; ``conflict`` tells that the reviewer, too, finds the document to contradict
    itself.  ``machine_verdict`` is the program's when the review was given, the report's own when None.
    Raises ``ValueError`` for a mention that is none of the 27.
    """

    mention: str
    verdict: Verdict | None = None
    conflict: bool = False
    reason: str = ""
    note: str = ""
    reviewer: str = ""
    date: datetime.date | None = None
    assigned_to: str = ""
    machine_verdict: Verdict | None = None
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if self.mention not in MENTIONS:
            raise ValueError(f"{self.mention!r} is none of the 27 mentions.")
