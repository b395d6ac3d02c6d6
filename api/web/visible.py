"""Characters that do not show: control characters, line ends, and those by which a name is made to read backwards."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: To stand within the brackets of a pattern.
HIDDEN: Final = r"\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
_HIDDEN: Final = re.compile(f"[{HIDDEN}]")


def is_visible(text: str) -> bool:
    """Tell whether a line of text has no characters that do not show."""
    return _HIDDEN.search(text) is None


def visible(text: str) -> str:
    """Return a line of text without what does not show; blanks of all kinds stay."""
    return "".join(sign for sign in text if sign.isprintable() or unicodedata.category(sign) == "Zs").strip()
