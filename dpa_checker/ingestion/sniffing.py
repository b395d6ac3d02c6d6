"""The format of a file, told from its content, never from its name."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from dpa_checker.errors import DamagedDocument, EncryptedDocument, UnsupportedFormat


class Format(StrEnum):
    """The formats that are read."""

    PDF = "pdf"
    DOCX = "docx"
    PLAIN = "plain"


_HEAD = 4096
_LATEST_PDF = 1_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OLE_STREAMS = (
    ("WordDocument", "a Word 97-2003 document (.doc)"),
    ("Workbook", "an Excel 97-2003 workbook (.xls)"),
    ("PowerPoint Document", "a PowerPoint 97-2003 presentation (.ppt)"),
    ("__substg1.0", "an Outlook message (.msg)"),
)
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"\x00\x00\x01\x00", "ICO"),
)
_OTHERS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"wOF", "a font"),
    (b"OggS", "an audio or video file"),
    (b"ID3", "an audio file"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*<(?:!doctype\s+html|html|head|body|table|div|p)[\s>]",
    re.I | re.S,
)
_ZIP_PARTS = (
    ("word/document.xml", "a Word document"),
    ("xl/workbook.xml", "an Excel workbook (.xlsx)"),
    ("xl/workbook.bin", "an Excel workbook (.xlsb)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("Index/Document.iwa", "an Apple Pages document"),
)
_DOCX_TYPES = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
_SAVE_AS = "Save or export it as PDF or DOCX and try again."


def detect_format(data: bytes) -> Format:
    """Return the format of ``data``; raises the typed error of a format that is not read."""
    head = data[:_HEAD]
    if b"%PDF-" in data[:1024] and not head.startswith((b"PK\x03\x04", _OLE)):
        return Format.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _detect_zip(data)
    if head.startswith(_OLE):
        raise _ole_error(data)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise UnsupportedFormat(f"The file is a Rich Text document (RTF), which is not read yet. {_SAVE_AS}")
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise UnsupportedFormat(f"The file is a web page (HTML), which is not read yet. {_SAVE_AS}")
    _refuse_images(head)
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise UnsupportedFormat(f"The file is {what}, not a document. Give a PDF, DOCX or text file.")
    if b"%PDF-" in data[:_LATEST_PDF] and b"endobj" in data:
        return Format.PDF
    if _is_binary(data):
        raise UnsupportedFormat("The file holds binary data of an unknown type. Give a PDF, DOCX or text file.")
    return Format.PLAIN


def _detect_zip(data: bytes) -> Format:
    """Return DOCX for a zip archive that holds a Word document; raises for every other archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            types = _read_head(archive, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
            mimetype = _read_head(archive, "mimetype").decode("ascii", "replace") if "mimetype" in names else ""
    except Exception as error:
        raise DamagedDocument(
            "The file is a zip archive (as DOCX files are) that is cut off or broken. "
            "Open it in Word or LibreOffice, save it again, and retry."
        ) from error
    if any(content_type in types for content_type in _DOCX_TYPES):
        return Format.DOCX
    raise UnsupportedFormat(f"The file is {_name_archive(names, mimetype)}, which is not read. {_SAVE_AS}")


def _read_head(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return at most a megabyte of an entry."""
    with archive.open(name) as entry:
        return entry.read(1_000_000)


def _name_archive(names: set[str], mimetype: str) -> str:
    """Return what a zip archive is, in words."""
    if "opendocument" in mimetype:
        return f"an OpenDocument file ({mimetype.strip().rsplit('.', 1)[-1]})"
    for part, what in _ZIP_PARTS:
        if part in names:
            return what
    return "a zip archive without a Word document"


def _ole_error(data: bytes) -> EncryptedDocument | UnsupportedFormat:
    """Return the error of an OLE file: a locked Office file, or a format of before 2007."""
    if _ENCRYPTED_STREAM in data:
        return EncryptedDocument(
            "The file is an Office document locked with a password. Remove the password and try again."
        )
    for stream, what in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return UnsupportedFormat(f"The file is {what}, which is not read. {_SAVE_AS}")
    return UnsupportedFormat(f"The file is an Office file of before 2007 (OLE), which is not read. {_SAVE_AS}")


def _refuse_images(head: bytes) -> None:
    """Raise for an image: a scan that would need text recognition."""
    name = next((name for magic, name in _IMAGES if head.startswith(magic)), None)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        name = "WebP"
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypavif", b"ftypmif1"):
        name = "HEIC"
    if name == "BMP" and not (len(head) > 14 and head[6:10] == b"\x00\x00\x00\x00"):
        name = None
    if name is not None:
        raise UnsupportedFormat(
            f"The file is an image ({name}), perhaps a scan. Give a PDF with a text layer, or DOCX or text."
        )


def _is_binary(data: bytes) -> bool:
    """Tell whether ``data`` is not text: zero bytes that are no UTF-16, or many control characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = data[:65_536]
    zeros = sample.count(0)
    if zeros:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = max(1, len(sample) // 2)
        return not (max(even, odd) > 0.6 * half and min(even, odd) < 0.05 * half)
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 11, 12, 13, 27))
    return control > 0.02 * len(sample)
