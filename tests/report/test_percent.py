"""Shares as each language writes them, wherever a person reads them."""

from __future__ import annotations

import re

import pytest

from dpa_checker.report.catalogue import REPORT_LANGUAGES, load_catalogue
from dpa_checker.report.index_html import render_index_page
from dpa_checker.report.index_view import build_summary
from dpa_checker.report.render_summary import render_summary
from dpa_checker.report.statistics_html import render_statistics_html
from dpa_checker.report.statistics_model import Block, Slice, Statistics
from dpa_checker.report.statistics_view import build_statistics_view

from .collection import Scan, count

SPACED = {"en": "", "fr": "\u00a0", "sv": "\u00a0", "de": "\u00a0"}


def _statistics() -> Statistics:
    return Statistics(total=Slice(stated=Block(3, 1, (2,) * 27, (3,) * 27)))


@pytest.mark.parametrize("language", REPORT_LANGUAGES)
def test_a_share_is_written_as_the_language_does(language: str) -> None:
    assert load_catalogue(language).percent(0.72) == f"72{SPACED[language]}%"
    scan = count(Scan())
    pages = [
        render_index_page(build_summary(scan, language=language), []),
        render_summary(scan, language=language),
        render_statistics_html(_statistics(), language=language),
    ]
    for page in pages:
        body = page.partition("</style>")[2] or page
        shares = re.findall(r"\d+(\s*)%", re.sub(r'<svg class="bar".*?</svg>|style="[^"]*"', "", body))
        assert shares
        # On a terminal, where lines are broken before, a plain space stands for one that does not break.
        plain = body is page
        assert set(shares) == {SPACED[language].replace("\u00a0", " ") if plain else SPACED[language]}


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0%"), (0.004, "0%"), (0.5, "50%"), (0.999, "99%"), (1.0, "100%")])
def test_only_all_is_a_hundred(share: float, shown: str) -> None:
    assert load_catalogue("en").percent(share) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(None, "–"), (0.0, "0%"), (0.004, "<\u00a01%"), (0.999, "99%"), (1.0, "100%")]
)
def test_a_share_of_an_archive_is_never_rounded_up(share: float | None, shown: str) -> None:
    assert build_statistics_view(_statistics()).percent(share) == shown
