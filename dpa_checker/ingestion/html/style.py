"""How much of CSS decides whether a reader sees a text: visibility, size, colours, strike-through, list numbers.

Source: CSS 2.2 and the W3C modules Cascade 4, Selectors 3 (type, class, id and attribute selectors with descendant
and child combinators), Color 4.  Style sheets of the page itself are read; others are never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from lxml import etree

from dpa_checker.errors import LimitExceeded
from dpa_checker.ingestion.html.colour import Colour, look_alike, parse_background, parse_colour

Declarations = dict[str, tuple[str, bool]]

_PROPERTIES: Final = frozenset(
    """display visibility opacity color background background-color background-image font-size font font-weight
    text-decoration text-decoration-line text-indent position left top right clip clip-path width height max-height
    max-width overflow overflow-y white-space list-style list-style-type transform content-visibility""".split()
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMPOUND = re.compile(r"(?P<tag>\*|[\w-]+)?(?P<rest>(?:[.#][\w-]+|\[[^\]]*\])*)")
_SIMPLE = re.compile(
    r"(?P<sign>[.#])(?P<name>[\w-]+)|\[\s*(?P<key>[\w-]+)\s*(?:=\s*[\"']?(?P<value>[^\"'\]]*)[\"']?)?\]"
)
_COMBINATOR = re.compile(r"\s*(>)\s*|\s+")
_SCREEN = re.compile(r"@media\s*(?:(?:only\s+)?(?:screen|all))?\s*$|@(?:layer|supports)\b", re.IGNORECASE)
_LENGTH = re.compile(r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+))(?P<unit>px|pt|pc|in|cm|mm|em|rem|ex|ch|%|vh|vw)?$")
_PIXELS: Final = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, None: 1.0}
_RELATIVE: Final = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_NAMED_SIZES: Final = {
    "xx-small": 9,
    "x-small": 10,
    "small": 13,
    "medium": 16,
    "large": 18,
    "x-large": 24,
    "xx-large": 32,
}
_FONT_TAG_SIZES: Final = (10, 10, 13, 16, 18, 24, 32, 48)
_MOST_RULES: Final = 20_000
_MOST_TRIALS: Final = 2_000_000
_TOO_MANY: Final = (
    f"The web page is over a limit: its style rules would have to be tried more than {_MOST_TRIALS} times to tell what "
    "is shown. Open it in a browser, print it to PDF, and try again."
)
_SMALLEST: Final = 1.4
_FAR: Final = -900.0


@dataclass(frozen=True, slots=True)
class Compound:
    """One step of a selector, and whether it must be the parent of the step to its right."""

    tag: str | None
    classes: frozenset[str]
    identity: str | None
    attributes: tuple[tuple[str, str | None], ...]
    parent: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector (innermost step first) with its declarations and its weight in the cascade."""

    steps: tuple[Compound, ...]
    declarations: Mapping[str, tuple[str, bool]]
    weight: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What an element looks like, with what it inherits; ``size`` is in CSS pixels.

    ``gone`` (no box, pushed off the page, clipped away, fully transparent) holds for all that is inside;
    ``unseen`` (``visibility``) may be taken back further in.  ``ground`` None is a background that is not known.
    """

    gone: bool = False
    unseen: bool = False
    struck: bool = False
    bold: bool = False
    size: float = 16.0
    colour: Colour | None = (0, 0, 0)
    ground: Colour | None = (255, 255, 255)
    preformatted: bool = False
    numbers: str | None = None
    display: str = ""

    @property
    def hidden(self) -> bool:
        """Whether text set so cannot be seen."""
        if self.gone or self.unseen or self.size < _SMALLEST or self.colour == ():
            return True
        return self.colour is not None and self.ground is not None and look_alike(self.colour, self.ground)


@dataclass(slots=True)
class StyleSheet:
    """The rules of a page, by the class, id or tag of the element they are for."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)
    count: int = 0
    trials: int = 0

    def add(self, css: str) -> None:
        """Read a style sheet; what is not understood is passed over."""
        for selector, body in _split_rules(_COMMENT.sub(" ", css), 0):
            declarations = parse_declarations(body)
            if not declarations:
                continue
            for one in selector.split(","):
                steps = _parse_selector(one.strip())
                if steps and self.count < _MOST_RULES:
                    self.count += 1
                    rule = Rule(steps, declarations, (*_weigh(steps), self.count))
                    self.rules.setdefault(_key(steps[0]), []).append(rule)

    def declare(self, element: etree._Element) -> dict[str, str]:
        """Return the declarations that hold for an element, its own ``style`` first."""
        found: list[Rule] = []
        if self.count:
            keys = [str(element.tag), "*", "#" + (element.get("id") or "")]
            keys += ["." + name for name in (element.get("class") or "").split()]
            tried = [rule for key in keys for rule in self.rules.get(key, ())]
            self.trials += len(tried)
            if self.trials > _MOST_TRIALS:
                raise LimitExceeded(_TOO_MANY)
            found = [rule for rule in tried if _matches(rule.steps, element)]
        found.sort(key=lambda rule: rule.weight)
        own = parse_declarations(element.get("style") or "")
        result: dict[str, str] = {}
        for urgent in (False, True):
            for declarations in [*(rule.declarations for rule in found), own]:
                result.update({name: value for name, (value, must) in declarations.items() if must == urgent})
        return result


def parse_declarations(body: str) -> Declarations:
    """Return the declarations of a rule or ``style`` attribute that matter here: value and ``!important``."""
    result: Declarations = {}
    for part in body.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in _PROPERTIES:
            value = value.strip().lower()
            must = value.endswith("!important")
            result[name] = (value.removesuffix("!important").strip(), must)
    return result


def _split_rules(css: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield selector and body of each rule, those within blocks for the screen too."""
    place = 0
    while (opening := css.find("{", place)) >= 0:
        head = (
            css[place:opening].rpartition(";")[2].strip() if "@" in css[place:opening] else css[place:opening].strip()
        )
        closing = _closing(css, opening)
        body = css[opening + 1 : closing]
        if not head.startswith("@"):
            yield head, body
        elif _SCREEN.match(head) and depth < 4:
            yield from _split_rules(body, depth + 1)
        place = closing + 1


def _closing(css: str, opening: int) -> int:
    """Return where the block that opens at ``opening`` closes."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(css, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(css)


def _parse_selector(selector: str) -> tuple[Compound, ...]:
    """Return the steps of a selector, the innermost first; empty when it has a part that is not understood."""
    steps: list[Compound] = []
    place, parent = 0, False
    while place < len(selector):
        match = _COMPOUND.match(selector, place)
        if match is None or not match[0] or len(steps) > 8:
            return ()
        steps = [replace(step, parent=parent) if not number else step for number, step in enumerate(steps)]
        steps.insert(0, _parse_compound(match))
        place = match.end()
        between = _COMBINATOR.match(selector, place)
        if place < len(selector) and between is None:
            return ()
        parent = between is not None and between[1] is not None
        place = between.end() if between is not None else place
    return tuple(steps)


def _parse_compound(match: re.Match[str]) -> Compound:
    """Return one step of a selector."""
    parts = list(_SIMPLE.finditer(match["rest"]))
    tag = (match["tag"] or "").lower()
    return Compound(
        tag=tag if tag not in ("", "*") else None,
        classes=frozenset(part["name"] for part in parts if part["sign"] == "."),
        identity=next((part["name"] for part in parts if part["sign"] == "#"), None),
        attributes=tuple((part["key"].lower(), part["value"]) for part in parts if part["key"]),
    )


def _key(step: Compound) -> str:
    """Return what an element must have for a rule to be tried on it."""
    if step.identity is not None:
        return "#" + step.identity
    if step.classes:
        return "." + min(step.classes)
    return step.tag or "*"


def _weigh(steps: tuple[Compound, ...]) -> tuple[int, int, int]:
    """Return the specificity of a selector: ids, classes and attributes, tags."""
    return (
        sum(step.identity is not None for step in steps),
        sum(len(step.classes) + len(step.attributes) for step in steps),
        sum(step.tag is not None for step in steps),
    )


def _matches(steps: tuple[Compound, ...], element: etree._Element) -> bool:
    """Tell whether an element and those around it match the steps of a selector."""
    if not _fits(steps[0], element):
        return False
    current: etree._Element | None = element
    for before, step in pairwise(steps):
        current = current.getparent() if current is not None else None
        while current is not None and not _fits(step, current) and not before.parent:
            current = current.getparent()
        if current is None or not _fits(step, current):
            return False
    return True


def _fits(step: Compound, element: etree._Element) -> bool:
    """Tell whether an element matches one step."""
    if step.tag is not None and step.tag != element.tag:
        return False
    if step.identity is not None and step.identity != element.get("id"):
        return False
    if step.classes and not step.classes <= set((element.get("class") or "").split()):
        return False
    return all(element.get(key) is not None and value in (None, element.get(key)) for key, value in step.attributes)


def derive_look(above: Look, element: etree._Element, declared: Mapping[str, str], *, foreign: bool) -> Look:
    """Return the look of ``element`` within one that looks like ``above``.

    ``foreign`` tells that a style sheet that is not read may give the element a background.
    """
    tag = str(element.tag)
    size = _size(above.size, tag, element, declared)
    return Look(
        gone=above.gone or element.get("hidden") is not None or _is_gone(declared, size),
        unseen=declared.get("visibility", "hidden" if above.unseen else "") in ("hidden", "collapse"),
        struck=above.struck or tag in ("s", "strike", "del") or _strikes(declared),
        bold=_is_bold(above.bold, tag, declared),
        size=size,
        colour=_text_colour(above.colour, element, declared),
        ground=_ground(above.ground, element, declared, foreign=foreign),
        preformatted=_keeps_lines(above.preformatted, tag, declared),
        numbers=_list_style(declared) if tag in ("ol", "ul", "li") else None,
        display=declared.get("display", ""),
    )


def _is_gone(declared: Mapping[str, str], size: float) -> bool:
    """Tell whether declarations take an element and all within it out of sight."""
    if declared.get("display") == "none" or declared.get("content-visibility") == "hidden":
        return True
    if (opacity := _length(declared.get("opacity"), size)) is not None and opacity < 0.03:
        return True
    if (_length(declared.get("text-indent"), size) or 0.0) <= _FAR:
        return True
    if declared.get("position") in ("absolute", "fixed", "relative"):
        if any((_length(declared.get(side), size) or 0.0) <= _FAR for side in ("left", "top", "right")):
            return True
        if re.match(r"rect\((?:[01](?:px)?[\s,]*){4}\)", declared.get("clip", "")):
            return True
    if re.match(r"inset\((?:50|100)%|circle\(0", declared.get("clip-path", "")):
        return True
    if re.search(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]", declared.get("transform", "")):
        return True
    cut = {declared.get("overflow", ""), declared.get("overflow-y", "")} & {"hidden", "clip"}
    edges = [_length(declared.get(edge), size) for edge in ("width", "height", "max-height", "max-width")]
    return bool(cut) and any(edge is not None and edge <= 1.0 for edge in edges)


def _strikes(declared: Mapping[str, str]) -> bool:
    """Tell whether declarations strike text through."""
    return "line-through" in declared.get("text-decoration", "") + declared.get("text-decoration-line", "")


def _is_bold(above: bool, tag: str, declared: Mapping[str, str]) -> bool:
    """Tell whether an element is set in bold type."""
    weight = declared.get("font-weight")
    if weight is not None:
        return weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
    return above or tag in ("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6")


def _keeps_lines(above: bool, tag: str, declared: Mapping[str, str]) -> bool:
    """Tell whether line breaks of the source show."""
    white = declared.get("white-space")
    if white is not None:
        return white in ("pre", "pre-wrap", "pre-line", "break-spaces")
    return above or tag in ("pre", "textarea", "listing", "xmp", "plaintext")


def _list_style(declared: Mapping[str, str]) -> str | None:
    """Return the kind of numbers or bullets that declarations ask for."""
    value = declared.get("list-style-type") or declared.get("list-style")
    return value.split()[0] if value else None


def _size(above: float, tag: str, element: etree._Element, declared: Mapping[str, str]) -> float:
    """Return the size of type in pixels."""
    value = declared.get("font-size")
    if value is None and (match := re.search(r"(?:^|\s)([\d.]+(?:px|pt|em|rem|%))", declared.get("font", ""))):
        value = match[1]
    if value in _NAMED_SIZES:
        return float(_NAMED_SIZES[value])
    if value in ("smaller", "larger"):
        return above * (0.83 if value == "smaller" else 1.2)
    found = _length(value, above)
    if found is not None:
        return max(found, 0.0)
    asked = element.get("size") if tag == "font" else None
    if asked and asked.isdigit():
        return float(_FONT_TAG_SIZES[min(int(asked), 7)])
    return above


def _length(value: str | None, size: float) -> float | None:
    """Return a CSS length in pixels; shares of the type's ``size`` for em and per cent, None when there is none."""
    match = _LENGTH.match(value) if value else None
    if match is None:
        return None
    number, unit = float(match["number"]), match["unit"]
    if unit in _RELATIVE:
        return number * _RELATIVE[unit] * size
    return number * 16.0 if unit == "rem" else number * _PIXELS.get(unit, 10.0)


def _text_colour(above: Colour | None, element: etree._Element, declared: Mapping[str, str]) -> Colour | None:
    """Return the colour of type: ``()`` when it is transparent, None when it is not known."""
    value = declared.get("color")
    if value is None and element.tag in ("font", "body"):
        value = element.get("color") or element.get("text")
    if value is None or value in ("inherit", "currentcolor"):
        return above
    return parse_colour(value)


def _ground(
    above: Colour | None, element: etree._Element, declared: Mapping[str, str], *, foreign: bool
) -> Colour | None:
    """Return the colour behind an element, None when it is a picture or not known."""
    values = [declared.get(name) for name in ("background-image", "background-color", "background")]
    if element.get("background") or any(value and ("url(" in value or "gradient(" in value) for value in values):
        return None
    for value in (*values[1:], element.get("bgcolor")):
        colour = parse_background(value) if value else ()
        if colour != ():
            return colour
    return None if foreign else above
