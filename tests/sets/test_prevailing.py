"""Orders of precedence in the wordings of contracts: plain, denied, with exceptions, of another subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_checker import check_set
from dpa_checker.ingestion import read_text
from dpa_checker.library.loader import load_yaml
from dpa_checker.model import Verdict
from dpa_checker.sets.links import find_links
from tests.sets.relation import write_relation

_CASES = load_yaml(Path(__file__).with_name("orders.yaml"))
STATED = [(sentence, expected) for expected, sentences in _CASES["stated"].items() for sentence in sentences]
SETTLING_NOTHING = [*_CASES["denied"], *_CASES["with_exceptions"], *_CASES["of_another_subject"]]


def _orders(sentence: str) -> list[str]:
    links = find_links(read_text(f"Some agreement\n\n{sentence}\n"))
    return [">".join(name.kind for name in order.names) for order in links.orders]


@pytest.mark.parametrize(("sentence", "expected"), STATED)
def test_the_subject_of_a_plain_order_prevails(sentence: str, expected: str) -> None:
    assert _orders(sentence) == [expected]


@pytest.mark.parametrize("sentence", SETTLING_NOTHING)
def test_a_denial_an_exception_and_another_subject_settle_nothing(sentence: str) -> None:
    assert _orders(sentence) == []


@pytest.mark.parametrize(
    "clause",
    [
        "In no event shall this Agreement prevail over the General Terms of Sale.",
        "Under no circumstances do the General Terms of Sale take precedence over this Agreement.",
        "The General Terms of Sale prevail over all other documents, with the exception of this Agreement.",
        "The General Terms of Sale prevail, except for the processing of personal data, where this Agreement prevails.",
    ],
)
def test_a_conflict_stays_where_a_sentence_settles_nothing(tmp_path: Path, clause: str) -> None:
    audits = check_set(write_relation(tmp_path, more=f"4. Precedence\n{clause}")).finding("audits")
    assert audits.finding.conflict
    assert (audits.finding.verdict, audits.finding.reason) == (Verdict.PRESENT, "conflict_between")
    assert audits.settled_by is None
