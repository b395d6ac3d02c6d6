"""Plain text: bytes to characters, and the document of a string."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from dataclasses import replace

from charset_normalizer import from_bytes

from dpa_checker.errors import EmptyDocument
from dpa_checker.ingestion.layout.blocks import build_blocks
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.text.plain_options import leave_out_options
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
_ODD = re.compile(
    r"[^\W\d_][\x80-\xb6\xb8-\xbf×÷†‡•…‹›€™ˆ˜‰˘˙˚˛˝◊√∑∏∆Ω∞\ufffd](?=[^\W\d_])|[a-zß-ÿ][À-ÞŠŒŽŸ](?=[a-zß-ÿ])"
)


class PlainReader:
    """Reads text files, markdown among them."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of text in any of the usual encodings; ``sha256`` is of the bytes."""
        text, notices = decode(data)
        limits.check("max_characters", len(text))
        if not text.strip():
            raise EmptyDocument("The file holds no text, only white space. Check that the right file was given.")
        starts = _page_starts(text)
        limits.check("max_pages", len(starts))
        blocks, unread = leave_out_options(text, build_blocks(text))
        if starts:
            blocks = tuple(replace(block, page=bisect_right(starts, block.start)) for block in blocks)
        return Document(
            text=text,
            blocks=blocks,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=MEDIA_TYPE,
            name=name,
            pages=len(starts) or None,
            page_starts=starts,
            unread=unread,
            notices=notices,
        )


def read_text(text: str, *, name: str | None = None) -> Document:
    """Return the document of a string; ``document.text`` is that string, code point for code point.

    No block holds an option that is not ticked; such options are reported with their span.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    blocks, unread = leave_out_options(text, build_blocks(text))
    return Document(text=text, blocks=blocks, sha256=digest, media_type=MEDIA_TYPE, name=name, unread=unread)


def _page_starts(text: str) -> tuple[int, ...]:
    """Return where the pages of a text with form feeds begin; none for a text without."""
    if "\x0c" not in text:
        return ()
    ends = (match.end() for match in re.finditer("\x0c", text))
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return (0, *(end for end in ends if first < end < last))


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
    """Return the kind of UTF-16 or UTF-32 of text without a mark, judged from where its zero bytes fall."""
    sample = data[:4096]
    if len(sample) < 4 or len(sample) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    quarters = [sample[place::4].count(0) for place in range(4)]
    if not len(data) % 4 and min(quarters[1:3]) > 0.9 * (half // 2):
        if quarters[0] > 0.9 * (half // 2) > quarters[3]:
            return "utf-32-be"
        if quarters[3] > 0.9 * (half // 2) > quarters[0]:
            return "utf-32-le"
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _detect_single_byte(data: bytes) -> str:
    """Return the most likely one-byte encoding of European text.

    A guess that leaves signs or capitals within words gives way to an encoding that leaves fewer.
    """
    sample = data[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=_EUROPEAN).best()
    guess = best.encoding if best is not None else "cp1252"
    odd = _count_odd(sample, guess)
    return min((guess, *_EUROPEAN), key=lambda encoding: _count_odd(sample, encoding)) if odd else guess


def _count_odd(data: bytes, encoding: str) -> int:
    """Return how many places of ``data``, read as ``encoding``, look wrong within words."""
    return len(_ODD.findall(data.decode(encoding, "replace")))
