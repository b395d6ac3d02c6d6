"""Numbers as lists show them: figures, letters and Roman figures, with their Greek kin."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def shape_letters(value: int, *, repeat: bool = False) -> str:
    """Return 1 as "a", 26 as "z", 27 as "aa"; 28 as "bb" when letters ``repeat`` and as "ab" when they do not."""
    if value < 1:
        return str(value)
    if repeat:
        return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)
    letters = ""
    while value:
        value, rest = divmod(value - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def shape_roman(value: int) -> str:
    """Return small Roman figures for 1 to 3999, figures for other values."""
    if not 0 < value < 4000:
        return str(value)
    figures = ""
    for worth, sign in _ROMAN:
        figures += sign * (value // worth)
        value %= worth
    return figures


def shape_greek(value: int) -> str:
    """Return small Greek letters for 1 to 24, figures for other values."""
    return "αβγδεζηθικλμνξοπρστυφχψω"[value - 1] if 0 < value < 25 else str(value)
