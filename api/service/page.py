"""Pages of a PDF as pictures, and their words in their places; made in the limited reading process, never in here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection

from api.errors import Problem
from api.moment import SECOND, now
from api.service.caller import Caller
from api.service.contracts import contract_key, no_report, open_original, open_report, require_contract
from api.service.core import Core
from api.service.text import TextReader, find_text
from api.store import contract as contracts
from api.store.audit import Entry
from api.store.contract import SealedContract
from dpa_checker.errors import DocumentError
from dpa_checker.ingestion.isolation import LayoutWanted, PageWanted, ReadingProcess
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.page_layout import PrintedLine
from dpa_checker.model import Report
from dpa_checker.report.parse_json import parse_json

_Answer = TypeVar("_Answer")
#: Width and height of the pages of a file in points.
Sizes = tuple[tuple[float, float], ...]
PDF: Final = "application/pdf"
#: So many requests may hold a file and wait; a hostile page must not take the memory, or the threads, of all others.
MOST_WAITING: Final = 8
_RETRY_SECONDS: Final = "2"
#: A page is quick to draw, or made to do harm.
_LIMITS: Final = Limits(max_seconds=20, max_cpu_seconds=20, max_output_bytes=40_000_000)
#: After so many pages the process is replaced by a fresh one.
_PAGES: Final = 2_000
#: Of so many files the sizes of pages are kept, and so many who look at one are remembered.
_KEPT_SIZES: Final = 200
_MOST_LOOKING: Final = 5_000
#: Whoever turns the pages of a contract is noted once in this time.
LOOKING: Final = 15 * 60 * SECOND


@dataclass(frozen=True, slots=True)
class PageWords:
    """Width and height of a page in points, and its lines in reading order."""

    width: float
    height: float
    lines: tuple[PrintedLine, ...]


class PageReader:
    """The process in which pages are drawn, one after the other; it starts with the first.

    It knows how large the pages of files are that were looked at lately, and who is looking at which contract.
    """

    def __init__(self) -> None:
        self._process = ReadingProcess(limits=_LIMITS, max_files=_PAGES)
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, Sizes] = OrderedDict()
        self._looking: OrderedDict[tuple[str, str], int] = OrderedDict()

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
        return _ask(lambda: self._process.draw(data, page))

    def words(self, data: bytes, number: int) -> tuple[PrintedLine, ...]:
        """Return the lines of a page in their places; raises :class:`Problem`."""
        return _ask(lambda: self._process.lay_out(data, LayoutWanted(number))).lines

    def measure(self, contract_id: str, data: bytes) -> Sizes:
        """Return the sizes of the pages of a file; raises :class:`Problem`."""
        sizes = _ask(lambda: self._process.lay_out(data)).sizes
        with self._lock:
            self._sizes[contract_id] = sizes
            while len(self._sizes) > _KEPT_SIZES:
                self._sizes.popitem(last=False)
        return sizes

    def known_sizes(self, contract_id: str) -> Sizes | None:
        """Return the sizes of the pages of a file that was looked at lately."""
        with self._lock:
            if contract_id in self._sizes:
                self._sizes.move_to_end(contract_id)
            return self._sizes.get(contract_id)

    @contextmanager
    def looking(self, core: Core, caller: Caller, contract_id: str) -> Iterator[Connection]:
        """Give a connection for turning the pages of a contract, which is noted once in :data:`LOOKING`."""
        key, at = (caller.account_id, contract_id), now()
        with self._lock:
            noted = at - self._looking.get(key, at - LOOKING) < LOOKING
        if noted:
            with core.database.read() as connection:
                yield connection
            return
        with core.audited(Entry("page-read", caller.account_id, contract_id)) as connection:
            yield connection
        with self._lock:
            self._looking[key] = at
            self._looking.move_to_end(key)
            while len(self._looking) > _MOST_LOOKING:
                self._looking.popitem(last=False)

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


def read_sizes(core: Core, caller: Caller, pages: PageReader, contract_id: str) -> Sizes:
    """Return the sizes of the pages of a contract that is a PDF, for who begins to turn them."""
    if (known := pages.known_sizes(contract_id)) is not None:
        with pages.looking(core, caller, contract_id) as connection:
            require_contract(connection, caller, contract_id)
        return known
    with pages.place():
        with pages.looking(core, caller, contract_id) as connection:
            data = _open_pdf(core, connection, caller, contract_id, known=False)
        return pages.measure(contract_id, data)


def turn_to_page(core: Core, caller: Caller, pages: PageReader, contract_id: str, number: int, *, width: int) -> bytes:
    """Return a page of a contract as PNG without marks, for who turns its pages."""
    with pages.place():
        data, _ = _open_page(core, caller, pages, contract_id, number)
        return pages.draw(data, PageWanted(number, width))


def read_words(
    core: Core, caller: Caller, pages: PageReader, texts: TextReader, contract_id: str, number: int
) -> PageWords:
    """Return the words of a page in their places, for who turns the pages of a contract.

    Those of a scan are the ones that were recognised when it was examined, where its text was kept.
    """
    with pages.place():
        data, (width, height) = _open_page(core, caller, pages, contract_id, number)
        lines = pages.words(data, number)
    return PageWords(width, height, lines or _recognised(core, caller, texts, contract_id, number))


def _recognised(
    core: Core, caller: Caller, texts: TextReader, contract_id: str, number: int
) -> tuple[PrintedLine, ...]:
    with core.database.read() as connection:
        contract = require_contract(connection, caller, contract_id)
        document = find_text(connection, contract, contract_key(core, contract_id), texts)
    if document is None:
        return ()
    return tuple(
        PrintedLine(document.text[anchor.start : anchor.end], box.x0, box.y0, box.x1, box.y1)
        for anchor in document.anchors
        for box in anchor.boxes
        if box.page == number
    )


def _open_page(
    core: Core, caller: Caller, pages: PageReader, contract_id: str, number: int
) -> tuple[bytes, tuple[float, float]]:
    """Return the original of a contract, and the size of one of its pages."""
    sizes = pages.known_sizes(contract_id)
    with pages.looking(core, caller, contract_id) as connection:
        data = _open_pdf(core, connection, caller, contract_id, known=sizes is not None)
    sizes = sizes or pages.measure(contract_id, data)
    if number > len(sizes):
        raise _no_such_page()
    return data, sizes[number - 1]


def _open_pdf(core: Core, connection: Connection, caller: Caller, contract_id: str, *, known: bool) -> bytes:
    """Return the original of a contract that was examined and is a PDF, ``known`` as one or by its report."""
    contract = require_contract(connection, caller, contract_id)
    key = contract_key(core, contract_id)
    if not known:
        _require_pdf(_open_report(connection, key, contract))
    return open_original(key, contract, contracts.read_chunks(connection, contract_id))


def _read(
    core: Core, caller: Caller, contract_id: str, number: int, mention: str | None, width: int
) -> tuple[bytes, PageWanted]:
    """Return the original, and what is to be drawn of it."""
    with core.audited(Entry("page-read", caller.account_id, contract_id)) as connection:
        contract = require_contract(connection, caller, contract_id)
        key = contract_key(core, contract_id)
        report = _open_report(connection, key, contract)
        _require_pdf(report)
        if number > (report.document.pages or 0):
            raise _no_such_page()
        wanted = PageWanted(number, width, _marks(report, number, mention))
        return open_original(key, contract, contracts.read_chunks(connection, contract_id)), wanted


def _open_report(connection: Connection, key: bytes, contract: SealedContract) -> Report:
    sealed = contracts.read_report(connection, contract.id)
    if sealed is None:
        raise no_report(contract.state)
    return parse_json(open_report(key, contract.id, sealed))


def _require_pdf(report: Report) -> None:
    if report.document.media_type != PDF:
        raise Problem(404, "no-pages", "This contract is no PDF: it has no pages to be shown.")


def _no_such_page() -> Problem:
    return Problem(404, "no-such-page", "The contract has no such page.")


def _ask(question: Callable[[], _Answer]) -> _Answer:
    try:
        return question()
    except DocumentError as error:
        raise Problem(422, "page-not-drawn", "The page cannot be drawn. Open the original instead.") from error


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
