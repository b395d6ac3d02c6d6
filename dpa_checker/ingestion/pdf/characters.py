"""The characters of a PDF made readable: ligatures, control characters, accents, runs of spaces."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\x02": "\ufffe",
        "\t": " ",
    }
)
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[ \u2000-\u200a]{2,}")


def clean(raw: str) -> str:
    """Return readable characters: ligatures spelt out, control characters dropped, accents composed."""
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    text = _UNSAID.sub("", raw.translate(_LIGATURES))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()
