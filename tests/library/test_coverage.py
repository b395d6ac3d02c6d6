"""Every limb of Article 28 has a mention, and every mention a limb."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from dpa_checker import load_library
from dpa_checker.library.loader import load_yaml
from dpa_checker.library.schema import MENTIONS

COVERAGE = load_yaml(load_library().root / "coverage.yaml")
LIMBS: list[dict[str, Any]] = COVERAGE["limbs"]

#: The limbs of Article 28(3) by where they stand: paragraph, point, and the article that point (f) refers to.
REQUIRED = [
    "28(2), first sentence",
    "28(2), second sentence",
    *("28(3), first sentence, " + part for part in ("subject-matter", "duration", "nature", "purpose")),
    "28(3), first sentence, type of personal data",
    "28(3), first sentence, categories of data subjects",
    "28(3), first sentence, obligations and rights of the controller",
    *(f"28(3)({point})" for point in "abcdefgh"),
    *(f"28(3)(f), Article {article}" for article in range(32, 37)),
    "28(3), last subparagraph",
    "28(4), first sentence",
    "28(4), second sentence",
]


def _article(limb: str) -> str:
    """Return the paragraph and point at the head of ``limb``."""
    match = re.match(r"28\(\d\)(?:\([a-h]\))?", limb)
    assert match, limb
    return match.group()


def test_the_file_holds_nothing_else() -> None:
    assert set(COVERAGE) == {"regulation", "limbs", "not_checked"}
    assert all(set(limb) == {"limb", "says", "mentions"} for limb in LIMBS)
    assert all(set(limb) == {"limb", "why"} and limb["why"] for limb in COVERAGE["not_checked"])
    named = Counter(limb["limb"] for limb in (*LIMBS, *COVERAGE["not_checked"]))
    assert named.most_common(1)[0][1] == 1


@pytest.mark.parametrize("limb", REQUIRED)
def test_every_limb_is_listed(limb: str) -> None:
    assert any(entry["limb"].startswith(limb) for entry in LIMBS)


@pytest.mark.parametrize("limb", LIMBS, ids=[limb["limb"] for limb in LIMBS])
def test_every_limb_has_a_mention(limb: dict[str, Any]) -> None:
    assert limb["mentions"]
    assert set(limb["mentions"]) <= set(MENTIONS)
    assert limb["says"].endswith(".")


@pytest.mark.parametrize("mention", load_library().mentions, ids=MENTIONS)
def test_every_mention_has_a_limb_that_its_legal_reference_names(mention: Any) -> None:
    articles = {_article(limb["limb"]) for limb in LIMBS if mention.id in limb["mentions"]}
    assert articles
    named = set(re.findall(r"28\(\d\)(?:\([a-h]\))?", mention.legal_reference))
    assert named <= articles
    if mention.group == "f":
        article = re.search(r", (3\d)", mention.legal_reference)
        assert article
        assert any(
            limb["limb"] == f"28(3)(f), Article {article[1]}" for limb in LIMBS if mention.id in limb["mentions"]
        )
    elif len(mention.group) == 1 and named != {"28(2)"} and named != {"28(4)"}:
        assert f"28(3)({mention.group})" in articles
