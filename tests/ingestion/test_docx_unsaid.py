"""DOCX: text that does not count as said (hidden, struck through, options not chosen) and is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_checker.ingestion import read_bytes, read_file
from dpa_checker.model import Document, NoticeKind, UnreadReason
from tests.ingestion.docx_files import NAMESPACES, add_parts, numbered, para, table, text, word_file
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import cells, shown

STYLES = f"""<w:styles {NAMESPACES}>
  <w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
  <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
  <w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
  <w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="Deep"/><w:basedOn w:val="Secret"/></w:style>
  <w:style w:type="character" w:styleId="Veiled"><w:name w:val="Veiled"/><w:rPr><w:vanish/></w:rPr></w:style>
  <w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style>
  <w:style w:type="table" w:styleId="Dark"><w:name w:val="Dark"/><w:tblStylePr w:type="firstRow">
    <w:tcPr><w:shd w:val="clear" w:fill="203040"/></w:tcPr></w:tblStylePr></w:style>
</w:styles>"""


def run(content: str, properties: str) -> str:
    """Return a run with properties."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{content}</w:t></w:r>'


def box(state: str, sign: str) -> str:
    """Return a content control with a box."""
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{text(sign)}</w:sdtContent></w:sdt>"
    )


def old_box(inner: str) -> str:
    """Return a box of an old form."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{inner}</w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def read(body: str) -> Document:
    """Return the document of a body with the styles above."""
    return read_bytes(word_file(body, parts={"word/styles.xml": STYLES}))


def aside(document: Document, reason: UnreadReason) -> list[str]:
    """Return the excerpts of what was set aside for a reason; nothing else may have been."""
    assert {one.reason for one in document.unread} <= {reason}
    for one in document.unread:
        assert one.start == one.end
        assert one.start is not None
        assert 0 <= one.start <= len(document.text)
        assert one.excerpt not in document.text
        assert one.excerpt not in one.detail
    return [one.excerpt for one in document.unread]


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish/>",
        '<w:rStyle w:val="Veiled"/>',
        '<w:color w:val="FFFFFF"/>',
        '<w:color w:val="FAFAFA"/>',
        '<w:color w:themeColor="background1"/>',
        '<w:color w:val="203040"/><w:shd w:val="clear" w:fill="203040"/>',
        '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>',
        '<w:sz w:val="2"/>',
        '<w:w w:val="1"/>',
        "<w14:textFill><w14:noFill/></w14:textFill>",
    ],
)
def test_hidden_runs(properties: str) -> None:
    document = read(para(text("Seen ") + run("and unseen ", properties) + text("seen.")))
    assert document.text == "Seen seen."
    assert aside(document, UnreadReason.HIDDEN) == ["and unseen"]
    assert document.unread[0].start == len("Seen ")


@pytest.mark.parametrize(
    "properties",
    [
        '<w:vanish w:val="0"/>',
        "<w:webHidden/>",
        '<w:color w:val="auto"/>',
        '<w:color w:val="FF0000"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="203040"/>',
        '<w:color w:val="FFFFFF"/><w:shd w:val="pct50" w:color="000000" w:fill="auto"/>',
        '<w:sz w:val="8"/>',
        '<w:shd w:val="solid" w:color="000000"/>',
    ],
)
def test_runs_that_are_seen(properties: str) -> None:
    document = read(para(run("Seen.", properties)))
    assert document.text == "Seen."
    assert document.unread == ()


@pytest.mark.parametrize("style", ["Secret", "Deep"])
def test_hidden_by_style_of_the_paragraph(style: str) -> None:
    properties = f'<w:pStyle w:val="{style}"/>'
    seen = run("but this is seen.", '<w:vanish w:val="0"/>')
    document = read(para(text("A secret. "), properties=properties) + para(text("Seen.")) + para(seen))
    assert shown(document) == ["Seen.", "but this is seen."]
    assert aside(document, UnreadReason.HIDDEN) == ["A secret."]
    both = read(para(run("Two switches cancel each other.", '<w:rStyle w:val="Veiled"/>'), properties=properties))
    assert both.text == "Two switches cancel each other."


def test_hidden_paragraphs_do_not_count_in_lists() -> None:
    hidden = numbered("Hidden clause.", 0).replace(
        "</w:pPr><w:r>", "<w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr>"
    )
    document = read(numbered("First clause.", 0) + hidden + numbered("Second clause.", 0))
    assert shown(document) == ["1. First clause.", "2. Second clause."]
    assert aside(document, UnreadReason.HIDDEN) == ["Hidden clause."]


def test_ground_of_paragraph_cell_and_table_style() -> None:
    white = run("White words.", '<w:color w:val="FFFFFF"/>')
    dark = '<w:shd w:val="clear" w:fill="102030"/>'
    assert read(para(white, properties=dark)).text == "White words."
    row = f"<w:tr><w:tc><w:tcPr>{dark}</w:tcPr>{para(white)}</w:tc><w:tc>{para(white)}</w:tc></w:tr>"
    document = read(f"<w:tbl>{row}</w:tbl>")
    assert shown(document) == ["White words."]
    assert [one.reason for one in document.unread] == [UnreadReason.HIDDEN]
    styled = f'<w:tbl><w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr><w:tr><w:tc>{para(white)}</w:tc></w:tr></w:tbl>'
    assert read(styled).unread == ()
    black = run("Black on black.", '<w:color w:val="000000"/>')
    assert read(para(text("x")) + para(black, properties='<w:shd w:val="clear" w:fill="000000"/>')).text == "x"


def test_white_words_on_a_picture_and_on_a_shape_are_seen() -> None:
    white = run("Cover title", '<w:color w:val="FFFFFF"/>')
    picture = '<w:r><w:drawing><wp:anchor behindDoc="1"/></w:drawing></w:r>'
    turn = para('<w:r><w:br w:type="page"/></w:r>')
    document = read(para(white) + para(picture) + turn + para(run("Unseen.", '<w:color w:val="FFFFFF"/>')))
    assert document.text == "Cover title"
    assert aside(document, UnreadReason.HIDDEN) == ["Unseen."]
    for fill, unseen in (('<a:solidFill><a:srgbClr val="102030"/></a:solidFill>', 0), ("<a:noFill/>", 1)):
        shape = (
            "<w:r><w:drawing><wp:inline><wps:wsp><wps:spPr>" + fill + "</wps:spPr><wps:txbx><w:txbxContent>"
            f"{para(white)}</w:txbxContent></wps:txbx></wps:wsp></wp:inline></w:drawing></w:r>"
        )
        assert len(read(para(text("x") + shape)).unread) == unseen


def test_lines_without_height_and_page_colour() -> None:
    flat = '<w:spacing w:line="10" w:lineRule="exact"/>'
    document = read(para(text("Unseen."), properties=flat) + para(text("Seen.")))
    assert document.text == "Seen."
    assert aside(document, UnreadReason.HIDDEN) == ["Unseen."]
    row = f'<w:tr><w:trPr><w:trHeight w:val="10" w:hRule="exact"/></w:trPr><w:tc>{para(text("Unseen."))}</w:tc></w:tr>'
    assert read(f"<w:tbl>{row}</w:tbl>" + para(text("Seen."))).text == "Seen."
    white = para(run("White.", '<w:color w:val="FFFFFF"/>')) + para(text("x"))
    settings = f"<w:settings {NAMESPACES}><w:displayBackgroundShape/></w:settings>"
    coloured = add_parts(word_file(white), {"word/settings.xml": settings})
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(coloured)) as archive:
        main = archive.read("word/document.xml").decode()
    main = main.replace("<w:body>", '<w:background w:color="204060"/><w:body>', 1)
    assert read_bytes(add_parts(coloured, {"word/document.xml": main})).text == "White.\n\nx"
    assert read_bytes(word_file(white)).text == "x"


@pytest.mark.parametrize("properties", ["<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="Gone"/>'])
def test_struck_through(properties: str) -> None:
    document = read(para(text("The Processor ") + run("never ", properties) + text("pays.")))
    assert document.text == "The Processor pays."
    assert aside(document, UnreadReason.STRUCK_THROUGH) == ["never"]
    assert read(para(run("Kept.", '<w:strike w:val="false"/>'))).text == "Kept."


def test_a_struck_clause_leaves_no_number_behind() -> None:
    struck = numbered("Struck clause.", 0).replace("<w:r>", "<w:r><w:rPr><w:strike/></w:rPr>")
    document = read(numbered("First clause.", 0) + struck + numbered("Third clause.", 0))
    assert shown(document) == ["1. First clause.", "3. Third clause."]
    assert aside(document, UnreadReason.STRUCK_THROUGH) == ["Struck clause."]


def test_boxes_of_content_controls() -> None:
    document = read(
        para(box("0", "☐") + text(" Daily backups")) + para(box("1", "☒") + text(" Weekly backups"))
        + para(box("1", "yes") + text(" Own sign")) + para(box("0", "–") + text(" Own empty sign"))
    )  # fmt: skip
    assert shown(document) == ["☒ Weekly backups", "☒ Own sign"]
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == ["☐ Daily backups", "☐ Own empty sign"]


def test_boxes_of_old_forms() -> None:
    document = read(
        para(old_box('<w:default w:val="0"/>') + text(" Never ticked"))
        + para(old_box('<w:default w:val="1"/>') + text(" Ticked by default"))
        + para(old_box('<w:default w:val="1"/><w:checked w:val="0"/>') + text(" Ticked off"))
        + para(old_box("<w:checked/>") + text(" Ticked"))
    )
    assert shown(document) == ["☒ Ticked by default", "☒ Ticked"]
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == ["☐ Never ticked", "☐ Ticked off"]
    assert [(one.kind, one.count) for one in document.notices] == [(NoticeKind.FORM_FIELDS, 4)]


def test_boxes_typed_and_set_in_wingdings() -> None:
    document = read(
        para(text("☐ Not chosen"))
        + para(run("\uf0a8", '<w:rFonts w:ascii="Wingdings"/>') + text(" Not chosen either"))
        + para(run("o", '<w:rFonts w:ascii="Wingdings"/>') + text(" Nor this"))
        + para('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>' + text(" Chosen"))
        + para('<w:r><w:sym w:font="Wingdings" w:char="F0A7"/></w:r>' + text(" Only a bullet"))
    )
    assert shown(document) == ["☑ Chosen", "▪ Only a bullet"]
    assert len(aside(document, UnreadReason.UNSELECTED_OPTION)) == 3


def test_boxes_in_tables() -> None:
    document = read(table(("☐", "Unticked measure"), ("☒", "Ticked measure"), ("Label", "☐ yes ☒ no")))
    assert shown(document) == ["☒ | Ticked measure", "Label | ☒ no"]
    assert cells(document, document.blocks[1]) == ["Label", "☒ no"]
    assert aside(document, UnreadReason.UNSELECTED_OPTION) == ["Unticked measure", "☐ yes"]
    several = read(table((para(text("☐ Option")) + para(text("with more words.")), "Other")))
    assert shown(several) == ["Other"]
    assert aside(several, UnreadReason.UNSELECTED_OPTION) == ["☐ Option with more words."]
    one_column = read(table(("☐ Unticked",), ("☒ Ticked",)))
    assert one_column.text == "☒ Ticked"


def test_a_list_with_boxes_for_bullets_is_a_form_that_nobody_filled_in() -> None:
    from tests.ingestion.docx_files import LEGAL_LIST

    level = '<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>'
    assert level in LEGAL_LIST
    for sign, said in (("☐", False), ("▪", True), ("\uf0a8", True), ("\uf06f", True)):
        lists = LEGAL_LIST.replace("&#xF0B7;", sign)
        numbering = (
            f'<w:numbering {NAMESPACES}>{lists}<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num></w:numbering>'
        )
        document = read_bytes(
            word_file(
                numbered("one;", 4) + numbered("two.", 4) + para(text("End.")), parts={"word/numbering.xml": numbering}
            )
        )
        assert ("one;" in document.text) is said
        assert len(document.unread) == (0 if said else 2)


def test_prompts_are_blanks_and_choices_are_their_value() -> None:
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>"
        + text("Click to enter: the Processor shall notify")
        + "</w:sdtContent></w:sdt>"
    )
    choice = (
        '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:value="24 hours"/><w:listItem w:value="48 hours"/>'
        f"</w:dropDownList></w:sdtPr><w:sdtContent>{text('48 hours')}</w:sdtContent></w:sdt>"
    )
    block = prompt.replace(text("Click to enter: the Processor shall notify"), para(text("A prompt.")))
    document = read(
        para(text("Within ") + prompt + text(" days.")) + para(text("Within ") + choice + text(".")) + block
        + table((block.replace("A prompt.", "Another prompt."), "x"))
    )  # fmt: skip
    assert shown(document) == ["Within […] days.", "Within 48 hours.", "[…]", "[…] | x"]
    assert [(one.kind, one.count) for one in document.notices] == [(NoticeKind.FORM_FIELDS, 3)]


def test_old_form_fields() -> None:
    def form(kind: str, inner: str, result: str) -> str:
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inner}</w:ffData></w:fldChar></w:r>'
            f"<w:r><w:instrText> {kind} </w:instrText></w:r>"
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{text(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    entries = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="monthly"/><w:listEntry w:val="yearly"/></w:ddList>'
    document = read(
        para(text("Name: ") + form("FORMTEXT", "<w:textInput/>", "Ada"))
        + para(text("Place: ") + form("FORMTEXT", "<w:textInput/>", "\u2002\u2002\u2002"))
        + para(text("Every ") + form("FORMDROPDOWN", entries, ""))
    )
    assert shown(document) == ["Name: Ada", "Place: \u2002\u2002\u2002[…]", "Every yearly"]


@pytest.mark.needs_libreoffice
def test_what_libreoffice_writes(tmp_path: Path) -> None:
    source = tmp_path / "contract.docx"
    source.write_bytes(
        word_file(
            para(text("Seen ") + run("hidden words ", "<w:vanish/>") + run("struck words ", "<w:strike/>") + text("."))
            + para(run("White words.", '<w:color w:val="FFFFFF"/>'))
            + para(box("0", "☐") + text(" Daily")) + para(box("1", "☒") + text(" Weekly"))
            + para(old_box("<w:checked/>") + text(" Form box")) + para(text("[ ] Typed"))
            + table(("☐", "Unticked row"), ("☒", "Ticked row"))
        )
    )  # fmt: skip
    odt = convert(source, "odt")
    source.unlink()
    document = read_file(convert(odt, "docx"))
    assert shown(document) == ["Seen .", "☒ Weekly", "☒ Form box", "☒ | Ticked row"]
    assert [(one.reason.value, one.excerpt) for one in document.unread] == [
        ("hidden", "hidden words"),
        ("struck_through", "struck words"),
        ("hidden", "White words."),
        ("unselected_option", "☐ Daily"),
        ("unselected_option", "[ ] Typed"),
        ("unselected_option", "Unticked row"),
    ]
