"""Names that a document gives its parties without calling them controller or processor, known by what they do.

"Verbatim Ltd (hereafter: Verbatim) ... which Verbatim handles on behalf of the Law Firm": whose behalf it is, is
the controller; who processes on that behalf, or is called processor in running text, the processor.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from dpa_checker.matching.law import joins
from dpa_checker.matching.lexis import CONTROLLER, PROCESSOR
from dpa_checker.matching.reading import Reading, Sentence
from dpa_checker.matching.token import tokenise

_THINGS = (
    "main_agreement",
    "data_agreement",
    "service",
    "personal_data",
    "data",
    "data_subject",
    "subprocessor",
    "breach",
    "process",
    "instructions",
    "data_protection_law",
    "security_measures",
    "eea",
    "country",
    "third_country",
)
_HEAD = 8_000
_QUOTED = re.compile(r"[\"“„«»‘’]\s?([^\W\d_][^\"“”„«»‘’()\n]{2,40}?)\s?[\"”“»«’]|\*\*([^*\n()]{3,40})\*\*")
_CAPITAL = r"[^\W\d_a-zà-öø-ÿ][\w&-]+"
_PLAIN = re.compile(rf"[\s:,]*(?:\w{{2,9}}\s)?({_CAPITAL}(?:\s{_CAPITAL}){{0,2}})\s*(?:[),;–—-]|und\b|et\b)")
_BRACKET = re.compile(r"\([^()\s]{0,6}\s?$")
_INTRODUCED = re.compile(r"\([^()\"“”„«»]{0,40}[\"“”„«»‘]\s?([^\W\d_][^\"“”„«»’()\n]{1,40}?)\s?[\"”“»«’]\s?\)")
_OPENING = 2_500
_PARTIES = 2
_INITIALS = 2
_OPPOSITE = {PROCESSOR: CONTROLLER, CONTROLLER: PROCESSOR}
_REACH = 45
_MAX_WORDS = 3
_SHORTEST = 4
_AFTER_BEHALF = 3
_AFTER_NAME = 6
_BEFORE_PROCESS = 8
_ENDING = 2

Name = tuple[str, ...]
Place = tuple[int, int]


def name_parties(reading: Reading, known: Mapping[str, str]) -> dict[Name, str]:
    """Return the folded names of parties found by conduct, with their roles; ``known`` names are left out."""
    taken = {tuple(tokenise(name).words): role for name, role in known.items()}
    aliases = _aliases(reading) - taken.keys()
    votes: dict[Name, Counter[str]] = defaultdict(Counter)
    for sentence in reading.sentences if aliases else ():
        places = list(_places(reading, sentence, aliases))
        if places:
            _vote(reading, sentence, places, votes)
    found: dict[Name, str] = {}
    for alias, counts in votes.items():
        (role, most), *others = counts.most_common()
        if not others or others[0][1] < most:
            found[alias] = role
    declared = {name: role for name, role in _declared(reading).items() if name not in taken}
    found = declared | found
    return found | _other_party(reading, taken | found)


def _aliases(reading: Reading) -> set[Name]:
    """Return the words by which the opening of the document says it will call somebody."""
    head = reading.text[:_HEAD]
    folded_head = head.casefold()
    cues = sorted({cue.casefold() for lexis in reading.lexes.values() for cue in lexis.cues.alias}, key=len)
    found: set[Name] = set()
    for match in _QUOTED.finditer(head):
        before = folded_head[max(0, match.start() - _REACH) : match.start()]
        if any(cue in before for cue in cues) or _BRACKET.search(before):
            found.update(alias_of(match.group(1) or match.group(2), reading))
    for cue in cues:
        for place in re.finditer(rf"\b{re.escape(cue)}\b", folded_head):
            plain = _PLAIN.match(head, place.end())
            if plain is not None:
                found.update(alias_of(plain.group(1), reading))
    return found


def alias_of(name: str, reading: Reading) -> Iterator[Name]:
    """Yield the folded words of a name, without its article, unless its words name a role already."""
    roles = frozenset().union(*(lexis.role_words for lexis in reading.lexes.values()))
    words = _bare(name, reading)
    if len("".join(words)) >= _SHORTEST and not roles & set(words):
        yield words


def _bare(name: str, reading: Reading) -> Name:
    """Return the folded words of a party's name without its article; nothing for a thing that has a name."""
    articles = frozenset().union(*(lexis.articles for lexis in reading.lexes.values()))
    things = {reading.numbers[concept] for concept in _THINGS}
    words = tokenise(name).words
    if any(hit.concept in things for lexis in reading.lexes.values() for hit in lexis.automaton.find(words)):
        return ()
    while words and words[0] in articles:
        words = words[1:]
    return tuple(words) if len(words) <= _MAX_WORDS else ()


def _declared(reading: Reading) -> dict[Name, str]:
    """Return the names with a capital that a sentence calls by a role: "the Authority is the Controller"."""
    tokens = reading.tokens
    votes: dict[Name, Counter[str]] = defaultdict(Counter)
    for sentence in reading.sentences:
        if not sentence.spans(reading.numbers["data_protection_role"]):
            continue
        for position in range(sentence.first, sentence.last):
            written = reading.text[tokens.starts[position] : tokens.ends[position]]
            role = _called(reading, sentence, position + 1) if written[:1].isupper() else None
            if role is not None:
                for name in alias_of(written, reading):
                    votes[name][role] += 1
    return {name: next(iter(counts)) for name, counts in votes.items() if len(counts) == 1}


def _other_party(reading: Reading, roles: Mapping[Name, str]) -> dict[Name, str]:
    """Return the party without a role, when the opening introduces two and says or shows the role of one."""
    introduced: dict[Name, str | None] = {}
    for match in _INTRODUCED.finditer(reading.text[:_OPENING]):
        name = _bare(match.group(1), reading)
        letters = len("".join(name))
        if letters >= _SHORTEST or (letters >= _INITIALS and match.group(1).isupper()):
            introduced[name] = roles.get(name) or _usual_role(name, reading)
    if len(introduced) != _PARTIES:
        return {}
    (one, role), (other, another) = introduced.items()
    if (role is None) == (another is None):
        return {}
    return {one: _OPPOSITE[another]} if another is not None else {other: _OPPOSITE[role or PROCESSOR]}


def _usual_role(name: Name, reading: Reading) -> str | None:
    """Return the role that the words of a party's name usually stand for: "the Client"."""
    wanted = list(name)
    for lexis in reading.lexes.values():
        for role, names in ((PROCESSOR, lexis.cues.roles.processor), (CONTROLLER, lexis.cues.roles.controller)):
            if any(words_of(one) == wanted for one in names):
                return role
    return None


@lru_cache(maxsize=4096)
def words_of(name: str) -> list[str]:
    """Return the folded words of a name of the lexicon."""
    return tokenise(name).words


def _places(reading: Reading, sentence: Sentence, aliases: set[Name]) -> Iterator[tuple[Name, Place]]:
    """Yield where a sentence names one of ``aliases`` with a capital, inflected or not."""
    tokens = reading.tokens
    for position in range(sentence.first, sentence.last):
        if not reading.text[tokens.starts[position]].isupper():
            continue
        for alias in aliases:
            end = position + len(alias)
            if end <= sentence.last and names(tokens.words, position, alias):
                yield alias, (position, end)


def names(words: list[str], position: int, alias: Name) -> bool:
    """Whether the words at ``position`` are ``alias``, its last word perhaps with a short ending."""
    *opening, last = alias
    if words[position : position + len(opening)] != opening:
        return False
    word = words[position + len(opening)]
    return word == last or (word.startswith(last) and len(word) - len(last) <= _ENDING)


def _vote(
    reading: Reading,
    sentence: Sentence,
    places: list[tuple[Name, Place]],
    votes: dict[Name, Counter[str]],
) -> None:
    """Count what one sentence says of the names in it."""
    numbers = reading.numbers
    behalf = sentence.spans(numbers["@behalf"])
    principals: set[Place] = set()
    for alias, (first, last) in places:
        if any(start < first < end + _AFTER_BEHALF for start, end in behalf):
            votes[alias][CONTROLLER] += 1
            principals.add((first, last))
    acting = sentence.spans(numbers["process"]) if principals else []
    for alias, (first, last) in places:
        if (first, last) in principals:
            continue
        if any(0 <= begin - last <= _BEFORE_PROCESS or 0 <= first - end <= _AFTER_BEHALF for begin, end in acting):
            votes[alias][PROCESSOR] += 1
        role = _called(reading, sentence, last)
        if role is not None:
            votes[alias][role] += 1


def _called(reading: Reading, sentence: Sentence, position: int) -> str | None:
    """Return the role that directly follows a name: "the Law Firm is the controller"."""
    lexis = reading.lexis(sentence)
    for first, last in sentence.spans(reading.numbers["data_protection_role"]):
        if not 0 < first - position <= _AFTER_NAME or not joins(reading, lexis, position, first):
            continue
        for role in (PROCESSOR, CONTROLLER):
            if (first, last) in sentence.spans(reading.numbers[role]):
                return role
    return None
