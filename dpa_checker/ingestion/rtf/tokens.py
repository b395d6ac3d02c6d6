"""Rich Text Format in tokens (Rich Text Format Specification 1.9.1): braces, control words, bytes of text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,40})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\x00]+)|[\r\n\x00]+|\\",
    re.DOTALL,
)
_CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_CODE_PAGES: Final = {
    "cp65001": "utf-8", "cp10000": "mac_roman", "cp20127": "cp1252", "cp28591": "cp1252", "cp28592": "iso8859_2",
}  # fmt: skip
_SIGNS: Final = {b"\r": "par", b"\n": "par", b"{": "lbrace", b"}": "rbrace"}
#: The name that stands for fonts of symbols, whose bytes are no letters.
SYMBOL: Final = "symbol"
_SYMBOLS: Final = {0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0xFE: "☒", 0xFD: "☒", 0x78: "☒", 0xFC: "✓", 0xB7: "•", 0xA7: "▪"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token: a ``word`` with its ``number``, a brace or sign as a word of one character, or ``data`` of text."""

    word: str = ""
    number: int | None = None
    data: bytes = b""


def split_tokens(source: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; its binary data is passed over."""
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            place += 1
            continue
        place = match.end()
        kind = match.lastgroup
        if match["word"] is not None:
            word, number = match["word"].decode("ascii"), match["number"]
            if word == "bin":
                place += max(0, int(number or 0))
                continue
            yield Token(word, int(number) if number is not None else None)
        elif kind == "hex":
            yield Token("'", data=bytes([int(match["hex"], 16)]))
        elif kind == "sign":
            yield Token(_SIGNS.get(match["sign"]) or match["sign"].decode("latin-1"))
        elif kind == "brace":
            yield Token(match["brace"].decode("ascii"))
        elif kind == "text":
            yield Token(data=match["text"])


def charset_encoding(number: int) -> str | None:
    """Return the encoding of a font's character set, None for that of the whole file."""
    return SYMBOL if number == 2 else _CHARSETS.get(number)


def decode_bytes(data: bytes, encoding: str) -> str:
    """Return the characters of text bytes; those of symbol fonts as boxes, bullets, or private characters."""
    if encoding == SYMBOL:
        return "".join(shape_symbol(byte) if byte > 0x20 else chr(byte) for byte in data)
    return data.decode(encoding, "replace")


def shape_symbol(code: int) -> str:
    """Return the character for a place in a symbol font."""
    return _SYMBOLS.get(code & 0xFF) or chr(0xF000 + (code & 0xFF))


def known_encoding(name: str) -> str | None:
    """Return the name of an encoding that Python knows, None for others."""
    known = {
        "cp65001": "utf-8",
        "cp10000": "mac_roman",
        "cp20127": "cp1252",
        "cp28591": "cp1252",
        "cp28592": "iso8859_2",
    }
    try:
        return codecs.lookup(known.get(name, name)).name
    except LookupError:
        return None
