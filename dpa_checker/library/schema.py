"""The shape of every file of ``clause_library/``; unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dpa_checker.model import BlockKind

MENTIONS: tuple[str, ...] = (
    "subject-matter",
    "duration",
    "nature",
    "purpose",
    "data-types",
    "data-subjects",
    "controller-obligations",
    "documented-instructions",
    "third-country-transfers",
    "legal-obligation-notice",
    "confidentiality",
    "security",
    "subprocessor-authorisation",
    "subprocessor-changes",
    "subprocessor-flow-down",
    "subprocessor-liability",
    "data-subject-rights",
    "security-assistance",
    "breach-notification",
    "breach-communication",
    "dpia",
    "prior-consultation",
    "deletion-or-return",
    "deletion-of-copies",
    "compliance-information",
    "audits",
    "infringing-instruction",
)
"""The 27 mentions in the order of Article 28(3)."""

MEASURES: tuple[str, ...] = (
    "migration-procedure",
    "encryption",
    "post-migration-deletion",
    "authentication",
    "individual-accounts",
    "monitoring-alerts",
    "data-minimisation-on-instruction",
)
"""The seven measures of the Article 32 lens (CNIL, SAN-2022-009)."""

Group = Literal["particulars", "a", "b", "c", "d", "e", "f", "g", "h", "last"]
Alternatives = str
"""``concept|concept``: one of these; ``~`` before: may be said in the context; ``>=2``: in two distinct words."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frame(_Strict):
    """Which concepts must meet in one sentence for it to bear on a mention, and how.

    ``act`` is the concept whose subject, negation and modality are judged; ``agent`` the party on whom the
    act must lie; ``data`` where personal data must be in question; ``within`` the widest span in words.
    ``needs`` names the essential elements without which the mention is only partial.  ``denial`` frames
    count when the act is denied; ``negation: required`` when it is negated.  ``not_by`` is a concept whose
    people must not be the subject of the act.
    """

    id: str
    all: tuple[Alternatives, ...] = Field(min_length=1)
    act: Alternatives = ""
    agent: Literal["processor", "controller", "any"] = "processor"
    gives: Literal["present", "partial", "contradicted", "candidate"] = "present"
    lacking: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    none_unless: dict[str, str] = Field(default_factory=dict)
    negation: Literal["none", "required", "ignore"] = "none"
    modality: Literal["strict", "ignore"] = "strict"
    data: Literal["sentence", "section", "document", "none"] = "section"
    within: Annotated[int, Field(ge=1, le=200)] = 40
    marks: Literal["forbidden", "specific_consent"] | None = None
    marks_unless: tuple[str, ...] = ()
    definitions: bool = False
    ordered: bool = False
    only_in: tuple[BlockKind, ...] = ()
    lifts: bool = False
    not_by: str = ""


class ElementFrame(_Strict):
    """One way to say an essential element: in the same sentence, clause, section or anywhere."""

    scope: Literal["sentence", "clause", "section", "document"] = "clause"
    all: tuple[Alternatives, ...] = Field(min_length=1)
    act: Alternatives = ""
    agent: Literal["processor", "controller", "any"] = "any"
    negation: Literal["none", "required", "ignore"] = "ignore"
    none: tuple[str, ...] = ()
    data: Literal["sentence", "section", "document", "none"] = "none"
    within: Annotated[int, Field(ge=1, le=200)] = 60


class Label(_Strict):
    """A particular given as a label with its value: table row, "Label: value", or heading with content.

    ``none`` are concepts that the value must not say, ``not_labelled`` those that the label must not.
    """

    concept: str
    value_any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    not_labelled: tuple[str, ...] = ()
    data: Literal["section", "document", "none"] = "section"
    bare: bool = True


class Mention(_Strict):
    """One of the 27 mentions: its legal source and the frames that find it."""

    id: str
    group: Group
    legal_reference: str
    limbs: tuple[str, ...] = ()
    risk: Literal["high", "medium", "low"]
    specifics: tuple[str, ...] = ()
    essential: tuple[str, ...] = ()
    label: Label | None = None
    frames: tuple[Frame, ...] = Field(min_length=1)
    elements: dict[str, tuple[ElementFrame, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _elements_are_declared(self) -> Mention:
        if self.id not in MENTIONS:
            raise ValueError(f"{self.id!r} is none of the 27 mentions")
        named = {key for frame in self.frames for key in (*frame.lacking, *frame.needs)} | set(self.elements)
        unknown = named - set(self.essential)
        if unknown:
            raise ValueError(f"elements {sorted(unknown)} are used but not listed under essential")
        return self


class Measure(_Strict):
    """One measure of the Article 32 lens."""

    id: str
    frames: tuple[Frame, ...] = Field(min_length=1)


class Roles(_Strict):
    """Words by which the parties are called."""

    processor: tuple[str, ...] = Field(min_length=3)
    controller: tuple[str, ...] = Field(min_length=3)
    both: tuple[str, ...] = ()


class DocumentWords(_Strict):
    """Words that open an annex or an article, for clause paths."""

    annex: tuple[str, ...]
    article: tuple[str, ...]


Antecedent = Literal[
    "personal_data",
    "subprocessor",
    "data_subject_request",
    "breach",
    "dpia",
    "prior_consultation",
    "third_country",
]
"""The concepts that "such requests", "these companies" may take up from what stands before."""


class Cues(_Strict):
    """The small words of a language by which polarity, modality and subjects are read.

    ``impersonal`` lays a duty on the party named next ("it is for"); ``ensures`` makes its subject answer for what
    follows; ``anaphora`` names, for each concept, the words that take it up from a sentence before.  ``address``
    are pronouns that name no role in a definition, ``polite`` those that name a party only with a capital.
    ``law_tells`` are the verbs by which a law is told ("requires", "provides that"), ``conditional`` the words that
    open a condition, ``indefinite`` the articles before somebody who is not named.
    """

    language: str
    roles: Roles
    negation: tuple[str, ...]
    not_negation: tuple[str, ...] = ()
    definition: tuple[str, ...] = ()
    no_duty: tuple[str, ...] = ()
    exclusion: tuple[str, ...] = ()
    pronoun: tuple[str, ...] = ()
    nominative: tuple[str, ...] = ()
    feminine_oblique: tuple[str, ...] = ()
    feminine_suffix: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    passive_adjacent: tuple[str, ...] = ()
    participle_suffix: tuple[str, ...] = ()
    passive_suffix: tuple[str, ...] = ()
    passive_reach: int = 3
    infinitive_marker: tuple[str, ...] = ()
    gerundive: tuple[str, ...] = ()
    double_negation: tuple[str, ...]
    obligation: tuple[str, ...]
    weak: tuple[str, ...]
    qualified: tuple[str, ...]
    precedence: tuple[str, ...]
    oblique: tuple[str, ...]
    agent_marker: tuple[str, ...]
    articles: tuple[str, ...]
    genitive: tuple[str, ...] = ()
    inversion: bool
    unless: tuple[str, ...]
    noun_stacks: Literal["owner_first", "owner_last"] | None = None
    own: tuple[str, ...] = ()
    conjunction: tuple[str, ...] = ()
    receiving: tuple[str, ...] = ()
    alias: tuple[str, ...] = ()
    behalf: tuple[str, ...] = ()
    linking: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    polite: tuple[str, ...] = ()
    object_pronoun: tuple[str, ...] = ()
    subject_pronoun: tuple[str, ...] = ()
    towards: tuple[str, ...] = ()
    benefit: tuple[str, ...] = ()
    generic_names: tuple[str, ...] = ()
    impersonal: tuple[str, ...] = ()
    ensures: tuple[str, ...] = ()
    law_tells: tuple[str, ...] = ()
    conditional: tuple[str, ...] = ()
    indefinite: tuple[str, ...] = ()
    anaphora: dict[Antecedent, tuple[str, ...]] = Field(default_factory=dict)
    document_words: DocumentWords
    abbreviations: tuple[str, ...]


class ConceptWords(_Strict):
    """``languages/<lang>/concepts.yaml``."""

    language: str
    concepts: dict[str, tuple[str, ...]]


class Example(_Strict):
    """A drafted clause; ``also`` lists the other mentions that it may say too."""

    text: str = Field(min_length=8)
    also: tuple[str, ...] = ()
    why: str | None = None
    lacking: str | None = None


class Examples(_Strict):
    """The proof of one mention in one language; the minimum numbers are compulsory."""

    mention: str
    language: str
    match: tuple[Example, ...] = Field(min_length=3)
    partial: tuple[Example, ...] = ()
    contradicted: tuple[Example, ...] = Field(min_length=3)
    wrong_party: tuple[Example, ...] = Field(min_length=3)
    look_alike: tuple[Example, ...] = Field(min_length=3)

    @model_validator(mode="after")
    def _negatives_say_why(self) -> Examples:
        for kind in ("contradicted", "wrong_party", "look_alike"):
            if any(not example.why for example in getattr(self, kind)):
                raise ValueError(f"every {kind} example needs a why")
        unknown = {also for kind in _EXAMPLE_KINDS for e in getattr(self, kind) for also in e.also} - set(MENTIONS)
        if self.mention not in MENTIONS or unknown:
            raise ValueError(f"unknown mention {unknown or self.mention}")
        return self


_EXAMPLE_KINDS = ("match", "partial", "contradicted", "wrong_party", "look_alike")


class ModelClause(_Strict):
    """A clause to propose, with the slots ``{processor}`` and ``{controller}``."""

    title: str
    text: str = Field(min_length=20)


class ModelClauses(_Strict):
    """``languages/<lang>/model_clauses.yaml``: one clause for each mention."""

    language: str
    clauses: dict[str, ModelClause]


class Lexicon(BaseModel):
    """One language: its concept words and cues."""

    model_config = ConfigDict(frozen=True)

    language: str
    concepts: dict[str, tuple[str, ...]]
    cues: Cues


__all__ = [
    "MEASURES",
    "MENTIONS",
    "ConceptWords",
    "Cues",
    "ElementFrame",
    "Example",
    "Examples",
    "Frame",
    "Label",
    "Lexicon",
    "Measure",
    "Mention",
    "ModelClause",
    "ModelClauses",
]
