"""How a run of a DOCX looks, as far as it decides whether a reader sees it and takes it as said.

Sources: ECMA-376-1, 17.3.2 (run properties), 17.3.5 (shading), 17.7.3 (switches of styles that cancel each other).
Colours are six hexadecimal digits; sizes are in half-points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from dpa_checker.ingestion.source.xml import attribute, child, local_name

#: A background that cannot be told (a pattern, a picture, the shading of a table style): text on it is taken as seen.
UNKNOWN_GROUND: Final = ""
WHITE: Final = "FFFFFF"
_SWITCHES: Final = {"b": "bold", "i": "italic", "vanish": "hidden", "strike": "struck", "dstrike": "double_struck"}
_OFF: Final = frozenset(("0", "false", "off", "none"))
_HEX = re.compile(r"#?([0-9A-Fa-f]{6})")
_SMALLEST_SIZE: Final = 3.0
_SMALLEST_SCALE: Final = 5.0
_SMALLEST_HEIGHT: Final = 40.0
_NEAR: Final = 16
_OPAQUE: Final = 95_000
_HIGHLIGHTS: Final = {
    "white": WHITE, "black": "000000", "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF",
    "blue": "0000FF", "red": "FF0000", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
_THEME: Final = {"background1": WHITE, "light1": WHITE, "text1": "000000", "dark1": "000000"}
_VML_COLOURS: Final = {"white": WHITE, "black": "000000", "window": WHITE}


@dataclass(frozen=True, slots=True)
class Look:
    """What run properties say; None where they leave it to the style."""

    bold: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None
    double_struck: bool | None = None
    colour: str | None = None
    size: float | None = None
    scale: float | None = None
    fill: str | None = None
    clear: bool | None = None
    font: str | None = None
    italic: bool | None = None
    underlined: bool | None = None

    def over(self, base: Look) -> Look:
        """Return this look where it says something, else ``base``."""
        return Look(
            bold=base.bold if self.bold is None else self.bold,
            hidden=base.hidden if self.hidden is None else self.hidden,
            struck=base.struck if self.struck is None else self.struck,
            double_struck=base.double_struck if self.double_struck is None else self.double_struck,
            colour=self.colour or base.colour,
            size=base.size if self.size is None else self.size,
            scale=base.scale if self.scale is None else self.scale,
            fill=base.fill if self.fill is None else self.fill,
            clear=base.clear if self.clear is None else self.clear,
            font=self.font or base.font,
            italic=base.italic if self.italic is None else self.italic,
            underlined=base.underlined if self.underlined is None else self.underlined,
        )

    def toggled_over(self, base: Look) -> Look:
        """Return a character style on a paragraph style: a switch that both turn on is off."""
        merged = self.over(base)
        return Look(
            bold=bool(self.bold) != bool(base.bold),
            hidden=bool(self.hidden) != bool(base.hidden),
            struck=bool(self.struck) != bool(base.struck),
            double_struck=bool(self.double_struck) != bool(base.double_struck),
            colour=merged.colour,
            size=merged.size,
            scale=merged.scale,
            fill=merged.fill,
            clear=merged.clear,
            font=merged.font,
            italic=bool(self.italic) != bool(base.italic),
            underlined=merged.underlined,
        )

    def is_unseen(self, ground: str) -> bool:
        """Tell whether a reader cannot see such text on ``ground``: hidden, tiny, clear, or in the colour of it."""
        if self.hidden or self.clear:
            return True
        if self.size is not None and self.size <= _SMALLEST_SIZE:
            return True
        if self.scale is not None and self.scale <= _SMALLEST_SCALE:
            return True
        behind = self.fill if self.fill is not None else ground
        return bool(self.colour and self.colour != "auto" and behind) and _is_near(self.colour or "", behind)

    @property
    def crossed_out(self) -> bool:
        """Whether a line goes through the text."""
        return bool(self.struck or self.double_struck)


PLAIN: Final = Look()


def read_look(properties: etree._Element | None) -> Look:
    """Return what a ``w:rPr`` says."""
    if properties is None or not len(properties):
        return PLAIN
    said: dict[str, bool] = {}
    colour = fill = font = None
    size = scale = None
    clear: bool | None = None
    for one in properties:
        name = local_name(one)
        if name in _SWITCHES:
            said[_SWITCHES[name]] = attribute(one, "val") not in _OFF
        elif name == "u":
            said["underlined"] = attribute(one, "val") not in _OFF
        elif name == "color":
            colour = _read_colour(one)
        elif name == "sz":
            size = to_number(attribute(one, "val"))
        elif name == "w":
            scale = to_number((attribute(one, "val") or "").rstrip("%"))
        elif name == "highlight":
            fill = _HIGHLIGHTS.get(attribute(one, "val") or "", fill)
        elif name == "shd" and fill is None:
            fill = read_fill(one)
        elif name == "textFill":
            clear = _is_clear(one)
        elif name == "rFonts":
            font = attribute(one, "ascii") or attribute(one, "hAnsi")
    return Look(
        bold=said.get("bold"),
        hidden=said.get("hidden"),
        struck=said.get("struck"),
        double_struck=said.get("double_struck"),
        colour=colour,
        size=size,
        scale=scale,
        fill=fill,
        clear=clear,
        font=font,
        italic=said.get("italic"),
        underlined=said.get("underlined"),
    )


def read_fill(shading: etree._Element | None) -> str | None:
    """Return the colour of a ``w:shd``; None when it lets the ground through, empty when it cannot be told."""
    if shading is None:
        return None
    pattern = attribute(shading, "val") or "clear"
    if pattern in ("clear", "nil"):
        fill = attribute(shading, "fill")
        if fill in (None, "auto"):
            return UNKNOWN_GROUND if attribute(shading, "themeFill") is not None else None
    elif pattern == "solid":
        fill = attribute(shading, "color") or "000000"
        fill = "000000" if fill == "auto" else fill
    else:
        return UNKNOWN_GROUND
    match = _HEX.fullmatch(fill or "")
    return match[1].upper() if match is not None else UNKNOWN_GROUND


def read_page_ground(root: etree._Element) -> str:
    """Return the colour of the page, empty when it cannot be told."""
    match = _HEX.fullmatch(attribute(child(root, "background"), "color") or WHITE)
    return match[1].upper() if match is not None else UNKNOWN_GROUND


def read_shape_fill(shape: etree._Element) -> str | None:
    """Return the colour of the shape around a text box; None when it lets the page through, empty when unknown."""
    properties = child(shape, "spPr")
    if properties is not None:
        if child(properties, "noFill") is not None:
            return None
        match = _HEX.fullmatch(attribute(child(properties, "solidFill", "srgbClr"), "val") or "")
        return match[1].upper() if match is not None else UNKNOWN_GROUND
    if attribute(shape, "filled") in ("f", "false"):
        return None
    fill = (attribute(shape, "fillcolor") or "").partition(" ")[0]
    match = _HEX.fullmatch(fill)
    return match[1].upper() if match is not None else _VML_COLOURS.get(fill, UNKNOWN_GROUND)


def is_flat(spacing: etree._Element | None, *, height: str, rule: str) -> bool:
    """Tell whether an exact height (in twentieths of a point) leaves no room for the text in it."""
    value = to_number(attribute(spacing, height))
    return attribute(spacing, rule) == "exact" and value is not None and 0 <= value <= _SMALLEST_HEIGHT


def to_number(value: str | None) -> float | None:
    """Return a number, None when ``value`` is none; "12pt" (strict files) comes in points."""
    if not value:
        return None
    try:
        return float(value.removesuffix("pt"))
    except ValueError:
        return None


def _read_colour(element: etree._Element) -> str | None:
    """Return the colour of text, "auto" when it follows the ground."""
    value = attribute(element, "val")
    if value is None:
        return _THEME.get(attribute(element, "themeColor") or "")
    match = _HEX.fullmatch(value)
    return match[1].upper() if match is not None else "auto"


def _is_clear(element: etree._Element) -> bool:
    """Tell whether the fill of text (``w14:textFill``) lets everything through."""
    if child(element, "noFill") is not None:
        return True
    for one in element.iter():
        if local_name(one) == "alpha":
            return (to_number(attribute(one, "val")) or 0) >= _OPAQUE
    return False


def _is_near(colour: str, ground: str) -> bool:
    """Tell whether two colours cannot be told apart."""
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (0, 2, 4))
    return all(abs(one - other) <= _NEAR for one, other in pairs)
