"""What a check finds out besides the report, while the text is at hand: for sets of contracts and for statistics."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from dpa_checker.model import Document, Report
from dpa_checker.sets.links import find_links

#: Dates of a contract stand at its head (title, "Effective date") or at its foot (signatures).
_HEAD: Final = 3_000
_FOOT: Final = 1_500
_YEAR: Final = re.compile(
    r"(?<![\w./-])(?:\d{1,2}[./-]\d{1,2}[./-])?((?:19[89]|20[0-6])\d)(?:-\d{2}-\d{2})?(?![\w/%-]|[.,]\d)"
)
#: Before the years of laws ("Regulation (EU) 2016/679", "Data Protection Act 2018") stands what they are.
_LAW: Final = re.compile(
    r"(?:act|regulation|directive|decision|law|loi|règlement|directive|décision|ordonnance|lag|förordning|direktiv|beslut|"
    r"gesetz|verordnung|richtlinie|beschluss|iso|iec|\(e[ug]\)|no\.?|n°|nr\.?)[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_MAX_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class About:
    """What is kept beside a report.

    ``counterparty`` is the first party found that is not the processor, by its name (empty when none is found);
    ``year`` the year of the contract by its text; ``links`` the title and the order of precedence, as JSON.
    """

    counterparty: str = ""
    year: int | None = None
    links: str = ""


def describe(document: Document, report: Report) -> About:
    """Return what to keep beside ``report``."""
    return About(find_counterparty(report), find_year(document.text), find_links(document).to_json())


def find_counterparty(report: Report) -> str:
    """Return the name of the first controller, else of the first other party; empty when none has a name."""
    for role in ("controller", "other"):
        for party in report.document.parties:
            name = " ".join(party.name.split())[:_MAX_NAME]
            if party.role == role and name:
                return name
    return ""


def find_year(text: str) -> int | None:
    """Return the year that head and foot of the text name most often, the first of equals; laws are left out."""
    parts = (text[:_HEAD], text[-_FOOT:] if len(text) > _HEAD + _FOOT else text[_HEAD:])
    years: Counter[int] = Counter()
    for part in parts:
        for match in _YEAR.finditer(part):
            if not _LAW.search(part[max(0, match.start() - 60) : match.start()]):
                years[int(match[1])] += 1
    return years.most_common(1)[0][0] if years else None
