"""Pages as pictures: the evidence marked, drawn by another process."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from PIL import Image, ImageChops

from api.errors import Problem
from api.service.caller import Role
from api.service.page import MOST_WAITING, PageReader
from dpa_checker.ingestion import read_bytes
from dpa_checker.ingestion.isolation import PageWanted
from tests.api.running import CONTRACT, ROOT, Running
from tests.api.test_reviews import PROBLEM, examined

PDF = (ROOT / "sample_contracts" / "en-saas-terms-contradictions" / "contract.pdf").read_bytes()


def _picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_a_page_is_shown_with_its_evidence(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller, data=PDF, name="terms.pdf")
    report = caller.get(f"{path}/report").json()
    against = next(
        (one["mention"], quote["boxes"][0])
        for one in report["findings"]
        for quote in one["evidence"]
        if quote["against"]
    )
    mention, box = against
    answer = caller.get(f"{path}/pages/{box['page']}", params={"mention": mention, "width": 800})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    marked = _picture(answer.content)
    assert marked.width == 800
    everything = _picture(caller.get(f"{path}/pages/{box['page']}", params={"width": 800}).content)
    assert ImageChops.difference(marked, everything).getbbox() is not None
    scale = marked.width / 595.3
    middle = (int(scale * (box["x0"] + box["x1"]) / 2), int(scale * box["y0"]) - 1)
    red, green, blue = marked.getpixel(middle)  # type: ignore[misc]  # three bands
    assert red > 150
    assert max(green, blue) < red - 40


def test_evidence_of_other_pages_is_not_marked(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller, data=PDF, name="terms.pdf")
    places = {
        one["mention"]: {box["page"] for quote in one["evidence"] for box in quote["boxes"] or ()}
        for one in caller.get(f"{path}/report").json()["findings"]
    }
    elsewhere = next(mention for mention, pages in places.items() if pages == {2})
    here = next(mention for mention, pages in places.items() if 1 not in pages and pages != {2})
    first, second, other = (
        caller.get(f"{path}/pages/{page}", params={"mention": mention, "width": 300}).content
        for page, mention in ((1, elsewhere), (2, elsewhere), (1, here))
    )
    assert first == other
    assert _picture(second).size == _picture(first).size
    assert second != first


def test_what_is_not_there_is_not_shown(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller, data=PDF, name="terms.pdf")
    text = examined(working, caller, data=CONTRACT)
    for route, kind in (
        (f"{path}/pages/99", "no-such-page"),
        (f"{path}/pages/1?mention=coffee", "unknown-mention"),
        (f"{text}/pages/1", "no-pages"),
    ):
        answer = caller.get(route)
        assert (answer.status_code, answer.json()["type"]) == (404, PROBLEM + kind)
    for wrong in ("0", "-1", "x", "1?width=99999"):
        assert caller.get(f"{path}/pages/{wrong}").status_code == 422
    stranger = working.caller(Role.REVIEWER, working.other_workspace)
    assert stranger.get(f"{path}/pages/1").status_code == 404


def test_looking_at_a_page_is_noted(working: Running) -> None:
    caller = working.caller()
    path = examined(working, caller, data=PDF, name="terms.pdf")
    caller.get(f"{path}/pages/1")
    log = working.caller(Role.ADMINISTRATOR).get("/v1/audit").json()
    assert ("page-read", path.rpartition("/")[2]) in {(entry["action"], entry["subject"]) for entry in log}


def test_pages_are_drawn_in_a_process_of_their_own() -> None:
    pages = PageReader()
    try:
        assert pages.draw(PDF, PageWanted(1, 300)).startswith(b"\x89PNG")
        assert pages._process.pid not in (None, os.getpid())
        for hostile in (b"%PDF-1.7 " + bytes(500), b"", PDF[:2000]):
            with pytest.raises(Problem) as caught:
                pages.draw(hostile, PageWanted(1, 300))
            assert caught.value.kind == "page-not-drawn"
        assert pages.draw(PDF, PageWanted(2, 300)).startswith(b"\x89PNG")
    finally:
        pages.close()


def test_only_some_wait_for_a_page() -> None:
    pages = PageReader()

    def draw() -> bytes:
        with pages.place():
            return pages.draw(PDF, PageWanted(1, 1_000))

    try:
        with ThreadPoolExecutor(3 * MOST_WAITING) as pool:
            drawn = [pool.submit(draw) for _ in range(3 * MOST_WAITING)]
            failed = [one.exception() for one in drawn if one.exception()]
        assert len(drawn) - len(failed) >= MOST_WAITING
        assert failed
        assert {(one.status, one.kind) for one in failed if isinstance(one, Problem)} == {(503, "busy")}
        assert pages.draw(PDF, PageWanted(1, 300)).startswith(b"\x89PNG")
    finally:
        pages.close()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_marks_are_where_the_words_are_on_a_turned_page(turn: int) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as source:
        source.pages[1].Rotate = turn
        source.pages[1].UserUnit = 2
        source.save(made)
    document = read_bytes(made.getvalue())
    boxes = [box for anchor in document.anchors for box in anchor.boxes if box.page == 2]
    marks = tuple((box.x0, box.y0, box.x1, box.y1, False) for box in boxes)
    pages = PageReader()
    try:
        plain, marked = (_picture(pages.draw(made.getvalue(), PageWanted(2, 900, some))) for some in ((), marks))
    finally:
        pages.close()
    # All that is dark lies within the marks: outside them the page is as white as it was.
    outside = ImageChops.difference(plain, marked).convert("L").point(lambda value: 0 if value else 255)
    ink = plain.convert("L").point(lambda value: 255 if value < 100 else 0)
    left = ImageChops.multiply(ink, outside).histogram()[255]
    assert left < 0.2 * ink.histogram()[255]
