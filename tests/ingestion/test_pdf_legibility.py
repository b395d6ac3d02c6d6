"""PDF: a text layer in letters of no language is noticed; figures, names, codes and other languages are not."""

from __future__ import annotations

import string
from hashlib import sha256

import pytest

from dpa_checker.ingestion import read_bytes
from dpa_checker.ingestion.pdf.legibility import is_gibberish
from dpa_checker.model import UnreadReason
from tests.ingestion.pdf_files import SENTENCES, column, lines_pdf

ENGLISH = " ".join(SENTENCES)
OTHERS = {
    "de": "Der Auftragsverarbeiter verarbeitet die personenbezogenen Daten nur auf dokumentierte Weisung des "
    "Verantwortlichen und unterstützt ihn bei der Beantwortung von Anträgen der betroffenen Personen. Er löscht nach "
    "Abschluss der Leistungen alle Daten oder gibt sie zurück, sofern nicht eine Pflicht zur Speicherung besteht. "
    "Jede Verletzung des Schutzes der Daten meldet er unverzüglich, nachdem sie ihm bekannt geworden ist. Personen, "
    "die Zugang zu den Daten haben, sind zur Vertraulichkeit verpflichtet worden.",
    "fi": "Käsittelijä käsittelee henkilötietoja ainoastaan rekisterinpitäjän antamien kirjallisten ohjeiden "
    "mukaisesti ja ilmoittaa viipymättä kaikista tietoturvaloukkauksista. Sopimuksen päättyessä "
    "käsittelijä poistaa tai palauttaa kaikki rekisterinpitäjän valinnan mukaan, ellei lainsäädäntö vaadi muuta. "
    "Henkilöt, jotka käsittelevät tietoja, ovat sitoutuneet noudattamaan salassapitoa. Hän ei käytä toisen "
    "käsittelijän palveluksia ilman ennakkolupaa ja auttaa rekisterinpitäjää vastaamaan pyyntöihin, jotka koskevat "
    "rekisteröidyn oikeuksia, sekä antaa kaikki tarvittavat tiedot tarkastuksia varten ja osallistuu niihin aina.",
    "hu": "Az adatfeldolgozó a személyes adatokat kizárólag az adatkezelő írásbeli utasításai alapján kezeli, és "
    "indokolatlan késedelem nélkül értesíti az adatkezelőt az adatvédelmi incidensről. A szolgáltatás befejezését "
    "követően minden személyes adatot töröl vagy visszajuttat. A személyes adatok kezelésére feljogosított személyek "
    "titoktartási kötelezettséget vállalnak. Az adatfeldolgozó további adatfeldolgozót csak előzetes engedéllyel vesz "
    "igénybe, segíti az adatkezelőt az érintettek kérelmeinek megválaszolásában, és lehetővé teszi az ellenőrzéseket.",
    "pl": "Podmiot przetwarzający przetwarza dane osobowe wyłącznie na udokumentowane polecenie administratora i bez "
    "zbędnej zwłoki zgłasza mu każde naruszenie ochrony danych. Po zakończeniu świadczenia usług usuwa lub zwraca "
    "wszystkie dane, chyba że prawo nakazuje ich przechowywanie. Osoby upoważnione do przetwarzania zobowiązały się do "
    "zachowania tajemnicy. Nie korzysta z usług innego podmiotu bez uprzedniej zgody, pomaga odpowiadać na żądania "
    "osób, których dane dotyczą, oraz umożliwia prowadzenie audytów i inspekcji przez upoważnionego audytora.",
    "el": "Ο εκτελών την επεξεργασία επεξεργάζεται τα δεδομένα μόνο βάσει καταγεγραμμένων εντολών του εργοδότη. " * 8,
    "mt": "Il-proċessur jipproċessa d-data personali biss fuq struzzjonijiet dokumentati mill-kontrollur u "
    "jinnotifikah mingħajr dewmien żejjed dwar kull ksur. Wara t-tmiem tas-servizzi jħassar jew jirritorna d-data "
    "kollha, sakemm il-liġi ma tirrikjedix li tinżamm. Il-persuni awtorizzati ntrabtu bil-kunfidenzjalità. "
    "Il-proċessur jgħin lill-kontrollur iwieġeb għat-talbiet tas-suġġetti tad-data u jagħmel disponibbli "
    "l-informazzjoni kollha meħtieġa biex jintwera li l-obbligi ġew imħarsa, inklużi l-verifiki u l-ispezzjonijiet.",
}
NAMES = ", ".join(
    "Krzysztof Brzęczyszczykiewicz, Ng Mei Ling, Björn Sjöström, Szczepan Wójcik, Nguyễn Thị Hương, Xhevdet Krasniqi, "
    "Łukasz Zdziarski, Þórarinn Guðjónsson, Hrvoje Strčić, Zsófia Györgyi, Wim van den Brink, Mbwana Nkrumah, Qiu "
    "Zhang, Tjark Schröder, Yngve Hjort, Gwyneth Llywelyn, Jędrzej Chrząszcz, Vlk Strč".split(", ")
)


def shifted(text: str, by: int) -> str:
    """Return ``text`` with every character moved on by some code points, as fonts without a true table store it."""
    return "".join(chr(ord(character) + by) if character.isalpha() else character for character in text)


def shuffled(text: str, seed: int) -> str:
    """Return ``text`` with its letters exchanged one for another."""
    letters = sorted(string.ascii_lowercase, key=lambda letter: sha256(f"{seed}{letter}".encode()).digest())
    table = str.maketrans(string.ascii_lowercase + string.ascii_uppercase, "".join(letters + letters).upper())
    return text.translate(table)


@pytest.mark.parametrize("by", [1, 2, 3, 5, 7, -1, -2, -3])
def test_shifted_letters_are_gibberish(by: int) -> None:
    moved = "".join(
        chr((ord(letter.lower()) - 97 + by) % 26 + 97) if letter.isascii() and letter.isalpha() else letter
        for letter in ENGLISH + " " + OTHERS["de"]
    )
    assert is_gibberish(moved)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("language", ["de", "fi"])
def test_exchanged_letters_are_gibberish(seed: int, language: str) -> None:
    assert is_gibberish(shuffled(OTHERS[language], seed))


@pytest.mark.parametrize("language", [*OTHERS, "en"])
def test_languages_are_read(language: str) -> None:
    text = OTHERS.get(language, ENGLISH)
    assert not is_gibberish(text)
    assert not is_gibberish(text.upper())
    assert not is_gibberish(text + " " + text)


def test_names_figures_and_codes_are_read() -> None:
    assert not is_gibberish(NAMES + ". " + NAMES + ". " + NAMES)
    assert not is_gibberish(" ".join(f"{number * 37}.{number % 10}0 EUR XK{number}-BRT" for number in range(400)))
    assert not is_gibberish("IBAN BIC SWIFT GmbH HRB VAT AES TLS SSH VPN HTTPS RSA SHA DNS NTP SMTP LDAP " * 8)


def test_a_garbled_page_waits_for_recognition_and_the_others_are_read() -> None:
    wrong = shuffled(ENGLISH, 3)
    document = read_bytes(lines_pdf([column(ENGLISH, 72, 100, width=80), column(wrong, 72, 100, width=80)]))
    assert document.text == ENGLISH
    assert [(item.reason, item.page) for item in document.unread] == [(UnreadReason.GARBLED, 2)]


def test_a_page_of_figures_is_read() -> None:
    rows = [
        (72.0 + 90 * place, 100.0 + 14 * row, f"{row * 317 + place * 71}.{row % 9}{place} kr")
        for row in range(40)
        for place in range(4)
    ]
    document = read_bytes(lines_pdf([rows]))
    assert document.unread == ()
    assert "317.10 kr" in document.text
