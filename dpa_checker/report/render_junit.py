"""A scan as JUnit XML, for what shows tests in a pipeline: a suite a contract, a case a mention.

A case fails when the rule of the scan covers it, and is skipped when the mention does not apply or was not
examined.  A file that could not be examined is a suite with one case in error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from dpa_checker.model import Finding, Report
from dpa_checker.report.catalogue import Catalogue, load_catalogue
from dpa_checker.report.entry import build_entry
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.index_model import Collection, Contract, Standing
from dpa_checker.report.index_view import failure_sentence, mention_reference
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import EntryView, Status

Covers = Callable[[str, Status], bool]
#: What XML cannot hold, besides what is never shown.
_NO_XML: Final = re.compile("[\ufffe\uffff]")
_SKIPPED: Final = frozenset({Status.NOT_APPLICABLE, Status.NOT_EXAMINED})


@dataclass(slots=True)
class _Counts:
    tests: int = 0
    failures: int = 0
    errors: int = 0
    skipped: int = 0

    def add(self, other: _Counts) -> None:
        self.tests += other.tests
        self.failures += other.failures
        self.errors += other.errors
        self.skipped += other.skipped

    def attributes(self) -> str:
        return " ".join(f'{name}="{getattr(self, name)}"' for name in ("tests", "failures", "errors", "skipped"))


def write_junit(collection: Collection, target: IO[str], *, language: str, covers: Covers) -> None:
    """Write the suites; ``covers`` tells whether a mention with a status fails."""
    catalogue = load_catalogue(language)
    total = _Counts()
    for contract in collection:
        total.add(_count(contract, covers))
    target.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    target.write(f'<testsuites name="dpa-checker" {total.attributes()}>\n')
    for contract in collection:
        target.writelines(_suite(contract, collection, catalogue, covers))
    target.write("</testsuites>\n")


def _count(contract: Contract, covers: Covers) -> _Counts:
    if contract.failure is not None:
        return _Counts(tests=1, errors=1)
    skipped = sum(_is_skipped(contract, status) for status in contract.statuses)
    failures = sum(_fails(contract, *entry, covers) for entry in zip(MENTIONS, contract.statuses, strict=True))
    return _Counts(tests=len(contract.statuses), failures=failures, skipped=skipped)


def _is_skipped(contract: Contract, status: Status) -> bool:
    return contract.standing is Standing.NOT_IN_QUESTION or status in _SKIPPED


def _fails(contract: Contract, mention: str, status: Status, covers: Covers) -> bool:
    return not _is_skipped(contract, status) and covers(mention, status)


def _suite(contract: Contract, collection: Collection, catalogue: Catalogue, covers: Covers) -> Iterator[str]:
    name = _attribute(contract.name)
    yield f"<testsuite name={name} {_count(contract, covers).attributes()} file={_attribute(contract.location)}>\n"
    if contract.failure is not None:
        sentence = failure_sentence(contract.failure, catalogue)
        title = _attribute(catalogue.text("verdict.not_examined"))
        yield f"<testcase classname={name} name={title}>"
        yield f"<error type={_attribute(contract.failure)} message={_attribute(sentence)}>"
        yield f"{_text(contract.error)}</error></testcase>\n"
    else:
        report = collection.report(contract) if contract.standing is not Standing.NOT_IN_QUESTION else None
        for mention, status in zip(MENTIONS, contract.statuses, strict=True):
            title = _attribute(f"{catalogue.text(f'mention.{mention}')} ({mention_reference(mention, catalogue)})")
            yield f"<testcase classname={name} name={title}>"
            yield _body(contract, mention, status, report, catalogue, covers)
            yield "</testcase>\n"
    yield "</testsuite>\n"


def _body(
    contract: Contract, mention: str, status: Status, report: Report | None, catalogue: Catalogue, covers: Covers
) -> str:
    if contract.standing is Standing.NOT_IN_QUESTION:
        return f"<skipped message={_attribute(catalogue.text('processing_sentence.no'))}/>"
    if report is None:
        return ""
    finding = report.finding(mention)
    entry = build_entry(finding, catalogue)
    why = " · ".join(part for part in (entry.word, entry.lacking, entry.reason) if part)
    if status in _SKIPPED:
        return f"<skipped message={_attribute(why)}/>"
    if covers(mention, status):
        return f'<failure type="{status}" message={_attribute(why)}>{_text(_quotes(entry, catalogue))}</failure>'
    return f"<system-out>{_text(_said(entry, finding, catalogue))}</system-out>"


def _said(entry: EntryView, finding: Finding, catalogue: Catalogue) -> str:
    return "\n".join(filter(None, (entry.word, _quotes(entry, catalogue) if finding.evidence else "")))


def _quotes(entry: EntryView, catalogue: Catalogue) -> str:
    return "\n".join(
        " · ".join(filter(None, (quote.label, catalogue.quoted(quote.text), quote.place))) for quote in entry.quotes
    )


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("", flowed(text)))


def _text(text: str) -> str:
    return escape("\n".join(_NO_XML.sub("", flowed(line)) for line in text.split("\n")))
