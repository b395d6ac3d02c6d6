"""Which sections of a document are about personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dpa_checker.matching.reading import Reading, Sentence

_ABOUT_PERSONAL_DATA = (
    "personal_data",
    "data_subject",
    "data_protection_law",
    "data_agreement",
    "data_subject_request",
    "data_protection_role",
)
_DATA_DOCUMENT_SHARE = 0.25
_TITLED_SHARE = 0.05
_ENTRUSTED_SHARE = 0.3
_TITLE_END = 500
_SHORT_TEXT = 150
_HEADINGS = 2


def settle_sections(reading: Reading) -> None:
    """Number the sections (by outermost two headings) and note which are about personal data."""
    strong = reading.mask_of("|".join(_ABOUT_PERSONAL_DATA))
    sections: dict[tuple[int, ...], int] = {}
    flags: list[bool] = []
    strong_clauses: set[int] = set()
    for sentence in reading.sentences:
        key = _section_key(reading, sentence)
        section = sections.setdefault(key, len(sections))
        if section == len(flags):
            flags.append(any(_says(reading, start, strong) for start in key))
        sentence.section = section
        if sentence.mask & strong:
            flags[section] = True
            strong_clauses.add(sentence.clause)
    share = len(strong_clauses) / max(1, len(reading.by_clause))
    if _is_all_about_data(reading, share, strong):
        flags = [True] * len(flags)
    reading.section_data = flags


def _section_key(reading: Reading, sentence: Sentence) -> tuple[int, ...]:
    clause = reading.clauses[sentence.clause]
    key = tuple(start for start, _ in clause.headings[:_HEADINGS])
    return (*key, clause.start)[:_HEADINGS] if sentence.heading else key


def _says(reading: Reading, start: int, mask: int) -> bool:
    """Whether the block that starts at ``start`` says one of the concepts."""
    owner = reading.by_start.get(start)
    numbers = reading.by_clause.get(owner, []) if owner is not None else []
    return any(reading.sentences[number].mask & mask for number in numbers)


def _is_all_about_data(reading: Reading, share: float, strong: int) -> bool:
    """Whether the whole document is about personal data.

    So it is by its share of such clauses, by its title, when it is short, or when it entrusts processing and much
    of it says "the data".
    """
    if share >= _DATA_DOCUMENT_SHARE or (share >= _TITLED_SHARE and _is_titled(reading)):
        return True
    loose = strong | reading.mask_of("data")
    about = {sentence.clause for sentence in reading.sentences if sentence.mask & loose}
    if len(reading.tokens) < _SHORT_TEXT and about:
        return True
    return len(about) >= _ENTRUSTED_SHARE * len(reading.by_clause) and _entrusts(reading)


def _is_titled(reading: Reading) -> bool:
    """Whether the opening of the document calls it a data-processing agreement."""
    kind = reading.mask_of("kind_dpa")
    return any(sentence.mask & kind for sentence in reading.sentences if sentence.start < _TITLE_END)


def _entrusts(reading: Reading) -> bool:
    """Whether one sentence says that personal data is processed on behalf of the other party."""
    wanted = reading.mask_of("process|personal_data|on_behalf")
    return any(sentence.mask & wanted == wanted for sentence in reading.sentences)
