"""The first question: does the document govern processing for another, and what kind of document is it?

*No* needs a positive ground, found in the title or in several distinct words of that ground; in doubt the answer
is *silent*, for a maintenance contract that says nothing of the data it opens is the founding case (SAN-2022-009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dpa_checker.matching.reading import Reading, Sentence
from dpa_checker.matching.verdict import Decision
from dpa_checker.model import DocumentKind, Processing, Verdict

_TITLE_CHARACTERS = 900
_TITLE_CLAUSES = 8
_MIN_GROUND = 3
_SOLID = (
    "documented-instructions",
    "subprocessor-authorisation",
    "subprocessor-changes",
    "subprocessor-flow-down",
    "data-subject-rights",
    "breach-notification",
    "dpia",
    "prior-consultation",
    "deletion-or-return",
    "compliance-information",
    "audits",
    "infringing-instruction",
    "confidentiality",
    "third-country-transfers",
    "data-types",
    "data-subjects",
    "legal-obligation-notice",
)
_ACCESS_GROUND = {
    "access_maintenance": "maintenance",
    "access_remote_support": "remote_support",
    "access_hosting": "hosting",
    "access_backup": "backup",
    "access_migration": "migration",
    "access_development": "development",
    "access_storage": "storage",
    "access_saas": "access",
}
_ACCESS = tuple(_ACCESS_GROUND)
_NO_GROUNDS = {
    "ground_privacy_policy": "privacy_policy",
    "ground_consumer": "consumer_terms",
    "ground_nda": "nda",
    "ground_goods": "sale_of_goods",
    "ground_licence": "bare_licence",
    "ground_sla": "sla",
    "ground_rules": "other_no_access",
    "ground_page": "no_contract",
}
_OPENING_CLAUSES = 3
_TITLE_ONLY = frozenset({DocumentKind.NDA, DocumentKind.PRIVACY_POLICY})
_QUOTES = 3
_MIN_SOLID = 3
_PAGE_WORDS = 450
_MIN_DUTIES = 2
_SAID = frozenset({Verdict.PRESENT, Verdict.PARTIAL, Verdict.CONTRADICTED})


@dataclass(frozen=True, slots=True)
class DocumentAssessment:
    """Kind, answer and ground, with the sentences (by number) that the answer rests on."""

    kind: DocumentKind
    processing: Processing
    ground: str
    sentences: tuple[int, ...]


def assess_document(reading: Reading, decisions: Sequence[Decision], short: bool) -> DocumentAssessment:
    """Return kind and processing of the document; ``short`` marks a clause or two, of which no kind is asked."""
    kind = _detect_kind(reading, decisions)
    yes = _says_processing(reading, decisions, kind, short)
    if yes is not None:
        return DocumentAssessment(kind, Processing.YES, "processing_said", yes[:_QUOTES])
    ground = _negative_ground(reading, kind)
    if ground is not None:
        return DocumentAssessment(kind, Processing.NO, ground[0], ground[1])
    access, sentences = _access_ground(reading)
    if access == "doubt":
        solid = [d.supports[0].sentence for d in decisions if d.mention.id in _SOLID and d.supports]
        if solid:
            return DocumentAssessment(kind, Processing.YES, "processing_said", tuple(solid[:_QUOTES]))
    return DocumentAssessment(kind, Processing.SILENT, access, sentences)


def _says_processing(
    reading: Reading, decisions: Sequence[Decision], kind: DocumentKind, short: bool
) -> tuple[int, ...] | None:
    """Return the sentences by which the document says that it governs processing for another, if it does."""
    said = [d for d in decisions if d.supports and d.verdict in _SAID]
    if short:
        return tuple(d.supports[0].sentence for d in said) if said else None
    if kind is DocumentKind.PRIVACY_POLICY and _distinct_words(reading, "ground_privacy_policy") >= _MIN_GROUND:
        return None
    solid = tuple(d.supports[0].sentence for d in said if d.mention.id in _SOLID)
    on_behalf = _processing_sentences(reading)
    if kind is DocumentKind.DPA and _is_pointer(reading):
        return None
    if on_behalf:
        return on_behalf
    if kind is DocumentKind.DPA and said:
        return solid or tuple(d.supports[0].sentence for d in said)
    if len(solid) >= _MIN_SOLID and _count(reading, "instructions", "subprocessor", "on_behalf", "data_agreement") >= 2:
        return solid
    return _agreement_sentences(reading) or None


def _is_pointer(reading: Reading) -> bool:
    """Whether a short page only tells how to get the agreement and binds nobody."""
    numbers = reading.numbers
    duty = 1 << numbers["@obligation"] | 1 << numbers["processor_party"]
    duties = sum(sentence.mask & duty == duty for sentence in reading.sentences)
    return len(reading.tokens) < _PAGE_WORDS and _distinct_words(reading, "ground_page") >= 2 and duties < _MIN_DUTIES


def _agreement_sentences(reading: Reading) -> tuple[int, ...]:
    """Sentences of the body that join a data-processing agreement to the contract."""
    numbers = reading.numbers
    agreement = 1 << numbers["kind_dpa"]
    about = 1 << numbers["personal_data"] | 1 << numbers["controller_role"]
    return tuple(
        index
        for index, s in enumerate(reading.sentences)
        if s.mask & agreement and s.mask & about and not s.heading and s.start > _TITLE_CHARACTERS // 3
    )


def _count(reading: Reading, *concepts: str) -> int:
    mask = reading.mask_of("|".join(concepts))
    return sum(bool(sentence.mask & mask) for sentence in reading.sentences)


def _distinct_words(reading: Reading, concept: str) -> int:
    number = reading.numbers[concept]
    words = reading.tokens.words
    return len({" ".join(words[a:b]) for sentence in reading.sentences for a, b in sentence.spans(number)})


def _processing_sentences(reading: Reading) -> tuple[int, ...]:
    """Sentences that say that personal data are processed for the other party."""
    numbers = reading.numbers
    needed = [1 << numbers[name] for name in ("process", "on_behalf", "personal_data")]
    own = 1 << numbers["own_purpose"]
    return tuple(
        index
        for index, sentence in enumerate(reading.sentences)
        if all(sentence.mask & bit for bit in needed) and not sentence.mask & own and not sentence.heading
    )


def _detect_kind(reading: Reading, decisions: Sequence[Decision]) -> DocumentKind:
    first: dict[DocumentKind, int] = {}
    for sentence in reading.sentences:
        if sentence.start > _TITLE_CHARACTERS and not (sentence.heading and sentence.clause < _TITLE_CLAUSES):
            break
        for kind in DocumentKind:
            if kind is DocumentKind.OTHER:
                continue
            if kind in _TITLE_ONLY and not sentence.heading and sentence.clause >= _OPENING_CLAUSES:
                continue
            for span in sentence.spans(reading.numbers[f"kind_{kind.value}"]):
                offset = reading.tokens.starts[span[0]] + (0 if sentence.heading or sentence.clause < 2 else 300)
                first[kind] = min(first.get(kind, offset), offset)
    present = sum(decision.verdict is Verdict.PRESENT for decision in decisions)
    data_share = _data_share(reading)
    if first:
        best = min(first, key=lambda kind: first[kind])
        dpa = first.get(DocumentKind.DPA)
        if dpa is not None and (dpa < 250 or present >= 10):
            return DocumentKind.DPA
        if present >= 12 and data_share > 0.4:
            return DocumentKind.DPA
        return best
    return DocumentKind.DPA if present >= 8 and data_share > 0.3 else DocumentKind.OTHER


def _data_share(reading: Reading) -> float:
    bit = 1 << reading.numbers["personal_data"]
    clauses = {sentence.clause for sentence in reading.sentences}
    about = {sentence.clause for sentence in reading.sentences if sentence.mask & bit}
    return len(about) / max(1, len(clauses))


_KIND_GROUND = {DocumentKind.PRIVACY_POLICY: "ground_privacy_policy", DocumentKind.NDA: "ground_nda"}


def _negative_ground(reading: Reading, kind: DocumentKind) -> tuple[str, tuple[int, ...]] | None:
    """Return the ground on which no processing for another is in question, with its sentences."""
    by_title = _KIND_GROUND.get(kind)
    if by_title is not None:
        return _NO_GROUNDS[by_title], _sentences_of(reading, by_title)
    if kind in {DocumentKind.MAINTENANCE, DocumentKind.SERVICES, DocumentKind.SUBCONTRACTING}:
        return None
    words = max(1, len(reading.tokens))
    scores: Counter[str] = Counter()
    for concept in _NO_GROUNDS:
        hits = [(first, last) for s in reading.sentences for first, last in s.spans(reading.numbers[concept])]
        distinct = {" ".join(reading.tokens.words[first:last]) for first, last in hits}
        if len(distinct) >= _MIN_GROUND:
            scores[concept] = len(hits)
    access = Counter(
        concept for concept in _ACCESS[:-1] for s in reading.sentences for _ in s.spans(reading.numbers[concept])
    )
    if not scores:
        return ("no_contract", ()) if words < 60 and not access and kind is DocumentKind.DPA else None
    concept, count = scores.most_common(1)[0]
    if count * 1.0 < 1.0 * sum(access.values()) or count * 250 < words:
        return None
    return _NO_GROUNDS[concept], _sentences_of(reading, concept)


def _access_ground(reading: Reading) -> tuple[str, tuple[int, ...]]:
    counts = Counter(
        concept for concept in _ACCESS for s in reading.sentences for _ in s.spans(reading.numbers[concept])
    )
    if not counts:
        return "doubt", ()
    best = max(_ACCESS, key=lambda concept: counts[concept])
    return _ACCESS_GROUND[best], _sentences_of(reading, best)


def _sentences_of(reading: Reading, concept: str) -> tuple[int, ...]:
    number = reading.numbers[concept]

    def richness(item: tuple[int, Sentence]) -> tuple[int, int]:
        return (-len(item[1].spans(number)), item[0])

    found = [(i, s) for i, s in enumerate(reading.sentences) if s.spans(number) and s.last - s.first >= 4]
    return tuple(index for index, _ in sorted(found, key=richness)[:_QUOTES])


def clear_unsaid(decisions: Sequence[Decision]) -> None:
    """Make every mention missing: the document does not govern processing for another."""
    for decision in decisions:
        decision.verdict = Verdict.MISSING
        decision.reason = "not_said"
        decision.lacking = ()
        decision.conflict = False
        decision.supports = []
        decision.against = []


__all__ = ["DocumentAssessment", "assess_document", "clear_unsaid"]
