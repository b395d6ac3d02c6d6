"""Every page: no violation found by axe, nothing wider than the window, in each theme and language."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.dashboard.language import LANGUAGES
from api.service.caller import Role
from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.samples import upload
from tests.api.running import Running

_LONG = "A contract with a very long name that nobody would read to its end, Donaudampfschifffahrtsgesellschaft.pdf"

pytestmark = pytest.mark.slow


def _fill(working: Running, name: str) -> dict[str, str]:
    caller = working.sign_in(name)
    found = {"weak": upload(caller, _LONG, counterparty="Nimbus Hosting Ltd")}
    found["terms"] = upload(caller, "terms.pdf", "en-saas-terms-contradictions")
    found["nda"] = upload(caller, "nda.pdf", "en-nda")
    found["broken"] = caller.upload(b"%PDF-1.4 nothing", "broken.pdf", wait=20).json()["contract"]
    path = f"/v1/contracts/{found['weak']}"
    what = {"decision": "overridden", "verdict": "present", "reason": "Said in annex 2.", "note": "Ask for it."}
    caller.put(f"{path}/reviews/audits", json=what, headers={"If-Match": "*"}).raise_for_status()
    caller.post(f"{path}/comments", json={"text": "Two\nlines", "mention": "audits"}).raise_for_status()
    me = caller.get("/v1/me").json()["id"]
    caller.put(f"{path}/assignee", json={"account": me}, headers={"If-Match": "*"}).raise_for_status()
    return found


@pytest.fixture
def addresses(working: Running) -> tuple[str, ...]:
    """Return the addresses of all pages, on a service with contracts; its administrator sees them."""
    name = working.add_account(Role.REVIEWER, working.workspace)[1]
    found = _fill(working, name)
    contracts, empty = f"/workspaces/{working.workspace}", f"/workspaces/{working.other_workspace}"
    return (
        contracts,
        f"{contracts}?search=nothing-of-that-name",
        f"{contracts}?mention=audits&verdict=missing&order=worst&processing=yes",
        empty,
        f"{contracts}/upload",
        f"{contracts}/progress?jobs=",
        f"/contracts/{found['weak']}?finding=audits",
        f"/contracts/{found['terms']}",
        f"/contracts/{found['nda']}",
        f"/contracts/{found['broken']}",
        f"/contracts/{found['weak']}/report",
        "/account",
        "/tokens",
        "/administration/accounts",
        "/administration/workspaces",
        "/administration/audit",
        "/nothing-here",
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_violation(working: Running, visitor: Visitor, addresses: tuple[str, ...], theme: str) -> None:
    page = visitor(color_scheme=theme)
    violations = _violations(page, ("/sign-in",))
    name = working.add_account(Role.ADMINISTRATOR, working.workspace, working.other_workspace)[1]
    page = visitor(name, color_scheme=theme)
    violations |= _violations(page, addresses)
    assert not violations


def _violations(page: Page, addresses: tuple[str, ...]) -> dict[str, list[str]]:
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


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_page_is_wider_than_a_narrow_window(
    working: Running, visitor: Visitor, addresses: tuple[str, ...], language: str
) -> None:
    name = working.add_account(Role.ADMINISTRATOR, working.workspace, working.other_workspace)[1]
    page = visitor(name, locale=language, viewport={"width": 360, "height": 740})
    wide = {}
    for address in addresses:
        page.goto(f"/dashboard{address}")
        assert page.locator("html").get_attribute("lang") == language
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[address] = width
    assert not wide
