"""Pages of a PDF as pictures with the evidence marked; drawn in the limited reading process, never in the service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.errors import Problem
from api.service.caller import Caller
from api.service.contracts import contract_key, no_report, open_original, open_report, require_contract
from api.service.core import Core
from api.store import contract as contracts
from api.store.audit import Entry
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.isolation import PageWanted, ReadingProcess
from dpa_checker.ingestion.limits import Limits
from dpa_checker.model import Report
from dpa_checker.report.parse_json import parse_json

_PDF: Final = "application/pdf"
#: So many requests may hold a file and wait; a hostile page must not take the memory, or the threads, of all others.
MOST_WAITING: Final = 8
_RETRY_SECONDS: Final = "2"
#: A page is quick to draw, or made to do harm.
_LIMITS: Final = Limits(max_seconds=20, max_cpu_seconds=20, max_output_bytes=40_000_000)


class PageReader:
    """The process in which pages are drawn, one after the other; it starts with the first."""

    def __init__(self) -> None:
        self._process = ReadingProcess(limits=_LIMITS)
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place among those who wait; raises :class:`Problem` where there is none."""
        if not self._places.acquire(blocking=False):
            headers = {"Retry-After": _RETRY_SECONDS}
            raise Problem(503, "busy", "Too many pages are being drawn. Try again.", headers=headers)
        try:
            yield
        finally:
            self._places.release()

    def draw(self, data: bytes, page: PageWanted) -> bytes:
        """Return a page as PNG; raises :class:`Problem`."""
        try:
            return self._process.draw(data, page)
        except DocumentError as error:
            raise Problem(422, "page-not-drawn", "The page cannot be drawn. Open the original instead.") from error

    def close(self) -> None:
        """End the process."""
        self._process.interrupt()
        self._process.close()


def read_page(
    core: Core, caller: Caller, pages: PageReader, contract_id: str, number: int, *, mention: str | None, width: int
) -> bytes:
    """Return a page of a contract as PNG, the evidence of a mention marked on it, or of all mentions."""
    with pages.place():
        data, wanted = _read(core, caller, contract_id, number, mention, width)
        return pages.draw(data, wanted)


def _read(
    core: Core, caller: Caller, contract_id: str, number: int, mention: str | None, width: int
) -> tuple[bytes, PageWanted]:
    """Return the original, and what is to be drawn of it."""
    with core.audited(Entry("page-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        sealed = contracts.read_report(connection, contract_id)
        if sealed is None:
            raise no_report(contract.state)
        report = parse_json(open_report(key, contract_id, sealed))
        if report.document.media_type != _PDF:
            raise Problem(404, "no-pages", "This contract is no PDF: it has no pages to be shown.")
        if number > (report.document.pages or 0):
            raise Problem(404, "no-such-page", "The contract has no such page.")
        wanted = PageWanted(number, width, _marks(report, number, mention))
        return open_original(key, contract, contracts.read_chunks(connection, contract_id)), wanted


def _marks(report: Report, number: int, mention: str | None) -> tuple[tuple[float, float, float, float, bool], ...]:
    """Return the boxes of the evidence on a page, each once."""
    if mention is not None and mention not in {finding.mention for finding in report.findings}:
        raise Problem(404, "unknown-mention", "There is no such mention.")
    found = (
        (box.x0, box.y0, box.x1, box.y1, evidence.against)
        for finding in report.findings
        if mention in (None, finding.mention)
        for evidence in finding.evidence
        for box in evidence.boxes or ()
        if box.page == number
    )
    return tuple(dict.fromkeys(found))
