"""What stands beside the findings, and who is given it: pages, their words, the text of a contract."""

from __future__ import annotations

import io
import itertools
import re

import httpx
from PIL import Image

from api.dashboard import PATH
from api.dashboard.page_view import build_pages, lay_words
from api.dashboard.text_view import Letters, Mark, build_text
from api.service.caller import Role
from api.service.page import PageWords
from dpa_checker.ingestion import read_bytes
from dpa_checker.ingestion.page_layout import PrintedLine
from dpa_checker.model import Block, BlockKind, Box, Document, Emphasis, Face
from tests.api.dashboard.samples import upload
from tests.api.running import CONTRACT, Caller, Running
from tests.ingestion.docx_files import inserted, para, table, text, word_file
from tests.ingestion.test_scans import FRENCH, needs_tesseract, printed, scanned

_A4 = (595.28, 841.89)


def _actions(working: Running, contract: str) -> list[str]:
    """Return what the audit log has noted of a contract."""
    log = working.caller(Role.ADMINISTRATOR).get("/v1/audit", params={"limit": 200}).json()
    return [entry["action"] for entry in log if entry["subject"] == contract]


def _review(caller: Caller, contract: str, query: str = "") -> httpx.Response:
    return caller.get(f"{PATH}/contracts/{contract}{query}").raise_for_status()


def _mark(mention: str, *boxes: Box, against: bool = False, number: int = 0) -> Mark:
    return Mark(0, 1, mention, against, f"e-{mention}-{number}", boxes)


def test_passages_in_the_same_place_are_one_spot() -> None:
    one, two, over = Box(1, 10, 20, 90, 30), Box(1, 10, 32, 50, 42), Box(2, 10, 5, 40, 15)
    marks = [
        _mark("audits", one, two),
        _mark("security", one, two, against=True),
        _mark("dpia", Box(1, 10, 20, 40, 30)),
        _mark("duration", two, over),
    ]
    first, second = build_pages((_A4, (200.0, 100.0)), marks)
    assert (first.number, first.width, second.height) == (1, 595.28, 100.0)
    assert [spot.mentions for spot in first.spots] == [("audits", "security"), ("dpia",), ("duration",)]
    assert first.spots[0].against
    anchors = [place.anchor for spot in first.spots for place in spot.places if place.anchor]
    assert sorted(anchors) == ["e-audits-0", "e-dpia-0", "e-duration-0", "e-security-0"]
    assert [(spot.mentions, [place.anchor for place in spot.places]) for spot in second.spots] == [
        (("duration",), [""])
    ]
    place = first.spots[0].places[0]
    assert (place.x, place.y, place.width, place.height) == (8.8, 18.8, 82.4, 12.4)


def test_words_are_laid_along_their_lines() -> None:
    lines = (
        PrintedLine("Along the line", 10, 20, 110, 31),
        PrintedLine("Up the margin", 5, 100, 15, 300),
        PrintedLine("nothing", 5, 5, 5, 9),
        PrintedLine("  ", 5, 5, 9, 9),
    )
    along, up = lay_words(PageWords(100, 100, lines))
    assert (along.x, along.length, along.upwards) == (10, 100, False)
    assert 26 < along.y < 31
    assert (up.y, up.length, up.size, up.upwards) == (300, 200, 9, True)


def test_no_link_is_without_words(working: Running) -> None:
    caller = working.caller()
    page = _review(caller, upload(caller, "de.docx", "de-auftragsverarbeitungsvertrag")).text
    assert re.search(r"<mark [^>]*>\s</mark>", page), "passages that meet at a space"
    assert not re.search(r'<a href="#f-[a-z-]+">\s*</a>', page)


def test_the_blocks_of_a_text_are_shown_as_what_they_are() -> None:
    document = read_bytes(
        word_file(
            para(text("Agreement"), properties='<w:pStyle w:val="Heading1"/>')
            + para(text("Deep"), properties='<w:pStyle w:val="Heading4"/>')
            + para(text("The parties agree. ") + inserted("Audits are allowed."))
            + table(("Data", "Purpose"), ("Names", "Rostering"), header=True)
        )
    )
    at = document.text.index("Names")
    parts = list(build_text(document, [Mark(at, at + 5, "data-types", False, "e-data-types-0")]))
    assert [(part.kind, part.rows[0].level) for part in parts] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 1),
        ("table_row", 1),
    ], "no heading is more than a level below the one before"
    said = parts[2].rows[0].cells[0].segments
    assert [(piece.text.strip(), piece.inserted) for piece in said] == [
        ("The parties agree.", False),
        ("Audits are allowed.", True),
    ]
    head, body = parts[3].rows
    assert [cell.head for cell in (*head.cells, *body.cells)] == [True, True, False, False]
    assert [piece.anchors for cell in body.cells for piece in cell.segments] == [("e-data-types-0",), ()]


def test_the_label_of_an_item_stands_apart_and_leads_nowhere_of_its_own() -> None:
    words = "(a) delete all data; and"
    blocks = (
        Block(0, 8, BlockKind.PARAGRAPH),
        Block(10, 10 + len(words), BlockKind.LIST_ITEM, level=3, label="(a)"),
    )
    document = Document("It shall\n\n" + words, blocks, "0")
    _, items = build_text(document, [Mark(10, 29, "deletion-or-return", False, "e-deletion-or-return-0")])
    [item] = items.rows
    assert (item.level, [(piece.text, piece.anchors) for piece in item.label]) == (1, [("(a)", ())])
    assert [(piece.text, piece.anchors, piece.mentions) for piece in item.cells[0].segments] == [
        ("delete all data", ("e-deletion-or-return-0",), ("deletion-or-return",)),
        ("; and", (), ()),
    ]


def test_letters_are_set_as_in_the_file_and_do_not_cut_a_passage() -> None:
    words = "The Processor shall notify the Controller at once"
    document = Document(
        words,
        (Block(4, len(words)),),
        "0",
        emphases=(
            Emphasis(0, 13, Face(bold=True)),
            Emphasis(20, 26, Face(italic=True)),
            Emphasis(45, 49, Face(underlined=True)),
        ),
    )
    [part] = build_text(document, [Mark(14, 41, "breach-notification", False, "e-breach-notification-0")])
    before, said, after = part.rows[0].cells[0].segments
    assert before.letters == (Letters("Processor", Face(bold=True)), Letters(" "))
    assert said.letters == (
        Letters("shall "),
        Letters("notify", Face(italic=True)),
        Letters(" the Controller"),
    )
    assert after.letters == (Letters(" at "), Letters("once", Face(underlined=True)))


def test_a_word_file_is_shown_with_its_letters(working: Running) -> None:
    caller = working.caller()
    body = para(text("Processing agreement"), properties='<w:pStyle w:val="Heading1"/>')
    body += para(
        text("The processor processes personal data ")
        + text("only").replace("<w:t ", "<w:rPr><w:b/><w:i/></w:rPr><w:t ")
        + text(" on documented instructions from the controller.")
    )
    contract = caller.upload(word_file(body), "letters.docx", wait=30).json()["contract"]
    page = _review(caller, contract).text
    assert "<b><i>only</i></b>" in page


def test_a_pdf_is_shown_as_pages_and_as_text_where_that_is_chosen(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "weak.pdf")
    page = _review(caller, contract).text
    shown = re.findall(r'<img src="([^"]+)"[^>]* width="(\d+)" height="(\d+)"', page)
    assert len(shown) == page.count('<figure class="leaf"') > 2
    assert {size[1:] for size in shown} == {("595", "842")}
    assert page.count('loading="lazy"') == len(shown) - 1
    report = caller.get(f"/v1/contracts/{contract}/report").json()
    for finding in report["findings"]:
        for number, quote in enumerate(finding["evidence"]):
            assert page.count(f'id="e-{finding["mention"]}-{number}"') == bool(quote["boxes"])
    assert "<mark" not in page
    text = _review(caller, contract, "?view=text")
    assert "dpa_view=text" in text.headers["set-cookie"]
    assert "<mark" in text.text
    assert "<img" not in text.text
    assert "<mark" in _review(caller, contract).text, "the choice is remembered"
    assert "<mark" not in _review(caller, contract, "?view=pages").text
    assert "<mark" not in _review(caller, contract, "?view=nonsense").text


def test_what_is_no_pdf_is_shown_as_text(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "nda.docx", "en-nda")
    page = _review(caller, contract, "?view=pages").text
    assert "<img" not in page
    assert 'class="switch' not in page
    assert caller.get(f"{PATH}/contracts/{contract}/pages/1").status_code == 404
    assert caller.get(f"{PATH}/contracts/{contract}/pages/1/words").status_code == 404


def test_pages_are_pictures_for_those_who_may_see_them(working: Running) -> None:
    caller = working.caller(Role.READER)
    contract = upload(working.caller(), "weak.pdf")
    path = f"{PATH}/contracts/{contract}/pages"
    for width in (400, 1000):
        answer = caller.get(f"{path}/1", params={"width": width})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["cache-control"] == "no-store"
        assert abs(Image.open(io.BytesIO(answer.content)).width - width) <= 1
    words = caller.get(f"{path}/2/words")
    assert words.headers["cache-control"] == "no-store"
    assert re.search(r'<text [^>]*textLength="[\d.]+"[^>]*>[^<]+</text>', words.text)
    for wrong in ("0", "99", "-1", "x", "1?width=99999", "1?width=x", "0/words", "99/words"):
        assert caller.get(f"{path}/{wrong}").status_code == 404
    stranger = working.caller(Role.REVIEWER, working.other_workspace)
    for page in ("1", "1/words"):
        assert stranger.get(f"{path}/{page}").status_code == 404
        assert working.anonymous().get(f"{path}/{page}").status_code == 303


def test_a_contract_that_is_not_examined_has_no_pages(running: Running) -> None:
    caller = running.caller()
    contract = caller.upload(CONTRACT).json()["contract"]
    assert caller.get(f"{PATH}/contracts/{contract}/pages/1").status_code == 409


def test_turning_pages_is_noted_once(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "weak.pdf")
    for query in ("", "?finding=audits"):
        _review(caller, contract, query)
        for page in (1, 2, 3):
            caller.get(f"{PATH}/contracts/{contract}/pages/{page}").raise_for_status()
            caller.get(f"{PATH}/contracts/{contract}/pages/{page}/words").raise_for_status()
    noted = _actions(working, contract)
    assert (noted.count("page-read"), noted.count("dossier-read"), noted.count("text-read")) == (1, 2, 0)
    other = working.caller()
    other.get(f"{PATH}/contracts/{contract}/pages/1").raise_for_status()
    assert _actions(working, contract).count("page-read") == 2, "another account is noted for itself"
    caller.get(f"/v1/contracts/{contract}/pages/1").raise_for_status()
    assert _actions(working, contract).count("page-read") == 3, "programs are noted each time"


@needs_tesseract
def test_the_words_of_a_scan_are_those_that_were_recognised(working: Running) -> None:
    caller = working.caller()
    answer = caller.upload(scanned(printed(FRENCH)), "scan.pdf", wait=60)
    assert answer.json()["state"] == "done", answer.text
    contract = answer.json()["contract"]
    path = f"{PATH}/contracts/{contract}/pages/1"
    assert caller.get(path).headers["content-type"] == "image/png"
    words = re.findall(r"<text [^>]*>([^<]+)</text>", caller.get(f"{path}/words").text)
    assert "personnel que sur instruction" in " ".join(words)


def test_a_document_keeps_its_headings_lists_and_tables(working: Running) -> None:
    caller = working.caller()
    contract = upload(caller, "complete.docx", "en-dpa-complete")
    page = _review(caller, contract).text
    levels = [int(level) for level in re.findall(r"<h(\d) class=\"b heading", page)]
    assert levels[0] == 3
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert '<ul class="b items">' in page
    assert re.search(r'<li class="l1"><span class="label">(<mark[^>]*>)?3\.1', page)
    assert re.search(r'<li class="l2"><span class="label">(<mark[^>]*>)?a\)', page)
    assert re.search(r'<table class="b">\s*<tr><t[hd]', page)
