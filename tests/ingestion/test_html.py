"""Web pages: what a browser shows counts, in its order and with its numbers; what it hides is reported."""

from __future__ import annotations

import socket

import pytest

from dpa_checker.errors import DocumentError, EmptyDocument, LimitExceeded
from dpa_checker.ingestion import read_bytes
from dpa_checker.model import BlockKind, Document, NoticeKind, UnreadReason
from tests.ingestion.test_plain import cells, headers, kinds, shown


def page(body: str, head: str = "") -> Document:
    """Return the document of a page."""
    return read_bytes(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def aside(document: Document, reason: UnreadReason = UnreadReason.HIDDEN) -> list[str]:
    """Return the beginnings of what was set aside for a reason."""
    return [one.excerpt for one in document.unread if one.reason is reason]


def test_running_text_and_headings() -> None:
    document = page(
        "<h1>Data Processing\n Agreement</h1><p>The <b>Processor</b>\nshall act &ndash; only &lt;so&gt;.</p>"
        "<div>A part<h3>Term</h3>of text</div><details><summary>More</summary>Folded words.</details>",
        "<title>Not shown</title><script>var x = 'not shown'</script>",
    )
    assert shown(document) == [
        "Data Processing Agreement", "The Processor shall act – only <so>.", "A part", "Term", "of text", "More",
        "Folded words.",
    ]  # fmt: skip
    assert (document.blocks[0].kind, document.blocks[0].level) == (BlockKind.HEADING, 1)
    assert (document.blocks[3].kind, document.blocks[3].level) == (BlockKind.HEADING, 3)
    assert document.media_type == "text/html"
    assert document.unread == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<span hidden>SECRET</span>",
        '<span style="display:none">SECRET</span>',
        '<span style="DISPLAY : None !important; color:red">SECRET</span>',
        '<span style="visibility:hidden">SECRET</span>',
        '<span style="font-size:0">SECRET</span>',
        '<span style="font-size:1px">SECRET</span>',
        '<span style="opacity:0">SECRET</span>',
        '<span style="color:#fff">SECRET</span>',
        '<span style="color:rgb(254, 254, 254)">SECRET</span>',
        '<font color="white">SECRET</font>',
        '<span style="background:#000;color:black">SECRET</span>',
        '<span style="color:transparent">SECRET</span>',
        '<span style="position:absolute;left:-9999px">SECRET</span>',
        '<span style="position:absolute; clip: rect(0, 0, 0, 0)">SECRET</span>',
        '<span style="width:1px;height:1px;overflow:hidden">SECRET</span>',
        '<span style="text-indent:-5000px">SECRET</span>',
        '<span class="gone">SECRET</span>',
        '<span id="gone">SECRET</span>',
        '<div class="outer"><em>SECRET</em></div>',
        '<section data-off="1">SECRET</section>',
        "<template>SECRET</template>",
        "<noscript>SECRET</noscript>",
        "<dialog>SECRET</dialog>",
    ],
)
def test_what_cannot_be_seen_is_set_aside(markup: str) -> None:
    style = (
        "<style>/* c */ .gone, .x {display:none} #gone{visibility:hidden} @media screen {div.outer > em {font-size:0}}"
        "[data-off] {display: none}</style>"
    )
    document = page(f"<p>Before. {markup} After.</p>", style)
    assert "SECRET" not in document.text
    assert aside(document) == ["SECRET"]
    where = document.unread[0].start
    assert where is not None
    assert document.text[:where].strip() == "Before."


@pytest.mark.parametrize(
    "markup",
    [
        '<div style="visibility:hidden"><span style="visibility:visible">KEPT</span></div>',
        '<div style="font-size:0"><span style="font-size:12px">KEPT</span></div>',
        '<div style="background:#036"><span style="color:#fff">KEPT</span></div>',
        '<table><tr><th bgcolor="#000000"><font color="white">KEPT</font></th><td>x</td></tr></table>',
        '<div style="background-image:url(x.png)"><span style="color:white">KEPT</span></div>',
        '<span aria-hidden="true">KEPT</span>',
        '<p class="late">KEPT</p>',
        '<p style="display:block" class="gone">KEPT</p>',
        '<p class="printed">KEPT</p>',
    ],
)
def test_what_can_be_seen_stays(markup: str) -> None:
    style = (
        "<style>.late{display:none} p.late{display:block} .gone{display:none} .gone:hover{color:red}"
        "@media print{.printed{display:none}}</style>"
    )
    document = page(markup, style)
    assert "KEPT" in document.text
    assert document.unread == ()


def test_struck_text_does_not_count() -> None:
    document = page(
        "<p>The Processor shall <del>not</del> <s>never</s> <strike>x</strike>"
        '<span style="text-decoration: line-through red">y</span> act.</p>'
    )
    assert document.text == "The Processor shall act."
    assert aside(document, UnreadReason.STRUCK_THROUGH) == ["not never xy"]


def test_numbers_of_lists_are_those_shown() -> None:
    document = page(
        "<ol start=3><li>Processor duties are these, in full:"
        "<ol type=a><li>first limb;</li><li value=5>fifth limb.</li></ol>"
        "<li>The fourth sentence stands here.</ol><ol reversed type=I><li>x one.</li><li>x two.</li></ol>"
        '<ul><li>a bullet.</li><li style="display:none">gone</li><li>(b) typed.</li></ul>'
        '<ol style="list-style-type:none"><li>1.2 own number here.</li></ol>'
    )
    assert [block.label for block in document.blocks] == ["3.", "a.", "e.", "4.", "II.", "I.", "•", "(b)", "1.2"]
    assert [block.level for block in document.blocks][:4] == [1, 2, 2, 1]
    assert "e. fifth limb." in shown(document)


def test_tables_with_merged_cells_and_layout_tables() -> None:
    document = page(
        "<table><caption>Particulars</caption><thead><tr><th>Subject</th><th>Duration</th></tr></thead>"
        "<tr><td rowspan=2>Hosting</td><td>12 months</td></tr><tr><td>renewable</td></tr>"
        "<tr><td colspan=2>Whole row here</td></tr></table>"
        "<table><tr><td><p>Only one column.</p></td></tr></table>"
    )
    assert kinds(document) == ["heading", *["table_row"] * 4, "paragraph"]
    assert headers(document, document.blocks[2]) == ["Subject", "Duration"]
    assert cells(document, document.blocks[3]) == ["", "renewable"]
    assert headers(document, document.blocks[3]) == ["Subject", "Duration"]
    assert cells(document, document.blocks[4]) == ["Whole row here", ""]


def test_forms_show_their_choice() -> None:
    document = page(
        "<p><label><input type=checkbox checked> Audit on site</label> "
        "<label>No audit <input type=checkbox></label></p>"
        "<p><input type=radio id=r1><label for=r1>Deletion at the end</label></p>"
        "<p><input type=radio id=r2 checked><label for=r2>Return of all data</label></p>"
        "<p>Term: <select><option>one year<option selected>two years</select></p>"
        '<p>Name <input value="Acme SAS"> <input type=hidden value=nothing><textarea>Free words</textarea></p>'
        "<p>☐ Typed option left open</p><p>[x] Typed option chosen</p>"
    )
    assert "Audit on site" in document.text
    assert "Return of all data" in document.text
    assert "two years" in document.text
    assert "Acme SAS" in document.text
    assert "Free words" in document.text
    assert "Typed option chosen" in document.text
    assert "nothing" not in document.text
    set_aside = " ".join(aside(document, UnreadReason.UNSELECTED_OPTION))
    for words in ("No audit", "Deletion at the end", "one year", "Typed option left open"):
        assert words in set_aside
        assert words not in document.text


def test_line_breaks_part_labelled_lines() -> None:
    document = page("<p>The Processor shall:<br>a) act on instructions;<br>b) keep<br>secrets.<br><br>Next part.</p>")
    assert shown(document) == ["The Processor shall:", "a) act on instructions;", "b) keep\nsecrets.", "Next part."]


def test_preformatted_text_is_laid_out_as_plain_text() -> None:
    document = page("<p>Before.</p><pre>1. Scope\n\nThe text of\nthe clause.\n\nName   | Land\nBeta   | Sweden\n</pre>")
    assert kinds(document) == ["paragraph", "heading", "paragraph", "table_row", "table_row"]
    assert cells(document, document.blocks[4]) == ["Beta", "Sweden"]
    assert shown(document)[2] == "The text of\nthe clause."


XHTML = (
    b"<?xml version='1.0' encoding='utf-8'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/>"
    b"<script src='x'/></head><body><p>XHTML says it.</p></body></html>"
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('<meta charset="windows-1252"><p>Données personnelles'.encode("cp1252"), "Données personnelles"),
        ('<meta charset="iso-8859-2"><p>Přiměřené opatření'.encode("iso8859-2"), "Přiměřené opatření"),
        ("<html><p>Uppgifter på svenska</p></html>".encode("utf-16"), "Uppgifter på svenska"),
        (b"\xef\xbb\xbf" + "<html><p>Maßnahmen".encode(), "Maßnahmen"),
        ('<meta charset="latin1"><p>Auftragsverarbeitung für'.encode(), "Auftragsverarbeitung für"),
        ('<meta charset="no-such-code"><p>Maßnahmen'.encode("cp1252"), "Maßnahmen"),
        (XHTML, "XHTML says it."),
    ],
)  # fmt: skip
def test_encodings(data: bytes, text: str) -> None:
    assert read_bytes(data).text == text


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document = page(
        '<img src="http://img.example/a.png"><iframe src="https://frame.example/">Old browser</iframe><p>Text.</p>',
        '<link rel=stylesheet href="//css.example/a.css"><base href="http://base.example/">',
    )
    assert document.text == "Text."
    assert [(one.kind, one.count) for one in document.notices] == [(NoticeKind.EXTERNAL_REFERENCE, 3)]
    assert "img.example" in document.notices[0].detail


def test_white_text_may_stand_on_a_ground_from_elsewhere() -> None:
    link = '<link rel=stylesheet href="a.css">'
    assert "Name" in page('<div class=bar><span style="color:white">Name</span></div><p>Text.</p>', link).text
    assert "Name" not in page('<div><span style="color:white">Name</span></div><p>Text.</p>', link).text


def test_empty_and_hostile_pages() -> None:
    with pytest.raises(EmptyDocument):
        page("<script>document.write('x')</script><img src=a.png>")
    with pytest.raises(LimitExceeded):
        read_bytes(b"<html>" + b"<div>" * 5000 + b"text")
    for data in (
        b"<html><style>" + b"@media screen{" * 20_000, b"<html>" + b"<!--" * 50_000, b"<!---->" * 5000 + b"<p>x</p>",
        b"<html><table>" + b"<td rowspan=99999 colspan=99999>x" * 50, b"<html><p style='" + b"(" * 100_000 + b"'>x",
    ):  # fmt: skip
        try:
            read_bytes(data)
        except DocumentError:
            continue
