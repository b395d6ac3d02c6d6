"""DOCX: what stands beside the body: headers and footers, comments, macros, embedded and outside parts; other forms."""

from __future__ import annotations

import base64
import io
import zipfile

import docx
import pytest
from lxml import etree

from dpa_checker.errors import DamagedDocument, DocumentError
from dpa_checker.ingestion import Limits, read_bytes
from dpa_checker.ingestion.docx.flat import SIGN, FlatDocxReader
from dpa_checker.model import BlockKind, Comment, Document, Notice, NoticeKind
from tests.ingestion.docx_files import NAMESPACES, add_parts, deleted, inserted, para, text, word_file
from tests.ingestion.test_plain import shown

CLAUSE = "The Processor engages no other processor without written authorisation."


def with_margins(
    *, header: str = "", footer: str = "", first: str = "", even: str = "", titled: bool = False
) -> Document:
    """Return the document of a file by python-docx with words in its headers and footers."""
    word = docx.Document()
    word.add_paragraph("The body of the agreement.")
    section = word.sections[0]
    section.different_first_page_header_footer = titled
    for part, content in (
        (section.header, header), (section.footer, footer),
        (section.first_page_footer, first), (section.even_page_footer, even),
    ):  # fmt: skip
        if content:
            part.is_linked_to_previous = False
            part.paragraphs[0].text = content
    target = io.BytesIO()
    word.save(target)
    return read_bytes(target.getvalue())


def relate(data: bytes, part: str, *links: str) -> bytes:
    """Return the package with more links of a part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(part).decode() if part in archive.namelist() else (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )  # fmt: skip
    return add_parts(data, {part: content.replace("</Relationships>", "".join(links) + "</Relationships>")})


def link(identity: str, role: str, target: str, *, external: bool = True) -> str:
    """Return one link."""
    mode = ' TargetMode="External"' if external else ""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{role}"
    return f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"{mode}/>'


def test_a_clause_in_a_footer_is_found_once() -> None:
    document = with_margins(header=CLAUSE, footer=CLAUSE)
    assert shown(document) == ["The body of the agreement.", CLAUSE]
    assert document.blocks[-1].kind is BlockKind.NOTE


@pytest.mark.parametrize(
    "noise", ["Page 3 of 12", "Data Processing Agreement – DPA/2024/017", "The body of the agreement."]
)
def test_titles_and_page_numbers_are_noise(noise: str) -> None:
    assert with_margins(header=noise, footer=noise).text == "The body of the agreement."


def test_margins_that_are_not_shown() -> None:
    assert CLAUSE not in with_margins(first=CLAUSE).text
    assert CLAUSE in with_margins(first=CLAUSE, titled=True).text
    assert CLAUSE not in with_margins(even=CLAUSE).text


def test_comments_by_python_docx() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("The Processor ")
    run = paragraph.add_run("promptly")
    paragraph.add_run(" notifies the Controller.")
    word.add_comment(run, text="Too vague.", author="Ada Quill", initials="AQ")
    target = io.BytesIO()
    word.save(target)
    document = read_bytes(target.getvalue())
    assert document.text == "The Processor promptly notifies the Controller."
    assert document.comments == (Comment("Too vague.", "Ada Quill", 14, 22),)
    assert document.notices == (Notice(NoticeKind.COMMENTS),)


def test_comments_over_paragraphs_their_answers_and_deleted_text() -> None:
    def comment(identity: int, content: str, paragraph: str) -> str:
        body = f'<w:p w14:paraId="{paragraph}"><w:r><w:annotationRef/></w:r>{text(content)}</w:p>'
        return f'<w:comment w:id="{identity}" w:author="A{identity}">{body}</w:comment>'

    comments = comment(1, "Over two.", "0A") + comment(2, "An answer.", "0B") + comment(3, "On gone words.", "0C")
    extended = '<w15:commentEx w15:paraId="0A"/><w15:commentEx w15:paraId="0B" w15:paraIdParent="0A"/>'
    body = (
        para('<w:commentRangeStart w:id="1"/>' + text("First."))
        + para(text("Second.") + '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>')
        + '<w:commentRangeStart w:id="3"/>'
        + para(deleted("Gone. ") + '<w:commentRangeEnd w:id="3"/>' + inserted("Third."))
    )
    parts = {
        "word/comments.xml": f"<w:comments {NAMESPACES}>{comments}</w:comments>",
        "word/commentsExtended.xml": f"<w15:commentsEx {NAMESPACES}>{extended}</w15:commentsEx>",
    }
    document = read_bytes(word_file(body, parts=parts))
    spans = [(one.text, one.author, document.text[one.start : one.end]) for one in document.comments]
    assert spans == [
        ("Over two.", "A1", "First.\n\nSecond."),
        ("An answer.", "A2", "First.\n\nSecond."),
        ("On gone words.", "A3", ""),
    ]
    assert document.rejected is not None
    last = document.rejected.comments[-1]
    assert document.rejected.text[last.start : last.end] == "Gone."
    assert "Over two." not in document.text


def test_macros_embedded_files_and_links_to_the_outside_are_told() -> None:
    data = word_file(para(text("Body.")))
    data = add_parts(
        data,
        {
            "word/vbaProject.bin": "x",
            "word/embeddings/oleObject1.bin": "x",
            "word/embeddings/Price list.xlsx": "x",
            "word/settings.xml": f"<w:settings {NAMESPACES}/>",
        },
    )
    data = relate(
        data, "word/_rels/settings.xml.rels", link("rId90", "attachedTemplate", "http://host.invalid/a/Evil.dotm?x=1")
    )
    data = relate(
        data, "word/_rels/document.xml.rels",
        link("rId91", "hyperlink", "https://host.invalid/"), link("rId92", "image", "file://host.invalid/share/p.png"),
    )  # fmt: skip
    found = {(one.kind, one.detail, one.count) for one in read_bytes(data).notices}
    assert found == {
        (NoticeKind.MACROS, "vbaProject.bin", 1),
        (NoticeKind.EMBEDDED_OBJECT, "oleObject1.bin", 1),
        (NoticeKind.EMBEDDED_FILE, "Price list.xlsx", 1),
        (NoticeKind.EXTERNAL_REFERENCE, "picture: p.png, template: Evil.dotm", 2),
    }


@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_files_with_macros_are_read(content_type: str) -> None:
    data = word_file(para(text("Body.")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    usual = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert usual in types
    assert read_bytes(add_parts(data, {"[Content_Types].xml": types.replace(usual, content_type)})).text == "Body."


def strict(data: bytes) -> bytes:
    """Return a package in the strict form: other namespaces, lengths with units."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                content = archive.read(name).decode()
                for old, new in (
                    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"),
                    ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
                ):  # fmt: skip
                    content = content.replace(old, new)
                parts[name] = content
    return add_parts(data, parts)


def test_strict_files() -> None:
    body = para(
        text("A ") + inserted("new") + deleted("old") + text(" clause."), properties='<w:ind w:left="36pt"/>'
    ) + para("<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r>" + text("Seen."))
    document = read_bytes(strict(word_file(body)))
    assert shown(document) == ["A new clause.", "Seen."]
    assert document.rejected is not None
    assert document.rejected.text.startswith("A old clause.")
    assert document.unread[0].excerpt == "Hidden."


def flat(data: bytes) -> bytes:
    """Return a package as one XML file."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                inner = f"<pkg:xmlData>{etree.tostring(etree.fromstring(content), encoding='unicode')}</pkg:xmlData>"
            else:
                inner = f"<pkg:binaryData>{base64.b64encode(content).decode()}</pkg:binaryData>"
            parts.append(f'<pkg:part pkg:name="/{name}">{inner}</pkg:part>')
    head = '<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f'{head}<pkg:package xmlns:pkg="{SIGN.decode()}">{"".join(parts)}</pkg:package>'.encode()


def test_word_documents_in_one_xml_file() -> None:
    data = word_file(para(text("A ") + inserted("new") + deleted("old") + text(" clause.")))
    one_file = flat(data)
    document = FlatDocxReader().read(one_file, "a.xml", Limits())
    assert document.text == "A new clause."
    assert document.rejected is not None
    assert document.rejected.text == "A old clause."
    assert document.sha256 == document.rejected.sha256 != read_bytes(data).sha256
    with pytest.raises(DamagedDocument):
        FlatDocxReader().read(one_file[: len(one_file) // 2], None, Limits())
    with pytest.raises(DocumentError):
        FlatDocxReader().read(one_file.replace(b'"/word/styles.xml"', b'"/../styles.xml"'), None, Limits())


def test_words_of_diagrams() -> None:
    space = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    link_to = f'<a:graphic><dgm:relIds {space} r:dm="rId96"/></a:graphic>'
    body = para(text("Roles:") + f"<w:r><w:drawing><wp:inline>{link_to}</wp:inline></w:drawing></w:r>")
    points = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for words in ("Controller", "Processor")
    )
    target = link("rId96", "diagramData", "diagrams/data1.xml", external=False)
    data = relate(word_file(body), "word/_rels/document.xml.rels", target)
    part = f"<dgm:dataModel {space} {NAMESPACES}>{points}</dgm:dataModel>"
    document = read_bytes(add_parts(data, {"word/diagrams/data1.xml": part}))
    assert shown(document) == ["Roles:", "Controller", "Processor"]
