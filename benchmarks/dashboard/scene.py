"""The pages that are measured: a portfolio, its filters, a long contract, an upload; and an empty page beside them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Browser, Page

from api.service import accounts
from api.service.caller import Role
from api.service.core import open_core
from api.service.sign_in import csrf_token, digest
from api.settings import Settings
from api.store import account as account_store
from benchmarks.dashboard.browser import FIRST_PICTURE, FIRST_TEXT, Visitor, Waits
from benchmarks.dashboard.portfolio import fill
from benchmarks.service.process import await_answer, environment_of, free_port, start_process
from benchmarks.speed.specimen import write_long_contract

PAGES: Final = 100
FILES, FILE_BYTES = 10, 100_000
_MOST_EXAMINING: Final = 120
#: Aims, in milliseconds.
_OPEN, _FILTER, _REVIEW = 500, 300, 1000
_CLAUSE: Final = "The Processor shall process personal data only on documented instructions from the Controller.\n\n"


@dataclass(frozen=True, slots=True)
class Stage:
    """A running service with a full workspace, an empty one, and a reviewer's session."""

    url: str
    session: str
    full: str
    empty: str


@contextmanager
def open_stage(folder: Path, database_url: str, contracts: int) -> Iterator[Stage]:
    """Give the running service; on SQLite where the URL is empty."""
    settings = Settings(
        data=folder / "data",
        master_key=secrets.token_bytes(32),
        database_url=database_url,
        secure_cookies=False,
    )
    session, full, empty = _prepare(settings, contracts)
    port = free_port()
    with start_process(environment_of(settings, port), "-m", "api", "serve") as process:
        await_answer(port, "/ready", process)
        yield Stage(f"http://127.0.0.1:{port}", session, full, empty)


def _prepare(settings: Settings, contracts: int) -> tuple[str, str, str]:
    """Make the account, its session and its workspaces; returns the session and the workspaces."""
    core = open_core(settings)
    try:
        account, _ = accounts.create_account(core, "reviewer", Role.REVIEWER)
        workspaces = [accounts.create_workspace(core, name, None, by=account.id).id for name in ("Full", "Empty")]
        for workspace in workspaces:
            accounts.change_membership(core, account.id, workspace, member=True, by=account.id)
        token = secrets.token_urlsafe(32)
        with core.database.write() as connection:
            account_store.change_account(connection, account.id, {"must_change": False, "password_until": None})
            account_store.add_session(connection, digest(token), account.id)
        fill(core, workspaces[0], account.id, contracts)
        return token, workspaces[0], workspaces[1]
    finally:
        core.close()


def measure(browser: Browser, stage: Stage, folder: Path, times: int) -> list[Waits]:
    """Return how long was waited for each page, so many times."""
    visitor = Visitor(browser, stage.url, stage.session)
    full, empty = f"/workspaces/{stage.full}", f"/workspaces/{stage.empty}"
    long = _upload_long(stage, folder)
    files = _write_files(folder)
    waits = [floor := Waits("floor: the page of a workspace without contracts")]
    visitor.open(floor, empty, times)
    for name, query in (
        ("portfolio, newest first", ""),
        ("portfolio, worst first", "?order=worst"),
        ("portfolio, page 100", "?page=100"),
    ):
        waits.append(opened := Waits(name, _OPEN))
        visitor.open(opened, full + query, times)
    for name, choose in _FILTERS:
        waits.append(filtered := Waits(name, _FILTER))
        visitor.filter(filtered, full, choose, times)
    for view, condition in (("pages", FIRST_PICTURE), ("text", FIRST_TEXT)):
        waits.append(review := Waits(f"review of {PAGES} pages as {view}, until the first page is seen", _REVIEW))
        visitor.read(review, f"/contracts/{long}?view={view}", condition, times)
    waits.append(sent := Waits(f"{FILES} files of {FILE_BYTES // 1000} kB sent, until their progress is shown"))
    visitor.upload(sent, f"{empty}/upload", files, times)
    return waits


def _select(field: str, value: str) -> Callable[[Page], object]:
    return lambda page: page.locator(f"#filters [name={field}]").select_option(value)


def _search(words: str) -> Callable[[Page], object]:
    def search(page: Page) -> None:
        page.locator("#search").fill(words)
        page.locator("#search").press("Enter")

    return search


_FILTERS: Final = (
    ("filter: accepted", _select("review_state", "accepted")),
    ("filter: any mention contradicted", _select("verdict", "contradicted")),
    ("filter: worst first", _select("order", "worst")),
    ("search: a name of which there are many", _search("fjällvik")),
    ("search: a name that is nowhere", _search("nowhere at all")),
)


def _upload_long(stage: Stage, folder: Path) -> str:
    """Upload the long contract, wait for its report, and return its id."""
    file = write_long_contract(folder / "long.pdf", pages=PAGES)
    headers = {"X-CSRF-Token": csrf_token(stage.session)}
    with httpx.Client(
        base_url=stage.url, cookies={"dpa_session": stage.session}, headers=headers, timeout=60
    ) as client:
        answer = client.post(
            "/v1/contracts", params={"workspace": stage.empty}, files={"file": (file.name, file.read_bytes())}
        )
        contract = str(answer.raise_for_status().json()["contract"])
        until = time.monotonic() + _MOST_EXAMINING
        while client.get(f"/v1/contracts/{contract}/report").status_code != 200:
            assert time.monotonic() < until, "the long contract was not examined"
            time.sleep(0.2)
    return contract


def _write_files(folder: Path) -> list[Path]:
    files = []
    for number in range(FILES):
        text = f"DATA PROCESSING AGREEMENT {number}\n\n" + _CLAUSE * (FILE_BYTES // len(_CLAUSE))
        files.append(file := folder / f"agreement-{number}.txt")
        file.write_text(text[:FILE_BYTES], encoding="utf-8")
    return files
