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


#: Words that a contract has in small letters somewhere, by which a common word is told from a name.
_SMALL_WORDS = "\n\ndata the it this they il le la elle der die das er det de"


@pytest.mark.parametrize(
    "text",
    [
        "J.P. Morlund keeps the funds. | The Processor informs it.",
        "The agreement with J. P. Morlund and A. B. Smith ends. | It is not renewed.",
        "Acme Ltd. and Beta Inc. Harrowgate sign. | They agree.",
        "The data are kept by Acme Ltd. | The Processor informs it.",
        "Subprocessors are Acme, Inc., Beta, L.L.C. and Gamma Corp. | They are bound.",
        "Names, addresses, etc. | The Processor deletes them.",
        "At 5 p.m. Monday the system stops. | It starts again at 6 a.m. | The Controller is told.",
        "Pursuant to sec. 5 and paras. 3 and 4. | The Processor acts.",
        "The list stands in Annex A. | The Processor keeps it.",
        "It relies on the EU-U.S. Data Privacy Framework. | The data stay there.",
        "It stops within 5 sec. | The user closes the app. | It tells me. | The end.",
        "The answer is no. | The Processor may not.",
        "The term ends on the 3rd of Sept. 2026. | It is not renewed.",
        "The data [...] are kept. | It waits... | The end comes.",
        "The data are kept (cf. Annex 1). | It ends.",
        "5.2. The Processor acts. | It reports.",
        "(a) The Processor acts. | It reports.",
        "IV. Obligations go on. | The end.",
        "Art. L. 123-4 and art. R. 4127-4 of that code apply. | The Controller knows it.",
        "L'art. L. 123-4 du code et l'art. R. 4127-4 s'appliquent. | Le client en prend acte.",
        "Il dit « stop. » | Puis il part.",
        "Fin de la phrase. | « Début de la suite. » | Le client signe.",
        "Noms, adresses, etc. | Le sous-traitant les efface.",
        "Le tout est à l'état de l'art. | Le client l'accepte.",
        "Elle est hébergée par Tarvel S.A. | Le client l'accepte.",
        "Tarvel S.A. Lyon est le prestataire. | Il agit seul.",
        "Mme L. Martin et M. Le Goff signent. | Il en est ainsi.",
        "Le tout, c.-à-d. Tarvel et Brumel, cesse à 8 h. 30. | Il en est ainsi.",
        "Die Verordnung vom 27. April 2016 gilt seit dem 25. Mai 2018. | Er hält sie ein.",
        "Die Frist endet am 5. Tag des Monats. | Die Parteien einigen sich.",
        "Vom 1. 1. 2026 bis 31. 12. 2026 gilt dies. | Der Vertrag endet.",
        "Dies regelt Ziffer 12. | Der Auftragnehmer haftet.",
        "Das gilt für Daten, d. h. Für den Kunden verarbeitete Angaben. | Er bestätigt das.",
        "Das gilt z. B. Für Namen i. S. v. Art. 4 DSGVO. | Es endet nie.",
        "Nach Erwgr. 81 und Art. 28 Abs. 3 UAbs. 1 S. 2 lit. h. | Der Auftragnehmer haftet.",
        "Nach §§ 5 ff. BDSG ist das so. | Die Folge ist klar.",
        "Der Verein e. V. Nordhafen nutzt sie. | Er haftet.",
        "Das betrifft den Verein Nordhafen e.V. | Der Auftragnehmer haftet.",
        "Die Acme GmbH & Co. KG haftet. | Die Kosten trägt sie.",
        "Namen, Adressen usw. Daten werden gelöscht. | Er bestätigt es.",
        "Namen, Adressen usw. | Der Auftragnehmer löscht sie.",
        "Er sagt „Halt.“ | Er sagt »Halt.« | Dann geht er.",
        "II. Pflichten des Auftragnehmers bestehen fort. | Er haftet.",
        "Hr. Müller, vertreten durch Dipl.-Ing. Meier, unterschreibt. | Er haftet.",
        "Es gilt § 5. | § 6 gilt nicht.",
        "Uppgifterna lagras av Nordhamn AB (publ.) Stockholm. | De raderas.",
        "Nordhamn A/S Aarhus är biträde. | Det gäller.",
        "Biträdet åtar sig. | Det omfattas av. | De anger behandlingens art. | Det räcker.",
        "Namn, adresser m.m. | Det ska raderas.",
        "Namn, adresser m.fl. Uppgifter raderas senast kl. 17.00. | Det är allt.",
        "Han säger ”Stopp.” | Därefter går han.",
        "Enligt 3 kap. 2 § gäller det. | Det slutar.",
    ],
)
def test_where_sentences_end(text: str) -> None:
    sentences = text.split(" | ")
    joined = " ".join(sentences)
    spans = split_sentences(joined + _SMALL_WORDS, 0, len(joined), ABBREVIATIONS)
    assert [joined[start:end] for start, end in spans] == sentences


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
    assert path == "Annex 1, 1"
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
