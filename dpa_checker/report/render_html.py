"""The report as one HTML file that needs nothing else: no script, no outside address."""

from __future__ import annotations

from dpa_checker.model import Report
from dpa_checker.report.page import render_page
from dpa_checker.report.view import build_view
from dpa_checker.report.view_model import ReportView


def render_html(report: Report, *, language: str = "en") -> str:
    """Return ``report`` as a self-contained HTML page in ``language``."""
    return render_view(build_view(report, language=language))


def render_view(view: ReportView) -> str:
    """Return what a reader sees as a self-contained HTML page."""
    return render_page("report.html", view.catalogue, view=view)
