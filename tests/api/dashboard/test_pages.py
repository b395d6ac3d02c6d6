"""The contract beside its findings: as pages with words and evidence laid over them, and as text."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.samples import upload
from tests.api.running import Running

pytestmark = pytest.mark.slow


def _open(page: Page, contract: str, query: str = "") -> None:
    page.goto(f"/dashboard/contracts/{contract}{query}")


def _expect_drawn(picture: Locator) -> None:
    until = time.monotonic() + 10
    while picture.evaluate("picture => picture.naturalWidth") < 300:
        assert time.monotonic() < until, "the picture did not come"
        time.sleep(0.05)


def test_pages_load_as_they_are_looked_at_and_nothing_jumps(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    _open(page, contract)
    first = page.locator("#page-1 img")
    expect(first).to_be_in_viewport()
    _expect_drawn(first)
    expect(page.locator("#page-1 .lines text").first).to_be_attached()
    last = page.locator(".leaf").last
    name = last.get_attribute("id")
    assert not any(f"/pages/{name.removeprefix('page-')}/words" in url for url in asked if name)
    before = page.evaluate("document.querySelector('#text').scrollHeight")
    last.scroll_into_view_if_needed()
    expect(last.locator(".lines text").first).to_be_attached()
    _expect_drawn(last.locator("img"))
    assert page.evaluate("document.querySelector('#text').scrollHeight") == before


def test_a_finding_leads_to_its_evidence_on_the_page_and_back(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "?finding=confidentiality")
    finding = page.locator("#f-confidentiality")
    finding.get_by_role("link", name="Show on the page").first.click()
    spot = page.locator('.spot[data-f~="confidentiality"]').first
    expect(spot).to_have_class(re.compile(r"\bon\b"))
    expect(spot).to_be_in_viewport()
    expect(spot).to_be_focused()
    page.locator("#f-subject-matter summary").first.click()
    expect(spot).not_to_have_class(re.compile(r"\bon\b"))
    # The words lie over the evidence; choosing them leads to its finding.
    breach = page.locator('.spot[data-f~="breach-notification"] rect').first
    breach.scroll_into_view_if_needed()
    expect(page.locator(".leaf", has=breach).locator(".lines text").first).to_be_attached()
    box = breach.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    expect(page.locator("details.finding.current")).to_have_attribute("open", "")
    chosen = (page.locator("details.finding.current").get_attribute("id") or "").removeprefix("f-")
    under = page.evaluate(
        "([x, y]) => document.elementsFromPoint(x, y).map((one) => one.closest('.spot')?.dataset.f || '').join(' ')",
        [box["x"] + box["width"] / 3, box["y"] + box["height"] / 2],
    )
    assert chosen in under.split()
    spot.focus()
    page.keyboard.press("Enter")
    chosen = (page.locator("details.finding.current").get_attribute("id") or "").removeprefix("f-")
    assert chosen in (spot.get_attribute("data-f") or "").split()


def test_evidence_lies_on_the_words_that_are_quoted(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract, "?finding=confidentiality")
    quotes = page.locator("#f-confidentiality blockquote").all_inner_texts()
    page.locator("#f-confidentiality").get_by_role("link", name="Show on the page").first.click()
    leaf = page.locator(".leaf", has=page.locator(".spot.on")).first
    expect(leaf.locator(".lines text").first).to_be_attached()
    covered = page.evaluate(
        """() => {
            const within = (a, b) => a.top < (b.top + b.bottom) / 2 && (b.top + b.bottom) / 2 < a.bottom
                && a.left < (b.left + b.right) / 2 && (b.left + b.right) / 2 < a.right;
            const places = [...document.querySelectorAll('.spot.on rect')].map((one) => one.getBoundingClientRect());
            return [...document.querySelectorAll('.lines text')]
                .filter((line) => places.some((place) => within(place, line.getBoundingClientRect())))
                .map((line) => line.textContent);
        }"""
    )
    quoted = re.sub(r"\W", "", " ".join(quotes)).casefold()
    assert len("".join(covered)) > 40
    for line in covered:
        assert re.sub(r"\W", "", line).casefold() in quoted


def test_words_of_a_page_can_be_selected_and_copied(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract)
    current = page.locator("details.finding.current").get_attribute("id")
    lines = page.locator("#page-1 .lines text")
    expect(lines.nth(3)).to_be_attached()
    first, last = lines.nth(2).bounding_box(), lines.nth(3).bounding_box()
    assert first
    assert last
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] - 2, last["y"] + last["height"] / 2, steps=6)
    page.mouse.up()
    selected = page.evaluate("getSelection().toString()")
    assert (lines.nth(2).text_content() or "?")[3:20] in selected
    assert (lines.nth(3).text_content() or "?")[:10] in selected
    assert page.locator("details.finding.current").get_attribute("id") == current, "selecting chooses no finding"


def test_pages_and_text_are_switched_and_the_finding_stays(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    _open(page, contract)
    page.locator("#f-security summary").first.click()
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator("#f-security")).to_have_attribute("open", "")
    expect(page.locator("#text mark").first).to_be_visible()
    expect(page.get_by_role("link", name="Text", exact=True)).to_have_attribute("aria-current", "true")
    page.reload()
    expect(page.locator("#text mark").first).to_be_visible()
    page.get_by_role("link", name="Pages", exact=True).click()
    expect(page.locator("#page-1 img")).to_be_visible()


def test_pages_and_text_work_with_scripts_off(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer, java_script_enabled=False)
    _open(page, contract, "?finding=confidentiality")
    on = page.locator('.spot[data-f~="confidentiality"]').first
    expect(on).to_have_class(re.compile(r"\bon\b"))
    page.locator("#f-confidentiality").get_by_role("link", name="Show on the page").first.click()
    expect(on.locator("rect").first).to_be_in_viewport()
    on.locator("rect").first.click()
    expect(page).to_have_url(re.compile("#f-"))
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator("#text mark.on").first).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Pages", exact=True).click()
        page.locator("#page-2").get_by_role("link", name="Enlarge").click()
    assert opened.value.url.endswith("/pages/2?width=1600")


def test_a_picture_that_could_not_be_had_is_asked_for_again(working: Running, visitor: Visitor, reviewer: str) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer)
    refused: list[str] = []

    def refuse_once(route: object) -> None:
        url = route.request.url.partition("?")[0]  # type: ignore[attr-defined]
        if url in refused:
            route.continue_()  # type: ignore[attr-defined]
        else:
            refused.append(url)
            route.fulfill(status=503, body="busy")  # type: ignore[attr-defined]

    page.route(re.compile(r"/pages/1(\?|/words)"), refuse_once)
    _open(page, contract)
    _expect_drawn(page.locator("#page-1 img"))
    expect(page.locator("#page-1 .lines text").first).to_be_attached()
    assert len(refused) == 2
