"""Plain text: the very string, its encodings, and the blocks that its layout tells."""

from __future__ import annotations

import hashlib

import pytest

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion import locate_span, read_bytes, read_text
from dpa_checker.model import Block, BlockKind, Document


def shown(document: Document) -> list[str]:
    """Return the text of each block."""
    return [document.text[block.start : block.end] for block in document.blocks]


def kinds(document: Document) -> list[str]:
    """Return the kind of each block."""
    return [block.kind.value for block in document.blocks]


def cells(document: Document, block: Block) -> list[str]:
    """Return the text of the cells of a row."""
    return [document.text[start:end] for start, end in block.cells]


def headers(document: Document, block: Block) -> list[str]:
    """Return the text of the header cells above a row."""
    return [document.text[start:end] for start, end in block.header_cells]


@pytest.mark.parametrize(
    "text", ["", " ", "a\r\nb", "e\u0301 \u00a0 x\u00ad\ufeff", "\x00 nul", "\ud800 lone", "a\u2028b\x0cc"]
)
def test_text_is_kept_as_given(text: str) -> None:
    document = read_text(text, name="n")
    assert document.text == text
    assert document.name == "n"
    assert document.sha256 == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert all(0 <= block.start < block.end <= len(text) for block in document.blocks)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    text = "Données à caractère personnel – sous-traitant “x” och personuppgiftsbiträde."
    document = read_bytes(text.encode(encoding), name="x.pdf")
    assert document.text == text
    assert document.notices == ()


def test_one_byte_encoding_is_read_with_a_notice() -> None:
    text = "Le sous-traitant ne traite les données à caractère personnel que sur instruction documentée. " * 5
    document = read_bytes(text.encode("cp1252"))
    assert document.text == text
    assert len(document.notices) == 1


def test_white_space_only_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        read_bytes(b" \n\t\n")


def test_wrapped_lines_stay_together() -> None:
    text = (
        "The Processor shall process the personal data only on documented\n"
        "instructions from the Controller, including with regard to transfers under\n"
        "Article 28 of the Regulation and in accordance with\n"
        "3.2 above. Another sentence follows in the same paragraph and ends\n"
        "here.\n\n"
        "A second paragraph."
    )
    assert len(read_text(text).blocks) == 2


def test_labels_begin_blocks_and_give_levels() -> None:
    text = (
        "3. Obligations\n"
        "3.1 The Processor shall:\n"
        "(a) process data on instructions;\n"
        "(b) ensure:\n"
        "    (i) confidentiality;\n"
        "    (ii) security; and\n"
        "(c) delete the data.\n"
        "3.2 The Controller shall pay the fees that are due.\n"
    )
    document = read_text(text)
    assert [(block.label, block.level) for block in document.blocks] == [
        ("3.", 1), ("3.1", 2), ("(a)", 3), ("(b)", 3), ("(i)", 4), ("(ii)", 4), ("(c)", 3), ("3.2", 2),
    ]  # fmt: skip
    assert document.blocks[0].kind is BlockKind.HEADING
    assert {block.kind for block in document.blocks[1:]} == {BlockKind.LIST_ITEM}


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("3.2.1. The text of the clause.", "3.2.1."),
        ("a) the text;", "a)"),
        ("iv. the text;", "iv."),
        ("- the text", "-"),
        ("• the text", "•"),
        ("* 3.1. implement measures;", "3.1."),
        ("§ 4 Der Auftragnehmer verarbeitet Daten nur auf Weisung.", "§ 4"),
        ("Article 5 – The Processor shall do it.", "Article 5"),
        ("Artikel 3: Het is zo.", "Artikel 3"),
        ("Bilaga 2. Underbiträden anges här.", "Bilaga 2"),
        ("Annexe 1 : liste des traitements.", "Annexe 1"),
        ("Anlage 1: Maßnahmen.", "Anlage 1"),
        ("(12) the text.", "(12)"),
    ],
)
def test_label_shapes(line: str, label: str) -> None:
    assert read_text(line).blocks[0].label == label


@pytest.mark.parametrize(
    "line",
    [
        "28 DSGVO gilt.",
        "z. B. die Daten.",
        "27.04.2016 is the date.",
        "3.5 % of it.",
        "12 months later.",
        "e.g. this.",
    ],
)
def test_what_is_no_label(line: str) -> None:
    assert read_text(line).blocks[0].label is None


def test_headings() -> None:
    text = (
        "DATA PROCESSING AGREEMENT\nLast updated in May\n\nPreamble\n\nThe parties agree on this.\n\n"
        "## 2. Duration\n\nAs long as the main contract.\n\nArticle 3 - Object\n\nThe object is this.\n\n"
        "Title\n=====\nBody text of the section."
    )
    document = read_text(text)
    headings = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.HEADING]
    assert headings == ["DATA PROCESSING AGREEMENT", "Preamble", "2. Duration", "Article 3 - Object", "Title"]
    assert [b.level for b in document.blocks if b.kind is BlockKind.HEADING] == [None, None, 2, 1, 1]


def test_short_numbered_items_are_no_headings() -> None:
    document = read_text("Data:\n\n1. Names\n2. Addresses\n3. Telephone numbers\n\nThe text goes on here.")
    assert kinds(document) == ["paragraph", "list_item", "list_item", "list_item", "paragraph"]


def test_markdown_table() -> None:
    document = read_text("| Name | Country |\n|---|:--|\n| Acme | France |\n| Beta \\| Co |  |\n\nText after.")
    assert kinds(document) == ["table_row", "table_row", "table_row", "paragraph"]
    assert cells(document, document.blocks[1]) == ["Acme", "France"]
    assert headers(document, document.blocks[1]) == ["Name", "Country"]
    assert cells(document, document.blocks[2]) == ["Beta \\| Co", ""]


def test_rows_apart_are_one_table() -> None:
    document = read_text("Kategori | Antal\n\nAnställda | 12\n\nKunder | 40")
    assert [headers(document, block) for block in document.blocks] == [
        [],
        ["Kategori", "Antal"],
        ["Kategori", "Antal"],
    ]


def test_tab_and_space_columns() -> None:
    document = read_text("Name\tPurpose\nAcme\tHosting\n\nName     Land\nBeta     Schweden")
    assert kinds(document) == ["table_row"] * 4
    assert cells(document, document.blocks[3]) == ["Beta", "Schweden"]


def test_labelled_values_are_blocks_of_their_own() -> None:
    document = read_text("Name: Acme SAS\nAddress: 1 rue X, Paris\nRole: Controller")
    assert shown(document) == ["Name: Acme SAS", "Address: 1 rue X, Paris", "Role: Controller"]


def test_a_labelled_value_after_the_longest_line_is_a_block_of_its_own() -> None:
    lines = (
        "Operations: receipt and storage of tickets",
        "Persons concerned: whoever writes to the help desk; the customer's agents",
        "Data: name, address",
    )
    document = read_text("\n".join(lines))
    assert [document.text[block.start : block.end] for block in document.blocks] == list(lines)


def test_sentence_broken_by_a_page_break_is_one_block() -> None:
    text = (
        "The Processor shall notify the Controller of any intended change of its sub-processors so that\n\n"
        "the Controller may object."
    )
    assert len(read_text(text).blocks) == 1


def test_line_ends_do_not_matter() -> None:
    text = "1. Scope\n\nThe text of it.\n- one;\n- two.\n"
    for newline in ("\r\n", "\r", "\u2028"):
        other = read_text(text.replace("\n", newline))
        assert shown(other) == shown(read_text(text))


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Le sous-traitant « Éclair » n’agit que sur instruction – données à caractère personnel."),
        ("iso8859_15", "Der Auftraggeber prüft Maßnahmen für die Übermittlung. Biträdet får ändra åtgärder."),
        ("mac_roman", "Le sous-traitant ne traite les données à caractère personnel que sur instruction écrite."),
        ("cp1250", "Zpracovatel zpracovává osobní údaje pouze na základě doložených pokynů správce. Příjemci níže."),
        ("iso8859_2", "Podmiot przetwarzający przetwarza dane osobowe wyłącznie na polecenie. Środki są poniżej."),
        ("utf-32-be", "Personuppgiftsbiträdet får endast behandla uppgifter enligt instruktion."),
    ],
)
def test_encodings_without_a_mark(encoding: str, text: str) -> None:
    assert read_bytes(text.encode(encoding)).text == text


def test_form_feeds_begin_pages() -> None:
    document = read_bytes(b"1. Scope\n\nText of one.\n\x0c\n2. Term\n\nText of two.\n\x0c\n")
    assert document.pages == 2
    assert [block.page for block in document.blocks] == [1, 1, 2, 2]
    assert document.text[document.page_starts[1] :].strip().startswith("2. Term")
    assert locate_span(document, document.text.index("two"), document.text.index("two") + 3).page == 2
    assert read_bytes(b"No form feed.").pages is None


def test_unticked_options_are_in_no_block_and_the_text_is_whole() -> None:
    text = "Fate of data:\n\n☐ The Processor deletes them.\n\n☒ The Processor returns them.\n\n[ ] Audit [x] No audit\n"
    document = read_text(text)
    assert document.text == text
    assert [text[one.start : one.end].strip() for one in document.unread] == [
        "☐ The Processor deletes them.", "[ ] Audit",
    ]  # fmt: skip
    assert "☒ The Processor returns them." in shown(document)
    assert shown(document)[-1].endswith("No audit")
    assert not any("deletes" in part or "[ ] Audit" in part for part in shown(document))


def test_unticked_rows_of_a_table() -> None:
    document = read_text("| Choice | Term |\n|---|---|\n| ☐ | one year |\n| ☒ | two years |\n")
    assert not any("one year" in part for part in shown(document))
    assert any("two years" in part for part in shown(document))
