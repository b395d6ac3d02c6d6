"""DOCX: merged and nested tables, fields, text boxes, symbols and formulas, each word once."""

from __future__ import annotations

import io

import docx
import pytest

from dpa_checker.ingestion import read_bytes
from dpa_checker.model import UnreadReason
from tests.ingestion.docx_files import para, table, text, word_file
from tests.ingestion.test_plain import cells, headers, shown


def field(code: str, result: str) -> str:
    """Return a complex field out of raw code and result."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{code}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def code(content: str) -> str:
    """Return a run of field code."""
    return f"<w:r><w:instrText>{content}</w:instrText></w:r>"


def test_cells_merged_by_python_docx() -> None:
    word = docx.Document()
    grid = word.add_table(rows=4, cols=3)
    for number, name in enumerate(("Measure", "Owner", "Term")):
        grid.cell(0, number).text = name
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "Backups"
    grid.cell(1, 1).text, grid.cell(1, 2).text = "Host", "daily"
    grid.cell(2, 1).text, grid.cell(2, 2).text = "Vault", "weekly"
    grid.cell(3, 0).merge(grid.cell(3, 1)).text = "Encryption"
    grid.cell(3, 2).text = "always"
    target = io.BytesIO()
    word.save(target)
    document = read_bytes(target.getvalue())
    assert document.text.count("Backups") == 1
    rows = document.blocks
    assert [cells(document, row) for row in rows[1:]] == [
        ["Backups", "Host", "daily"], ["", "Vault", "weekly"], ["Encryption", "", "always"],
    ]  # fmt: skip
    assert headers(document, rows[3]) == ["Measure", "Owner", "Term"]


def test_words_in_a_cell_that_only_goes_on_are_not_shown() -> None:
    merged = "<w:tcPr><w:vMerge/></w:tcPr>"
    start = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
    rows = (
        f"<w:tr><w:tc>{start}{para(text('Term'))}</w:tc><w:tc>{para(text('one'))}</w:tc></w:tr>"
        f"<w:tr><w:tc>{merged}{para(text('Never shown'))}</w:tc><w:tc>{para(text('two'))}</w:tc></w:tr>"
    )
    document = read_bytes(word_file(f"<w:tbl>{rows}</w:tbl>"))
    assert "Never" not in document.text
    assert [(one.reason, one.excerpt) for one in document.unread] == [(UnreadReason.HIDDEN, "Never shown")]


def test_rows_that_begin_or_end_within_the_grid() -> None:
    rows = (
        f"<w:tr><w:tc>{para(text('A'))}</w:tc><w:tc>{para(text('B'))}</w:tc></w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>{para(text("C"))}</w:tc></w:tr>'
    )
    document = read_bytes(word_file(f"<w:tbl>{rows}</w:tbl>"))
    assert cells(document, document.blocks[1]) == ["", "C"]


def test_tables_within_controls_and_three_deep() -> None:
    deep = table(("Innermost", "word")) + para("")
    middle = table(("Middle", deep)) + para("")
    control = f"<w:sdt><w:sdtContent>{table(('Outer', middle))}</w:sdtContent></w:sdt>"
    document = read_bytes(word_file(control))
    for word in ("Outer", "Middle", "Innermost", "word"):
        assert document.text.count(word) == 1


def test_rows_and_cells_within_controls() -> None:
    cell = f"<w:sdt><w:sdtContent><w:tc>{para(text('in a control'))}</w:tc></w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr><w:tc>{para(text('Row'))}</w:tc>{cell}</w:tr></w:sdtContent></w:sdt>"
    document = read_bytes(word_file(f"<w:tbl>{row}</w:tbl>"))
    assert cells(document, document.blocks[0]) == ["Row", "in a control"]


def test_nested_fields_show_the_outer_result() -> None:
    inner = field(code(" MERGEFIELD party "), text("inner result"))
    body = para(text("See ") + field(code(" IF ") + inner + code(' = "x" '), text("Clause 7")) + text("."))
    assert read_bytes(word_file(body)).text == "See Clause 7."
    within = para(field(code(" HYPERLINK "), text("a link to ") + field(code(" REF y "), text("Annex 2"))))
    assert read_bytes(word_file(within)).text == "a link to Annex 2"


def test_a_field_without_an_end_hides_nothing() -> None:
    body = para('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + text("This is shown.")) + para(text("And this."))
    assert shown(read_bytes(word_file(body))) == ["This is shown.", "And this."]


def test_a_field_over_several_paragraphs() -> None:
    body = (
        para(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            + code(" TOC ")
            + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        + para(text("1 Scope of the agreement"))
        + para(text("2 Security") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        + para(text("Body."))
    )
    assert shown(read_bytes(word_file(body))) == ["1 Scope of the agreement", "2 Security", "Body."]


def test_buttons_show_their_words() -> None:
    button = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + code(" MACROBUTTON NoMacro [name of the party] ")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip
    assert (
        read_bytes(word_file(para(text("Between ") + button + text(" and us.")))).text
        == "Between [name of the party] and us."
    )


def test_alternate_content_in_a_run_and_in_the_body() -> None:
    sign = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w:sym w:font="Emoji" w:char="2611"/></mc:Choice>'
        "<mc:Fallback><w:t>☑</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    block = (
        f'<mc:AlternateContent><mc:Choice Requires="x">{para(text("Once."))}</mc:Choice>'
        f"<mc:Fallback>{para(text('Twice.'))}</mc:Fallback></mc:AlternateContent>"
    )
    assert shown(read_bytes(word_file(para(sign + text(" agreed")) + block))) == ["☑ agreed", "Once."]


def test_text_boxes_in_the_old_and_new_way_with_a_table() -> None:
    content = f"<w:txbxContent>{para(text('Old box.'))}</w:txbxContent>"
    old = f"<w:r><w:pict><v:rect><v:textbox>{content}</v:textbox></v:rect></w:pict></w:r>"
    inner = f"<w:txbxContent>{table(('Cell', 'other'))}{para('')}</w:txbxContent>"
    new = f"<w:r><w:drawing><wp:anchor><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></wp:anchor></w:drawing></w:r>"
    assert shown(read_bytes(word_file(para(text("Around.") + old + new)))) == ["Around.", "Old box.", "Cell | other"]


def test_ruby_formulas_and_inner_wrappers() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{text('over')}</w:rt><w:rubyBase>{text('base')}</w:rubyBase></w:ruby></w:r>"
    formula = (
        "<m:oMath><m:r><m:t>fee = </m:t></m:r><m:f><m:num><m:r><m:t>days</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>30</m:t></m:r></m:den></m:f></m:oMath>"
    )
    wrapped = f"<w:customXml><w:smartTag>{text(' wrapped')}</w:smartTag></w:customXml>"
    assert shown(read_bytes(word_file(para(ruby + wrapped) + para(formula)))) == ["base wrapped", "fee = days/30"]


@pytest.mark.parametrize(
    ("font", "char", "shown_as"),
    [
        ("Wingdings", "F0FE", "☑"), ("Wingdings", "F06E", "■"), ("Wingdings", "F0E0", "→"), ("Symbol", "F0B3", "≥"),
        ("Symbol", "F061", "α"), ("Times New Roman", "F0A7", "§"), ("Segoe UI Symbol", "2612", "☒"),
        ("Wingdings", "zz", ""),
    ],
)  # fmt: skip
def test_symbols(font: str, char: str, shown_as: str) -> None:
    sign = f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'
    assert read_bytes(word_file(para(text("see (") + sign + text(")")))).text == f"see ({shown_as})"


def test_notes_with_marks_of_their_own() -> None:
    from tests.ingestion.docx_files import notes_part

    body = para(
        text("One") + '<w:r><w:footnoteReference w:id="2" w:customMarkFollows="1"/><w:t>*</w:t></w:r>'
        + text(", two") + '<w:r><w:footnoteReference w:id="3"/></w:r>' + text(".")
    )  # fmt: skip
    part = notes_part("footnote", {2: "* Own mark.", 3: "Counted."})
    assert shown(read_bytes(word_file(body, parts={"word/footnotes.xml": part}))) == [
        "One*, two.",
        "* Own mark.",
        "1 Counted.",
    ]


def test_a_note_that_refers_to_itself_is_read_once() -> None:
    from tests.ingestion.docx_files import notes_part

    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    part = notes_part("footnote", {2: "see itself"}).replace("<w:p><w:pPr></w:pPr><w:r>", f"<w:p>{reference}<w:r>")
    document = read_bytes(word_file(para(text("Body.") + reference), parts={"word/footnotes.xml": part}))
    assert shown(document) == ["Body.", "1 see itself"]
