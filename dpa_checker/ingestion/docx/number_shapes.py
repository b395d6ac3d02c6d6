"""Numbers in the formats that Word knows (ECMA-376-1, 17.18.59, ST_NumberFormat)."""

from __future__ import annotations

from typing import Final

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHICAGO: Final = "*†‡§"
_LARGEST_ROMAN: Final = 4000
_CARDINALS: Final = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "sv": "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton "
    "tjugo",
}
_ORDINALS: Final = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "fr": "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième "
    "treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième",
    "de": "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte "
    "fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste",
    "sv": "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde fjortonde "
    "femtonde sextonde sjuttonde artonde nittonde tjugonde",
}
_WORDS: Final = {"cardinalText": _CARDINALS, "ordinalText": _ORDINALS}


def shape_number(value: int, shape: str, language: str = "") -> str:
    """Return ``value`` as a number of the OOXML format ``shape``.

    Formats in words are known up to twenty in four languages; what is not known comes as plain figures.
    """
    if shape == "none":
        return ""
    if shape == "decimalZero":
        return f"{value:02d}"
    if shape in ("lowerRoman", "upperRoman") and 0 < value < _LARGEST_ROMAN:
        figures = _roman(value)
        return figures.upper() if shape == "upperRoman" else figures
    if shape in ("lowerLetter", "upperLetter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 30)
        return letter.upper() if shape == "upperLetter" else letter
    if shape in _WORDS:
        return _in_words(value, shape, language)
    if shape == "ordinal":
        return _ordinal(value, language)
    if shape in ("decimalEnclosedParen", "decimalEnclosedFullstop"):
        return f"({value})" if shape.endswith("Paren") else f"{value}."
    if shape == "numberInDash":
        return f"- {value} -"
    if shape == "hex":
        return f"{value:X}"
    if shape == "chicago" and value > 0:
        return _CHICAGO[(value - 1) % 4] * min((value - 1) // 4 + 1, 30)
    return str(value)


def _in_words(value: int, shape: str, language: str) -> str:
    """Return a number in words, with a capital as Word writes it."""
    words = _WORDS[shape].get(language[:2].lower(), _WORDS[shape]["en"]).split()
    if not 0 < value <= len(words):
        return _ordinal(value, language) if shape == "ordinalText" else str(value)
    word = words[value - 1]
    return word[0].upper() + word[1:]


def _ordinal(value: int, language: str) -> str:
    """Return an ordinal number in figures."""
    match language[:2].lower():
        case "de":
            return f"{value}."
        case "fr":
            return f"{value}er" if value == 1 else f"{value}e"
        case "sv":
            return f"{value}:{'a' if value % 10 in (1, 2) and value % 100 not in (11, 12) else 'e'}"
        case _:
            ends = {1: "st", 2: "nd", 3: "rd"}
            return f"{value}{'th' if value % 100 in (11, 12, 13) else ends.get(value % 10, 'th')}"


def _roman(value: int) -> str:
    """Return Roman figures."""
    figures = ""
    for worth, sign in _ROMAN:
        figures += sign * (value // worth)
        value %= worth
    return figures
