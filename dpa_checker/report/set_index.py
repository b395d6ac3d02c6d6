"""The index of the sets of a scan: a line on each, which leads to its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dpa_checker.report.catalogue import load_catalogue
from dpa_checker.report.page import render_page
from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_summary import choose_set_tone, count_set_statuses, write_set_headline
from dpa_checker.report.typography import flowed
from dpa_checker.report.view_model import CountView, Tone

PAGE_LENGTH: Final = 1000


@dataclass(frozen=True, slots=True)
class SetLine:
    """A set as the index shows it; without a headline when it was too large to be judged."""

    name: str
    documents: int
    headline: str = ""
    tone: Tone = Tone.NEUTRAL
    counts: tuple[CountView, ...] = ()
    address: str | None = None


def summarise_set(report: SetReport, address: str | None, language: str) -> SetLine:
    """Return the line of a set."""
    catalogue = load_catalogue(language)
    return SetLine(
        name=flowed(report.name) or catalogue.text("set.unnamed"),
        documents=len(report.documents),
        headline=write_set_headline(report, catalogue),
        tone=choose_set_tone(report),
        counts=count_set_statuses(report, catalogue),
        address=address,
    )


def page_name(page: int) -> str:
    """Return the file name of a page of the index."""
    return "index.html" if page == 1 else f"index-{page}.html"


def render_set_index(
    rows: list[SetLine], count: int, page: int, pages: int, *, language: str, versions: tuple[str, str]
) -> str:
    """Return a page of the index as HTML; ``count`` is of all sets, ``versions`` of engine and clause library."""
    catalogue = load_catalogue(language)
    return render_page(
        "set_index.html",
        catalogue,
        rows=rows,
        count=count,
        page=page,
        pages=pages,
        address=page_name,
        engine=versions[0],
        library=versions[1],
    )
