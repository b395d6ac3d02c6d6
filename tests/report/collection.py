"""A scan by hand: the reports of ``build_reports`` as contracts, with files that could not be examined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dpa_checker.model import Processing, Report
from dpa_checker.report.entry import show_status
from dpa_checker.report.index_model import Contract, Standing
from dpa_checker.report.tally import Tally

from .build_reports import ALL

HOSTILE_NAME = "=HYPERLINK(\"x\")<script>alert('&')</script>.pdf"


class Scan:
    """A ``Collection``; ``repeat`` gives each report under so many names."""

    def __init__(self, *, repeat: int = 1) -> None:
        self.repeat = repeat

    def __iter__(self) -> Iterator[Contract]:
        yield Contract("/archive/locked.pdf", "locked.pdf", "a" * 64, "encrypted-document", "A password is needed.")
        yield Contract("s3://archive/a b/lost.pdf", HOSTILE_NAME, None, "document-error", "It could not be opened.")
        for number in range(self.repeat):
            for name, report in ALL.items():
                document = report.document
                yield Contract(
                    f"/archive/{number:05}/{name} é.pdf",
                    f"{number:05}/{name} é.pdf",
                    document.sha256,
                    language=document.language,
                    kind=document.kind,
                    processing=document.assessment.processing,
                    statuses=tuple(show_status(finding) for finding in report.findings),
                    unread=bool(document.not_examined),
                )

    def report(self, contract: Contract) -> Report | None:
        if not contract.statuses:
            return None
        report = ALL[contract.name.split("/")[1].removesuffix(" é.pdf")]
        return replace(report, document=replace(report.document, name=contract.name))


def count(scan: Scan) -> Tally:
    """Return the counts over a scan, taken one by one."""
    tally = Tally()
    for contract in scan:
        tally.files += 1
        tally.standings[contract.standing, contract.processing] += 1
        if contract.failure is not None:
            tally.errors[contract.failure] += 1
        report = scan.report(contract)
        if report is None or contract.standing is Standing.NOT_EXAMINED or contract.processing is Processing.NO:
            continue
        for finding in report.findings:
            tally.mentions[finding.mention][finding.verdict] += 1
            tally.conflicts[finding.mention] += finding.conflict
    return tally
