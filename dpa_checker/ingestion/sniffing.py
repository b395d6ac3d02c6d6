"""The format of a file, told from its content, never from its name.

A file that could be read as two formats is taken for the one that it begins as.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from dpa_checker.errors import UnsupportedFormat
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.sniffing_text import is_mail, is_page, name_xml, readable_head
from dpa_checker.ingestion.source.archive import SafeArchive


class Format(StrEnum):
    """The formats that are read."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    DOC = "doc"
    HTML = "html"
    MAIL = "mail"
    MSG = "msg"
    PLAIN = "plain"


_DEFAULT: Final = Limits()
_HEAD: Final = 4096
_LATEST_PDF: Final = 1_000_000
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"\x00\x00\x01\x00", "ICO"),
)
_OTHERS: Final = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"wOF", "a font"),
    (b"OggS", "an audio or video file"),
    (b"ID3", "an audio file"),
    (b"\x78\x9f\x3e\x22", "an Outlook container of attachments (winmail.dat)"),
    (b"\xffWPC", "a WordPerfect document"),
    (b"%!PS", "a PostScript file"),
)
_ZIP_PARTS: Final = (
    ("word/document.xml", "a Word document"),
    ("xl/workbook.xml", "an Excel workbook (.xlsx)"),
    ("xl/workbook.bin", "an Excel workbook (.xlsb)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("Index/Document.iwa", "an Apple Pages document"),
)
_DOCX_TYPES: Final = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
_ODT_TYPES: Final = tuple(
    f"application/vnd.oasis.opendocument.text{kind}" for kind in ("", "-template", "-master", "-web")
)
_ODT_ROOT: Final = re.compile(rb"manifest:media-type=\"application/vnd\.oasis\.opendocument\.text[\w-]*\"")
_TYPES_PART: Final = "[Content_Types].xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_SAVE_AS: Final = "Save or export it as PDF or DOCX and try again."


def detect_format(data: bytes, limits: Limits = _DEFAULT) -> Format:
    """Return the format of ``data``; raises the typed error of a format that is not read."""
    head = data[:_HEAD]
    if head.startswith(_ZIP):
        return _detect_zip(data, limits)
    if head.startswith(_OLE):
        return _detect_ole(data)
    shown = readable_head(data)
    if shown.startswith("{\\rtf"):
        return Format.RTF
    xml = name_xml(shown)
    if xml in ("odt", "docx"):
        return Format(xml)
    if is_page(shown, data):
        return Format.HTML
    if is_mail(shown):
        return Format.MAIL
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if xml is not None:
        raise UnsupportedFormat(f"The file is {xml}, which is not read. {_SAVE_AS}")
    return _detect_other(data, head)


def _detect_other(data: bytes, head: bytes) -> Format:
    """Return PDF behind much junk or plain text; raises for what is neither."""
    _refuse_images(head)
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise UnsupportedFormat(f"The file is {what}, not a document. Give a PDF, DOCX or text file.")
    if b"%PDF-" in data[:_LATEST_PDF] and b"endobj" in data:
        return Format.PDF
    if _is_binary(data):
        raise UnsupportedFormat("The file holds binary data of an unknown type. Give a PDF, DOCX or text file.")
    return Format.PLAIN


def _detect_zip(data: bytes, limits: Limits) -> Format:
    """Return the format of a zip archive that holds a text document; raises for every other archive."""
    archive = SafeArchive(data, limits, kind="file, a zip archive as DOCX and ODT files are,")
    names = archive.names
    types = archive.read(_TYPES_PART) if _TYPES_PART in names else b""
    if any(content_type in types for content_type in _DOCX_TYPES):
        return Format.DOCX
    mimetype = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
    if mimetype in _ODT_TYPES:
        return Format.ODT
    manifest = archive.read(_MANIFEST) if not mimetype and {_MANIFEST, "content.xml"} <= names else b""
    if _ODT_ROOT.search(manifest):
        return Format.ODT
    raise UnsupportedFormat(f"The file is {_name_archive(names, mimetype)}, which is not read. {_SAVE_AS}")


def _name_archive(names: frozenset[str], mimetype: str) -> str:
    """Return what a zip archive is, in words."""
    if "opendocument" in mimetype:
        return f"an OpenDocument file of another kind than text ({mimetype.rsplit('.', 1)[-1][:40]})"
    for part, what in _ZIP_PARTS:
        if part in names:
            return what
    return "a zip archive and no document; unpack it and give the files in it one by one"


def _detect_ole(data: bytes) -> Format:
    """Return the format of an OLE file by the streams at its root; loads the reader of such files."""
    from dpa_checker.ingestion.legacy.ole import detect_kind

    return Format(detect_kind(data))


def is_picture(data: bytes) -> bool:
    """Tell whether ``data`` is an image file."""
    return _name_image(data[:_HEAD]) is not None


def _refuse_images(head: bytes) -> None:
    """Raise for an image: a scan that would need text recognition."""
    name = _name_image(head)
    if name is not None:
        raise UnsupportedFormat(
            f"The file is an image ({name}), perhaps a scan. Give a PDF with a text layer, or DOCX or text."
        )


def _name_image(head: bytes) -> str | None:
    """Return the format of an image file, None when it is none."""
    name = next((name for magic, name in _IMAGES if head.startswith(magic)), None)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        name = "WebP"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypavif", b"ftypmif1"):
        name = "HEIC"
    if name == "BMP" and not (len(head) > 14 and head[6:10] == b"\x00\x00\x00\x00"):
        name = None
    return name


def _is_binary(data: bytes) -> bool:
    """Tell whether ``data`` is not text: zero bytes that are no UTF-16 or UTF-32, or many control characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    sample = data[:65_536]
    zeros = sample.count(0)
    if zeros:
        quarters = [sample[place::4].count(0) for place in range(4)]
        quarter = max(1, len(sample) // 4)
        if sorted(quarters)[1] > 0.9 * quarter and (quarters[0] < 0.05 * quarter or quarters[3] < 0.05 * quarter):
            return False
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = max(1, len(sample) // 2)
        return not (max(even, odd) > 0.6 * half and min(even, odd) < 0.05 * half)
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 11, 12, 13, 27))
    return control > 0.02 * len(sample)
