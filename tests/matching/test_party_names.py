"""The names by which parties go, as the opening of a contract gives them."""

from __future__ import annotations

import pytest

from dpa_checker import check_text

OPENINGS = {
    "en": "Between Labovita Ltd (the “Controller”) and Codexa Ltd (the “Processor”), the following is agreed.",
    "fr": "Entre Labovita SAS (le « Responsable du traitement ») et Codexa SAS (le « Sous-traitant »), il est convenu.",
    "sv": "Mellan Labovita AB (”Personuppgiftsansvarig”) och Codexa AB (”Personuppgiftsbiträdet”) har avtalats.",
    "de": "Zwischen Labovita GmbH („Verantwortlicher“) und Codexa GmbH („Auftragsverarbeiter“) wird vereinbart.",
}


@pytest.mark.parametrize("language", OPENINGS)
def test_the_preposition_before_a_name_is_no_part_of_it(language: str) -> None:
    parties = check_text(OPENINGS[language], language).document.parties
    assert {(party.name, party.role) for party in parties} == {("Labovita", "controller"), ("Codexa", "processor")}


INTRODUCED = [
    ("en", 'Between Corbel Ltd (the "Host") and the firm named overleaf (the "Tenant").', "Tenant", "controller"),
    (
        "fr",
        "Entre Corbel SAS (le « Prestataire ») et la société ci-après (la « Locataire »).",
        "Locataire",
        "controller",
    ),
    ("de", "Zwischen dem Betrieb laut Formular (der „Kunde“) und der Corbel GmbH („CB“).", "CB", "processor"),
    ("sv", "Mellan Corbel AB (”Leverantören”) och Lindbo förening (”Husägaren”).", "Husägaren", "controller"),
]


@pytest.mark.parametrize(("language", "opening", "name", "role"), INTRODUCED)
def test_of_two_parties_the_one_without_a_role_has_the_other(language: str, opening: str, name: str, role: str) -> None:
    parties = check_text(f"{opening} Personal data.", language).document.parties
    assert (name, role) in {(party.name, party.role) for party in parties}


def test_with_three_names_nothing_is_guessed() -> None:
    text = 'Between Corbel Ltd (the "Host"), Aldan Ltd (the "Guarantor") and the firm overleaf (the "Tenant").'
    assert not {party.name for party in check_text(text, "en").document.parties} & {"Tenant", "Guarantor"}


def test_a_sentence_gives_the_roles() -> None:
    text = "The Council office is called the Authority. The Authority is the Controller and Brix is the Processor."
    parties = check_text(text, "en").document.parties
    assert {(party.name, party.role) for party in parties} >= {("Authority", "controller"), ("Brix", "processor")}


def test_a_provider_that_is_controller_of_its_own_data_stays_the_processor() -> None:
    text = (
        'Brix Ltd (the "Processor") keeps personal data of the customer on its behalf. '
        "Brix is the controller of the billing data. Brix shall notify the Customer of personal data breaches."
    )
    parties = check_text(text, "en").document.parties
    assert ("Brix", "processor") in {(party.name, party.role) for party in parties}
