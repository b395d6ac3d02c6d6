"""The statistics of an archive as one HTML page, for screen and paper: no script, no outside address."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from dpa_checker.report.statistics_model import Statistics
from dpa_checker.report.statistics_view import build_statistics_view


def render_statistics_html(statistics: Statistics, *, language: str = "en") -> str:
    """Return ``statistics`` as a self-contained HTML page in ``language``."""
    view = build_statistics_view(statistics, language=language)
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
    return environment.get_template("statistics.html")
