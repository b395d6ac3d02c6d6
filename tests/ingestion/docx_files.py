"""DOCX files made on the spot for the tests of ingestion: a package by python-docx, its content raw XML."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.document import Document as WordDocument
from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
)
LEGAL_LIST = """
<w:abstractNum w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%4."/></w:lvl>
 <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum>
"""
USES = """
<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>
<w:num w:numId="91"><w:abstractNumId w:val="90"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
"""


def text(content: str) -> str:
    """Return a run of text."""
    return f'<w:r><w:t xml:space="preserve">{content}</w:t></w:r>'


def inserted(content: str, *, raw: bool = False) -> str:
    """Return a tracked insertion by Ada of a text, or of raw runs."""
    runs = content if raw else text(content)
    return f'<w:ins w:id="70" w:author="Ada" w:date="2024-03-01T10:00:00Z">{runs}</w:ins>'


def deleted(content: str) -> str:
    """Return a tracked deletion by Bo of a text."""
    run = text(content).replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:del w:id="71" w:author="Bo" w:date="2024-03-02T10:00:00Z">{run}</w:del>'


def para(content: str, *, properties: str = "") -> str:
    """Return a paragraph of raw runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def numbered(content: str, level: int, *, number: int = 90) -> str:
    """Return an automatically numbered paragraph."""
    return para(text(content), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: tuple[str, ...], header: bool = False) -> str:
    """Return a table; each cell is raw content or, without a tag, the text of one paragraph."""
    parts = []
    for number, row in enumerate(rows):
        properties = "<w:trPr><w:tblHeader/></w:trPr>" if header and number == 0 else ""
        cells = [cell if cell.startswith("<") else para(text(cell)) for cell in row]
        parts.append(f"<w:tr>{properties}{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>")
    return f"<w:tbl>{''.join(parts)}</w:tbl>"


def word_file(body: str, *, parts: dict[str, str] | None = None) -> bytes:
    """Return a DOCX with raw body content, the legal list as lists 90 and 91, and more parts by name."""
    document = docx.Document()
    _fill(document, body)
    _add_lists(document)
    target = io.BytesIO()
    document.save(target)
    return add_parts(target.getvalue(), parts or {})


def _fill(document: WordDocument, body: str) -> None:
    """Put raw content in front of the section properties of a new document."""
    root = etree.fromstring(f"<w:body {NAMESPACES}>{body}</w:body>")
    section = document.element.body.sectPr
    for element in list(root):
        section.addprevious(element)


def _add_lists(document: WordDocument) -> None:
    """Add the definition of the legal list and its two uses."""
    numbering = document.part.numbering_part.element
    first = numbering.find(f"{{{W}}}num")
    for element in etree.fromstring(f"<w:x {NAMESPACES}>{LEGAL_LIST}</w:x>"):
        first.addprevious(element)
    for element in etree.fromstring(f"<w:x {NAMESPACES}>{USES}</w:x>"):
        numbering.append(element)


def add_parts(data: bytes, parts: dict[str, str]) -> bytes:
    """Return the package with ``parts`` added, or put in the place of those with the same name."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            if name not in parts:
                out.writestr(name, source.read(name))
        for name, content in parts.items():
            out.writestr(name, content)
    return target.getvalue()


def notes_part(kind: str, notes: dict[int, str]) -> str:
    """Return a footnotes or endnotes part with the separators that Word writes."""
    separator = f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    own = "".join(f'<w:{kind} w:id="{number}">{para(text(note))}</w:{kind}>' for number, note in notes.items())
    return f"<w:{kind}s {NAMESPACES}>{separator}{own}</w:{kind}s>"
