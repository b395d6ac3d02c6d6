"""What a person at a browser waits for, by the browser's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

_CHROMIUM: Final = "/usr/bin/chromium"
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_SIZE: Final = {"width": 1280, "height": 860}
#: When the load event is over and something was painted: the later of both, and when the answer had come.
_OPENED: Final = """() => new Promise((told) => {
  const look = () => {
    const [navigation] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (!paint || !navigation.loadEventEnd) return setTimeout(look, 10);
    told([Math.max(paint.startTime, navigation.loadEventEnd), navigation.responseEnd]);
  };
  look();
})"""
#: Notes when the first page of a contract is there and painted, by the condition in place of the name.
_WATCH_PAGE: Final = """(() => {
  const look = () => {
    if (!(CONDITION)) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => { window.pageSeen = performance.now(); }));
  };
  requestAnimationFrame(look);
})()"""
#: As text: where the next page begins, the first is whole.
FIRST_TEXT: Final = "document.querySelectorAll('.text .page-mark').length > 1"
#: As a picture.
FIRST_PICTURE: Final = "(document.querySelector('#page-1 img') ?? {}).naturalWidth > 0"
#: Notes the time between a change of the filters and the painting of what htmx has put in its place.
_WATCH_FILTER: Final = """() => {
  window.filtered = undefined;
  let began;
  document.addEventListener("change", () => { began = performance.now(); }, { capture: true, once: true });
  document.addEventListener("submit", () => { began ??= performance.now(); }, { capture: true, once: true });
  document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => setTimeout(() => {
    const answers = performance.getEntriesByType("resource").filter((one) => one.initiatorType === "xmlhttprequest");
    window.filtered = [performance.now() - began, answers.at(-1).responseEnd - began];
  })), { once: true });
}"""

#: Waits for what one of these has noted.
_AWAIT: Final = """(name) => new Promise((told) => {
  const look = () => window[name] === undefined ? setTimeout(look, 10) : told(window[name]);
  look();
})"""


@dataclass(slots=True)
class Waits:
    """How long was waited, in milliseconds; ``answers`` is when the answer of the service had come."""

    name: str
    aim: int | None = None
    seen: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    @property
    def usual(self) -> float:
        """The median."""
        return median(self.seen)

    @property
    def answered(self) -> float:
        """The median of the answers."""
        return median(self.answers)

    def note(self, seen: float, answered: float) -> None:
        """Note one."""
        self.seen.append(seen)
        self.answers.append(answered)


class Visitor:
    """Somebody at a browser, in a session."""

    def __init__(self, browser: Browser, url: str, session: str) -> None:
        self._browser, self._url, self._session = browser, url, session

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Give a page of a browser that has nothing in its cache."""
        context = self._browser.new_context(base_url=self._url, locale="en-GB", viewport=_SIZE)  # type: ignore[arg-type]
        context.add_cookies([{"name": "dpa_session", "value": self._session, "url": self._url}])
        try:
            yield context.new_page()
        finally:
            context.close()

    def open(self, waits: Waits, address: str, times: int) -> None:
        """Open a page several times, each with an empty cache."""
        for _ in range(times):
            with self.page() as page:
                page.goto(f"/dashboard{address}")
                waits.note(*page.evaluate(_OPENED))

    def read(self, waits: Waits, address: str, condition: str, times: int) -> None:
        """Open the review of a contract several times, until its first page is painted."""
        for _ in range(times):
            with self.page() as page:
                page.add_init_script(_WATCH_PAGE.replace("CONDITION", condition))
                page.goto(f"/dashboard{address}")
                waits.note(page.evaluate(_AWAIT, "pageSeen"), page.evaluate(_OPENED)[1])

    def filter(self, waits: Waits, address: str, choose: Callable[[Page], object], times: int) -> None:
        """Choose a filter on an open page, until the contracts that fit are painted."""
        for _ in range(times):
            with self.page() as page:
                page.goto(f"/dashboard{address}")
                page.evaluate(_WATCH_FILTER)
                choose(page)
                waits.note(*page.evaluate(_AWAIT, "filtered"))

    def upload(self, waits: Waits, address: str, files: list[Path], times: int) -> None:
        """Send files, until the page of their progress is open."""
        for _ in range(times):
            with self.page() as page:
                page.goto(f"/dashboard{address}")
                page.locator("#files").set_input_files(files)
                with page.expect_navigation(url="**/progress?*"):
                    page.locator("form button.main").click()
                waits.note(*page.evaluate(_OPENED))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Give Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_ARGUMENTS))
        yield browser
        browser.close()


def describe_browser(browser: Browser) -> str:
    """Return name and version of the browser."""
    return f"Chromium {browser.version}, without a graphics processor"
