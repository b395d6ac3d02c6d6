"""Characters of a DOCX that stand in symbol fonts, as the characters that the page shows."""

from __future__ import annotations

from typing import Final

_WINGDINGS: Final = {
    0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x76: "❖", 0x77: "⬥", 0x78: "☒",
    0x6C: "●", 0x6D: "❍", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xE0: "→", 0xE8: "➔", 0xDF: "←",
    0xE1: "↑", 0xE2: "↓", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x4A: "☺", 0xAB: "★", 0xB7: "•",
}  # fmt: skip
_WINGDINGS_2: Final = {
    0x2A: "☐", 0x30: "☐", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "☒", 0x97: "•",
    0xA2: "■", 0xA3: "☐", 0x96: "•", 0x98: "●", 0x9A: "○",
}  # fmt: skip
_WEBDINGS: Final = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗", 0x3D: "•", 0x34: "▶"}
_GREEK: Final = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL: Final = {
    0xA3: "≤", 0xA5: "∞", 0xA7: "♣", 0xA8: "♦", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓", 0xB0: "°", 0xB1: "±",
    0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD2: "®",
    0xD3: "©", 0xD4: "™", 0xDE: "⇒", 0xA2: "′", 0xA4: "⁄", 0x2D: "−", 0xC5: "⊕", 0xC4: "⊗", 0xF0: "",
    **{0x41 + number: sign for number, sign in enumerate(_GREEK)},
    **{0x61 + number: sign.lower() for number, sign in enumerate(_GREEK)},
}  # fmt: skip
_FONTS: Final = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": {},
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
_PRIVATE: Final = range(0xF000, 0xF100)


def read_symbol(code: int, font: str | None) -> str:
    """Return what ``w:sym`` shows: the character ``code`` (with or without 0xF000) of ``font``."""
    if code not in _PRIVATE and code >= 0x100:
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    known = _FONTS.get((font or "wingdings").casefold())
    return _sign(chr(code & 0xFF), known) if known is not None else chr(code & 0xFF).strip()


def read_symbols(text: str, font: str | None) -> str:
    """Return the text of a run in ``font`` with the characters that a symbol font gives another shape.

    In other fonts only the private-use characters of Wingdings are known: Word writes them when a font is missing.
    Its hollow squares are bullets there more often than boxes.
    """
    known = _FONTS.get((font or "").casefold())
    if known is not None:
        return "".join(_sign(chr(ord(sign) & 0xFF), known) if _is_symbol(sign) else sign for sign in text)
    if text.isascii() or not any(ord(sign) in _PRIVATE for sign in text):
        return text
    signs = (_sign(chr(ord(sign) & 0xFF), _WINGDINGS) if ord(sign) in _PRIVATE else sign for sign in text)
    return "".join(
        "❑" if shown == "☐" and ord(sign) in _PRIVATE else shown for sign, shown in zip(text, signs, strict=True)
    )


def _is_symbol(sign: str) -> bool:
    """Tell whether a symbol font has a shape of its own for a character."""
    return ord(sign) in _PRIVATE or ord(sign) < 0x100


def _sign(sign: str, known: dict[int, str]) -> str:
    """Return the shape of a character; figures and stops of the Symbol font are as in other fonts."""
    if sign.isspace():
        return sign
    return known.get(ord(sign), sign if known is _SYMBOL and sign.isascii() else "")
