"""Labels that stand at the start of a line: clause numbers, list letters, bullets, "Article 5"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dpa_checker.ingestion.layout.line import SHORT, is_terminated

_UNIT_WORDS = """
article articles artikel articolo artículo artigo artykuł artikla pykälä art art.
section sektion abschnitt sezione sección secção paragraph paragraaf paragraf
clause clausule cláusula clausola klausel klausul klauzula ziffer punkt
chapter chapitre kapitel capitolo capítulo hoofdstuk luku rozdział
title titre titel titolo título part partie teil del deel parte osa część
annex annexe anhang anlage appendix appendice bilaga bilag bijlage allegato anexo załącznik liite
schedule exhibit attachment addendum underbilaga
""".split()

_UNIT = re.compile(
    r"(?P<word>" + "|".join(sorted(map(re.escape, _UNIT_WORDS), key=len, reverse=True)) + r")"
    r"\s{1,3}(?:n[°ºo.]{1,2}\s*)?"
    r"(?P<number>(?:\d{1,3}[A-Z]?|[IVXLC]{1,7}|[A-Z])(?:\.(?:\d{1,3}|[IVX]{1,4}|[A-Z])(?!\w))*)"
    r"(?P<tail>\.(?=\s|$))?(?![\w])",
    re.IGNORECASE,
)
_SECTION_SIGN = re.compile(r"§{1,2}\s?(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?)(?![\w.,]\w)\.?")
_SECTION_AFTER = re.compile(r"(?P<number>\d{1,3}(?:\s?[a-z](?=\s?§))?)\s?(?P<sign>§|kap\.)(?=\s|$)")
_ANNEX_WORDS = tuple(
    """annex annexe anhang anlage appendix appendice bilaga bilag bijlage allegato anexo załącznik liite schedule
    exhibit attachment addendum underbilaga""".split()
)
_DECIMAL = re.compile(r"(?P<number>[A-Z]?\.?\d{1,3}(?:\.\d{1,3}){0,6})(?P<tail>\.\)|[.):]|°|\.-)?(?=\s|$)(?!\s?[%€$£])")
_BRACKETED_NUMBER = re.compile(r"\((?P<number>\d{1,3})\)(?=\s|$)")
_LETTER = re.compile(r"(?P<open>\()?(?P<letter>[A-Za-z]|[a-z]{2})(?P<tail>\)\.?|\.)(?=\s|$)")
_ROMAN = re.compile(r"(?P<open>\()?(?P<roman>[ivxlc]{1,6}|[IVXLC]{1,6})(?P<tail>\)\.?|\.)(?=\s|$)")
_BULLET = re.compile(r"(?P<bullet>[-–—*+•·▪▫◦●○■□‣⁃∙►➢➤❖✓✔☐☑☒\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf076\uf06f])(?=\s)")
_ABBREVIATION = re.compile(r"[a-z]\.\s?[A-Za-z]{1,2}\.")
_CONTINUES = re.compile(r"(?:[,;)/]|(?:and|or|und|oder|et|ou|och|eller|y|o|e|en|of|i|lub|to|bis|à|till)\s)")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


_FIRST_WORD = re.compile(r"[^\W\d_]{2,}(?![.)\w])")
_PLAIN_UNITS = frozenset(_UNIT_WORDS)


class LabelStyle(StrEnum):
    """Families of labels; items of one list share a style."""

    UNIT = "unit"
    DECIMAL = "decimal"
    BARE = "bare"
    LETTER = "letter"
    ROMAN = "roman"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line.

    ``shown`` is the label as printed, ``length`` the characters it takes with the space that follows,
    ``depth`` the parts of a number (1 for the others), ``ordinal`` its place among its siblings (0 for
    bullets), ``family`` tells lists of one style apart ("(a)" from "a.").  ``roman`` is the ordinal when
    the letters could also be read as a Roman number.
    """

    shown: str
    length: int
    style: LabelStyle
    depth: int
    ordinal: int
    family: str
    roman: int | None = None

    def follows(self, other: Label) -> bool:
        """Tell whether this label is the next one after ``other`` in the same list."""
        if self.family != other.family:
            return False
        if self.style is LabelStyle.BULLET:
            return True
        following_roman = self.roman is not None and other.roman is not None and self.roman == other.roman + 1
        if LabelStyle.ROMAN in (self.style, other.style):
            return following_roman
        return following_roman or self.ordinal == other.ordinal + 1


@lru_cache(maxsize=4096)
def detect_label(line: str) -> Label | None:
    """Return the label that ``line`` (without its indentation) begins with, if any.

    A bullet before a number ("* 3.1. implement") gives the number.
    """
    word = _FIRST_WORD.match(line)
    if word is not None and (line[0].islower() or word[0].lower() not in _PLAIN_UNITS):
        return None
    bullet = _BULLET.match(line)
    if bullet is None:
        return _detect_number(line)
    rest = line[bullet.end() :]
    inner = rest.lstrip()
    skipped = bullet.end() + len(rest) - len(inner)
    number = _detect_number(inner)
    if number is not None and number.style not in (LabelStyle.BARE, LabelStyle.UNIT):
        return Label(
            number.shown,
            skipped + number.length,
            number.style,
            number.depth,
            number.ordinal,
            "bullet" + number.family,
            number.roman,
        )
    if line.rstrip().endswith((" -", " –", " —")):
        return None
    shown = bullet["bullet"]
    return Label(shown, skipped, LabelStyle.BULLET, 1, 0, "bullet" + shown)


def label_counts(label: Label, rest: str, above: str, known: Label | None, *, broken_off: bool) -> bool:
    """Tell whether ``label``, found at the start of a line under the line ``above``, is one.

    A wrapped reference ("... under Article / 28 of the Regulation") looks the same.  ``rest`` follows the
    label, ``known`` is the last label of its family; ``broken_off``: ``above`` is a full line without an end.
    """
    if _CONTINUES.match(rest):
        return False
    follows = known is not None and label.follows(known)
    terminated = is_terminated(above)
    if label.style is LabelStyle.BARE:
        return follows and terminated
    if label.style is LabelStyle.UNIT:
        titled = rest[0] in "-–—:" if rest else not (broken_off and above[-1].islower())
        return titled or (rest[:1].isupper() and (terminated or not (broken_off or above[-1].islower())))
    if terminated:
        return True
    if follows:
        return True
    if label.style is LabelStyle.BULLET:
        return not broken_off or rest[:1].isupper()
    if label.style is LabelStyle.DECIMAL and label.depth > 1 and rest[:1].islower() and above[-1].islower():
        return False
    return not broken_off and (len(above) < SHORT or (label.style is LabelStyle.DECIMAL and label.depth > 1))


def _detect_number(line: str) -> Label | None:
    """Return the number, letter or unit label at the start of ``line``."""
    for detect in (_detect_unit, _detect_decimal, _detect_letter):
        label = detect(line)
        if label is not None:
            return label
    return None


def _detect_unit(line: str) -> Label | None:
    """Return a label such as "Article 5", "Bilaga 2" or "§ 4"."""
    match = _UNIT.match(line)
    if match is not None:
        number = match["number"]
        if not line[0].isupper() or any(character.islower() for character in number):
            return None
        word = match["word"].lower().rstrip(".")
        depth = number.count(".") + 1
        return Label(
            match[0].rstrip("."),
            _skip(line, match.end()),
            LabelStyle.UNIT,
            depth,
            _ordinal(number),
            f"{word}{depth}",
        )
    match = _SECTION_SIGN.match(line)
    if match is None:
        return _detect_section_after(line)
    number = match["number"].rstrip("abcdefgh")
    depth = number.count(".") + 1
    return Label(match[0], _skip(line, match.end()), LabelStyle.UNIT, depth, _ordinal(number), f"§{depth}")


def _detect_section_after(line: str) -> Label | None:
    """Return a label whose number comes first, as in Swedish: "5 §", "3 a §", "2 kap."."""
    match = _SECTION_AFTER.match(line)
    if match is None:
        return None
    ordinal = int(re.sub(r"\D", "", match["number"]))
    return Label(match[0], _skip(line, match.end()), LabelStyle.UNIT, 1, ordinal, match["sign"] + "after")


def is_annex(label: Label) -> bool:
    """Tell whether a label is that of an annex ("Appendix 1", "Bilaga 2")."""
    return label.style is LabelStyle.UNIT and label.family.startswith(_ANNEX_WORDS)


def _detect_decimal(line: str) -> Label | None:
    """Return a label such as "3.2", "3.2.1.", "4)" or "(4)"; "4" alone is of style BARE."""
    match = _BRACKETED_NUMBER.match(line)
    if match is not None:
        value = int(match["number"])
        return Label(match[0], _skip(line, match.end()), LabelStyle.DECIMAL, 1, value, "(1)")
    match = _DECIMAL.match(line)
    if match is None:
        return None
    number, tail = match["number"], match["tail"] or ""
    if number[0].isalpha() and "." not in number:
        return None
    parts = [part for part in re.split(r"\.", number) if part]
    depth = len(parts)
    digits = re.sub(r"\D", "", parts[-1])
    if depth > 1 and len(digits) > 2:
        return None
    bare = depth == 1 and not tail
    style = LabelStyle.BARE if bare else LabelStyle.DECIMAL
    parent = ".".join(parts[:-1])
    family = "1" if bare else f"1{tail if depth == 1 else ''}/{parent}"
    return Label(match[0], _skip(line, match.end()), style, depth, int(digits), family)


def _detect_letter(line: str) -> Label | None:
    """Return a label such as "(a)", "b.", "iv)" or "II."."""
    if _ABBREVIATION.match(line):
        return None
    roman = _ROMAN.match(line)
    value = _roman_value(roman["roman"]) if roman is not None else None
    match = _LETTER.match(line)
    if match is not None and len(match["letter"]) == 1:
        letter = match["letter"]
        family = f"{match['open'] or ''}{'A' if letter.isupper() else 'a'}{match['tail'][0]}"
        ordinal = ord(letter.lower()) - ord("a") + 1
        return Label(match[0], _skip(line, match.end()), LabelStyle.LETTER, 1, ordinal, family, value)
    if roman is not None and value is not None:
        family = f"{roman['open'] or ''}{'A' if roman['roman'].isupper() else 'a'}{roman['tail'][0]}"
        return Label(roman[0], _skip(line, roman.end()), LabelStyle.ROMAN, 1, value, family, value)
    if match is not None and match["tail"][0] == ")" and match["letter"][0] == match["letter"][1]:
        family = f"{match['open'] or ''}a{match['tail'][0]}"
        ordinal = 26 + ord(match["letter"][0]) - ord("a") + 1
        return Label(match[0], _skip(line, match.end()), LabelStyle.LETTER, 1, ordinal, family)
    return None


def _skip(line: str, position: int) -> int:
    """Return the position of the first character after ``position`` that is not space or a joining dash."""
    while position < len(line) and line[position].isspace():
        position += 1
    return position


def _ordinal(number: str) -> int:
    """Return the value of the last part of ``number``: digits, Roman figures or a capital letter."""
    last = number.split(".")[-1]
    if last.isdigit():
        return int(last)
    roman = _roman_value(last)
    return roman if roman is not None else ord(last[0].upper()) - ord("A") + 1


def _roman_value(figures: str) -> int | None:
    """Return the value of Roman ``figures`` below 90, or None when they are not well formed."""
    lowered = figures.lower()
    if not re.fullmatch(r"(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})", lowered) or not lowered:
        return None
    total = 0
    for here, after in zip(lowered, lowered[1:] + " ", strict=True):
        value = _ROMAN_VALUES[here]
        total += -value if _ROMAN_VALUES.get(after, 0) > value else value
    return total
