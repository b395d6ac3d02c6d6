"""The report as one HTML file that needs nothing else: no script, no outside address."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from dpa_checker.model import Report
from dpa_checker.report.view import build_view


def render_html(report: Report, *, language: str = "en") -> str:
    """Return ``report`` as a self-contained HTML page in ``language``."""
    view = build_view(report, language=language)
    return _template().render(view=view, catalogue=view.catalogue, t=view.catalogue.text).strip() + "\n"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("dpa_checker.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
