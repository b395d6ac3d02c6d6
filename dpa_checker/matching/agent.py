"""On whom an act lies: the subject of the sentence, by word order, case, pronoun or inheritance from above."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from dpa_checker.matching.lexis import BOTH, CONTROLLER, PROCESSOR, PRONOUN, Lexis
from dpa_checker.matching.reading import Reading, Sentence, Span
from dpa_checker.matching.voice import STATES, breaks_between, is_passive


class Agent(StrEnum):
    """The party on whom an act lies."""

    PROCESSOR = "processor"
    CONTROLLER = "controller"
    BOTH = "both"
    UNKNOWN = "unknown"


Placed = tuple[Span, Agent]
_SUBJECT_GAP = 3
_PASSIVE_GAP = 4
_OBJECT_GAP = 2
_AND_GAP = 3
_IMPERSONAL_GAP = 3
_OPENING = 3
_JOINED_VERBS = 4
_ROLES = (
    (PROCESSOR, Agent.PROCESSOR),
    (CONTROLLER, Agent.CONTROLLER),
    (BOTH, Agent.BOTH),
    (PRONOUN, Agent.UNKNOWN),
)
_GIVERS = {Agent.CONTROLLER: Agent.PROCESSOR, Agent.PROCESSOR: Agent.CONTROLLER}


def find_agent(reading: Reading, sentence: Sentence, act: Span) -> Agent:
    """Return the party on whom the act at the words ``act`` lies, as far as the words tell."""
    lexis = reading.lexis(sentence)
    parties, subjects = _placed(reading, sentence)
    agent = _agent(reading, sentence, act, parties, subjects)
    if reading.tokens.words[act[0]] in lexis.receiving:
        agent = _GIVERS.get(agent, agent)
    if agent is Agent.UNKNOWN:
        agent = _ensuring(reading, sentence, act, lexis, subjects)
    if agent is Agent.UNKNOWN and _is_done_to_processor(reading, sentence, act, lexis):
        agent = Agent.CONTROLLER
    return agent


def is_subject(reading: Reading, sentence: Sentence, spans: Sequence[Span], act: Span) -> bool:
    """Whether one of ``spans`` names the subject of the act: it stands shortly before it and in no oblique case."""
    lexis = reading.lexis(sentence)
    return any(
        0 <= act[0] - span[1] < _SUBJECT_GAP
        and not breaks_between(reading, span[1], act[0], ",;:")
        and not _is_oblique(reading, span, sentence, lexis)
        for span in spans
    )


def _agent(reading: Reading, sentence: Sentence, act: Span, parties: list[Placed], subjects: list[Placed]) -> Agent:
    lexis = reading.lexis(sentence)
    passive = _passive_agent(reading, parties, act, lexis)
    if passive is not None and not _has_active_subject(reading, sentence, act, lexis, subjects):
        return passive
    charged = _charged(reading, sentence, act, parties)
    if charged is not None:
        return charged
    if is_passive(reading, sentence, act, lexis):
        return Agent.UNKNOWN
    nominative = _nominative(reading, act, lexis, parties)
    if nominative is not None:
        return nominative
    before = [(span, agent) for span, agent in subjects if span[1] <= act[0]]
    if before and act[0] - before[-1][0][1] <= 1 and not _is_conjoined(reading, before[-1][0], act, lexis):
        return before[-1][1]
    obliged = _obliged(reading, sentence, before, lexis)
    if obliged is not None:
        return obliged
    if lexis.cues.inversion and not _follows_name(reading, sentence, act):
        after = [(span, agent) for span, agent in subjects if span[0] >= act[1] and span[0] - act[1] <= 2]
        if after:
            return after[0][1]
    if before:
        return before[0][1]
    if lexis.cues.inversion:
        inside = [agent for span, agent in subjects if act[0] < span[0] and span[1] < act[1]]
        if inside:
            return inside[0]
    return _inherited(reading, sentence)


def _has_active_subject(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis, subjects: list[Placed]) -> bool:
    """Whether a party obliged to the act stands before it, so that "by" belongs to the object: "allow audits by"."""
    if any(act in sentence.spans(reading.numbers[name]) for name in STATES):
        return False
    if reading.tokens.words[act[1]] in lexis.agent_marker or is_passive(reading, sentence, act, lexis):
        return False
    before = [(span, agent) for span, agent in subjects if span[1] <= act[0] and agent in _GIVERS]
    return _obliged(reading, sentence, before, lexis) is Agent.PROCESSOR


def _charged(reading: Reading, sentence: Sentence, act: Span, parties: list[Placed]) -> Agent | None:
    """Return the party on whom an impersonal duty before the act lies: "it is for the supplier to"."""
    charged: Agent | None = None
    for first, last in sentence.spans(reading.numbers["@impersonal"]):
        if last > act[0] or breaks_between(reading, last, act[0]):
            continue
        for span, agent in parties:
            if agent is not Agent.UNKNOWN and first < span[0] <= last + _IMPERSONAL_GAP and span[1] <= act[0]:
                charged = agent
                break
    return charged


def _nominative(reading: Reading, act: Span, lexis: Lexis, parties: list[Placed]) -> Agent | None:
    """Return the party named by a pronoun or article in the nominative directly after the act or within it."""
    words = reading.tokens.words
    for span, agent in parties:
        if words[span[0]] not in lexis.nominative:
            continue
        if 0 <= span[0] - act[1] <= 1 or (act[0] < span[0] and span[1] < act[1]):
            return agent
        between = words[act[1] : span[0]]
        joined = 0 < len(between) <= _JOINED_VERBS and between[0] in lexis.conjunction
        if joined and not breaks_between(reading, act[1], span[0], ",;:"):
            return agent
    return None


def _is_conjoined(reading: Reading, span: Span, act: Span, lexis: Lexis) -> bool:
    """Whether "and" stands between a party and the act: "we inform you and assist"."""
    return act[0] - span[1] == 1 and reading.tokens.words[span[1]] in lexis.conjunction


def _obliged(reading: Reading, sentence: Sentence, before: list[Placed], lexis: Lexis) -> Agent | None:
    """Return the nearest party before the act that a verb of obligation follows."""
    obligations = sentence.spans(reading.numbers["@obligation"])
    starts = {first for first, _ in obligations}
    ends = {last for _, last in obligations}
    for span, agent in reversed(before):
        follows = any(position in starts for position in range(span[1], span[1] + _SUBJECT_GAP))
        inverted = lexis.cues.inversion and any(end in ends for end in range(span[0] - 2, span[0] + 1))
        if follows or inverted:
            return agent
    return None


def _ensuring(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis, subjects: list[Placed]) -> Agent:
    """Return the party that ensures that the act is done by whomever: "the supplier ensures that"."""
    for first, last in sentence.spans(reading.numbers["@ensures"]):
        if last > act[0] or breaks_between(reading, last, act[0]):
            continue
        for span, agent in subjects:
            inside = lexis.cues.inversion and first < span[0] <= last
            if 0 <= first - span[1] <= _SUBJECT_GAP or inside:
                return agent
    return Agent.UNKNOWN


def _is_done_to_processor(reading: Reading, sentence: Sentence, act: Span, lexis: Lexis) -> bool:
    """Whether the processor is the object of the act ("inform the supplier", "help us"): the other party acts."""
    words = reading.tokens.words
    for span in sentence.spans(reading.numbers[PROCESSOR]):
        if not 0 <= span[0] - act[1] <= _OBJECT_GAP:
            continue
        if span[1] - span[0] == 1 and words[span[0]] in lexis.genitive:
            return span[0] == act[1] and words[span[0]] in lexis.object_pronoun
        between = words[act[1] : span[0]]
        if lexis.cues.inversion or any(word in lexis.agent_marker for word in between):
            continue
        if all(word in lexis.articles or word in lexis.towards for word in between):
            return True
    return False


def _follows_name(reading: Reading, sentence: Sentence, act: Span) -> bool:
    """Whether a capitalised word stands directly before the act: a subject that is no known party."""
    position = act[0] - 1
    return position >= sentence.first and reading.text[reading.tokens.starts[position]].isupper()


def _placed(reading: Reading, sentence: Sentence) -> tuple[list[Placed], list[Placed]]:
    """Return the parties named in a sentence, and those of them that may be its subject; worked out once."""
    known = reading.placed.get(sentence.first)
    if known is None:
        lexis = reading.lexis(sentence)
        parties = _parties(reading, sentence)
        subjects = [item for item in parties if not _is_oblique(reading, item[0], sentence, lexis)]
        known = reading.placed[sentence.first] = (parties, subjects)
    found: tuple[list[Placed], list[Placed]] = known
    return found


def _parties(reading: Reading, sentence: Sentence) -> list[Placed]:
    found = [(span, agent) for name, agent in _ROLES for span in sentence.spans(reading.numbers[name])]
    longest: dict[int, Placed] = {}
    stacked = _stacked(reading, sentence)
    for span, agent in found:
        if (span[0] in stacked or span[1] in stacked) and not _is_address(reading, sentence, span):
            continue
        known = longest.get(span[1])
        if known is None or span[0] < known[0][0]:
            longest[span[1]] = (span, agent)
    ordered = sorted(longest.values(), key=lambda item: item[0])
    turned = [
        _reversed(reading, sentence, item, ordered[index - 1] if index else None) for index, item in enumerate(ordered)
    ]
    return _resolved(reading, sentence, _joined(reading, reading.lexis(sentence), turned))


def _stacked(reading: Reading, sentence: Sentence) -> set[int]:
    """Return where an owner's name joins a name of data: "Customer Personal Data", "Données Client"."""
    order = reading.lexis(sentence).cues.noun_stacks
    if order is None:
        return set()
    numbers = reading.numbers
    spans = [*sentence.spans(numbers["personal_data"]), *sentence.spans(numbers["data"])]
    if order == "owner_first":
        return {first for first, _ in spans}
    return {last for _, last in spans if last < sentence.last and not _is_parted(reading, last)}


def _is_parted(reading: Reading, position: int) -> bool:
    """Whether more than a blank stands before the word at ``position``."""
    tokens = reading.tokens
    return bool(reading.text[tokens.ends[position - 1] : tokens.starts[position]].strip())


def _is_address(reading: Reading, sentence: Sentence, span: Span) -> bool:
    return reading.tokens.words[span[0]] in reading.lexis(sentence).address


def _joined(reading: Reading, lexis: Lexis, ordered: list[Placed]) -> list[Placed]:
    """Make "the supplier and the customer" both parties."""
    words = reading.tokens.words
    found = list(ordered)
    for index in range(1, len(ordered)):
        (first, one), (second, other) = ordered[index - 1], ordered[index]
        between = words[first[1] : second[0]]
        if one is not other and between and between[0] in lexis.conjunction and len(between) <= _AND_GAP:
            found[index - 1] = (first, Agent.BOTH)
            found[index] = (second, Agent.BOTH)
    return found


def _resolved(reading: Reading, sentence: Sentence, ordered: list[Placed]) -> list[Placed]:
    """Give a pronoun in the singular the one party that it can mean, when there is one."""
    lexis = reading.lexis(sentence)
    words = reading.tokens.words
    found = list(ordered)
    for index, (span, agent) in enumerate(ordered):
        if agent is not Agent.UNKNOWN or not {words[span[0]], words[span[1] - 1]} & lexis.subject_pronoun:
            continue
        earlier = [item for item in found[:index] if item[1] is not Agent.UNKNOWN]
        subjects = [item for item in earlier if not _is_oblique(reading, item[0], sentence, lexis)]
        inherits = bool(reading.clauses[sentence.clause].heads) and not subjects
        meant = None if inherits else _sole(earlier)
        if not earlier and span[0] - sentence.first < _OPENING:
            meant = _last_subject(reading, sentence)
        if meant is not None:
            found[index] = (span, meant)
    return found


def _sole(parties: Sequence[Placed]) -> Agent | None:
    kinds = {agent for _, agent in parties}
    return kinds.pop() if len(kinds) == 1 else None


def _last_subject(reading: Reading, sentence: Sentence) -> Agent | None:
    """Return the subject of the sentence before in the same block."""
    earlier: Sentence | None = None
    for number in reading.by_clause[sentence.clause]:
        if reading.sentences[number] is sentence:
            break
        earlier = reading.sentences[number]
    if earlier is None:
        return None
    agent = _head_subject(reading, earlier)
    return agent if agent is not Agent.UNKNOWN else None


def _reversed(reading: Reading, sentence: Sentence, item: Placed, before: Placed | None) -> Placed:
    """Turn "the Supplier's processor" into the other party: whoever processes for the supplier is the customer."""
    if before is None or item[1] is not Agent.PROCESSOR or before[1] is not Agent.PROCESSOR:
        return item
    if before[0][1] != item[0][0] and not (
        item[0][0] - before[0][1] == 1 and reading.tokens.words[before[0][1]] == "s"
    ):
        return item
    lexis = reading.lexis(sentence)
    owned = reading.tokens.words[before[0][1] - 1] in lexis.genitive or _apostrophe(reading, before[0][1])
    return (item[0], Agent.CONTROLLER) if owned else item


def _is_oblique(reading: Reading, span: Span, sentence: Sentence, lexis: Lexis) -> bool:
    words = reading.tokens.words
    if words[span[1] - 1] in lexis.genitive:
        return True
    if words[span[0]] in lexis.nominative:
        return False
    if span[1] < sentence.last and words[span[1]] == "s" and _apostrophe(reading, span[1]):
        return True
    position = span[0] - 1
    if words[position] in lexis.cues.feminine_oblique and words[span[1] - 1].endswith(lexis.cues.feminine_suffix):
        return True
    while position > sentence.first and words[position] in lexis.articles and words[position] not in lexis.oblique:
        position -= 1
    return position >= sentence.first and words[position] in lexis.oblique


def _apostrophe(reading: Reading, position: int) -> bool:
    start = reading.tokens.starts[position]
    return start > 0 and reading.text[start - 1] in "'’"


def _passive_agent(reading: Reading, parties: list[tuple[Span, Agent]], act: Span, lexis: Lexis) -> Agent | None:
    words = reading.tokens.words
    for span, agent in parties:
        if not act[1] <= span[0] <= act[1] + _PASSIVE_GAP or words[span[1] - 1] in lexis.genitive:
            continue
        position = span[0] - 1
        while position > act[1] and words[position] in lexis.articles:
            position -= 1
        if words[position] in lexis.agent_marker and position >= act[1]:
            return agent
    return None


def _inherited(reading: Reading, sentence: Sentence) -> Agent:
    """Return the subject of the list heads and heading above, the nearest first."""
    clause = reading.clauses[sentence.clause]
    for start, _ in (*reversed(clause.heads), *reversed(clause.headings[-1:])):
        owner = reading.by_start.get(start)
        if owner is None:
            continue
        for number in reversed(reading.by_clause.get(owner, [])):
            agent = _head_subject(reading, reading.sentences[number])
            if agent is not Agent.UNKNOWN:
                return agent
    return Agent.UNKNOWN


def _head_subject(reading: Reading, head: Sentence) -> Agent:
    parties, subjects = _placed(reading, head)
    if not subjects:
        kinds = {agent for _, agent in parties}
        owns = bool(head.mask & reading.mask_of("personal_data|data"))
        return kinds.pop() if len(kinds) == 1 and head.heading and not owns else Agent.UNKNOWN
    obligations = head.spans(reading.numbers["@obligation"])
    for span, agent in reversed(subjects):
        if any(0 <= first - span[1] < _SUBJECT_GAP for first, _ in obligations):
            return agent
    return subjects[0][1]
