"""A set's report as one HTML file that needs nothing else: no script, no outside address."""

from __future__ import annotations

from dpa_checker.report.page import render_page
from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_view import build_set_view


def render_set_html(report: SetReport, *, language: str = "en") -> str:
    """Return ``report`` as a self-contained HTML page in ``language``."""
    view = build_set_view(report, language=language)
    return render_page("set.html", view.catalogue, view=view)
