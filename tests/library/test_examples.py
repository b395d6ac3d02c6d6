"""The proof of the clause library, run through the real matcher and held against the ledger."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from dpa_checker import load_library
from dpa_checker.library.schema import MENTIONS
from tests.library.ledger import (
    KINDS,
    LANGUAGES,
    NEGATIVE_KINDS,
    decide_examples,
    decide_model_clause,
    example_id,
    read_ledger,
)

#: Share of the clauses that say the opposite, bind the wrong party or speak of something else.
MOST_FALSE_PRESENTS = 0.02
#: Likeness of two examples, of 100, above which one of them proves nothing.
MOST_ALIKE = 90


def test_every_language_with_examples_has_a_lexicon() -> None:
    assert set(load_library().languages) == set(LANGUAGES) >= {"de", "en", "fr", "sv"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mention", MENTIONS)
def test_the_examples_belong_where_they_stand(language: str, mention: str) -> None:
    examples = load_library().examples(language, mention)
    assert (examples.language, examples.mention) == (language, mention)
    ids = Counter(example_id("", example.text) for kind in KINDS for example in getattr(examples, kind))
    assert ids.most_common(1)[0][1] == 1, "the same text twice"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mention", MENTIONS)
def test_the_examples_of_a_kind_are_not_one_sentence_with_a_word_changed(language: str, mention: str) -> None:
    examples = load_library().examples(language, mention)
    for kind in KINDS:
        texts = [example.text for example in getattr(examples, kind)]
        alike = [pair for pair in combinations(texts, 2) if fuzz.ratio(*pair) > MOST_ALIKE]
        assert not alike, kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mention", MENTIONS)
def test_the_examples_are_decided_rightly_but_for_the_ledger(language: str, mention: str) -> None:
    known = set(read_ledger().get(language, {}).get(mention, ()))
    failing = {decided.id: decided for decided in decide_examples(language, mention) if not decided.right}
    new = [f"{decided.id} {decided.verdict}: {decided.text}" for id_, decided in failing.items() if id_ not in known]
    assert not new, f"decided wrongly and not in the ledger ({len(failing)} fail, {len(known)} known)"
    assert not known - set(failing), "these pass now, or are gone: take them out of the ledger"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_not_match_is_hardly_ever_called_present(language: str) -> None:
    decided = [
        each for mention in MENTIONS for each in decide_examples(language, mention) if each.kind in NEGATIVE_KINDS
    ]
    false = [f"{each.kind}: {each.text}" for each in decided if each.verdict == "present" and not each.right]
    assert len(false) <= MOST_FALSE_PRESENTS * len(decided), "\n".join(false)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mention", MENTIONS)
def test_the_model_clause_is_found_present(language: str, mention: str) -> None:
    known = mention in read_ledger().get(language, {}).get("model_clauses", ())
    decided = decide_model_clause(language, mention)
    assert decided.right is not known, f"{decided.verdict} (in the ledger: {known}): {decided.text}"


def test_the_ledger_names_only_what_there_is() -> None:
    ledger = read_ledger()
    assert set(ledger) == set(LANGUAGES)
    for entries in ledger.values():
        assert set(entries) <= {*MENTIONS, "model_clauses"}
        for ids in entries.values():
            assert ids == sorted(set(ids))
