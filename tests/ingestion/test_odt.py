"""OpenDocument texts: numbers, tables, notes, both readings, what does not show; raw XML and files by LibreOffice."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from dpa_checker.errors import DamagedDocument, EmptyDocument, EncryptedDocument, LimitExceeded
from dpa_checker.ingestion import Limits, read_bytes, read_file
from dpa_checker.model import BlockKind, Document, NoticeKind, RevisionKind, UnreadReason
from tests.ingestion.docx_files import numbered, para, table, text, word_file
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import cells, headers, kinds, shown

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office", "text": "text", "style": "style", "table": "table", "draw": "drawing", "form": "form",
        "fo": "xsl-fo-compatible", "loext": "loext", "field": "field",
    }.items()
)  # fmt: skip
_NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
STYLES = """
<style:style style:name="Hid" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Cut" style:family="text">
 <style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="Back" style:family="text" style:parent-style-name="Cut">
 <style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="Pale" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="Tiny" style:family="text"><style:text-properties fo:font-size="1pt"/></style:style>
<style:style style:name="Dark" style:family="table-cell">
 <style:table-cell-properties fo:background-color="#112233"/></style:style>
<style:style style:name="Parent" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Secret" style:family="paragraph" style:parent-style-name="Parent"/>
<text:list-style style:name="L">
 <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
 <text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>
 <text:list-level-style-number text:level="3" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
</text:list-style>
"""


def odt(body: str, *, styles: str = STYLES, settings: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Return an OpenDocument text; ``settings`` are children of ``office:document-styles``."""
    content = (
        f"<office:document-content {_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        out.writestr("content.xml", content)
        out.writestr("styles.xml", f"<office:document-styles {_NAMES}>{settings}</office:document-styles>")
        for name, part in (parts or {}).items():
            out.writestr(name, part)
    return target.getvalue()


def p(content: str, style: str = "") -> str:
    """Return a paragraph."""
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def span(content: str, style: str) -> str:
    """Return characters of a style."""
    return f'<text:span text:style-name="{style}">{content}</text:span>'


def item(*content: str, start: int | None = None) -> str:
    """Return a list item."""
    attribute = f' text:start-value="{start}"' if start is not None else ""
    return f"<text:list-item{attribute}>{''.join(content)}</text:list-item>"


def listing(*items: str, attributes: str = 'text:style-name="L"') -> str:
    """Return a list."""
    return f"<text:list {attributes}>{''.join(items)}</text:list>"


def excerpts(document: Document, reason: UnreadReason) -> list[str]:
    """Return the beginnings of what was set aside for a reason."""
    return [one.excerpt for one in document.unread if one.reason is reason]


def test_white_space_breaks_and_headings() -> None:
    document = read_bytes(
        odt(
            '<text:h text:outline-level="2">Scope  and\n purpose</text:h>'
            + p('One<text:s text:c="2"/>two<text:tab/>three<text:line-break/>four <text:a>link</text:a>.')
            + "<text:table-of-content><text:table-of-content-source>x</text:table-of-content-source>"
            f"<text:index-body>{p('1. Scope 3')}</text:index-body></text:table-of-content>"
        )
    )
    assert shown(document) == ["Scope and purpose", "One  two three\nfour link.", "1. Scope 3"]
    assert (document.blocks[0].kind, document.blocks[0].level) == (BlockKind.HEADING, 2)
    assert document.blocks[2].kind is not BlockKind.HEADING


def test_numbers_as_shown() -> None:
    inner = listing(item(p("first limb here;")), item(p("second limb here.")), attributes="")
    document = read_bytes(
        odt(
            listing(
                item(p("The first duty is this one."), listing(item(p("The Processor shall:"), inner), attributes="")),
                item(p("The second duty is this one."), p("Its second paragraph.")),
            )
            + p("A paragraph between.")
            + listing(
                item(p("The third duty goes on.")), attributes='text:style-name="L" text:continue-numbering="true"'
            )
            + listing(item(p("Another list begins here."), start=7))
            + listing("<text:list-header>" + p("No number here.") + "</text:list-header>", item(p("Item of it here.")))
        )
    )
    assert [block.label for block in document.blocks] == [
        "1.", "1.1", "(a)", "(b)", "2.", None, None, "3.", "7.", None, "1.",
    ]  # fmt: skip
    assert [block.level for block in document.blocks][:5] == [1, 2, 3, 3, 1]


def test_headings_numbered_by_the_outline() -> None:
    settings = (
        '<office:styles><text:outline-style><text:outline-level-style text:level="1" style:num-format="I" '
        'style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2" '
        'loext:num-list-format="%1%-%2%"/></text:outline-style></office:styles>'
    )
    heads = "".join(
        f'<text:h text:outline-level="{level}" {more}>Title</text:h>'
        for level, more in ((1, ""), (2, ""), (2, ""), (1, ""), (1, 'text:is-list-header="true"'), (2, ""))
    )
    document = read_bytes(odt(heads, settings=settings))
    assert [block.label for block in document.blocks] == ["I.", "I-1", "I-2", "II.", None, "II-1"]


def test_tables_nested_merged_and_with_header() -> None:
    def cell(content: str, more: str = "") -> str:
        return f"<table:table-cell {more}>{content}</table:table-cell>"

    inner = f"<table:table><table:table-row>{cell(p('in'))}{cell(p('side'))}</table:table-row></table:table>"
    document = read_bytes(
        odt(
            "<table:table><table:table-header-rows><table:table-row>"
            + cell(p("Subject of it all.")) + cell(p("Duration")) + "</table:table-row></table:table-header-rows>"
            "<table:table-row>" + cell(p("Hosting"), 'table:number-rows-spanned="2"') + cell(p("1 year") + inner)
            + "</table:table-row><table:table-row><table:covered-table-cell/>"
            + cell(p("renewable")) + "</table:table-row>"
            "<table:table-row>"
            + cell(p("Whole row"), 'table:number-columns-spanned="2"') + "<table:covered-table-cell/>"
            "</table:table-row></table:table>"
        )
    )  # fmt: skip
    assert kinds(document) == ["table_row"] * 4
    assert cells(document, document.blocks[1]) == ["Hosting", "1 year\nin | side"]
    assert headers(document, document.blocks[1]) == ["Subject of it all.", "Duration"]
    assert cells(document, document.blocks[2]) == ["", "renewable"]
    assert cells(document, document.blocks[3]) == ["Whole row", ""]
    assert document.text.endswith("Whole row")


def test_what_does_not_show_is_set_aside() -> None:
    document = read_bytes(
        odt(
            p(f"Seen {span('hidden one', 'Hid')} and {span('struck one', 'Cut')} but {span('kept one', 'Back')}.")
            + p(f"White {span('pale one', 'Pale')} and {span('tiny one', 'Tiny')} end.")
            + p("a secret paragraph", "Secret")
            + f'<text:section text:display="none">{p("a hidden section")}</text:section>'
            + p('Field <text:hidden-text text:is-hidden="true" text:string-value="hidden field"/>end.')
            + p('<text:hidden-paragraph text:is-hidden="true"/>a hidden paragraph')
            + "<table:table><table:table-row><table:table-cell>" + p("x") + "</table:table-cell>"
            '<table:table-cell table:style-name="Dark">' + p(span("white on dark", "Pale")) + "</table:table-cell>"
            "</table:table-row></table:table>"
        )
    )  # fmt: skip
    assert shown(document) == ["Seen and but kept one.", "White and end.", "Field end.", "x | white on dark"]
    assert excerpts(document, UnreadReason.STRUCK_THROUGH) == ["struck one"]
    hidden = " / ".join(excerpts(document, UnreadReason.HIDDEN))
    for words in ("hidden one", "pale one", "tiny one", "secret paragraph", "hidden section", "hidden field",
                  "hidden paragraph"):  # fmt: skip
        assert words in hidden


CHANGES = """<text:tracked-changes>
<text:changed-region text:id="i1"><text:insertion><office:change-info><dc:creator>Ann</dc:creator>
 <dc:date>2024-05-01T10:00:00</dc:date></office:change-info></text:insertion></text:changed-region>
<text:changed-region text:id="d1"><text:deletion><office:change-info><dc:creator>Bo</dc:creator>
 <dc:date>2024-05-02</dc:date></office:change-info><text:p>promptly </text:p></text:deletion></text:changed-region>
<text:changed-region text:id="d2"><text:deletion><office:change-info><dc:creator>Bo</dc:creator></office:change-info>
 <text:p/><text:p>A whole clause that was deleted.</text:p></text:deletion></text:changed-region>
<text:changed-region text:id="i2"><text:insertion><office:change-info><dc:creator>Ann</dc:creator></office:change-info>
</text:insertion></text:changed-region></text:tracked-changes>"""


def test_both_readings_of_tracked_changes() -> None:
    document = read_bytes(
        odt(
            CHANGES
            + p(
                'The Processor shall <text:change text:change-id="d1"/>'
                '<text:change-start text:change-id="i1"/>not <text:change-end text:change-id="i1"/>delete the data.'
            )
            + p('It ends.<text:change text:change-id="d2"/>')
            + p('First part<text:change-start text:change-id="i2"/> inserted end.')
            + p("A paragraph that is new.")
            + p('New start<text:change-end text:change-id="i2"/> and the rest.')
        )
    )
    rejected = document.rejected
    assert rejected is not None
    assert shown(document) == [
        "The Processor shall not delete the data.", "It ends.", "First part inserted end.", "A paragraph that is new.",
        "New start and the rest.",
    ]  # fmt: skip
    assert shown(rejected) == [
        "The Processor shall promptly delete the data.", "It ends.", "A whole clause that was deleted.",
        "First part and the rest.",
    ]  # fmt: skip
    first = document.revisions[0]
    assert (document.text[first.start : first.end], first.author, first.date) == ("not ", "Ann", "2024-05-01T10:00:00")
    assert {one.kind for one in document.revisions} == {RevisionKind.INSERTION}
    assert {one.kind for one in rejected.revisions} == {RevisionKind.DELETION}
    assert "A whole clause" in "".join(rejected.text[one.start : one.end] for one in rejected.revisions)
    assert [(one.detail, one.kind) for one in document.notices] == [("Ann, Bo", NoticeKind.REVISIONS)]


def test_changes_of_format_alone_give_one_reading() -> None:
    change = (
        '<text:tracked-changes><text:changed-region text:id="f"><text:format-change/></text:changed-region>'
        "</text:tracked-changes>"
    )
    marked = '<text:change-start text:change-id="f"/>same<text:change-end text:change-id="f"/>'
    document = read_bytes(odt(change + p(f"The {marked} text.")))
    assert document.text == "The same text."
    assert document.rejected is None


def test_notes_boxes_comments_and_controls() -> None:
    document = read_bytes(
        odt(
            '<office:forms>'
            '<form:form><form:checkbox form:id="c1" form:current-state="checked" form:label="Audit on site"/>'
            '<form:checkbox form:id="c2" form:label="No audit at all"/>'
            '<form:text form:id="c3" form:current-value="Acme"/>'
            "</form:form></office:forms>"
            + p(
                'Text<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
                + p("The note says this.")
                + "</text:note-body></text:note> goes"
                '<office:annotation office:name="a"><dc:creator>Ann</dc:creator>'
                + p("Is that so?")
                + "</office:annotation> on here<office:annotation-end office:name=\"a\"/>."
                "<draw:frame><draw:text-box>" + p("Words in a box.") + "</draw:text-box></draw:frame>"
            )
            + "<draw:frame><draw:text-box>" + p("A box at the page.") + "</draw:text-box></draw:frame>"
            + p('<draw:control draw:control="c1"/>') + p('<draw:control draw:control="c2"/>')
            + p('Name: <draw:control draw:control="c3"/>')
            + p("☐ typed and left open")
            + p('<field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX"><field:param '
                'field:name="Checkbox_Checked" field:value="true"/></field:fieldmark>Ticked mark')
        )
    )  # fmt: skip
    assert shown(document) == [
        "Text goes on here.", "1 The note says this.", "Words in a box.", "A box at the page.", "☒ Audit on site",
        "Name: Acme", "☒ Ticked mark",
    ]  # fmt: skip
    assert BlockKind.NOTE in {block.kind for block in document.blocks}
    comment = document.comments[0]
    assert (comment.text, comment.author) == ("Is that so?", "Ann")
    assert document.text[comment.start : comment.end].strip() == "on here"
    assert len(excerpts(document, UnreadReason.UNSELECTED_OPTION)) == 2


def test_headers_and_footers_that_say_something() -> None:
    words = "This agreement is governed by the law of Sweden in all its parts."
    settings = (
        f"<office:master-styles><style:master-page><style:header>{p('Page 3')}</style:header>"
        f"<style:footer>{p(words)}</style:footer></style:master-page>"
        f"<style:master-page><style:footer>{p(words)}</style:footer></style:master-page></office:master-styles>"
    )
    document = read_bytes(odt(p("Body of it."), settings=settings))
    assert shown(document) == ["Body of it.", words]
    assert document.blocks[1].kind is BlockKind.NOTE


def test_notices_of_macros_objects_and_links() -> None:
    document = read_bytes(
        odt(
            p('Text<draw:frame><draw:image xlink:href="https://host.example/a.png"/></draw:frame>.'),
            parts={"Basic/Standard/Module1.xml": "x", "Object 1/content.xml": "x"},
        )
    )
    assert {one.kind: one.detail for one in document.notices} == {
        NoticeKind.MACROS: "", NoticeKind.EMBEDDED_OBJECT: "Object 1", NoticeKind.EXTERNAL_REFERENCE: "host.example",
    }  # fmt: skip


def test_typed_errors() -> None:
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<manifest xmlns="{name}"><file-entry><encryption-data/></file-entry></manifest>'
    with pytest.raises(EncryptedDocument):
        read_bytes(odt(p("x"), parts={"META-INF/manifest.xml": manifest}))
    with pytest.raises(EncryptedDocument):
        read_bytes(odt(p("x"), parts={"encrypted-package": "x"}))
    with pytest.raises(EmptyDocument):
        read_bytes(odt(p(" ")))
    with pytest.raises(DamagedDocument):
        read_bytes(odt("<text:p>"))
    with pytest.raises(DamagedDocument):
        read_bytes(odt(p("Text of it. " * 200))[:700])
    with pytest.raises(LimitExceeded):
        read_bytes(odt("<text:section>" * 200 + p("x") + "</text:section>" * 200), limits=Limits(max_depth=10))
    many = '<table:table><table:table-row table:number-rows-repeated="1000000">'
    many += f"<table:table-cell table:number-columns-repeated='1000000'>{p('x')}</table:table-cell>"
    assert len(read_bytes(odt(many + "</table:table-row></table:table>")).text) < 1_000_000


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("target", ["odt", "fodt", "rtf", "doc"])
def test_libreoffice_writes_what_the_docx_says(tmp_path: Path, target: str) -> None:
    who = 'w:author="Ann" w:date="2024-01-01T00:00:00Z"'
    body = (
        numbered("Subject and duration of the agreement", 0)
        + numbered("The Processor shall act on instructions:", 1)
        + numbered("first limb of them;", 2)
        + numbered("second limb of them.", 2)
        + para(
            text("The data shall be ")
            + f'<w:ins w:id="1" w:author="Ann" w:date="2024-01-01T00:00:00Z">{text("deleted ")}</w:ins>'
            + f'<w:del w:id="2" {who}><w:r><w:delText xml:space="preserve">kept </w:delText></w:r></w:del>'
            + text("at the end")
            + '<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve"> never</w:t></w:r>'
            + '<w:r><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve"> ever</w:t></w:r>'
            + text(".")
        )
        + numbered("The numbering goes on here.", 1)
        + (table(("Duration", "Purpose"), ("12 months", "Hosting of data"), header=True) if target != "doc" else "")
    )
    source = tmp_path / "contract.docx"
    source.write_bytes(word_file(body))
    word, other = read_file(source), read_file(convert(source, target))
    assert shown(other) == shown(word)
    assert [block.label for block in other.blocks] == [block.label for block in word.blocks]
    assert [one.reason for one in other.unread] == [one.reason for one in word.unread]
    assert other.rejected is not None
    assert word.rejected is not None
    assert shown(other.rejected) == shown(word.rejected)
    assert "kept at the end" in other.rejected.text
    if target == "doc":
        assert other.media_type == "application/msword"
        assert other.notices[0].kind is NoticeKind.CONVERTED
