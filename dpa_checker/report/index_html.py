"""The index of a scan: a summary, and a line on each contract that leads to its report.

Pages need nothing else: no script, no outside address.  Long lists go on in further pages.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.index_model import STANDING_STATUS, Contract, Standing
from dpa_checker.report.index_view import IndexSummary, build_row, tell_apart
from dpa_checker.report.page import render_page
from dpa_checker.report.view_model import Status

#: The contracts on one page of the index.
PAGE_LENGTH: Final = 1000
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9]+")
_NAME_LENGTH: Final = 60
_NEIGHBOURS: Final = 2


def render_index_page(
    summary: IndexSummary,
    contracts: Sequence[tuple[Contract, str | None]],
    *,
    page: int = 1,
    pages: int = 1,
    versions: tuple[str, str] = ("", ""),
    sets: str | None = None,
) -> str:
    """Return a page of the index as HTML, with ``contracts`` and the addresses of their reports.

    ``versions`` are those of the engine and of the clause library, ``sets`` the address of the index of sets.
    """
    catalogue = summary.catalogue
    folders = tell_apart(contract for contract, _ in contracts)
    rows = [
        (build_row(contract, catalogue, folders.get(contract.location)), address) for contract, address in contracts
    ]
    standings = Counter(row.standing for row, _ in rows)
    return render_page(
        "index.html",
        catalogue,
        summary=summary,
        rows=rows,
        filters=[(standing, standings[standing]) for standing in Standing if standings[standing]],
        statuses=STANDING_STATUS,
        signs=list(Status),
        page=page,
        pages=pages,
        numbers=_page_numbers(page, pages),
        address=page_name,
        engine=versions[0],
        library=versions[1],
        sets=sets,
    )


def count_pages(contracts: int) -> int:
    """Return how many pages an index of so many contracts has."""
    return max(1, -(-contracts // PAGE_LENGTH))


def page_name(page: int) -> str:
    """Return the file name of a page of the index."""
    return "index.html" if page == 1 else f"index-{page}.html"


def report_name(contract: Contract) -> str:
    """Return the file name of the report on ``contract``, the same at every scan."""
    folded = unicodedata.normalize("NFKD", contract.name).encode("ascii", "ignore").decode()
    plain = _NOT_PLAIN.sub("-", folded).lower()[-_NAME_LENGTH:].strip("-") or "contract"
    place = hashlib.sha256(contract.location.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{plain}-{place}.html"


@cache
def wording_digest(language: str) -> str:
    """Return a digest of all that decides how a report looks: templates and texts."""
    digest = hashlib.sha256()
    for path in sorted(files("dpa_checker.report").joinpath("templates").iterdir(), key=lambda path: path.name):
        digest.update(path.read_bytes())
    for key, text in load_catalogue(language).texts.items():
        digest.update(f"{key}\0{text}\0".encode())
    return digest.hexdigest()


def _page_numbers(page: int, pages: int) -> list[int | None]:
    """Return the pages that a page links to; ``None`` stands for those left out."""
    wanted = {1, pages, *range(max(1, page - _NEIGHBOURS), min(pages, page + _NEIGHBOURS) + 1)}
    numbers: list[int | None] = []
    for number in sorted(wanted):
        if numbers and numbers[-1] is not None and number > numbers[-1] + 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
