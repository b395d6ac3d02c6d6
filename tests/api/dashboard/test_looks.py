"""Every page: no violation found by axe, nothing wider than the window, in each theme and language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.dashboard.language import LANGUAGES
from tests.api.dashboard.conftest import Visitor, make_settings
from tests.api.dashboard.test_entrances import ROUTES
from tests.api.dashboard.tour import Tour, prepare_tour
from tests.api.running import Running, run_service

#: Addresses that give no page: files, parts of pages, what leads elsewhere.
_NO_PAGES = {
    "/",
    "/contracts/{contract_id}/original",
    "/contracts/{contract_id}/pages/{page}",
    "/contracts/{contract_id}/pages/{page}/words",
    "/contracts/{contract_id}/report.{chosen}",
    "/jobs",
    "/sets/{set_id}/progress",
    "/sets/{set_id}/report.{chosen}",
    "/sign-in",
    "/static/{name}",
    "/workspaces/{workspace_id}/export.{chosen}",
}
#: English in every run, the other languages where there is time.
_LANGUAGES = [pytest.param(language, marks=() if language == "en" else (pytest.mark.slow,)) for language in LANGUAGES]


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give one running service to all tests here: they only look."""
    with run_service(make_settings(tmp_path_factory.mktemp("looks")), embedded_worker=True) as service:
        yield service


@pytest.fixture(scope="module")
def tour(working: Running) -> Tour:
    """Return the addresses of all pages."""
    return prepare_tour(working)


def test_the_tour_leaves_no_page_out(tour: Tour) -> None:
    plain = [address.split("?")[0] for address in tour.addresses]
    patterns = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for method, path, _ in ROUTES if method == "GET"}
    unseen = {path for path, pattern in patterns.items() if not any(pattern.fullmatch(one) for one in plain)}
    assert unseen == _NO_PAGES


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_page_has_a_violation(working: Running, visitor: Visitor, tour: Tour, language: str, theme: str) -> None:
    violations = _violations(visitor(color_scheme=theme, locale=language), ("/sign-in",))
    page = visitor(tour.administrator, color_scheme=theme, locale=language)
    violations |= _violations(page, tour.administration.values())
    page = visitor(tour.reviewer, color_scheme=theme, locale=language)
    violations |= _violations(page, tour.pages.values())
    assert not violations


def _violations(page: Page, addresses: Iterable[str]) -> dict[str, list[str]]:
    axe, found = Axe(), {}
    for address in addresses:
        page.goto(f"/dashboard{address}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        results: dict[str, Any] = axe.run(page).response
        told = [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for one in results["violations"]
            for node in one["nodes"][:2]
        ]
        if told:
            found[address] = told
    return found


@pytest.mark.parametrize("width", [360, pytest.param(3840, marks=pytest.mark.slow)])
@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_page_is_wider_than_the_window(
    working: Running, visitor: Visitor, tour: Tour, language: str, width: int
) -> None:
    page = visitor(tour.administrator, locale=language, viewport={"width": width, "height": 740})
    wide = {}
    for address in tour.addresses:
        page.goto(f"/dashboard{address}")
        assert page.locator("html").get_attribute("lang") == language
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[address] = found
    assert not wide
