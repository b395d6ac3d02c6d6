"""Who is who: the names by which a document calls the processor and the controller."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from dpa_checker.matching.lexis import CONTROLLER, PROCESSOR, Lexis
from dpa_checker.matching.naming import alias_of, name_parties, names, words_of
from dpa_checker.matching.reading import Reading, Sentence, Span
from dpa_checker.matching.token import fold, tokenise
from dpa_checker.matching.voice import parts_at
from dpa_checker.model import Party

_QUOTED = re.compile(r"[\"“„«»'‘’”*_]{1,2}\s?([^\W\d_][^\"“”„«»*\n]{1,50}?)\s?[\"“”»«’'*_]{1,2}")
_NAME = r"[^\W\d_a-zà-öø-ÿ][\w&.\-]*(?:[ ]+(?:[^\W\d_a-zà-öø-ÿ][\w&.\-]*|&|of|de|et|und|och))*"
_NAME_BEFORE = re.compile(_NAME)
_PARENTHESIS = re.compile(r"\(([^()]{3,160})\)")
_STOP = re.compile(r"[()\n]")
_NAME_REACH = 200
_LEGAL_FORMS = frozenset(
    "gmbh ag kg ug sarl sas sa sasu eurl ab hb ltd limited inc llc plc bv nv spa srl oy as aps corp company".split()
)
_ADJACENT = 4
_MIN_MENTIONS = 3
_MIN_SUBJECT = 3
_SHORTEST_NAME = 3
_INFLECTED = 7
_ADDRESS = 2
_HEAD = 3_000
_LABEL = 40
_NOUN_WORDS = 2
_ADDRESS_KNOWN = 30


def resolve_parties(reading: Reading) -> tuple[Party, ...]:
    """Return the parties named in the document and mark where they stand, as hits of their role.

    Two sources: definitions ("Labo SA (the “Processor”)"), and, for a name without a defined role, conduct:
    the proper name that most often stands where an obligated provider stands.
    """
    defined = _defined(reading)
    if PROCESSOR not in defined.values():
        acting = _acting(reading, set(defined))
        if acting is not None:
            defined[acting] = PROCESSOR
    _settle_address(reading)
    named = name_parties(reading, defined)
    named = {words: role for words, role in _called_in_brackets(reading).items() if _is_open(words, defined)} | named
    _mark(reading, {(fold(name),): role for name, role in defined.items()} | named)
    defined.update({_as_written(reading, words): role for words, role in named.items()})
    roles = {PROCESSOR: "processor", CONTROLLER: "controller"}
    return tuple(Party(name=name, role=roles[role]) for name, role in sorted(defined.items()))


def _defined(reading: Reading) -> dict[str, str]:
    found: dict[str, str] = {}
    head = reading.text[:12_000]
    for match in _PARENTHESIS.finditer(head):
        inside = match.group(1)
        role = _role_of(inside, reading.lexes.values())
        if role is None:
            continue
        before = _STOP.split(head[max(0, match.start() - _NAME_REACH) : match.start()])[-1]
        named = _NAME_BEFORE.search(before)
        if named is None or (role == CONTROLLER and len(before) - named.end() >= _ADJACENT):
            continue
        name = named.group().strip()
        for alias in (name, *(quoted.strip() for quoted in _QUOTED.findall(inside))):
            short = _usable(alias, reading)
            if short:
                found.setdefault(short, role)
    return found


def _role_of(words: str, lexes: Iterable[Lexis]) -> str | None:
    """Return the role that ``words`` name, when they name one of the two and not both."""
    folded = tokenise(words).words
    for lexis in lexes:
        says_processor = _names_role(folded, lexis.cues.roles.processor, lexis)
        says_controller = _names_role(folded, lexis.cues.roles.controller, lexis)
        if says_processor != says_controller:
            return PROCESSOR if says_processor else CONTROLLER
    return None


def _names_role(folded: list[str], names: Iterable[str], lexis: Lexis) -> bool:
    said = set(folded)
    for name in names:
        wanted = words_of(name)
        if not said.issuperset(wanted) or not wanted or (len(wanted) == 1 and wanted[0] in lexis.address):
            continue
        if any(folded[start : start + len(wanted)] == wanted for start in range(len(folded) - len(wanted) + 1)):
            return True
    return False


def _usable(name: str, reading: Reading) -> str | None:
    """Return the word of ``name`` by which the document calls it, if that word is a name of its own."""
    words = [word for word in re.findall(r"[\w&]+", name) if fold(word) not in _LEGAL_FORMS]
    oblique = frozenset().union(*(lexis.oblique for lexis in reading.lexes.values()))
    while words and fold(words[0]) in oblique:  # "Between Labovita Ltd (the Controller) ..."
        del words[0]
    if not words or len(words) > 4:
        return None
    if any(fold(word) in lexis.role_words for word in words for lexis in reading.lexes.values()):
        return None
    word = words[0]
    if (
        len(word) < 3
        or any(fold(word) in lexis.generic_names for lexis in reading.lexes.values())
        or not word[0].isupper()
        or any(fold(word) in lexis.role_words for lexis in reading.lexes.values())
    ):
        return None
    if any(lexis.automaton.find([fold(word)]) for lexis in reading.lexes.values()):
        return None
    lowered = len(re.findall(rf"(?<![\w./@-]){re.escape(word.lower())}(?![\w@]|\.\w)", reading.text))
    return None if lowered or (not word.isupper() and _takes_article(reading, fold(word))) else word


def _takes_article(reading: Reading, word: str) -> bool:
    """Whether ``word`` mostly follows an article, as a common noun does, or opens annexes and articles."""
    words = reading.tokens.words
    articles = frozenset().union(*(lexis.articles for lexis in reading.lexes.values()))
    opening = {
        fold(w) for x in reading.lexes.values() for w in (*x.cues.document_words.annex, *x.cues.document_words.article)
    }
    if word in opening:
        return True
    places = [position for position, other in enumerate(words) if other == word and position]
    preceded = sum(words[place - 1] in articles and not parts_at(reading, place, ".;:\n") for place in places)
    return bool(places) and preceded * 3 >= len(places)


def _acting(reading: Reading, taken: set[str]) -> str | None:
    """Return the proper name that most often does what a provider does, if it does so often enough."""
    tokens = reading.tokens
    counts: Counter[str] = Counter()
    preceded: Counter[str] = Counter()
    total: Counter[str] = Counter()
    acts = [reading.numbers["@obligation"], reading.numbers["process"]]
    for sentence in reading.sentences:
        if sentence.heading:
            continue
        lexis = reading.lexis(sentence)
        starts = {first for concept in acts for first, _ in sentence.spans(concept)}
        for position in range(sentence.first, sentence.last):
            if not reading.text[tokens.starts[position]].isupper():
                continue
            raw = reading.text[tokens.starts[position] : tokens.ends[position]]
            word = tokens.words[position]
            if len(raw) < _SHORTEST_NAME or raw in taken or _is_known(word, lexis):
                continue
            total[raw] += 1
            preceded[raw] += position > sentence.first and tokens.words[position - 1] in lexis.articles
            counts[raw] += position + 1 in starts or position + 2 in starts
    for name, count in counts.most_common(5):
        named = name.isupper() or preceded[name] * 4 < total[name]
        if count >= _MIN_SUBJECT and total[name] > _MIN_MENTIONS and named and not _is_common(reading, fold(name)):
            return name
    return None


def _is_known(word: str, lexis: Lexis) -> bool:
    """Whether the lexicon knows the word: then it is no name of a party."""
    if word in lexis.role_words or word in lexis.generic_names or word in lexis.vocabulary:
        return True
    return bool(lexis.automaton.find([word]))


def _is_common(reading: Reading, word: str) -> bool:
    """Whether the document also writes the word in lower case, outside addresses and compounds."""
    text, tokens = reading.text, reading.tokens
    for position, other in enumerate(tokens.words):
        start, end = tokens.starts[position], tokens.ends[position]
        if other != word or text[start].isupper():
            continue
        after = text[end : end + 2]
        joined = after[:1] in {".", "@", "-"} and after[1:2].isalnum()
        if text[max(0, start - 1) : start] not in {".", "/", "@", "-"} and not joined:
            return True
    return False


def _called_in_brackets(reading: Reading) -> dict[tuple[str, ...], str]:
    """Return common nouns that a role in brackets directly follows: "and the joining library (Controller)"."""
    found: dict[tuple[str, ...], str] = {}
    head = reading.text[:_HEAD]
    parts = {part for lexis in reading.lexes.values() for name in lexis.role_words for part in name.split()}
    for match in _PARENTHESIS.finditer(head):
        role = _role_of(match.group(1), reading.lexes.values())
        before = head[: match.start()].rstrip().rsplit(None, 1)
        if role is None or len(before) < _NOUN_WORDS or not before[1][:1].isupper() or len(match.group(1)) > _LABEL:
            continue
        if not re.fullmatch(r"[\w\s]+", match.group(1)):
            continue
        for words in alias_of(before[1], reading):
            if _takes_article(reading, words[0]) and words[0] not in parts | _LEGAL_FORMS:
                found.setdefault(words, role)
    return found


def _is_open(words: tuple[str, ...], defined: dict[str, str]) -> bool:
    return all(fold(name) not in words for name in defined)


def _settle_address(reading: Reading) -> None:
    """Drop polite forms of address that are pronouns of the third person: "dass sie", or "Sie" where none is polite.

    At the opening of a sentence the capital tells nothing: there the form counts when the document uses it elsewhere.
    """
    controller = reading.numbers[CONTROLLER]
    opening: list[tuple[Sentence, Span]] = []
    polite = False
    for sentence in reading.sentences:
        forms = reading.lexis(sentence).polite
        spans = sentence.hits.get(controller)
        if not forms or not spans or reading.text[sentence.start : sentence.end].islower():
            continue
        for span in tuple(spans):
            if span[1] - span[0] > _ADDRESS or reading.tokens.words[span[0]] not in forms:
                continue
            if not reading.text[reading.tokens.starts[span[0]]].isupper():
                spans.remove(span)
            elif span[0] == sentence.first:
                opening.append((sentence, span))
            else:
                polite = True
    if not polite and len(reading.tokens) > _ADDRESS_KNOWN:
        for sentence, span in opening:
            sentence.hits[controller].remove(span)


def _mark(reading: Reading, known: dict[tuple[str, ...], str]) -> None:
    """Mark where the names stand, as hits of their role; a name of several words may end in an inflection."""
    single = {words[0]: role for words, role in known.items() if len(words) == 1}
    longer = {words: role for words, role in known.items() if len(words) > 1 or len(words[0]) >= _INFLECTED}
    if not known:
        return
    tokens = reading.tokens
    for sentence in reading.sentences:
        for position in range(sentence.first, sentence.last):
            if not reading.text[tokens.starts[position]].isupper():
                continue
            role, size = single.get(tokens.words[position]), 1
            for words, other in longer.items():
                if position + len(words) <= sentence.last and names(tokens.words, position, words):
                    role, size = other, len(words)
            if role is not None:
                sentence.hits.setdefault(reading.numbers[role], []).append((position, position + size))


def _as_written(reading: Reading, words: tuple[str, ...]) -> str:
    """Return a folded name as the document writes it."""
    tokens = reading.tokens
    for position in range(len(tokens) - len(words) + 1):
        if tuple(tokens.words[position : position + len(words)]) == words:
            written = reading.text[tokens.starts[position] : tokens.ends[position + len(words) - 1]]
            if written[:1].isupper():
                return " ".join(written.split())
    return " ".join(words)
