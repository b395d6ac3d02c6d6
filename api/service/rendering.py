"""A kept report in a format to be handed out; nothing of it is written to a disk."""

from __future__ import annotations

import io
from typing import Final

from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.render_html import render_html
from dpa_checker.report.report_xlsx import write_report_xlsx

#: By the name of the format.
MEDIA_TYPES: Final = {
    "json": "application/json",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render_report(report: str, chosen: str, *, language: str) -> bytes:
    """Return a report, given as JSON, in one of these formats."""
    if chosen == "json":
        return report.encode()
    parsed = parse_json(report)
    if chosen == "html":
        return render_html(parsed, language=language).encode("utf-8", "replace")
    target = io.BytesIO()
    write_report_xlsx(parsed, target, language=language)
    return target.getvalue()
