"""The checker's own tokeniser against spaCy's, on the same texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.speed.clock import time_alternately
from benchmarks.speed.contract_speed import ROUNDS
from benchmarks.speed.floor import count_tokens
from dpa_checker.matching.token import tokenise


@dataclass(frozen=True, slots=True)
class TokeniserSpeed:
    """Words of the texts in one language, and the seconds that each tokeniser takes for them."""

    language: str
    texts: int
    words: int
    own: float
    spacy: float


def time_tokenisers(texts: Sequence[tuple[str, str]], *, rounds: int = ROUNDS) -> list[TokeniserSpeed]:
    """Return the speed of both tokenisers on ``texts``, pairs of (language, text)."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in texts:
        by_language[language].append(text)
    return [_time_language(language, held, rounds) for language, held in sorted(by_language.items())]


def _time_language(language: str, texts: Sequence[str], rounds: int) -> TokeniserSpeed:
    own, other = time_alternately(
        [
            lambda: [tokenise(text) for text in texts],
            lambda: [count_tokens(text, language) for text in texts],
        ],
        rounds=rounds,
    )
    words = sum(len(tokenise(text)) for text in texts)
    return TokeniserSpeed(language, len(texts), words, own, other)
