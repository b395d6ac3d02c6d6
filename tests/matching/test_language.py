"""The language of a document and of its long blocks."""

from __future__ import annotations

import pytest

from dpa_checker import check_text
from dpa_checker.errors import UnsupportedLanguage
from dpa_checker.language import assign_languages, detect_language
from dpa_checker.model import Processing, UnreadReason, Verdict
from tests.matching.reading_of import clauses_of

ENGLISH = (
    "The processor processes the personal data only on documented instructions from the controller. It "
    "tells the controller at once when it believes that an instruction infringes the law. It keeps the "
    "data confidential and takes all the measures of security that are needed to protect them against "
    "loss and against misuse. Its staff are trained in the protection of data every year."
)
FRENCH = (
    "Le sous-traitant ne traite les données à caractère personnel que sur instruction documentée du "
    "responsable de traitement. Il informe celui-ci sans délai s'il estime qu'une instruction enfreint "
    "le droit applicable. Il veille à la confidentialité des données et prend toutes les mesures de "
    "sécurité nécessaires pour les protéger."
)
DUTCH = (
    "De verwerker verwerkt de persoonsgegevens uitsluitend op basis van schriftelijke instructies van "
    "de verwerkingsverantwoordelijke. Hij stelt deze onmiddellijk in kennis wanneer een instructie naar "
    "zijn oordeel in strijd is met de wet. Hij houdt de gegevens geheim en neemt alle maatregelen die "
    "nodig zijn om ze te beschermen. Zijn medewerkers krijgen ieder jaar een opleiding in de "
    "bescherming van gegevens."
)
SUPPORTED = ("de", "en", "fr", "sv")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (FRENCH, "fr"),
        (DUTCH, "nl"),
        ("Der Auftragsverarbeiter verarbeitet die Daten nur auf dokumentierte Weisung.", "de"),
        ("Personuppgiftsbiträdet behandlar uppgifterna endast på dokumenterade instruktioner.", "sv"),
        ("", None),
        ("28 (3) 2016/679 — …", None),
    ],
)
def test_detection(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_both_languages_of_a_bilingual_contract_are_read() -> None:
    text = f"{ENGLISH}\n\n{FRENCH}\n\n{ENGLISH}"
    languages = assign_languages(text, clauses_of(text), SUPPORTED)
    assert languages.main == "en"
    assert set(languages.all) == {"en", "fr"}
    assert [clause.language for clause in languages.clauses] == ["en", "fr", "en"]
    assert languages.unread == ()


@pytest.mark.parametrize("count", [1, 2])
def test_a_long_block_without_a_lexicon_is_left_unread_and_told(count: int) -> None:
    """Even where it is the larger part."""
    foreign = "\n\n".join([DUTCH] * count)
    text = f"{ENGLISH}\n\n{foreign}"
    languages = assign_languages(text, clauses_of(text), SUPPORTED)
    assert [clause.language for clause in languages.clauses] == ["en", *[None] * count]
    (unread,) = languages.unread
    assert (unread.reason, unread.detail) == (UnreadReason.FOREIGN_LANGUAGE, "nl")
    assert text[unread.start : unread.end] == foreign


def test_no_block_is_left_unread_without_being_told() -> None:
    short = DUTCH[: DUTCH.index(" Hij houdt")]
    text = f"{ENGLISH}\n\n{short}\n\n{ENGLISH}"
    languages = assign_languages(text, clauses_of(text), SUPPORTED)
    unread = [clause for clause in languages.clauses if clause.language is None]
    assert bool(unread) == bool(languages.unread)


def test_a_forced_language_marks_every_clause() -> None:
    text = f"{ENGLISH}\n\n{DUTCH}"
    languages = assign_languages(text, clauses_of(text), SUPPORTED, forced="fr")
    assert {clause.language for clause in languages.clauses} == {"fr"}
    assert languages.all == ("fr",)


def test_a_document_in_an_unsupported_language_is_not_examined_at_all() -> None:
    report = check_text(DUTCH)
    assert report.document.language == "nl"
    assert report.document.assessment.processing is Processing.SILENT
    assert {finding.verdict for finding in report.findings} == {Verdict.NOT_EXAMINED}


@pytest.mark.parametrize("count", [1, 2])
def test_a_foreign_part_makes_what_is_not_said_elsewhere_not_examined(count: int) -> None:
    report = check_text("\n\n".join([ENGLISH, *[DUTCH] * count]))
    assert report.finding("documented-instructions").verdict is Verdict.PRESENT
    assert report.finding("audits").verdict is Verdict.NOT_EXAMINED


def test_a_language_without_a_lexicon_cannot_be_asked_for() -> None:
    with pytest.raises(UnsupportedLanguage, match="'nl'; supported: "):
        check_text(ENGLISH, language="nl")
