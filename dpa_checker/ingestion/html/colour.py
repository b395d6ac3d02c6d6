"""Colours of CSS (Color 4: names, hexadecimal, ``rgb()``, ``hsl()`` as unknown) as red, green and blue of 0 to 255."""

from __future__ import annotations

import re
from typing import Final

#: Three numbers, or ``()`` for what is fully transparent.
Colour = tuple[int, ...]

_NAMES: Final[dict[str, Colour]] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "navy": (0, 0, 128), "maroon": (128, 0, 0), "purple": (128, 0, 128), "teal": (0, 128, 128), "lime": (0, 255, 0),
    "aqua": (0, 255, 255), "cyan": (0, 255, 255), "fuchsia": (255, 0, 255), "magenta": (255, 0, 255),
    "olive": (128, 128, 0), "orange": (255, 165, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkgray": (169, 169, 169),
    "window": (255, 255, 255), "windowtext": (0, 0, 0), "canvas": (255, 255, 255), "canvastext": (0, 0, 0),
    "transparent": (),
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$", re.IGNORECASE)
_FUNCTION = re.compile(r"rgba?\(([^()]*)\)")
_PLACING: Final = frozenset(
    "none repeat no-repeat repeat-x repeat-y scroll fixed local left right top bottom center / cover contain".split()
)
_PLACE = re.compile(r"[-+]?[\d.]+(?:%|[a-z]{1,3})?$")
_ALIKE: Final = 10
_FAINT: Final = 0.03


def parse_colour(value: str) -> Colour | None:
    """Return a colour, ``()`` when it is transparent, None when it is not known."""
    value = value.strip().lower()
    if value in _NAMES:
        return _NAMES[value]
    match = _HEX.match(value)
    if match is not None:
        digits = match[1] if len(match[1]) > 4 else "".join(digit * 2 for digit in match[1])
        parts = [int(digits[place : place + 2], 16) for place in range(0, len(digits), 2)]
        return () if len(parts) == 4 and parts[3] < _FAINT * 255 else tuple(parts[:3])
    match = _FUNCTION.match(value)
    if match is None:
        return None
    words = re.split(r"[\s,/]+", match[1].strip())
    try:
        numbers = [float(word.rstrip("%")) * (2.55 if word.endswith("%") else 1.0) for word in words[:3]]
        alpha = float(words[3].rstrip("%")) / (100.0 if words[3].endswith("%") else 1.0) if len(words) > 3 else 1.0
    except ValueError:
        return None
    if len(numbers) < 3:
        return None
    return () if alpha < _FAINT else tuple(min(255, max(0, round(number))) for number in numbers)


def parse_background(value: str) -> Colour | None:
    """Return the colour within a background, ``()`` when it names none, None when it is not known."""
    if value.strip() in ("none", "inherit", "initial", "unset", "0", "0 0"):
        return ()
    function = _FUNCTION.search(value)
    if function is not None:
        return parse_colour(function[0])
    words = [word for word in value.split() if word not in _PLACING and not _PLACE.match(word)]
    known = [colour for colour in map(parse_colour, words) if colour is not None]
    if known:
        return known[0]
    return None if words else ()


def look_alike(one: Colour, other: Colour) -> bool:
    """Tell whether two colours cannot be told apart by eye."""
    return len(one) == len(other) and all(abs(a - b) <= _ALIKE for a, b in zip(one, other, strict=True))
