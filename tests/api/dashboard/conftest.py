"""The dashboard in a real browser, on a running service."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.service.caller import Role
from api.settings import Settings
from tests.api.running import PASSWORD, Running, run_service

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def make_settings(folder: Path) -> Settings:
    """Return settings of a new installation below ``folder``; other tests try the service on both databases."""
    return Settings(
        data=folder / "data",
        master_key=secrets.token_bytes(32),
        secure_cookies=False,
        embedded_worker=False,
        max_upload_bytes=2_000_000,
        requests_per_minute=60_000,
        address_requests_per_minute=60_000,
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings of a new installation."""
    return make_settings(tmp_path)


@pytest.fixture
def working(settings: Settings) -> Iterator[Running]:
    """Give a running service with its worker."""
    with run_service(settings, embedded_worker=True) as service:
        yield service


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_ARGUMENTS)
        yield started
        started.close()


#: Opens a page as somebody: in a session of an account, or signed out.
Visitor = Callable[..., Page]


@pytest.fixture
def visitor(browser: Browser, working: Running) -> Iterator[Visitor]:
    """Return what opens pages; an error in a page's scripts, or a breach of its policy, fails the test."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def visit(name: str | None = None, **options: object) -> Page:
        given = {"base_url": working.url, "locale": "en-GB", "viewport": {"width": 1280, "height": 860}} | options
        context = browser.new_context(**given)  # type: ignore[arg-type]  # as Playwright names them
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda sent: None if sent.url.startswith(working.url) else errors.append(sent.url))
        if name is not None:
            sign_in(page, working, name)
        return page

    yield visit
    for context in opened:
        context.close()
    assert not errors


def sign_in(page: Page, running: Running, name: str) -> None:
    """Sign in by the form."""
    page.goto("/dashboard/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("button.main").click()
    if code := running.spend_code(name):
        page.locator("#code").fill(code)
        page.locator("button.main").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


@pytest.fixture
def reviewer(working: Running) -> str:
    """Return the name of a reviewer of the first workspace."""
    return working.add_account(Role.REVIEWER, working.workspace)[1]


@pytest.fixture
def running(settings: Settings) -> Iterator[Running]:
    """Give a running service without a worker."""
    with run_service(settings) as service:
        yield service
