"""Defined terms: the words by which a document calls the data, the sub-processors, a breach.

"« Données » désigne les données à caractère personnel ..." makes *Données* personal data in that document;
"... engages further providers (the "Partners")" makes *Partners* sub-processors.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from dpa_checker.matching.lexis import CONTROLLER, PROCESSOR
from dpa_checker.matching.reading import Reading, Sentence
from dpa_checker.matching.token import tokenise

TARGETS = ("subprocessor", "breach", "personal_data", "data_subject")
_TERM = re.compile(r"[\"“„«»‘’']\s?([^\W\d_a-zà-öø-ÿ][^\"“”„«»‘’'()\n]{1,40}?)\s?[\"“”»«’']|\*\*([^*\n]{2,40})\*\*")
_COLON = re.compile(r"\s*[:：–—-]\s|\s*\|\s")
_MAX_WORDS = 4
_OPENING = 8
_DEFINING = 25
_BEFORE_PARENTHESIS = 10
_INFLECTION = 3
_MIN_INFLECTED = 5


def resolve_terms(reading: Reading) -> dict[str, str]:
    """Return the defined terms with the concept each stands for, and mark where they are used as hits of it."""
    found: dict[str, str] = {}
    for match in _TERM.finditer(reading.text):
        term = (match.group(1) or match.group(2)).strip(" .,;:")
        words = tokenise(term).words
        place = _sentence_at(reading, match.start())
        if not words or len(words) > _MAX_WORDS or term in found or place is None:
            continue
        if not _is_new(reading, place, words):
            continue
        concept = _defined_concept(reading, match.start(), match.end())
        if concept is not None:
            found[term] = concept
    for term, sentence, first, last in _unquoted(reading):
        concept = _nearest(reading, sentence, first, last, backwards=False)
        if concept is not None and _is_new(reading, sentence, tokenise(term).words):
            found.setdefault(term, concept)
    for term, concept in found.items():
        _mark(reading, tokenise(term).words, reading.numbers[concept])
    return found


def _defined_concept(reading: Reading, start: int, end: int) -> str | None:
    sentence = _sentence_at(reading, start)
    if sentence is None:
        return None
    tokens = reading.tokens
    first = bisect_left(tokens.starts, start)
    after = bisect_left(tokens.starts, end)
    if _in_parenthesis(reading.text, sentence, start):
        return _nearest(reading, sentence, max(sentence.first, first - _BEFORE_PARENTHESIS), first, backwards=True)
    verbs = sentence.spans(reading.numbers["@definition"])
    opens = first - sentence.first <= _MAX_WORDS + 2
    verb_follows = any(after <= begin <= after + _MAX_WORDS for begin, _ in verbs)
    if opens and (verb_follows or _COLON.match(reading.text, end)):
        return _nearest(reading, sentence, after, min(sentence.last, after + _DEFINING), backwards=False)
    return None


def _nearest(reading: Reading, sentence: Sentence, first: int, last: int, *, backwards: bool) -> str | None:
    """Return the target concept said first (or, backwards, last) within the words ``[first, last)``."""
    if not backwards and _entrusts(reading, sentence, first, last):
        return "subprocessor"
    hits = [
        (span[0], rank, name)
        for rank, name in enumerate(TARGETS)
        for span in sentence.spans(reading.numbers[name])
        if first <= span[0] and span[1] <= last
    ]
    if not hits:
        return None
    return max(hits, key=lambda hit: (hit[0], -hit[1]))[2] if backwards else min(hits)[2]


def _entrusts(reading: Reading, sentence: Sentence, first: int, last: int) -> bool:
    """Whether a definition speaks of somebody to whom the processing is passed on."""
    engaged = [span for span in sentence.spans(reading.numbers["engage"]) if first <= span[0] < last]
    parties = [span for span in sentence.spans(reading.numbers[PROCESSOR]) if first <= span[0] < last]
    processing = reading.mask_of("process|personal_data|data") & sentence.mask
    return bool(engaged and parties and processing)


def _is_new(reading: Reading, sentence: Sentence, words: list[str]) -> bool:
    """Whether a term is a name of the document's own: no role, nothing that the lexicon knows."""
    lexis = reading.lexis(sentence)
    known = {reading.numbers[name] for name in TARGETS}
    roles = {reading.numbers[name] for name in (PROCESSOR, CONTROLLER)}
    small = lexis.articles | lexis.oblique
    content = sum(word not in small for word in words)
    return not any(
        hit.concept in known or (hit.concept in roles and hit.last - hit.first >= content)
        for hit in lexis.automaton.find(words)
    )


def _unquoted(reading: Reading) -> Iterator[tuple[str, Sentence, int, int]]:
    """Yield the terms of a list of definitions that stand without quotes, with the words that define them."""
    title = reading.numbers["definitions_title"]
    tokens = reading.tokens
    for sentence in reading.sentences:
        verbs = [
            span for span in sentence.spans(reading.numbers["@definition"]) if span[0] - sentence.first <= _OPENING
        ]
        if not verbs or not _is_under(reading, sentence, title):
            continue
        position = verbs[0][0]
        while position > sentence.first and reading.text[tokens.starts[position - 1]].isupper():
            position -= 1
        small = reading.lexis(sentence).oblique | reading.lexis(sentence).articles
        while verbs[0][0] - position > 1 and (position == sentence.first or tokens.words[position] in small):
            position += 1
        if 0 < verbs[0][0] - position <= _MAX_WORDS:
            term = reading.text[tokens.starts[position] : tokens.ends[verbs[0][0] - 1]]
            yield term, sentence, verbs[0][1], min(sentence.last, verbs[0][1] + _DEFINING)


def _is_under(reading: Reading, sentence: Sentence, title: int) -> bool:
    """Whether a heading above the sentence says ``title``."""
    for start, _ in reading.clauses[sentence.clause].headings[-2:]:
        owner = reading.by_start.get(start)
        for number in reading.by_clause.get(owner, []) if owner is not None else []:
            if reading.sentences[number].spans(title):
                return True
    return False


def _sentence_at(reading: Reading, offset: int) -> Sentence | None:
    index = bisect_right([sentence.start for sentence in reading.sentences], offset) - 1
    if index < 0:
        return None
    sentence = reading.sentences[index]
    return sentence if offset < sentence.end else None


def _in_parenthesis(text: str, sentence: Sentence, offset: int) -> bool:
    opening = text.rfind("(", sentence.start, offset)
    return opening >= 0 and text.find(")", opening, offset) < 0


def _mark(reading: Reading, words: list[str], concept: int) -> None:
    tokens = reading.tokens
    size = len(words)
    opening = (
        words[0][: max(_MIN_INFLECTED, len(words[0]) - _INFLECTION)] if len(words[0]) > _MIN_INFLECTED else words[0]
    )
    for sentence in reading.sentences:
        for position in range(sentence.first, sentence.last - size + 1):
            if not tokens.words[position].startswith(opening) or not _is_word(tokens.words[position], words[0]):
                continue
            if not reading.text[tokens.starts[position]].isupper():
                continue
            if all(_is_word(tokens.words[position + n], words[n]) for n in range(1, size)):
                spans = sentence.hits.setdefault(concept, [])
                if (position, position + size) not in spans:
                    spans.append((position, position + size))


def _is_word(word: str, wanted: str) -> bool:
    """Whether ``word`` is ``wanted``, or a form of it by a short ending."""
    if word == wanted:
        return True
    stem, other = (wanted, word) if len(wanted) <= len(word) else (word, wanted)
    return len(stem) >= _MIN_INFLECTED and other.startswith(stem) and len(other) - len(stem) <= _INFLECTION
