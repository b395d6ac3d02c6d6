"""Whether the text layer of a page says what is printed: characters without meaning, letters in no order.

A font with a false Unicode table shows one text and stores another, whose letters follow each other as in no
language written in Latin letters.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Final

_SPACE = re.compile(r"\s")
_LOST = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff\ufffd]")
_TOKEN = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile(r"[a-z]+")
_GLANCE = 50
_SAMPLE = 300
_LEAST_DISTINCT = 40
_SURE = 5.2
_LEAST = 4.8

#: How often each letter (columns, a to z) follows another (rows, a to z), accents apart, on average over twenty
#: languages of Europe: 0 hardly ever, 4 to 5 as often as by chance, 9 sixteen times as often.  Text in any of them,
#: those left out of the count included, has a mean above 5.5; one whose letters are exchanged, mostly below 4.
_FOLLOWERS: Final = (
    "56780262855969440989672027 53137003520403400401010030 60107007603301700304500012 90009005601441800000400040 "
    "65565365745969340998353506 50004100600200600204200000 60017004500202500401500000 70007000510212500404310040 "
    "61778664456759730698331005 70006000403000000400000000 60007000503400600344600030 82248221832720602043630050 "
    "70008004600121340000300000 82679560823204610379510042 46563443646769550887655003 60008113300401840800200000 "
    "00000000000000000000400000 94049330804345720376652015 70519201803433860079620005 90009206914400900846744032 "
    "33563141625467350677000004 80308000600101500230000010 50004004400000400100000010 00000000000000000004000000 "
    "01303000000032000145000000 83027010520002440002401014"
).split()


def is_legible(text: str) -> bool:
    """Tell whether the characters of a page stand for something, and its words for words."""
    if not (text.isascii() and text.replace("\r\n", "").isprintable()):
        lost = len(_LOST.findall(text))
        if lost and lost > 0.3 * (len(text) - len(_SPACE.findall(text))):
            return False
    return not is_gibberish(text)


def is_gibberish(text: str) -> bool:
    """Tell whether text in Latin letters, enough of it, has its letters in the order of no language.

    A glance at the beginning settles it for ordinary pages; in doubt a longer sample is weighed.  Text in other
    scripts and pages with few different words (tables of codes) are never called gibberish.
    """
    words = [match[0] for match in islice(_TOKEN.finditer(text), _GLANCE)]
    if len(words) < _GLANCE or _weigh(words) >= _SURE:
        return False
    words = [match[0] for match in islice(_TOKEN.finditer(text), _SAMPLE)]
    folded = [_fold(word) for word in words]
    latin = sum(1 for word in folded if _LATIN.fullmatch(word))
    if len(set(folded)) < _LEAST_DISTINCT or latin < 0.8 * len(words):
        return False
    return _weigh(words) < _LEAST


def _weigh(words: list[str]) -> float:
    """Return the mean of how often the letters of ``words`` follow each other, 0 to 9."""
    text = " ".join(map(_fold, words))
    found = [weight for weight in map(_weights().get, map(operator.add, text, text[1:])) if weight is not None]
    return sum(found) / len(found) if found else _SURE


def _fold(word: str) -> str:
    """Return a word in small letters without accents."""
    if word.isascii():
        return word.lower()
    return "".join(letter for letter in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(letter))


@cache
def _weights() -> dict[str, int]:
    """Return the figures of the table by pair of letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        first + second: int(figure)
        for first, row in zip(letters, _FOLLOWERS, strict=True)
        for second, figure in zip(letters, row, strict=True)
    }
