"""Sentences, list heads and paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_checker import load_library
from dpa_checker.segments import split_sentences
from tests.matching.reading_of import clauses_of

ABBREVIATIONS, _ = load_library().structure_words


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, 0, len(text), ABBREVIATIONS)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Processing under art. 28 of the GDPR needs a contract.",
        "Dies gilt nach Art. 28 Abs. 3 lit. a DSGVO.",
        "Dies gilt gem. § 11 Abs. 2 Satz 2 Nr. 4 und ggf. Art. 32 DSGVO.",
        "Behandling enligt art. 28 st. 3 p. 2 kräver avtal.",
        "Bilaga nr. 2 till avtalet, jfr. Kap. 3, gäller.",
        "Le traitement est régi par l'art. 28 du RGPD et l'annexe no. 2.",
        "See Art. 28 para. 3 and No. 5 of the annex.",
        "Data, e.g. Names and addresses, are processed.",
        "Daten, z. B. Namen und Adressen, werden verarbeitet.",
        "The fee is 3.50 EUR per record.",
        "J. Smith signs for the customer.",
        "Is it so (cf. Annex 1)?",
    ],
)
def test_a_stop_that_ends_no_sentence(sentence: str) -> None:
    assert _sentences(f"{sentence} Then another one begins.") == [sentence, "Then another one begins."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("He said “stop.” Then he left.", ["He said “stop.”", "Then he left."]),
        ("A first part; a second part; the end.", ["A first part;", "a second part;", "the end."]),
        ("one line\n\nanother line", ["one line", "another line"]),
        ("a line\nthat goes on", ["a line\nthat goes on"]),
        ("1. The Processor deletes. It confirms.", ["1. The Processor deletes.", "It confirms."]),
        ("Ends with a stop.   ", ["Ends with a stop."]),
        ("L’éditeur informe. Élise signe.", ["L’éditeur informe.", "Élise signe."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_the_sentences_of_a_text(text: str, sentences: list[str]) -> None:
    assert _sentences(text) == sentences


@given(st.text(alphabet='aB .;:!?\n"(1)§•-éÉ\u00a0'))
def test_sentences_are_in_order_and_lose_no_word(text: str) -> None:
    spans = split_sentences(text, 0, len(text), ABBREVIATIONS)
    position = 0
    covered = [False] * len(text)
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        covered[start:end] = [True] * (end - start)
        position = end
    assert all(covered[index] for index, character in enumerate(text) if character.isalnum())


CONTRACT = """\
DATA PROCESSING AGREEMENT

2. Obligations of the Processor

2.1 The Processor shall:

(a) process personal data only on documented instructions;

(b) keep the data confidential.

2.2 The Processor is liable.

Annex 1 Description of the processing

1. Types of data

Names and addresses.
"""


def _clause(words: str) -> tuple[str, list[str], list[str]]:
    """Return path, headings and list heads of the clause of ``CONTRACT`` that holds ``words``."""
    (clause,) = [each for each in clauses_of(CONTRACT) if words in CONTRACT[each.start : each.end]]
    headings, heads = ([CONTRACT[start:end] for start, end in spans] for spans in (clause.headings, clause.heads))
    return clause.path, headings, heads


def test_an_item_knows_its_list_head_and_its_place() -> None:
    path, headings, heads = _clause("documented instructions")
    assert path == "2.1 (a)"
    assert heads == ["2.1 The Processor shall:"]
    assert headings[-1] == "2. Obligations of the Processor"
    assert _clause("confidential")[0] == "2.1 (b)"


def test_a_list_head_ends_with_its_list() -> None:
    path, _, heads = _clause("is liable")
    assert path == "2.2"
    assert heads == []


def test_an_annex_opens_a_new_numbering() -> None:
    path, headings, _ = _clause("Names and addresses")
    assert path == "Annex 1, 1."
    assert "2. Obligations of the Processor" not in headings
    assert headings[-1] == "1. Types of data"


@given(st.lists(st.sampled_from(["1. Title", "The Processor shall:", "(a) delete;", "- keep", "A | B", "Words.", ""])))
def test_clauses_are_in_order_and_refer_backwards(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    position = 0
    for clause in clauses_of(text):
        assert position <= clause.start < clause.end <= len(text)
        position = clause.end
        for start, end in (*clause.headings, *clause.heads):
            assert start < end <= clause.start
        for start, end in clause.sentences:
            assert clause.start <= start < end <= clause.end
