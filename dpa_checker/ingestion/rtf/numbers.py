"""List numbers in a reading that lacks some of the numbered paragraphs.

A Rich Text file stores each number as it was shown, with tracked changes in place (``listtext``); where a paragraph
does not stand in a reading, those that follow it in its list move up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_PART: Final = re.compile(r"\d+|(?<![^\W_])[A-Za-z](?![^\W_])|(?<![^\W_])[ivxIVX]{2,6}(?![^\W_])")
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_FEW: Final = 39


@dataclass(slots=True)
class _Level:
    """One level of a list: the value last stored, whether it is Roman, and how many items are missing so far."""

    value: int = 0
    roman: bool = False
    missing: int = 0


@dataclass(slots=True)
class ListNumbers:
    """The numbers of all lists of a file in one reading, followed paragraph by paragraph."""

    _lists: dict[int, list[_Level]] = field(default_factory=dict)

    def skip(self, number: int, level: int, label: str) -> None:
        """Note that a paragraph of list ``number`` with this stored label does not stand in the reading."""
        levels = self._enter(number, level, label)
        if levels is not None:
            levels[level].missing += 1

    def show(self, number: int, level: int, label: str) -> str:
        """Return a stored label as it is shown in the reading; one without a number stays as it is."""
        levels = self._enter(number, level, label)
        if levels is None or not any(one.missing for one in levels):
            return label
        for part, one in zip(reversed(list(_PART.finditer(label))), reversed(levels), strict=False):
            value, write = _read(part[0], roman=one.roman)
            if value > one.missing:
                label = label[: part.start()] + write(value - one.missing) + label[part.end() :]
        return label

    def _enter(self, number: int, level: int, label: str) -> list[_Level] | None:
        """Return the levels of a list down to ``level``, at the paragraph of ``label``; None when that has no number.

        Levels below begin anew, and so does this one when its stored number does not go on.
        """
        parts = list(_PART.finditer(label))
        if not parts:
            return None
        levels = self._lists.setdefault(number, [])
        levels += [_Level() for _ in range(level + 1 - len(levels))]
        del levels[level + 1 :]
        one = levels[level]
        value, _ = _read(parts[-1][0], roman=True)
        roman = _is_roman(parts[-1][0]) and (value == one.value + 1 if one.value else value == 1)
        value = value if roman else _read(parts[-1][0], roman=False)[0]
        if value <= one.value:
            one.missing = 0
        one.value, one.roman = value, roman
        return levels


def _is_roman(part: str) -> bool:
    return not part.isdigit() and set(part.lower()) <= set("ivx")


def _read(part: str, *, roman: bool) -> tuple[int, Callable[[int], str]]:
    """Return the value of a part of a label, and what writes another value in its way."""
    if part.isdigit():
        return int(part), str
    case = str.upper if part.isupper() else str.lower
    if len(part) > 1 or (roman and _is_roman(part)):
        return _value(part.lower()), lambda value: case(_roman(value))
    return ord(part.lower()) - ord("a") + 1, lambda value: case(chr(ord("a") + value - 1))


def _roman(value: int) -> str:
    """Return Roman figures."""
    figures = ""
    for worth, sign in _ROMAN:
        while value >= worth:
            figures, value = figures + sign, value - worth
    return figures


def _value(figures: str) -> int:
    """Return the value of Roman figures below 40, 0 when they are none."""
    return next((value for value in range(1, _FEW + 1) if _roman(value) == figures), 0)
