"""Plain text: bytes to characters, and the document of a string."""

from __future__ import annotations

import codecs
import hashlib

from charset_normalizer import from_bytes

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.blocks import build_blocks
from dpa_checker.ingestion.limits import Limits
from dpa_checker.model import Document, Notice, NoticeKind

MEDIA_TYPE = "text/plain"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_EUROPEAN = ["cp1252", "cp1250", "iso8859_15", "iso8859_2", "mac_roman", "cp1251", "cp1253", "cp1257"]


class PlainReader:
    """Reads text files, markdown among them."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of text in any of the usual encodings; ``sha256`` is of the bytes."""
        text, notices = decode(data)
        limits.check("max_characters", len(text))
        if not text.strip():
            raise EmptyDocument("The file holds no text, only white space. Check that the right file was given.")
        return Document(
            text=text,
            blocks=build_blocks(text),
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=MEDIA_TYPE,
            name=name,
            notices=notices,
        )


def read_text(text: str, *, name: str | None = None) -> Document:
    """Return the document of a string; ``document.text`` is that string, code point for code point."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(text=text, blocks=build_blocks(text), sha256=digest, media_type=MEDIA_TYPE, name=name)


def decode(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    """Return the characters of ``data`` and the notices that its encoding calls for."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").removeprefix("\ufeff"), ()
    wide = _detect_wide(data)
    if wide is not None:
        return data.decode(wide, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    encoding = _detect_single_byte(data)
    return data.decode(encoding, "replace"), (Notice(NoticeKind.DECODED, encoding),)


def _detect_wide(data: bytes) -> str | None:
    """Return the UTF-16 byte order of text without a mark, judged from where its zero bytes fall."""
    sample = data[:4096]
    if len(sample) < 4 or len(sample) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _detect_single_byte(data: bytes) -> str:
    """Return the most likely one-byte encoding of European text."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=_EUROPEAN).best()
    return best.encoding if best is not None else "cp1252"
