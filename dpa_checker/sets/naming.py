"""How contracts name one another: "the Data Processing Agreement", "Annex 2", "this Agreement", "the main contract".

The words of each language are data (``names.yaml``); all languages are read at once, as sets mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from dpa_checker.library.loader import load_yaml

#: Kinds of name beside those of :class:`dpa_checker.model.DocumentKind`.
SELF: Final = "self"
ANNEX: Final = "annex"
MAIN: Final = "main"
REST: Final = "rest"

_GAP: Final = r"[\s\-‐‑/]+"
_NUMBER: Final = r"(?:\s*(?:no\.?|n°|nr\.?))?[\s\-‐‑]*(?P<number>\d{1,2}(?![\d])|[IVX]{1,4}\b|[A-H]\b)"
_ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a document at ``[start, end)`` of the text read.

    ``kind`` is ``self``, ``annex``, ``main``, ``rest``, ``order`` or a kind of document; ``number`` that of an annex
    ("2", "B"), empty when it has none.
    """

    kind: str
    number: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What decides which document prevails, compiled; ``trigger`` finds any of the words that can.

    ``against`` and ``joint`` cover the words up to a name; ``coordinate`` ("and"), ``owning`` ("and its annexes") and
    ``elided`` (a verb without a subject of its own: "supplements the contract and prevails") those after it.
    """

    trigger: re.Pattern[str]
    prevail: re.Pattern[str]
    around: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    yielding: re.Pattern[str]
    nominative: re.Pattern[str]
    order: re.Pattern[str]
    negation: re.Pattern[str]
    exception: re.Pattern[str]
    harmless: re.Pattern[str]
    pronoun: re.Pattern[str]
    against: re.Pattern[str]
    joint: re.Pattern[str]
    owning: re.Pattern[str]
    elided: re.Pattern[str]
    coordinate: re.Pattern[str]


def find_names(text: str) -> list[Name]:
    """Return the names of documents in ``text``, in their order; of two that overlap the longer."""
    found = [
        Name(kind, _number(match), match.start(), match.end())
        for kind, pattern in _names()
        for match in pattern.finditer(text)
    ]
    kept: list[Name] = []
    for name in sorted(found, key=lambda name: (name.start - name.end, name.start)):
        if all(name.end <= other.start or other.end <= name.start for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda name: name.start)


def _number(match: re.Match[str]) -> str:
    number = (match.groupdict().get("number") or "").upper()
    return _ROMAN.get(number, number)


@cache
def load_words() -> Words:
    """Return the words of precedence of all languages."""
    content = _content()
    beginnings = [first for first, _ in _all(content, "around")]
    joint, against, own, beside = (_alternatives(_all(content, key)) for key in ("joint", "against", "own", "beside"))
    return Words(
        trigger=_any_of([*_all(content, "prevail"), *_all(content, "order"), *beginnings]),
        prevail=_any_of(_all(content, "prevail")),
        around=tuple((_any_of([first]), _any_of([last])) for first, last in _all(content, "around")),
        yielding=_any_of(_all(content, "yielding")),
        nominative=_any_of(_all(content, "nominative")),
        order=_any_of(_all(content, "order")),
        negation=_any_of(_all(content, "negation")),
        exception=_any_of(_all(content, "exception")),
        harmless=_any_of(_all(content, "harmless")),
        pronoun=_any_of(_all(content, "pronoun")),
        against=_made_of(rf"(?<!\w)(?:{against})(?!\w)(?:{_GAP}(?!(?:{joint})(?!\w))[\w'’]+){{0,6}}\W*$"),
        joint=_made_of(rf"\W*(?:{joint})(?!\w)(?:{_GAP}(?!(?:{against})(?!\w))[\w'’]+){{0,4}}\W*"),
        owning=_made_of(rf"\W*(?:{joint}){_GAP}(?:{own})(?!\w)"),
        coordinate=_made_of(rf"\W*(?:{joint})(?!\w)"),
        elided=_made_of(rf"\W*(?:{joint})(?!\w)(?!{_GAP}(?:{beside})(?!\w))"),
    )


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return a pattern for each kind of name; "this" before any of them makes it the document itself."""
    content = _content()
    by_kind: dict[str, list[str]] = {}
    for words in content.values():
        for kind, phrases in words["names"].items():
            by_kind.setdefault(kind, []).extend(phrases)
    annex = _alternatives(_all(content, "annex"))
    known = [phrase for phrases in by_kind.values() for phrase in phrases]
    own = (
        rf"(?:{_alternatives(_all(content, 'self'))}){_GAP}(?:{_alternatives([*known, *_all(content, 'nouns')])})"
        rf"(?:{_NUMBER})?"
    )
    return (
        (SELF, re.compile(rf"\b{own}(?!\w)", re.IGNORECASE)),
        (ANNEX, re.compile(rf"\b(?i:{annex})(?:{_NUMBER})?(?!\w)")),
        *((kind, _any_of(phrases)) for kind, phrases in by_kind.items()),
    )


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = load_yaml(Path(str(files("dpa_checker.sets").joinpath("names.yaml"))))
    return content


def _all(content: Mapping[str, Any], key: str) -> list[Any]:
    return [item for words in content.values() for item in words[key]]


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(phrases)})(?!\w)", re.IGNORECASE)


def _made_of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _alternatives(phrases: Iterable[str]) -> str:
    ordered = sorted(dict.fromkeys(phrases), key=lambda phrase: (-phrase.count(" "), -len(phrase), phrase))
    return "|".join(_phrase(phrase) for phrase in ordered)


def _phrase(phrase: str) -> str:
    """Return the regular expression of a row of words; an optional word takes its gap with it."""
    written = ""
    begun = False
    for word in phrase.split():
        ways = (re.escape(way).replace(r"\*", r"\w*").replace(r"\-", _GAP) for way in word.rstrip("?").split("|"))
        choices = f"(?:{'|'.join(ways)})"
        shown = f"{_GAP}{choices}" if begun else choices
        if not word.endswith("?"):
            written, begun = written + shown, True
        else:
            written += f"(?:{shown})?" if begun else f"(?:{choices}{_GAP})?"
    return written
