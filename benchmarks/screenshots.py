"""Pictures of the dashboard for the documentation: ``python -m benchmarks.screenshots``.

Starts a service of its own with the sample contracts, and writes each page in both themes to docs/images/dashboard,
some in a narrow window too.  ``--language`` and ``--width`` give other pictures, to be looked at.
Needs Chromium at /usr/bin/chromium and the ``dev`` extra.
"""

from __future__ import annotations

import argparse
import io
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.dashboard.language import LANGUAGES
from api.settings import Settings
from tests.api.dashboard.conftest import sign_in
from tests.api.dashboard.tour import prepare_tour
from tests.api.running import Running, run_service

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "images" / "dashboard"
_CHROMIUM: Final = "/usr/bin/chromium"
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WIDE, _HIGH, _NARROW, _NARROW_HIGH = 1280, 1000, 360, 740
_IN_NARROW: Final = ("portfolio", "review", "set")
#: Enough for flat colours; the files stay small.
_COLOURS: Final = 128
#: What comes after a page was loaded: pictures of pages, parts that are fetched.
_SETTLED: Final = 600


def main(argv: Sequence[str] | None = None) -> None:
    """Write the pictures."""
    options = _build_parser().parse_args(argv)
    options.folder.mkdir(parents=True, exist_ok=True)
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
            _take_all(running, browser, options)
            browser.close()


def _take_all(running: Running, browser: Browser, options: argparse.Namespace) -> None:
    tour = prepare_tour(running)
    for theme in ("light", "dark"):
        page = _open(running, browser, options.language, theme, options.width, options.height)
        page.goto("/dashboard/sign-in")
        _take(page, options.folder / f"sign-in-{theme}.png")
        _visit(page, running, tour.reviewer, tour.pages, options.folder, theme)
        page = _open(running, browser, options.language, theme, options.width, options.height)
        _visit(page, running, tour.administrator, tour.administration, options.folder, theme)
    narrow = {title: tour.pages[title] for title in _IN_NARROW}
    page = _open(running, browser, options.language, "light", _NARROW, _NARROW_HIGH)
    _visit(page, running, tour.reviewer, narrow, options.folder, "narrow")


def _open(running: Running, browser: Browser, language: str, theme: str, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=running.url,
        color_scheme=theme,  # type: ignore[arg-type]  # one of two
        viewport={"width": width, "height": height},
        locale=language,
    )
    return context.new_page()


def _visit(page: Page, running: Running, name: str, pages: Mapping[str, str], folder: Path, kind: str) -> None:
    sign_in(page, running, name)
    for title, address in pages.items():
        page.goto(f"/dashboard{address}")
        page.wait_for_timeout(_SETTLED)
        _take(page, folder / f"{title}-{kind}.png")
    page.context.close()


def _take(page: Page, path: Path) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description="Take pictures of all pages.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go (default: docs/images/dashboard)")
    parser.add_argument("--language", choices=list(LANGUAGES), default="en", help="the language of the pages")
    parser.add_argument("--width", type=int, default=_WIDE, help="of the window")
    parser.add_argument("--height", type=int, default=_HIGH, help="of the window")
    return parser


if __name__ == "__main__":
    main()
