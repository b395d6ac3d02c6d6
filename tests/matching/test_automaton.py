"""The pattern syntax of the clause library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_checker.errors import LibraryError
from dpa_checker.matching.automaton import Automaton, Hit
from dpa_checker.matching.token import tokenise


def _found(pattern: str, text: str) -> list[str]:
    """Return the words of ``text`` that ``pattern`` covers, hit by hit."""
    words = tokenise(text).words
    hits = Automaton([(0, pattern)]).find(words)
    return [" ".join(words[hit.first : hit.last]) for hit in hits]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("personal data", "all personal data here", ["personal data"]),
        ("personal data", "personal and other data", []),
        ("delet*", "deleted, deletion, undeleted", ["deleted", "deletion"]),
        ("*pflicht", "Meldepflicht und Pflichten", ["meldepflicht"]),
        ("*schutz*", "Datenschutzrecht Schutz", ["datenschutzrecht", "schutz"]),
        ("data|information breach", "data breach, information breach", ["data breach", "information breach"]),
        ("delet*|eras* data", "erasing data", ["erasing data"]),
        ("?the data", "the data", ["the data", "data"]),
        (
            "data ?subject requests",
            "data requests and data subject requests",
            ["data requests", "data subject requests"],
        ),
        ("notify ... breach", "notify of a breach", ["notify of a breach"]),
        ("notify ... breach", "notify breach", ["notify breach"]),
        ("notify ... breach", "notify a b c d breach", ["notify a b c d breach"]),
        ("notify ... breach", "notify a b c d e breach", []),
        ("notify ...9 breach", "notify a b c d e f g h i breach", ["notify a b c d e f g h i breach"]),
        ("notify ...9 breach", "notify a b c d e f g h i j breach", []),
        ("no _ data", "no more data", ["no more data"]),
        ("no _ data", "no data", []),
        ("Données", "DONNEES données", ["donnees", "donnees"]),
        (
            "sub-processor",
            "a sub-processor, a sub processor, a subprocessor",
            ["sub processor", "sub processor"],
        ),
        ("l'éditeur", "L’ÉDITEUR", ["l editeur"]),
        ("notify", "", []),
    ],
)
def test_a_pattern_finds(pattern: str, text: str, found: list[str]) -> None:
    assert _found(pattern, text) == found


@pytest.mark.parametrize("pattern", ["notify ...", "...", "?notify ...", "sub-processor|vendor", "*", "notify *"])
def test_a_bad_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(LibraryError):
        Automaton([(0, pattern)])


def test_many_patterns_share_one_pass() -> None:
    words = tokenise("the processor deletes the personal data").words
    automaton = Automaton([(1, "delet*"), (2, "personal data"), (3, "data"), (1, "deletes the"), (4, "erase")])
    assert set(automaton.find(words)) == {Hit(1, 2, 3), Hit(1, 2, 4), Hit(2, 4, 6), Hit(3, 5, 6)}


def test_only_the_words_asked_for_are_searched_and_gaps_stay_within() -> None:
    words = tokenise("notify them of every breach").words
    automaton = Automaton([(0, "notify ... breach"), (1, "breach")])
    assert automaton.find(words, 0, 4) == []
    assert automaton.find(words, 1, 5) == [Hit(1, 4, 5)]


_WORDS = st.sampled_from(["a", "b", "ab", "ba", "data", "datum"])
_SLOTS = st.sampled_from(["a", "b*", "*a", "*a*", "a|b", "?b", "...", "...9", "_", "dat*"])


@given(pattern=st.lists(_SLOTS, min_size=1, max_size=4), words=st.lists(_WORDS, max_size=12))
def test_hits_lie_within_the_words_and_end_on_a_word_of_the_pattern(pattern: list[str], words: list[str]) -> None:
    try:
        automaton = Automaton([(0, " ".join([*pattern, "data"]))])
    except LibraryError:
        return
    hits = automaton.find(words)
    assert len(hits) == len(set(hits))
    for hit in hits:
        assert 0 <= hit.first < hit.last <= len(words)
        assert words[hit.last - 1] == "data"


@given(first=st.lists(_WORDS, max_size=6), second=st.lists(_WORDS, max_size=6))
def test_looking_twice_finds_the_same(first: list[str], second: list[str]) -> None:
    fresh = Automaton([(0, "a ... b*"), (1, "data")])
    used = Automaton([(0, "a ... b*"), (1, "data")])
    used.find(first)
    assert used.find(second) == fresh.find(second)
