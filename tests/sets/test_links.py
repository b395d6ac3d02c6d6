"""Orders of precedence and names of documents, in four languages."""

from __future__ import annotations

import time

import pytest

from dpa_checker.ingestion import read_text
from dpa_checker.sets.links import Links, find_links
from dpa_checker.sets.naming import find_names

ORDERS = [
    ("In any conflict between this Annex and the Terms of Sale, this Annex shall prevail.", "self>terms_of_sale"),
    ("The Data Processing Agreement prevails in case of conflict with the Maintenance Agreement.", "dpa>maintenance"),
    ("This DPA takes precedence over any other agreement between the parties.", "self>rest"),
    ("Le présent accord prévaut sur les conditions générales de vente.", "self>terms_of_sale"),
    ("L'accord sur le traitement des données personnelles prime sur le contrat de maintenance.", "dpa>maintenance"),
    ("Zwischen diesem Vertrag und den AGB gehen die Regelungen dieses Vertrags vor.", "self>terms_of_service"),
    ("Die Regelungen dieser Vereinbarung gehen den Regelungen des Hauptvertrags vor.", "self>main"),
    ("Der Auftragsverarbeitungsvertrag hat Vorrang vor dem Wartungsvertrag.", "dpa>maintenance"),
    ("Vid motstridighet mellan detta avtal och huvudavtalet gäller detta avtal före huvudavtalet.", "self>main"),
    ("Personuppgiftsbiträdesavtalet ska ha företräde framför underhållsavtalet.", "dpa>maintenance"),
]  # fmt: skip
LISTS = [
    "The following order of priority applies: (1) the Data Processing Agreement; (2) the Order Form; (3) this DPA.",
    "The following order of precedence applies:\n1. Data Processing Agreement\n2. Order Form\n3. these Terms",
    "Es gilt folgende Rangfolge: 1. Auftragsverarbeitungsvertrag, 2. Einzelauftrag, 3. diese Bedingungen.",
]
NONE = [
    "This DPA does not prevail over the Terms of Sale.",
    "The laws of Sweden prevail.",
    "Das vorliegende Angebot geht nicht vor.",
]


def _orders(text: str) -> list[str]:
    links = find_links(read_text(f"Some agreement\n\n{text}\n"))
    return [">".join(name.kind for name in order.names) for order in links.orders]


@pytest.mark.parametrize(("sentence", "expected"), ORDERS)
def test_a_sentence_of_precedence_is_read(sentence: str, expected: str) -> None:
    assert _orders(sentence) == [expected]


@pytest.mark.parametrize("text", LISTS)
def test_ranks_are_read_in_their_order(text: str) -> None:
    assert _orders(text) == ["dpa>order>self"]


@pytest.mark.parametrize("sentence", NONE)
def test_no_order_is_made_up(sentence: str) -> None:
    assert _orders(sentence) == []


def test_annexes_have_numbers_in_any_script() -> None:
    names = find_names("Annex 2, Anlage II, Bilaga 2, annexe n° 2, Schedule B and the appendix")
    assert [name.number for name in names] == ["2", "2", "2", "2", "B", ""]


def test_links_are_kept_and_read_again() -> None:
    links = find_links(read_text(f"ANNEX 2\nDetails\n\n{ORDERS[0][0]}\n"))
    assert links.title.startswith("ANNEX 2")
    again = Links.from_json(links.to_json())
    assert again.to_json() == links.to_json()
    assert Links.from_json("") == Links()


@pytest.mark.parametrize("text", ["the agreement " * 30_000 + "prevails", "any other " * 40_000 + "prevails over it"])
def test_a_text_made_to_take_time_takes_none(text: str) -> None:
    began = time.process_time()
    find_links(read_text(text))
    assert time.process_time() - began < 3
