"""The form of the report to send: what stands in it is what comes, with scripts and without."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.api.dashboard.conftest import Visitor
from tests.api.dashboard.samples import upload
from tests.api.running import CONTRACT, PARTY, Running

#: A name that no contract here has; of two words, with a sign that an address has to write otherwise.
NAME = "Söder & Vale AB"


def _words(content: bytes) -> str:
    """Return what a PDF or a DOCX says."""
    if content.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(content)
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split())


def _download(page: Page, kind: str) -> str:
    with page.expect_download() as got:
        page.get_by_role("button", name=kind, exact=True).click()
    assert got.value.suggested_filename == f"report.{kind.lower()}"
    return _words(got.value.path().read_bytes())


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_stands_in_the_form_is_what_comes(
    working: Running, visitor: Visitor, reviewer: str, scripts: bool
) -> None:
    contract = upload(working.sign_in(reviewer), "weak.pdf")
    page = visitor(reviewer, java_script_enabled=scripts)
    page.goto(f"/dashboard/contracts/{contract}/report")
    before = page.url
    page.get_by_label("Title").fill("Our view of the agreement")
    page.get_by_label("Date", exact=True).fill("2026-03-02")
    page.get_by_label("Controller").fill(NAME)
    page.get_by_label("Proposed clauses").uncheck()
    page.get_by_label("Proposed clauses").check()
    for kind in ("PDF", "DOCX"):
        said = _download(page, kind)
        for shown in ("Our view of the agreement", "2 March 2026", NAME):
            assert shown in said, (kind, shown)
    assert page.get_by_label("Title").input_value() == "Our view of the agreement"
    if not scripts:
        assert page.url == before
    page.get_by_label("Title").press("Enter")
    paper = page.locator(".sheet-of-paper")
    expect(paper.locator(".letter-title")).to_have_text("Our view of the agreement")
    expect(paper).to_contain_text(NAME)


def test_the_parties_are_called_as_the_form_says_and_else_as_found(
    working: Running, visitor: Visitor, reviewer: str
) -> None:
    caller = working.sign_in(reviewer)
    contract = caller.upload(CONTRACT, wait=30).json()["contract"]
    page = visitor(reviewer, java_script_enabled=False)
    page.goto(f"/dashboard/contracts/{contract}/report")
    parties = caller.get(f"/v1/contracts/{contract}/report").json()["document"]["parties"]
    found = next(one["name"] for one in parties if one["role"] == "controller")
    assert found in PARTY
    controller, processor = page.get_by_label("Controller"), page.get_by_label("Processor")
    expect(controller).to_have_attribute("placeholder", found)
    paper = page.locator(".sheet-of-paper")
    assert found in paper.locator(".facts-list").inner_text()
    controller.fill(NAME)
    processor.fill("Vexley Hosting Limited")
    page.get_by_role("button", name="Preview").click()
    expect(controller).to_have_value(NAME)
    expect(controller).to_have_attribute("placeholder", found)
    expect(paper.locator(".facts-list dd").filter(has_text=NAME)).to_have_count(1)
    clauses = " ".join(paper.locator(".letter-row .pre").all_inner_texts())
    assert "Vexley Hosting Limited" in clauses
    said = _download(page, "DOCX")
    for text in (clauses, said):
        assert NAME in text
        assert "Nimbus" not in text
    assert found not in clauses


def test_signs_that_cannot_be_shown_become_blanks(working: Running) -> None:
    caller = working.caller()
    contract = caller.upload(CONTRACT, wait=30).json()["contract"]
    given = {"controller": "Söder\u00a0&\r\nVale\x07AB" + "x" * 300, "chosen": "yes"}
    page = caller.get(f"/dashboard/contracts/{contract}/report", params=given)
    assert page.status_code == 200
    assert "Söder &amp; Vale AB" + "x" * 185 + '"' in page.text


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_parties_of_a_set_are_called_as_its_form_says(
    working: Running, visitor: Visitor, reviewer: str, scripts: bool
) -> None:
    caller = working.sign_in(reviewer)
    contract = caller.upload(CONTRACT, wait=30).json()["contract"]
    bundle = caller.post("/v1/sets", json={"name": "Bundle", "contracts": [contract]}).json()["id"]
    parties = caller.get(f"/v1/contracts/{contract}/report").json()["document"]["parties"]
    page = visitor(reviewer, java_script_enabled=scripts)
    page.goto(f"/dashboard/sets/{bundle}")
    page.get_by_text("Names of the parties").click()
    found = next(one["name"] for one in parties if one["role"] == "controller")
    expect(page.get_by_label("Controller")).to_have_attribute("placeholder", found)
    page.get_by_label("Controller").fill(NAME)
    page.get_by_label("Processor").fill("Vexley Hosting Limited")
    for kind in ("PDF", "DOCX"):
        said = _download(page, kind)
        assert said.count(NAME) > 1
        assert said.count("Vexley Hosting Limited") > 1
