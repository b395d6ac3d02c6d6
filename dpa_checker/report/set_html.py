"""A set's report as one HTML file that needs nothing else: no script, no outside address."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from dpa_checker.report.set_model import SetReport
from dpa_checker.report.set_view import build_set_view


def render_set_html(report: SetReport, *, language: str = "en") -> str:
    """Return ``report`` as a self-contained HTML page in ``language``."""
    view = build_set_view(report, language=language)
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
    return environment.get_template("set.html")
