"""On whom an act lies where the subject does not simply stand before the verb."""

from __future__ import annotations

import pytest

from dpa_checker.matching.agent import Agent, is_subject
from tests.matching.reading_of import polarity_of, reading_of

PROCESSOR, CONTROLLER = Agent.PROCESSOR, Agent.CONTROLLER


@pytest.mark.parametrize(
    ("language", "text", "agent"),
    [
        ("en", "It is the Supplier's responsibility to notify the Customer of a breach.", PROCESSOR),
        ("en", "It is for the Customer to notify the Supplier of a breach.", CONTROLLER),
        ("fr", "Il incombe au Prestataire d'informer le Client de la violation.", PROCESSOR),
        ("fr", "Il appartient au Client d'informer le Prestataire de la violation.", CONTROLLER),
        ("de", "Es obliegt dem Auftraggeber, den Auftragnehmer zu unterrichten.", CONTROLLER),
        ("sv", "Det ankommer på Kunden att underrätta Leverantören om incidenten.", CONTROLLER),
    ],
)
def test_an_impersonal_duty_lies_on_the_party_it_names(language: str, text: str, agent: Agent) -> None:
    assert polarity_of(text, "notify", language).agent is agent


@pytest.mark.parametrize(
    ("language", "text", "agent"),
    [
        ("de", "Wird dem Auftraggeber ein Fehler bekannt, so teilt er dies dem Auftragnehmer mit.", CONTROLLER),
        ("en", "The Processor keeps a register. It notifies the Controller of breaches.", PROCESSOR),
        ("en", "The Processor tells the Controller when asked and if it notifies others.", Agent.UNKNOWN),
    ],
)
def test_a_pronoun_means_the_one_party_it_can_mean(language: str, text: str, agent: Agent) -> None:
    found = polarity_of(text, "notify", language)
    assert agent is Agent.UNKNOWN or found.agent is agent


@pytest.mark.parametrize(
    ("language", "text", "concept", "agent"),
    [
        ("en", "The Processor ensures that the Controller is informed of breaches.", "notify", PROCESSOR),
        ("en", "The Supplier will allow for audits by the Customer.", "permit", PROCESSOR),
        ("en", "Whoever handles Customer Personal Data is bound by secrecy.", "committed", Agent.UNKNOWN),
        ("fr", "Qui accède aux Données Client est lié par le secret.", "committed", Agent.UNKNOWN),
        ("en", "You will hear from us of any breach.", "notify", PROCESSOR),
    ],
)
def test_who_acts_is_not_whoever_is_named(language: str, text: str, concept: str, agent: Agent) -> None:
    assert polarity_of(text, concept, language).agent is agent


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Der Anbieter sorgt dafür. Alle wissen, dass sie den Vorfall melden.", CONTROLLER),
        ("Wir verarbeiten Ihre Daten. Bei einem Vorfall informieren wir Sie.", PROCESSOR),
    ],
)
def test_a_small_letter_is_no_polite_address(text: str, agent: Agent) -> None:
    found = polarity_of(text, "notify", "de").agent
    assert found is agent if agent is PROCESSOR else found is not agent


@pytest.mark.parametrize(
    ("language", "names", "notice"),
    [
        (
            "en",
            (
                "Between Hartwell & Lowe (hereafter: the Chambers) and Dictaphon Ltd (hereafter: Dictaphon). "
                "Dictaphon transcribes personal data which Dictaphon processes on behalf of the Chambers."
            ),
            "The Chambers shall notify Dictaphon of breaches.",
        ),
        (
            "de",
            (
                "zwischen dem Zweckverband See (nachfolgend: Zweckverband) und Netzhaus AöR (nachfolgend: Netzhaus). "
                "Das Netzhaus verarbeitet personenbezogene Daten im Auftrag des Zweckverbands."
            ),
            "Der Zweckverband informiert das Netzhaus über Vorfälle.",
        ),
    ],
)
def test_whose_behalf_it_is_is_the_controller(language: str, names: str, notice: str) -> None:
    assert polarity_of(f"{names}\n\n{notice}", "notify", language).agent is CONTROLLER


GERMAN_PASSIVE = [
    "Bei einer Datenpanne wird der Auftraggeber unverzüglich informiert.",
    "Bei einer Datenpanne ist der Auftraggeber unverzüglich zu informieren.",
    "Bei einer Datenpanne ist der Auftraggeber darauf hinzuweisen.",
]


@pytest.mark.parametrize("text", GERMAN_PASSIVE)
def test_who_is_informed_does_not_inform(text: str) -> None:
    assert polarity_of(text, "notify", "de").agent is Agent.UNKNOWN


def test_the_future_is_no_passive() -> None:
    text = "Der Auftraggeber wird den Auftragnehmer unverzüglich informieren."
    assert polarity_of(text, "notify", "de").agent is Agent.CONTROLLER


def test_a_condition_that_opens_with_its_verb_weakens_no_duty() -> None:
    text = "Should personal data be lost, the Supplier notifies the Customer the same day."
    assert not polarity_of(text, "notify").weak
    assert polarity_of("The Supplier should notify the Customer the same day.", "notify").weak


@pytest.mark.parametrize(
    ("language", "heading", "text", "agent"),
    [
        ("en", "4. Obligations of the Customer", "Notify breaches without delay.", CONTROLLER),
        ("en", "4. Data of the Customer", "Notify breaches without delay.", Agent.UNKNOWN),
        ("de", "§ 4 Pflichten des Auftraggebers", "Verletzungen unverzüglich mitteilen.", CONTROLLER),
        ("de", "§ 4 Schutz der Daten des Auftraggebers", "Verletzungen unverzüglich mitteilen.", Agent.UNKNOWN),
        ("fr", "4. Données hébergées par le Client", "Notifier toute violation sans délai.", Agent.UNKNOWN),
    ],
)
def test_a_heading_that_says_whose_data_it_is_says_not_who_acts(
    language: str, heading: str, text: str, agent: Agent
) -> None:
    assert polarity_of(f"{heading}\n\n{text}\n", "notify", language).agent is agent


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Within the limits of the law the sub-processor alone is liable for its processing.", True),
        ("de", "Der Unterauftragnehmer haftet für seine Leistungen.", True),
        ("de", "Für Fehler des Unterauftragnehmers haftet niemand.", False),
        ("fr", "Le sous-traitant ultérieur est responsable de ses prestations.", True),
        ("fr", "Des manquements du sous-traitant ultérieur, nul n'est responsable.", False),
        ("sv", "Underbiträdet ansvarar för sina tjänster.", True),
    ],
)
def test_the_subject_of_an_act_stands_before_it_in_no_oblique_case(language: str, text: str, found: bool) -> None:
    reading = reading_of(text, language)
    sentence = reading.sentences[-1]
    [act, *_] = sentence.spans(reading.numbers["liable"])
    assert is_subject(reading, sentence, sentence.spans(reading.numbers["subprocessor"]), act) is found
