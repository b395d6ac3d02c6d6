"""By whom an act is done, whether it is denied, and whether it is promised."""

from __future__ import annotations

import pytest

from dpa_checker.matching.agent import Agent
from tests.matching.reading_of import polarity_of


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("The Processor shall notify the Controller of a breach.", Agent.PROCESSOR),
        ("The Controller shall notify the Processor of a breach.", Agent.CONTROLLER),
        ("The Controller shall be notified by the Processor of a breach.", Agent.PROCESSOR),
        ("Each party shall notify the other party.", Agent.BOTH),
        ("It shall notify the Controller.", Agent.UNKNOWN),
        ("The Controller shall:\n\n(a) notify the Processor of changes;\n\n(b) pay.", Agent.CONTROLLER),
        ("The Processor shall:\n\n(a) keep records;\n\n(b) notify the Controller.", Agent.PROCESSOR),
    ],
)
def test_the_party_on_whom_the_act_lies(text: str, agent: Agent) -> None:
    assert polarity_of(text, "notify").agent is agent


@pytest.mark.parametrize(
    ("name", "role", "agent"),
    [("Codexa", "Processor", Agent.PROCESSOR), ("Labovita", "Controller", Agent.CONTROLLER)],
)
def test_a_name_takes_the_role_that_the_document_gives_it(name: str, role: str, agent: Agent) -> None:
    text = f"{name} Ltd (the “{role}”) signs this agreement. {name} shall delete the personal data."
    assert polarity_of(text, "delete").agent is agent


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("The Processor shall notify the Controller.", False),
        ("The Processor shall not notify the Controller.", True),
        ("The Processor is not required to notify the Controller.", True),
        ("The Processor shall without undue delay notify the Controller.", False),
        ("The Processor shall notify the Controller no later than 24 hours after the breach.", False),
        ("Notification of a breach is excluded.", True),
        ("The Processor shall not charge fees; it shall notify the Controller.", False),
    ],
)
def test_denial(text: str, negated: bool) -> None:
    assert polarity_of(text, "notify").negated is negated


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("The Processor shall notify the Controller.", False),
        ("The Processor may notify the Controller.", True),
        ("The Processor should notify the Controller.", True),
        ("The Processor may, at its discretion, notify the Controller.", True),
        ("The Processor may only notify the Controller.", False),
        ("The Processor may engage others and shall notify the Controller.", False),
    ],
)
def test_what_is_only_allowed_is_no_promise(text: str, weak: bool) -> None:
    assert polarity_of(text, "notify").weak is weak


@pytest.mark.parametrize(
    ("language", "text", "concept", "negated"),
    [
        (
            "de",
            "Der Anbieter informiert den Kunden über Vorfälle im eigenen Hause nicht.",
            "notify",
            True,
        ),
        ("sv", "Leverantören underrättar Kunden om sådana händelser i sina egna lokaler inte.", "notify", True),
        (
            "de",
            "Der Anbieter informiert den Kunden, soweit er davon weiß und nicht schweigt.",
            "notify",
            False,
        ),
        ("en", "Its staff are bound not to disclose the data.", "committed", False),
        ("en", "Its staff are not bound to secrecy.", "committed", True),
    ],
)
def test_where_a_denial_reaches(language: str, text: str, concept: str, negated: bool) -> None:
    assert polarity_of(text, concept, language).negated is negated


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("Le Prestataire peut sous-traiter le traitement.", True),
        ("Le Prestataire ne peut sous-traiter le traitement.", False),
        ("Le Prestataire ne peut pas sous-traiter le traitement.", False),
        ("Le Prestataire peut seulement sous-traiter le traitement.", False),
    ],
)
def test_a_permission_that_is_denied_or_narrowed_binds(text: str, weak: bool) -> None:
    assert polarity_of(text, "engage", "fr").weak is weak
