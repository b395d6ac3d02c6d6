"""The report as one HTML file that needs nothing else: no script, no outside address."""

from __future__ import annotations

from dpa_checker.model import Report
from dpa_checker.report.page import render_page
from dpa_checker.report.view import build_view


def render_html(report: Report, *, language: str = "en") -> str:
    """Return ``report`` as a self-contained HTML page in ``language``."""
    view = build_view(report, language=language)
    return render_page("report.html", view.catalogue, view=view)
