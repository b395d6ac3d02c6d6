"""DOCX: tracked changes, numbering, tables, notes, boxes, fields, hidden text, hostile packages."""

from __future__ import annotations

import pytest

from dpa_checker.errors import DamagedDocument, EmptyDocument, LimitExceeded
from dpa_checker.ingestion import Limits, read_bytes
from dpa_checker.model import BlockKind, UnreadReason
from tests.ingestion.docx_files import (
    NAMESPACES,
    add_parts,
    notes_part,
    numbered,
    para,
    table,
    text,
    word_file,
)
from tests.ingestion.test_plain import cells, headers, kinds, shown


def test_paragraphs_and_media_type() -> None:
    document = read_bytes(word_file(para(text("First.")) + para("") + para(text("Second."))), name="a")
    assert document.text == "First.\n\nSecond."
    assert document.name == "a"
    assert document.media_type.endswith("wordprocessingml.document")
    assert document.pages is None


def test_tracked_changes_read_as_accepted() -> None:
    body = para(
        text("The Processor shall ")
        + f'<w:ins w:id="1" w:author="a">{text("promptly ")}</w:ins>'
        + '<w:del w:id="2" w:author="a"><w:r><w:delText>never </w:delText></w:r></w:del>'
        + f'<w:moveTo w:id="3" w:author="a">{text("notify ")}</w:moveTo>'
        + f'<w:moveFrom w:id="4" w:author="a">{text("ignore ")}</w:moveFrom>'
        + f'<w:ins w:id="5" w:author="a"><w:del w:id="6" w:author="b">{text("gone ")}</w:del></w:ins>'
        + text("the Controller.")
    )
    assert read_bytes(word_file(body)).text == "The Processor shall promptly notify the Controller."


def test_deleted_paragraph_mark_joins_paragraphs() -> None:
    mark = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    body = para(text("The Processor "), properties=mark) + para(text("shall act.")) + para(text("Next."))
    assert shown(read_bytes(word_file(body))) == ["The Processor shall act.", "Next."]


def test_deleted_rows_and_cells_are_left_out() -> None:
    rows = table(("Kept", "1"), ("Dropped", "2")).replace(
        '<w:tr><w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space="preserve">Dropped',
        '<w:tr><w:trPr><w:del w:id="1" w:author="a"/></w:trPr><w:tc><w:p><w:pPr></w:pPr><w:r><w:t>Dropped',
    )
    assert "Dropped" not in read_bytes(word_file(rows)).text


def test_numbering_as_word_shows_it() -> None:
    body = (
        numbered("Scope", 0)
        + numbered("The first clause of it says this.", 1)
        + numbered("The second clause of it says that.", 1)
        + numbered("a limb;", 2)
        + numbered("another limb:", 2)
        + numbered("deep one;", 3)
        + numbered("a point", 4)
        + numbered("Security", 0)
        + numbered("The clause is here too, as one sees.", 1)
        + para(text("Plain paragraph between."))
        + numbered("It starts anew for the annex of the agreement.", 0, number=91)
    )
    document = read_bytes(word_file(body))
    assert [block.label for block in document.blocks] == [
        "1.", "1.1", "1.2", "(a)", "(b)", "i.", "•", "2.", "2.1", None, "1.",
    ]  # fmt: skip
    assert shown(document)[1] == "1.1 The first clause of it says this."
    assert [block.level for block in document.blocks[:7]] == [1, 2, 2, 3, 3, 4, 5]


def test_empty_paragraphs_count_and_deleted_ones_do_not() -> None:
    first, last = numbered("One thing is said here.", 0), numbered("Two things are said here.", 0)
    empty = numbered("", 0)
    assert [block.label for block in read_bytes(word_file(first + empty + last)).blocks] == ["1.", "3."]
    mark = '<w:rPr><w:del w:id="2" w:author="a"/></w:rPr></w:pPr>'
    removed = numbered("", 0).replace("</w:pPr>", mark)
    assert [block.label for block in read_bytes(word_file(first + removed + last)).blocks] == ["1.", "2."]


def test_heading_styles_also_by_inheritance() -> None:
    styles = f"""<w:styles {NAMESPACES}>
      <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
      <w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/>
        <w:basedOn w:val="Normal"/></w:style>
      <w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Clause title"/>
        <w:basedOn w:val="H2"/></w:style>
      <w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
    </w:styles>"""
    long = "The Processor shall do all of this and more, and it shall do so at its own cost and risk."
    body = (
        para(text("Security of processing"), properties='<w:pStyle w:val="Own"/>')
        + para(text(long), properties='<w:pStyle w:val="Own"/>')
        + para(text("looped style"), properties='<w:pStyle w:val="Loop"/>')
        + para(text("Outline on the paragraph"), properties='<w:outlineLvl w:val="0"/>')
    )
    document = read_bytes(word_file(body, parts={"word/styles.xml": styles}))
    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("heading", 2),
        ("paragraph", None),
        ("paragraph", None),
        ("heading", 1),
    ]


def test_tables_in_place_with_headers() -> None:
    body = para(text("Before.")) + table(("Name", "Land"), ("Acme", "France"), header=True) + para(text("After."))
    document = read_bytes(word_file(body))
    assert kinds(document) == ["paragraph", "table_row", "table_row", "paragraph"]
    assert shown(document)[2] == "Acme | France"
    assert cells(document, document.blocks[2]) == ["Acme", "France"]
    assert headers(document, document.blocks[2]) == ["Name", "Land"]


def test_several_paragraphs_in_a_cell_stay_in_the_row() -> None:
    cell = para(text("Names;")) + para(text("Addresses."))
    document = read_bytes(word_file(table(("Data", cell), ("Persons", "Customers"))))
    assert cells(document, document.blocks[0]) == ["Data", "Names;\nAddresses."]


def test_nested_table_is_kept() -> None:
    inner = table(("Inner name", "Inner land"), ("Beta", "Sweden")) + para("")
    document = read_bytes(word_file(table(("Outer", inner), ("Other", "Row"))))
    assert "Inner name | Inner land" in document.text
    assert "Beta | Sweden" in document.text


def test_layout_tables_give_ordinary_blocks() -> None:
    one = table((numbered("The only clause is this one.", 0),), (para(text("A paragraph.")),))
    document = read_bytes(word_file(one))
    assert kinds(document) == ["list_item", "paragraph"]
    long = "".join(
        para(text(f"Sentence number {number} of the column, long enough to count. " * 4)) for number in range(3)
    )
    two = read_bytes(word_file(table((long, long))))
    assert set(kinds(two)) == {"paragraph"}
    assert len(two.blocks) == 6


def test_notes_follow_their_paragraph() -> None:
    body = (
        para(text("The Processor lists its processors") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + text("."))
        + para(text("Next paragraph") + '<w:r><w:endnoteReference w:id="5"/></w:r>')
        + para(text("Last."))
    )
    parts = {
        "word/footnotes.xml": notes_part("footnote", {2: "The list is public."}),
        "word/endnotes.xml": notes_part("endnote", {5: "An end note."}),
    }
    document = read_bytes(word_file(body, parts=parts))
    assert shown(document) == [
        "The Processor lists its processors.",
        "1 The list is public.",
        "Next paragraph",
        "1 An end note.",
        "Last.",
    ]
    assert [block.kind for block in document.blocks if block.label == "1"] == [BlockKind.NOTE, BlockKind.NOTE]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{para(text('Text in the box.'))}</w:txbxContent>"
    drawing = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline>"
        f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    document = read_bytes(word_file(para(text("Around it.") + drawing)))
    assert shown(document) == ["Around it.", "Text in the box."]


def test_content_controls_links_and_breaks() -> None:
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{para(text('In a control.'))}</w:sdtContent></w:sdt>"
        + para(f"<w:sdt><w:sdtContent>{text('Inline ')}</w:sdtContent></w:sdt>" + text("control."))
        + para(f"<w:hyperlink>{text('A link')}</w:hyperlink><w:smartTag>{text(' and tag')}</w:smartTag>")
        + para("<w:r><w:t>1.1</w:t><w:tab/><w:t>Typed number and a tab in a clause.</w:t></w:r>")
        + para("<w:r><w:t>sub</w:t><w:noBreakHyphen/><w:t>proces</w:t><w:softHyphen/><w:t>sor</w:t></w:r>")
        + para('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t xml:space="preserve"> yes</w:t></w:r>')
    )
    assert shown(read_bytes(word_file(body))) == [
        "In a control.",
        "Inline control.",
        "A link and tag",
        "1.1 Typed number and a tab in a clause.",
        "sub-processor",
        "☑ yes",
    ]


def test_fields_show_their_result() -> None:
    code = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Clause 4</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr="PAGE">{text("7")}</w:fldSimple>'
    box = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>'
        "</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = para(text("See ") + code + text(" on page ") + simple + text(".")) + para(box + text(" agreed"))
    assert shown(read_bytes(word_file(body))) == ["See Clause 4 on page 7.", "☒ agreed"]


def test_hidden_text_is_left_out_and_told() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret clause</w:t></w:r>"
    document = read_bytes(word_file(para(text("Seen.")) + para(text("Also ") + hidden + text("seen."))))
    assert "secret" not in document.text
    (unread,) = document.unread
    assert unread.reason is UnreadReason.HIDDEN
    assert unread.start is not None
    assert "secret" not in unread.detail


def test_headers_and_footers_are_left_out() -> None:
    import io

    import docx

    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Header of Acme"
    word.add_paragraph("Body text.")
    target = io.BytesIO()
    word.save(target)
    assert read_bytes(target.getvalue()).text == "Body text."


def test_empty_document() -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(word_file(para("")))


def test_no_external_entities(tmp_path: object) -> None:
    evil = (
        '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    with pytest.raises(DamagedDocument, match="document type"):
        read_bytes(add_parts(word_file(para(text("x"))), {"word/document.xml": evil}))


def test_broken_part_and_missing_part() -> None:
    data = word_file(para(text("x")))
    with pytest.raises(DamagedDocument):
        read_bytes(add_parts(data, {"word/document.xml": "<w:document"}))
    plain = read_bytes(add_parts(data, {"word/numbering.xml": f"<w:numbering {NAMESPACES}/>"}))
    assert plain.text == "x"


def test_deep_nesting_is_refused() -> None:
    content = para(text("deep"))
    for _ in range(12):
        content = table((content, "x")) + para("")
    with pytest.raises(LimitExceeded, match="max_depth"):
        read_bytes(word_file(content), limits=Limits(max_depth=8))
    with pytest.raises(LimitExceeded, match="max_part_bytes"):
        read_bytes(word_file(content), limits=Limits(max_part_bytes=100))
