"""A sentence that tells what the law asks promises nothing; one in which a party takes it on does."""

from __future__ import annotations

import pytest

from dpa_checker import check_text
from dpa_checker.model import Verdict

BREACH = "breach-notification"

TOLD = [
    (
        "en",
        "Article 28 of the GDPR obliges a processor to allow for and contribute to audits by the controller.",
        "audits",
    ),
    ("en", "Under the GDPR, a processor must allow for and contribute to audits by the controller.", "audits"),
    ("en", "The parties are aware that the GDPR requires processors to notify personal data breaches.", BREACH),
    (
        "fr",
        "Considérant que le RGPD impose que le sous-traitant aide le responsable à réaliser les analyses d'impact.",
        "dpia",
    ),
    ("fr", "Selon le RGPD, un sous-traitant notifie les violations de données au responsable du traitement.", BREACH),
    ("de", "Die DSGVO verlangt, dass der Auftragsverarbeiter bei Datenschutz-Folgenabschätzungen unterstützt.", "dpia"),
    (
        "de",
        "Nach der DSGVO muss ein Auftragsverarbeiter Verletzungen des Schutzes personenbezogener Daten melden.",
        BREACH,
    ),
    ("sv", "Dataskyddsförordningen kräver att biträdet bistår vid konsekvensbedömningar.", "dpia"),
]
PROMISED = [
    (
        "en",
        "The GDPR requires audits, and the Processor shall allow for and contribute to audits by the Controller.",
        "audits",
    ),
    ("en", "As the GDPR requires, the Processor shall allow for and contribute to audits by the Controller.", "audits"),
    ("en", "Where the GDPR requires it, the Processor shall notify the Controller of personal data breaches.", BREACH),
    (
        "fr",
        "Le RGPD l'impose ; le Sous-traitant notifie au Client toute violation de données à caractère personnel.",
        BREACH,
    ),
    (
        "de",
        "Die DSGVO verlangt es; der Auftragsverarbeiter unterstützt den Kunden bei der Datenschutz-Folgenabschätzung.",
        "dpia",
    ),
    (
        "sv",
        "Förordningen kräver det; Biträdet ska bistå den Personuppgiftsansvarige vid konsekvensbedömningar.",
        "dpia",
    ),
]


@pytest.mark.parametrize(("language", "text", "mention"), TOLD)
def test_the_law_retold_is_no_promise(language: str, text: str, mention: str) -> None:
    assert check_text(text, language).finding(mention).verdict is Verdict.MISSING


@pytest.mark.parametrize(("language", "text", "mention"), PROMISED)
def test_what_a_party_takes_on_beside_the_law_counts(language: str, text: str, mention: str) -> None:
    assert check_text(text, language).finding(mention).verdict is Verdict.PRESENT


OWN = {
    "en": (
        "Orbis Ltd (the “Processor”) is the controller of the billing data.",
        "Orbis notifies its customers of personal data breaches.",
    ),
    "fr": (
        "Orbis SAS (le « Sous-traitant ») est responsable du traitement des données de facturation.",
        "Orbis notifie les violations de données à caractère personnel à ses clients.",
    ),
    "de": (
        "Orbis GmbH („Auftragsverarbeiter“) ist Verantwortlicher für die Abrechnungsdaten.",
        "Orbis meldet ihren Kunden Verletzungen des Schutzes personenbezogener Daten.",
    ),
    "sv": (
        "Orbis AB (”Personuppgiftsbiträdet”) är personuppgiftsansvarig för fakturauppgifterna.",
        "Orbis underrättar sina kunder om personuppgiftsincidenter.",
    ),
}


@pytest.mark.parametrize("language", OWN)
def test_what_a_controller_does_with_its_own_data_is_no_promise(language: str) -> None:
    assert check_text(" ".join(OWN[language]), language).finding(BREACH).verdict is Verdict.MISSING


@pytest.mark.parametrize("language", OWN)
def test_in_a_paragraph_of_its_own_the_promise_counts(language: str) -> None:
    assert check_text("\n\n".join(OWN[language]), language).finding(BREACH).verdict is Verdict.PRESENT
