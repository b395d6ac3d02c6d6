"""Hostile archives and office packages, made on the spot."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence

from tests.ingestion.docx_files import NAMESPACES, numbered, para, table, text, word_file

MAIN = "word/document.xml"
SENTENCE = "The Processor shall assist the Controller."
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def good_docx() -> bytes:
    """Return a small sound document."""
    return word_file(numbered("Scope", 0) + para(text(SENTENCE)))


def with_entry(name: str, content: bytes | str = b"x", *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the sound document with one more entry under a name that may be any."""
    target = io.BytesIO(good_docx())
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
        warnings.simplefilter("ignore")
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        archive.writestr(entry, content, compress_type=method)
    return target.getvalue()


def with_main(xml: str | bytes, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the sound document with another main part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good_docx())) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, xml if name == MAIN else source.read(name), compress_type=method)
    return target.getvalue()


def main_part(body: str, *, doctype: str = "") -> str:
    """Return a main part of raw content."""
    return f"{doctype}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def bomb_of_ratio() -> bytes:
    """Return a document whose main part is 40 MB of blanks in 40 kB."""
    return with_main(main_part(para(text(SENTENCE)) + " " * 40_000_000))


def bomb_of_entries(count: int) -> bytes:
    """Return a document with many empty entries."""
    target = io.BytesIO(good_docx())
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(count):
            archive.writestr(f"x/{number}", b"")
    return target.getvalue()


def bomb_of_overlap(copies: int) -> bytes:
    """Return a package in which many entries of the directory share one packed megabyte, as "a better zip bomb" does.

    The shared bytes are those of a table of content types that names a Word document.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = CONTENT_TYPES.encode() + b" " * 1_000_000
    packed = packer.compress(content) + packer.flush()
    name = b"[Content_Types].xml"
    fields = (20, 0, 8, 0, 0x21, zlib.crc32(content), len(packed), len(content))
    local = b"PK\x03\x04" + struct.pack("<5H3I2H", *fields, len(name), 0) + name + packed
    directory = b""
    for number in range(copies):
        own = (name, MAIN.encode())[number] if number < 2 else f"word/part{number}".encode()
        directory += b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, *fields, len(own), 0, 0, 0, 0, 0, 0) + own
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, copies, copies, len(directory), len(local), 0)
    return local + directory + end


def lying_size() -> bytes:
    """Return a document whose directory declares ten bytes for a main part of a megabyte."""
    data = bytearray(with_main(main_part(para(text(SENTENCE * 25_000)))))
    place = data.index(b"PK\x01\x02")
    while MAIN.encode() != bytes(data[place + 46 : place + 46 + len(MAIN)]):
        place = data.index(b"PK\x01\x02", place + 4)
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


def locked() -> bytes:
    """Return a document whose entries are flagged as encrypted."""
    data = bytearray(good_docx())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def matryoshka(depth: int) -> bytes:
    """Return an archive in an archive in an archive."""
    data = good_docx()
    for _ in range(depth):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("inner.zip", data)
        data = target.getvalue()
    return data


def billion_laughs(*, encoding: str = "utf-8") -> bytes:
    """Return a document with ten entities, each ten times the one before."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)
    )
    xml = main_part(para(text("&a9;")), doctype=f"<!DOCTYPE w:document [{entities}]>")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    return with_main((declared + xml).encode(encoding))


def quadratic_blowup() -> bytes:
    """Return a document that puts one long entity into an attribute many times."""
    doctype = f'<!DOCTYPE w:document [<!ENTITY a "{"x" * 50_000}">]>'
    return with_main(main_part(f'<w:p w:rsid="{"&a;" * 20_000}"/>', doctype=doctype))


def late_entity() -> bytes:
    """Return a document whose document type comes after a megabyte of comment."""
    doctype = f"<!--{'x' * 2_000_000}--><!DOCTYPE w:document [<!ENTITY a 'b'>]>"
    return with_main(main_part(para(text("&a;")), doctype=doctype), method=zipfile.ZIP_STORED)


def external_entity(target: str) -> bytes:
    """Return a document that asks for another file through an entity."""
    return with_main(main_part(para(text("&x;")), doctype=f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{target}">]>'))


def external_doctype(target: str) -> bytes:
    """Return a document whose document type lies elsewhere."""
    return with_main(main_part(para(text(SENTENCE)), doctype=f'<!DOCTYPE w:document SYSTEM "{target}">'))


def deep_xml(depth: int) -> bytes:
    """Return a document of elements within elements."""
    return with_main(main_part("<w:x>" * depth + "</w:x>" * depth))


def deep_tables(depth: int) -> bytes:
    """Return a document of tables within tables."""
    return with_main(main_part("<w:tbl><w:tr><w:tc>" * depth + para(text("x")) + "</w:tc></w:tr></w:tbl>" * depth))


def huge_attribute() -> bytes:
    """Return a document with an attribute of 12 MB."""
    return with_main(main_part(f'<w:p w:rsid="{"x" * 12_000_000}"/>'), method=zipfile.ZIP_STORED)


def many_attributes(count: int) -> bytes:
    """Return a document with an element of many attributes and as many namespaces."""
    attributes = " ".join(f'xmlns:n{number}="u{number}" n{number}:a=""' for number in range(count))
    return with_main(main_part(f"<w:p {attributes}/>"))


def numbers(start: str, form: str) -> bytes:
    """Return a document whose list begins at ``start`` in the number format ``form``."""
    level = f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="%1."/></w:lvl>'
    part = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        '<w:num w:numId="90"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    return word_file(numbered(SENTENCE, 0), parts={"word/numbering.xml": part})


def numbers_by_text(pattern: str) -> bytes:
    """Return a document whose list shows ``pattern``."""
    level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{pattern}"/></w:lvl>'
    part = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        '<w:num w:numId="90"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    return word_file(numbered(SENTENCE, 0) * 50, parts={"word/numbering.xml": part})


def cyclic_styles() -> bytes:
    """Return a document whose styles are each based on the other, and whose lists link to each other."""
    styles = (
        f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/>'
        '<w:link w:val="B"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/><w:link w:val="A"/></w:style></w:styles>'
    )
    lists = (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="A"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="A"/><w:numStyleLink w:val="A"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    body = para(text(SENTENCE), properties='<w:pStyle w:val="A"/>')
    return word_file(body, parts={"word/styles.xml": styles, "word/numbering.xml": lists})


def cyclic_notes() -> bytes:
    """Return a document with a footnote that refers to itself."""
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{para(text("Note.") + reference)}</w:footnote></w:footnotes>'
    )
    return word_file(para(text(SENTENCE) + reference), parts={"word/footnotes.xml": notes})


def wide_table() -> bytes:
    """Return a document with cells that claim to span a billion columns."""
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>{para(text("x"))}</w:tc>'
    row = f'<w:tr><w:trPr><w:gridBefore w:val="1000000000"/></w:trPr>{cell}{cell}</w:tr>'
    return word_file(para(text(SENTENCE)) + f"<w:tbl>{row}{row}</w:tbl>" + table(("a", "b")))


def reaching_out(base: str) -> bytes:
    """Return a document with a remote template, pictures, frames and chunks under ``base``, macros and OLE objects."""
    kinds = ("attachedTemplate", "image", "hyperlink", "oleObject", "aFChunk", "frame", "subDocument", "settings")
    relations = "".join(
        f'<Relationship Id="x{number}" Type="{OFFICE}/{kind}" Target="{base}/{kind}" TargetMode="External"/>'
        for number, kind in enumerate(kinds)
    )
    inside = "".join(
        f'<Relationship Id="y{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            [("vbaProject", "vbaProject.bin"), ("oleObject", "embeddings/a.bin"), ("aFChunk", "../../../../etc/passwd")]
        )
    )
    part = f'<Relationships xmlns="{PACKAGE_RELATIONS}">{relations}{inside}</Relationships>'
    chunk = f'<w:altChunk xmlns:r="{OFFICE}" r:id="x4"/><w:altChunk xmlns:r="{OFFICE}" r:id="y2"/>'
    field = f'<w:fldSimple w:instr="INCLUDETEXT {base}/field">{text("shown")}</w:fldSimple>'
    return word_file(
        para(text(SENTENCE) + field) + chunk,
        parts={
            "word/_rels/document.xml.rels": part,
            "word/_rels/settings.xml.rels": part,
            "word/vbaProject.bin": "Attribute VB_Name",
            "word/embeddings/a.bin": "\u00d0\u00cf",
        },
    )


def odt(content: str, *, parts: dict[str, str] | None = None) -> bytes:
    """Return an OpenDocument text of raw body content."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in [("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")]
    )
    names += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    names += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    xml = f"<office:document-content {names}>{content}</office:document-content>"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        "</manifest:manifest>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", xml)
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return target.getvalue()


def odt_text(body: str, *, styles: str = "") -> bytes:
    """Return an OpenDocument text of paragraphs and automatic styles."""
    return odt(
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body>"
    )


def _odt_table(cells: str, *, row: str = "") -> str:
    """Return a table of one row."""
    return f"<table:table><table:table-row {row}>{cells}</table:table-row></table:table>"


_PARAGRAPH = f"<text:p>{SENTENCE}</text:p>"
_MANY = "999999999"
#: Bodies of OpenDocument texts that grow where they are laid out.
ODT_BODIES = {
    "blanks": f'<text:p>a<text:s text:c="{_MANY}"/>{SENTENCE}</text:p>',
    "columns": _odt_table(f'<table:table-cell table:number-columns-repeated="{_MANY}">{_PARAGRAPH}</table:table-cell>'),
    "rows": _odt_table(
        f"<table:table-cell>{_PARAGRAPH}</table:table-cell>", row=f'table:number-rows-repeated="{_MANY}"'
    ),
    "spans": _odt_table(
        f'<table:table-cell table:number-columns-spanned="{_MANY}" table:number-rows-spanned="{_MANY}">{_PARAGRAPH}'
        f'</table:table-cell><table:covered-table-cell table:number-columns-repeated="{_MANY}"/>'
    ),
    "sections": "<text:section>" * 200 + _PARAGRAPH + "</text:section>" * 200,
    "lists": "<text:list><text:list-item>" * 100 + _PARAGRAPH + "</text:list-item></text:list>" * 100,
    "levels": f'<text:h text:outline-level="{_MANY}">{SENTENCE}</text:h><text:h text:outline-level="x">x</text:h>',
}


def odt_numbers(form: str) -> bytes:
    """Return an OpenDocument text whose list begins at a billion in the number format ``form``."""
    level = f'<text:list-level-style-number text:level="1" style:num-format="{form}" style:num-letter-sync="true"/>'
    return odt_text(
        f'<text:list text:style-name="L"><text:list-item text:start-value="{_MANY}">{_PARAGRAPH}</text:list-item>'
        "</text:list>",
        styles=f'<text:list-style style:name="L">{level}</text:list-style>',
    )


def with_remark(remark: bytes) -> bytes:
    """Return the sound document with a remark at the end of its archive."""
    target = io.BytesIO(good_docx())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = remark
    return target.getvalue()


def truncations(data: bytes, parts: int = 50) -> Sequence[bytes]:
    """Return ``data`` cut off at every ``parts``-th of its length."""
    return [data[: len(data) * number // parts] for number in range(1, parts)]
