"""Words and their folded forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_checker.matching.token import fold, tokenise


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Personal Data", ["personal", "data"]),
        ("données à caractère personnel", ["donnees", "a", "caractere", "personnel"]),
        ("DONNÉES", ["donnees"]),
        ("donne\u0301es", ["donnees"]),
        ("Œuvre, cœur, Ærø", ["oeuvre", "coeur", "aero"]),
        ("\ufb01nance", ["finance"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Schlüssel, åtgärd", ["schlussel", "atgard"]),
        ("l’éditeur l'éditeur", ["l", "editeur", "l", "editeur"]),
        ("sous-traitant sous\u2011traitant", ["sous", "traitant", "sous", "traitant"]),
        ("2016/679", ["2016", "679"]),
        ("data\u00a0subject\u202frequest", ["data", "subject", "request"]),
        ("one_two", ["one", "two"]),
        ("(a) “processor”;", ["a", "processor"]),
        ("", []),
        ("— • …", []),
    ],
)
def test_the_words_of_a_text(text: str, words: list[str]) -> None:
    assert tokenise(text).words == words


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u00ad", "\ufffe"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", " \n  "])
def test_a_word_cut_at_the_end_of_a_line_is_one_word(hyphen: str, line_end: str) -> None:
    text = f"the pro{hyphen}{line_end}cessor deletes"
    tokens = tokenise(text)
    assert tokens.words == ["the", "processor", "deletes"]
    assert text[tokens.starts[1] : tokens.ends[1]] == f"pro{hyphen}{line_end}cessor"


def test_a_soft_hyphen_is_no_letter() -> None:
    assert tokenise("pro\u00adcess\u00ador").words == ["processor"]


def test_a_dash_between_words_joins_nothing() -> None:
    assert tokenise("data - \n processing").words == ["data", "processing"]
    assert tokenise("28-\n29").words == ["28", "29"]


@given(st.text())
def test_spans_are_in_order_and_hold_the_word(text: str) -> None:
    tokens = tokenise(text)
    assert len(tokens) == len(tokens.words) == len(tokens.starts) == len(tokens.ends)
    position = 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        assert position <= start < end <= len(text)
        assert fold(text[start:end]) == word
        position = end


@given(st.text(alphabet=st.characters(categories=["L", "N", "M"]), min_size=1))
def test_folding_is_done_in_one_step_for_the_languages_of_europe(word: str) -> None:
    if all(ord(character) < 0x250 for character in word):
        assert fold(fold(word)) == fold(word)
        assert fold(word.upper()) == fold(word.lower()) or "ı" in word or "İ" in word
