"""Pictures of the dashboard for the documentation: ``python -m benchmarks.screenshots``.

Starts a service of its own with the sample contracts, and writes each page in both themes to docs/images/dashboard.
Needs Chromium at /usr/bin/chromium and the ``dev`` extra.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.service import accounts
from api.service.caller import Role
from api.settings import Settings
from tests.api.dashboard.conftest import sign_in
from tests.api.dashboard.samples import sample_files
from tests.api.running import Caller, Running, run_service

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "images" / "dashboard"
_CHROMIUM: Final = "/usr/bin/chromium"
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WIDE, _NARROW = (1280, 1100), (360, 740)
#: Enough for flat colours; the files stay small.
_COLOURS: Final = 224
_PARTNERS: Final = ("Aubépine Santé", "Nimbus Hosting Ltd", "Fjällvik AB", "Mockford Hospital", "Auenwerk GmbH")


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data=Path(folder) / "data",
            master_key=secrets.token_bytes(32),
            secure_cookies=False,
            requests_per_minute=60_000,
            address_requests_per_minute=60_000,
        )
        with run_service(settings) as running, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
            _take_all(running, browser)
            browser.close()


def _take_all(running: Running, browser: Browser) -> None:
    workspace = accounts.create_workspace(running.core, "Procurement", 365, by=running.administrator).id
    name = running.add_account(Role.REVIEWER, workspace)[1]
    administrator = running.add_account(Role.ADMINISTRATOR, workspace)[1]
    weak = _fill(running.sign_in(name), workspace)
    pages = {
        "portfolio": f"/workspaces/{workspace}?order=worst",
        "review": f"/contracts/{weak}?finding=audits",
        "report": f"/contracts/{weak}/report",
    }
    for theme in ("light", "dark"):
        for width, height in (_WIDE, _NARROW) if theme == "light" else (_WIDE,):
            size = {"width": width, "height": height}
            context = browser.new_context(base_url=running.url, color_scheme=theme, viewport=size, locale="en-GB")  # type: ignore[arg-type]
            page = context.new_page()
            page.goto("/dashboard/sign-in")
            if width == _WIDE[0]:
                _take(page, f"sign-in-{theme}")
            sign_in(page, running, name)
            for title, address in pages.items():
                if width == _NARROW[0] and title == "report":
                    continue
                page.goto(f"/dashboard{address}")
                page.wait_for_timeout(300)
                _take(page, f"{title}-{theme}" if width == _WIDE[0] else f"{title}-narrow-{theme}")
            context.close()
    context = browser.new_context(
        base_url=running.url, viewport={"width": _WIDE[0], "height": _WIDE[1]}, locale="en-GB"
    )
    page = context.new_page()
    sign_in(page, running, administrator)
    page.goto("/dashboard/administration/accounts")
    _take(page, "accounts-light")
    context.close()


def _fill(caller: Caller, workspace: str) -> str:
    """Upload the sample contracts, decide on some findings, and return the id of the one to be reviewed."""
    chosen = ""
    for number, file in enumerate(sample_files()):
        given = {"counterparty": _PARTNERS[number % len(_PARTNERS)], "params": {"workspace": workspace}}
        answer = caller.upload(file.read_bytes(), f"{file.parent.name}{file.suffix}", wait=30, **given)
        contract = answer.json()["contract"]
        if file.parent.name == "en-dpa-weak":
            chosen = contract
        if number % 4 == 1:
            path = f"/v1/contracts/{contract}/state"
            caller.put(path, json={"state": "in-negotiation"}, headers={"If-Match": "*"}).raise_for_status()
    reviews = f"/v1/contracts/{chosen}/reviews"
    for mention, what in (
        ("subject-matter", {"decision": "confirmed"}),
        ("data-types", {"decision": "overridden", "verdict": "present", "reason": "Listed in annex 1, sent later."}),
    ):
        caller.put(f"{reviews}/{mention}", json=what, headers={"If-Match": "*"}).raise_for_status()
    return chosen


def _take(page: Page, title: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    palette = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    palette.save(FOLDER / f"{title}.png", optimize=True)


if __name__ == "__main__":
    main()
