"""DOCX: the two readings of tracked changes, whose changes they are and where they stand."""

from __future__ import annotations

import pytest

from dpa_checker.ingestion import read_bytes, read_file
from dpa_checker.model import Document, NoticeKind, RevisionKind, UnreadReason
from tests.ingestion.docx_files import deleted, inserted, notes_part, numbered, para, table, text, word_file
from tests.ingestion.test_office import convert
from tests.ingestion.test_plain import cells, shown

INSERTED_MARK = '<w:rPr><w:ins w:id="80" w:author="Ada" w:date="2024-03-01T10:00:00Z"/></w:rPr>'
DELETED_MARK = '<w:rPr><w:del w:id="81" w:author="Bo" w:date="2024-03-02T10:00:00Z"/></w:rPr>'


def both(body: str, **parts: dict[str, str]) -> tuple[Document, Document]:
    """Return both readings of a body, which must differ."""
    document = read_bytes(word_file(body, **parts))
    assert document.rejected is not None
    return document, document.rejected


def changed(document: Document) -> list[tuple[str, str]]:
    """Return the revised stretches of a reading with their authors."""
    return [(document.text[one.start : one.end], one.author) for one in document.revisions]


def test_insertions_deletions_and_moves() -> None:
    accepted, rejected = both(
        para(text("The Processor ") + deleted("may") + inserted("shall") + text(" notify the Controller."))
        + para(f'<w:moveFrom w:id="5" w:author="Cy" w:date="2024-01-01T00:00:00Z">{text("Moved words.")}</w:moveFrom>')
        + para(text("Between."))
        + para(f'<w:moveTo w:id="6" w:author="Cy" w:date="2024-01-01T00:00:00Z">{text("Moved words.")}</w:moveTo>')
    )
    assert shown(accepted) == ["The Processor shall notify the Controller.", "Between.", "Moved words."]
    assert shown(rejected) == ["The Processor may notify the Controller.", "Moved words.", "Between."]
    assert changed(accepted) == [("shall", "Ada"), ("Moved words.", "Cy")]
    assert changed(rejected) == [("may", "Bo"), ("Moved words.", "Cy")]
    assert {one.kind for one in accepted.revisions} == {RevisionKind.INSERTION}
    assert {one.kind for one in rejected.revisions} == {RevisionKind.DELETION}
    assert accepted.revisions[0].date == "2024-03-01T10:00:00Z"
    assert rejected.sha256 == accepted.sha256
    assert rejected.rejected is None


def test_notice_names_the_authors() -> None:
    (notice,) = read_bytes(word_file(para(text("A ") + deleted("b ") + inserted("c")))).notices
    assert (notice.kind, notice.detail, notice.count) == (NoticeKind.REVISIONS, "Bo, Ada", 2)


def test_words_inserted_and_then_deleted_stand_in_neither_reading() -> None:
    body = para(text("Kept.") + inserted(deleted(" Gone."), raw=True))
    document = read_bytes(word_file(body))
    assert document.text == "Kept."
    assert document.rejected is None
    assert document.revisions == ()
    assert document.notices[0].kind is NoticeKind.REVISIONS


def test_untracked_document_has_one_reading() -> None:
    document = read_bytes(word_file(para(text("Kept."))))
    assert document.rejected is None
    assert document.notices == ()


def test_inserted_and_deleted_paragraph_marks() -> None:
    accepted, rejected = both(
        para(text("The Processor acts only"), properties=INSERTED_MARK)
        + para(text(" on instructions."))
        + para(text("It keeps"), properties=DELETED_MARK)
        + para(text(" records."))
    )
    assert shown(accepted) == ["The Processor acts only", "on instructions.", "It keeps records."]
    assert shown(rejected) == ["The Processor acts only on instructions.", "It keeps", "records."]
    assert changed(accepted) == [("\n\n", "Ada")]
    assert changed(rejected) == [("\n\n", "Bo")]


def test_an_inserted_paragraph_leaves_no_trace_and_no_number_when_rejected() -> None:
    new = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'
        f"{INSERTED_MARK}</w:pPr>{inserted('A clause that is new here.')}</w:p>"
    )
    accepted, rejected = both(numbered("The first clause.", 0) + new + numbered("The last clause.", 0))
    assert shown(accepted) == ["1. The first clause.", "2. A clause that is new here.", "3. The last clause."]
    assert shown(rejected) == ["1. The first clause.", "2. The last clause."]
    assert changed(accepted) == [("2. A clause that is new here.", "Ada")]


def test_a_joined_paragraph_at_the_end_of_a_cell_stays_in_its_cell() -> None:
    cell = para(text("First"), properties=DELETED_MARK)
    accepted, rejected = both(table((cell, "Second")) + para(text("After.")) + para(deleted("Gone.")))
    assert cells(accepted, accepted.blocks[0]) == ["First", "Second"]
    assert shown(accepted)[1] == "After."
    assert shown(rejected)[1:] == ["After.", "Gone."]


def test_rows_and_cells() -> None:
    def row(mark: str, *contents: str) -> str:
        content = "".join(f"<w:tc>{para(text(one))}</w:tc>" for one in contents)
        return f"<w:tr><w:trPr>{mark}</w:trPr>{content}</w:tr>"

    stamp = 'w:id="7" w:author="Di" w:date="2024-05-01T00:00:00Z"'
    rows = (
        row("", "Name", "Country")
        + row(f"<w:ins {stamp}/>", "New Host", "Norway")
        + row(f"<w:del {stamp}/>", "Old Host", "Oman")
        + "<w:tr><w:tc>" + para(text("Both")) + "</w:tc><w:tc><w:tcPr>"
        + f"<w:cellIns {stamp}/></w:tcPr>" + para(text("added")) + "</w:tc><w:tc><w:tcPr>"
        + f"<w:cellDel {stamp}/></w:tcPr>" + para(text("dropped")) + "</w:tc></w:tr>"
    )  # fmt: skip
    accepted, rejected = both(f"<w:tbl>{rows}</w:tbl>")
    assert shown(accepted) == ["Name | Country", "New Host | Norway", "Both | added"]
    assert shown(rejected) == ["Name | Country", "Old Host | Oman", "Both | dropped"]
    assert changed(accepted) == [("New Host", "Di"), ("Norway", "Di"), ("added", "Di")]


def test_numbering_added_and_changed_by_a_tracked_change() -> None:
    stamp = 'w:id="8" w:author="Ed" w:date="2024-05-01T00:00:00Z"'
    added = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="90"/><w:ins {stamp}/></w:numPr>'
    lower = (
        '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="90"/></w:numPr>'
        f'<w:pPrChange {stamp}><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr></w:pPr></w:pPrChange>'
    )
    accepted, rejected = both(
        para(text("Now a numbered clause of it."), properties=added) + para(text("a limb of it;"), properties=lower)
    )
    assert shown(accepted) == ["1. Now a numbered clause of it.", "(a) a limb of it;"]
    assert shown(rejected) == ["Now a numbered clause of it.", "1. a limb of it;"]
    assert changed(accepted) == [("1. ", "Ed"), ("(a) ", "Ed")]
    assert changed(rejected) == [("1. ", "Ed")]


@pytest.mark.parametrize(("switch", "reason"), [("strike", "struck_through"), ("vanish", "hidden")])
def test_format_changes_that_take_words_out(switch: str, reason: str) -> None:
    stamp = 'w:id="9" w:author="Flo" w:date="2024-05-01T00:00:00Z"'
    struck = (
        f"<w:r><w:rPr><w:{switch}/><w:rPrChange {stamp}><w:rPr/></w:rPrChange></w:rPr><w:t>free of charge</w:t></w:r>"
    )
    accepted, rejected = both(para(text("Audits are ") + struck + text(".")))
    assert accepted.text == "Audits are ."
    assert [one.reason for one in accepted.unread] == [UnreadReason(reason)]
    assert rejected.text == "Audits are free of charge."
    assert rejected.unread == ()
    assert changed(rejected) == [("free of charge", "Flo")]
    back = f"<w:r><w:rPr><w:rPrChange {stamp}><w:rPr><w:{switch}/></w:rPr></w:rPrChange></w:rPr><w:t>free</w:t></w:r>"
    accepted, rejected = both(para(text("Audits are ") + back + text(".")))
    assert changed(accepted) == [("free", "Flo")]
    assert rejected.text == "Audits are ."


def test_changes_in_notes_boxes_and_footers() -> None:
    import io

    import docx

    box = f"<w:txbxContent>{para(text('Box ') + inserted('new') + deleted('old'))}</w:txbxContent>"
    body = para(text("Text.") + '<w:r><w:footnoteReference w:id="2"/></w:r>') + para(
        f"<w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r>"
    )
    note = notes_part("footnote", {2: "placeholder"}).replace(
        text("placeholder"), text("Note ") + inserted("new") + deleted("old")
    )
    accepted, rejected = both(body, parts={"word/footnotes.xml": note})
    assert shown(accepted) == ["Text.", "1 Note new", "Box new"]
    assert shown(rejected) == ["Text.", "1 Note old", "Box old"]
    word = docx.Document(io.BytesIO(word_file(para(text("Body.")))))
    from lxml import etree

    from tests.ingestion.docx_files import NAMESPACES

    footer = word.sections[0].footer
    footer.is_linked_to_previous = False
    clause = para(text("The Processor ") + inserted("never ") + text("engages another processor without consent."))
    for element in etree.fromstring(f"<w:x {NAMESPACES}>{clause}</w:x>"):
        footer._element.append(element)
    target = io.BytesIO()
    word.save(target)
    document = read_bytes(target.getvalue())
    assert document.rejected is not None
    assert shown(document)[-1] == "The Processor never engages another processor without consent."
    assert shown(document.rejected)[-1] == "The Processor engages another processor without consent."
    assert changed(document) == [("never ", "Ada")]


def test_text_that_only_stands_rejected_makes_no_empty_document() -> None:
    document = read_bytes(word_file(para(deleted("All of it is gone."))))
    assert document.text == ""
    assert document.rejected is not None
    assert document.rejected.text == "All of it is gone."


@pytest.mark.needs_libreoffice
def test_changes_as_libreoffice_writes_them(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    source = folder / "contract.docx"
    source.write_bytes(
        word_file(
            para(text("The Processor ") + deleted("may") + inserted("shall") + text(" delete the data."))
            + para(inserted("A sentence that is wholly new."), properties=INSERTED_MARK)
            + para(text("It keeps"), properties=DELETED_MARK)
            + para(text(" records."))
        )
    )
    converted = convert(source, "odt")
    source.unlink()
    document = read_file(convert(converted, "docx"))
    assert document.rejected is not None
    assert shown(document) == [
        "The Processor shall delete the data.", "A sentence that is wholly new.", "It keeps records.",
    ]  # fmt: skip
    assert shown(document.rejected) == ["The Processor may delete the data.", "It keeps", "records."]
    assert changed(document) == [("shall", "Ada"), ("A sentence that is wholly new.", "Ada")]
