"""A report read back from its JSON is the report."""

from __future__ import annotations

import json

import pytest

from dpa_checker.report.parse_json import ReportFormatError, parse_json
from dpa_checker.report.render_html import render_html
from dpa_checker.report.render_json import render_json
from dpa_checker.report.render_text import render_text

from .build_reports import ALL, complete
from .test_readings import AUDIT, BREACH, OPENING, _check


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost_on_the_way(name: str) -> None:
    report = ALL[name]
    again = parse_json(render_json(report, include_text=True))
    assert render_json(again, include_text=True) == render_json(report, include_text=True)
    assert render_text(again, language="fr") == render_text(report, language="fr")
    assert render_html(again, language="sv") == render_html(report, language="sv")


def test_both_readings_come_back() -> None:
    report = _check([OPENING, AUDIT, BREACH], [OPENING, BREACH])
    again = parse_json(render_json(report, include_text=True))
    assert render_json(again, include_text=True) == render_json(report, include_text=True)
    assert render_text(again, language="de") == render_text(report, language="de")


@pytest.mark.parametrize("name", ALL)
def test_a_report_without_its_text_is_shown_alike(name: str) -> None:
    report = ALL[name]
    assert render_text(parse_json(render_json(report)), language="en") == render_text(report, language="en")


@pytest.mark.parametrize("spoilt", ["", "[]", "{}", "null", '{"schema_version": "1.0"}'])
def test_what_is_no_report_is_refused(spoilt: str) -> None:
    with pytest.raises(ReportFormatError):
        parse_json(spoilt)


def test_another_version_is_refused() -> None:
    content = json.loads(render_json(complete())) | {"schema_version": "9.0"}
    with pytest.raises(ReportFormatError, match=r"9\.0"):
        parse_json(json.dumps(content))
