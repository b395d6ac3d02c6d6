"""HTML pages from the templates: self-contained, no script, no outside address."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dpa_checker.report.catalogue import Catalogue


def render_page(template: str, catalogue: Catalogue, **values: Any) -> str:
    """Return the page that ``template`` makes of ``values``, in the words of ``catalogue``."""
    page = _environment().get_template(template).render(catalogue=catalogue, t=catalogue.text, **values)
    return page.strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dpa_checker.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
