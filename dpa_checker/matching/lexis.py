"""A language compiled: its concepts and cues in one automaton, numbered alike in every language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from dpa_checker.library import Library
from dpa_checker.library.schema import Antecedent, Cues
from dpa_checker.matching.automaton import Automaton
from dpa_checker.matching.token import fold

PROCESSOR = "processor_party"
CONTROLLER = "controller_party"
BOTH = "@both"
PRONOUN = "@pronoun"
_CUE_FIELDS = (
    "negation",
    "not_negation",
    "definition",
    "no_duty",
    "exclusion",
    "double_negation",
    "obligation",
    "weak",
    "qualified",
    "precedence",
    "impersonal",
    "ensures",
    "behalf",
    "law_tells",
)
SUCH = "@such:"


@dataclass(frozen=True)
class Lexis:
    """What reading a sentence in ``language`` needs."""

    language: str
    automaton: Automaton
    cues: Cues
    oblique: frozenset[str]
    agent_marker: frozenset[str]
    articles: frozenset[str]
    genitive: frozenset[str]
    nominative: frozenset[str]
    passive: frozenset[str]
    passive_adjacent: frozenset[str]
    role_words: frozenset[str]
    vocabulary: frozenset[str]
    address: frozenset[str]
    conjunction: frozenset[str]
    receiving: frozenset[str]
    own: frozenset[str]
    object_pronoun: frozenset[str]
    subject_pronoun: frozenset[str]
    polite: frozenset[str]
    towards: frozenset[str]
    benefit: frozenset[str]
    generic_names: frozenset[str]
    conditional: frozenset[str]
    indefinite: frozenset[str]


@lru_cache(maxsize=8)
def number_concepts(library: Library) -> dict[str, int]:
    """Return the number of each concept, party and cue; the same for all languages."""
    names = [
        *sorted(library.concepts),
        *library.document_concepts,
        PROCESSOR,
        CONTROLLER,
        BOTH,
        PRONOUN,
        *(f"@{name}" for name in _CUE_FIELDS),
        *(f"{SUCH}{name}" for name in get_args(Antecedent)),
    ]
    return {name: index for index, name in enumerate(names)}


@lru_cache(maxsize=64)
def build_lexis(library: Library, language: str) -> Lexis:
    """Return the compiled lexicon of ``language``; raises :class:`UnsupportedLanguage`."""
    lexicon = library.lexicon(language)
    numbers = number_concepts(library)
    cues = lexicon.cues
    patterns: list[tuple[int, str]] = []
    for concept, words in lexicon.concepts.items():
        patterns += [(numbers[concept], word) for word in words]
    for role, words in (
        (PROCESSOR, cues.roles.processor),
        (CONTROLLER, cues.roles.controller),
        (BOTH, cues.roles.both),
        (PRONOUN, cues.pronoun),
    ):
        patterns += [(numbers[role], word) for word in words]
    for name in _CUE_FIELDS:
        patterns += [(numbers[f"@{name}"], word) for word in getattr(cues, name)]
    for antecedent, words in cues.anaphora.items():
        patterns += [(numbers[f"{SUCH}{antecedent}"], word) for word in words]
    parts = {part for _, pattern in patterns for raw in pattern.split() for part in raw.strip("?").split("|")}
    return Lexis(
        language=language,
        automaton=Automaton(patterns),
        cues=cues,
        oblique=_folded(cues.oblique),
        agent_marker=_folded(cues.agent_marker),
        articles=_folded(cues.articles),
        genitive=_folded(cues.genitive),
        nominative=_folded(cues.nominative),
        passive=_folded(cues.passive),
        passive_adjacent=_folded(cues.passive_adjacent),
        vocabulary=frozenset(fold(part) for part in parts if part.isalpha()),
        address=_folded(cues.address),
        conjunction=_folded(cues.conjunction),
        receiving=_folded(cues.receiving),
        own=_folded(cues.own),
        object_pronoun=_folded(cues.object_pronoun),
        subject_pronoun=_folded(cues.subject_pronoun),
        polite=_folded(cues.polite),
        towards=_folded(cues.towards),
        benefit=_folded(cues.benefit),
        generic_names=_folded(cues.generic_names),
        conditional=_folded(cues.conditional),
        indefinite=_folded(cues.indefinite),
        role_words=_folded((*cues.roles.processor, *cues.roles.controller, *cues.roles.both)),
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(part) for word in words for part in (word.strip("'’"),) if part)
