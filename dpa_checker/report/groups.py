"""The 27 mentions in the order and the groups of Article 28(3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Group:
    """A part of Article 28(3) with its mentions; ``letter`` is that of the point, if it is one."""

    key: str
    reference: str
    mentions: tuple[str, ...]
    letter: str | None = None


GROUPS: Final = (
    Group(
        "particulars",
        "28(3)",
        (
            "subject-matter",
            "duration",
            "nature",
            "purpose",
            "data-types",
            "data-subjects",
            "controller-obligations",
        ),
    ),
    Group(
        "a",
        "28(3)(a)",
        ("documented-instructions", "third-country-transfers", "legal-obligation-notice"),
        letter="a",
    ),
    Group("b", "28(3)(b)", ("confidentiality",), letter="b"),
    Group("c", "28(3)(c)", ("security",), letter="c"),
    Group(
        "d",
        "28(3)(d)",
        (
            "subprocessor-authorisation",
            "subprocessor-changes",
            "subprocessor-flow-down",
            "subprocessor-liability",
        ),
        letter="d",
    ),
    Group("e", "28(3)(e)", ("data-subject-rights",), letter="e"),
    Group(
        "f",
        "28(3)(f)",
        ("security-assistance", "breach-notification", "breach-communication", "dpia", "prior-consultation"),
        letter="f",
    ),
    Group("g", "28(3)(g)", ("deletion-or-return", "deletion-of-copies"), letter="g"),
    Group("h", "28(3)(h)", ("compliance-information", "audits"), letter="h"),
    Group("last", "28(3) last subparagraph", ("infringing-instruction",)),
)

#: The ids of the mentions, in the order of Article 28(3).
MENTIONS: Final = tuple(mention for group in GROUPS for mention in group.mentions)

#: The seven measures of the Article 32 lens, in the order of the report.
MEASURES: Final = (
    "migration-procedure",
    "encryption",
    "post-migration-deletion",
    "authentication",
    "individual-accounts",
    "monitoring-alerts",
    "data-minimisation-on-instruction",
)
