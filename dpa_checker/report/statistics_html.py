"""The statistics of an archive as one HTML page, for screen and paper: no script, no outside address."""

from __future__ import annotations

from dpa_checker.report.page import render_page
from dpa_checker.report.statistics_model import Statistics
from dpa_checker.report.statistics_view import build_statistics_view


def render_statistics_html(statistics: Statistics, *, language: str = "en") -> str:
    """Return ``statistics`` as a self-contained HTML page in ``language``."""
    view = build_statistics_view(statistics, language=language)
    return render_page("statistics.html", view.catalogue, view=view)
