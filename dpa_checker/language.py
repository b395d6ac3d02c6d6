"""Languages of a document and of its long blocks, found offline (py3langid)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dpa_checker.model import Clause, Unread, UnreadReason

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
_CANDIDATES = (*EU_LANGUAGES, "no")
_BLOCK_LETTERS = 220
_RUN_LETTERS = 200
_SAMPLE = 6_000
_VOTING_CLAUSES = 100
_BLOCK_SAMPLE = 240
_MIN_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Languages:
    """The main language of a document (``None`` when undecidable), all with a sizeable part, and its clauses."""

    main: str | None
    all: tuple[str, ...]
    clauses: tuple[Clause, ...]
    unread: tuple[Unread, ...]


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_CANDIDATES))
    return identifier


@lru_cache(maxsize=4096)
def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, or ``None`` when it has too few letters."""
    if sum(character.isalpha() for character in text[:_SAMPLE]) < _MIN_LETTERS:
        return None
    code, _ = _identifier().classify(text[:_SAMPLE])
    return str(code)


def assign_languages(
    text: str, clauses: Sequence[Clause], supported: Sequence[str], forced: str | None = None
) -> Languages:
    """Return the languages of ``text`` and its clauses marked with theirs.

    A long block in another language takes that language; one without a lexicon is left unread and reported.
    Short blocks follow their neighbours, for short texts mislead (headings: 0.7 to 0.8 right).
    """
    if forced is not None:
        return Languages(forced, (forced,), tuple(replace(clause, language=forced) for clause in clauses), ())
    main = _main_language(text, clauses)
    if main is None:
        return Languages(None, (), tuple(clauses), ())
    marked: list[Clause] = []
    letters: Counter[str] = Counter()
    current = main
    for clause in clauses:
        block = text[clause.start : clause.end]
        size = sum(map(str.isalpha, block))
        if size >= _BLOCK_LETTERS:
            current = detect_language(block[:_BLOCK_SAMPLE]) or main
        elif clause.headings and current != main and clause.kind.value == "heading":
            current = main
        language = current if size >= 60 else main
        letters[language] += size
        marked.append(replace(clause, language=language if language in supported else None))
    unread = _foreign(text, marked)
    total = sum(letters.values()) or 1
    sizeable = tuple(code for code, count in letters.most_common() if code == main or count / total >= 0.05)
    return Languages(main, sizeable, tuple(marked), unread)


def _main_language(text: str, clauses: Sequence[Clause]) -> str | None:
    """The language of most letters, judged block by block so that a bilingual contract keeps its larger half."""
    whole = detect_language(text)
    votes: Counter[str] = Counter()
    for clause in clauses[:_VOTING_CLAUSES]:
        block = text[clause.start : clause.end]
        if len(block) >= _BLOCK_LETTERS:
            found = detect_language(block[:_BLOCK_SAMPLE])
            if found:
                votes[found] += len(block)
    if not votes:
        return whole
    best = votes.most_common(1)[0][0]
    return whole if whole is not None and votes[whole] * 2 >= votes[best] else best


def _foreign(text: str, marked: Sequence[Clause]) -> tuple[Unread, ...]:
    runs: list[tuple[int, int]] = []
    for clause in marked:
        if clause.language is not None:
            continue
        if runs and not text[runs[-1][1] : clause.start].strip():
            runs[-1] = (runs[-1][0], clause.end)
        else:
            runs.append((clause.start, clause.end))
    return tuple(
        Unread(UnreadReason.FOREIGN_LANGUAGE, start=start, end=end, detail=detect_language(text[start:end]) or "")
        for start, end in runs
        if sum(map(str.isalpha, text[start:end])) >= _RUN_LETTERS
    )
