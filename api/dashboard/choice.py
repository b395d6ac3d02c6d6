"""What the portfolio is narrowed to and how it is ordered, out of the address and back into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from api.dashboard.language import Tongue
from api.dashboard.wording import ANY_LACKING_WORD, IN_QUESTION_WORD, N_, REVIEW_STATES, STATES
from api.service.caller import Caller
from api.service.core import Core
from api.service.search import name_filter
from api.store.listing import IN_QUESTION, Filter
from api.store.portfolio import Order
from api.store.verdicts import ANY_LACKING
from dpa_checker.library import load_library
from dpa_checker.model import DocumentKind, Processing
from dpa_checker.report.catalogue import Catalogue
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.view_model import Status

_LONGEST: Final = 200
_MOST_PAGES: Final = 10_000
#: How many contracts a page can show: the first where nothing was chosen, for browsers take long over many cells.
ROWS: Final = (25, 50, 100, 200)
#: The fields of the form, with the values that they take; None takes any text.
_FIELDS: Final[dict[str, frozenset[str] | None]] = {
    "search": None,
    "counterparty": None,
    "mention": frozenset(MENTIONS),
    "verdict": frozenset((*map(str, Status), ANY_LACKING)),
    "processing": frozenset((*map(str, Processing), IN_QUESTION)),
    "kind": frozenset(str(kind) for kind in DocumentKind),
    "language": None,
    "state": frozenset(STATES),
    "review_state": frozenset(REVIEW_STATES),
    "assigned": frozenset({"me"}),
    "order": frozenset(str(order) for order in Order),
    "rows": frozenset(str(number) for number in ROWS),
}
#: What narrows nothing.
_ARRANGING: Final = {"order", "rows"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices made, by the names of the fields; what makes no sense was dropped."""

    values: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    def get(self, name: str) -> str:
        """Return a choice, empty where none was made."""
        return self.values.get(name, "")

    @property
    def order(self) -> Order:
        """The order, the newest first where none was chosen."""
        return Order(self.values.get("order", Order.NEWEST))

    @property
    def rows(self) -> int:
        """How many contracts a page shows."""
        return int(self.values.get("rows", ROWS[0]))

    @property
    def first(self) -> int:
        """The place of the first contract of the page, counted from 1."""
        return (self.page - 1) * self.rows + 1

    @property
    def part(self) -> str | None:
        """What a name has to hold."""
        return self.values.get("search")

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(set(self.values) - _ARRANGING)

    def filter(self, core: Core, caller: Caller, workspace_id: str) -> Filter:
        """Return it as the service takes it."""
        given = self.values
        plain = Filter(
            state=given.get("state"),
            language=given.get("language"),
            kind=given.get("kind"),
            processing=given.get("processing"),
            review_state=given.get("review_state"),
            mention=given.get("mention") if given.get("verdict") else None,
            verdict=given.get("verdict"),
            assigned_to=caller.account_id if given.get("assigned") else None,
        )
        return name_filter(core, workspace_id, plain, (None, given.get("counterparty"), None))

    def without(self, fields: tuple[str, ...]) -> str:
        """Return it as the query of an address, without some of the choices."""
        return self.query(**dict.fromkeys(fields))

    def query(self, **changes: str | int | None) -> str:
        """Return it as the query of an address, with changes; other choices lead to the first page."""
        page = changes.pop("page", 1)
        values = {name: value for name, value in {**self.values, **changes}.items() if value}
        if page and int(page) > 1:
            values["page"] = page
        return "?" + urlencode(values) if values else ""


def read_choice(query: Mapping[str, str]) -> Choice:
    """Return the choices of an address."""
    values = {}
    for name, allowed in _FIELDS.items():
        value = "".join(sign for sign in query.get(name, "") if sign.isprintable()).strip()[:_LONGEST]
        if value and (allowed is None or value in allowed):
            values[name] = value
    if "language" in values and values["language"] not in load_library().languages:
        del values["language"]
    page = query.get("page", "")
    return Choice(values, min(int(page), _MOST_PAGES) if page.isascii() and page.isdigit() and int(page[:6]) else 1)


@dataclass(frozen=True, slots=True)
class Chip:
    """One of the choices in words; ``fields`` are those by which it is taken back."""

    label: str
    word: str
    fields: tuple[str, ...]


def verdict_words(tongue: Tongue, catalogue: Catalogue) -> dict[str, str]:
    """Return what a mention can be narrowed to, in words."""
    words = {str(status): catalogue.text(f"verdict.{status}") for status in Status}
    return {ANY_LACKING: tongue.text(ANY_LACKING_WORD), **words}


def processing_words(tongue: Tongue, catalogue: Catalogue) -> dict[str, str]:
    """Return what the answer to the first question can be narrowed to, in words."""
    words = {str(one): catalogue.text(f"processing.{one}") for one in Processing}
    return {IN_QUESTION: tongue.text(IN_QUESTION_WORD), **words}


def describe(choice: Choice, tongue: Tongue, catalogue: Catalogue) -> list[Chip]:
    """Return what a choice narrows to, in words; the order is no narrowing."""
    named: dict[str, tuple[str, Callable[[str], str]]] = {
        "search": (tongue.text(N_("Search in names")), catalogue.quoted),
        "counterparty": (catalogue.text("letter.counterparty"), catalogue.quoted),
        "review_state": (tongue.text(N_("Review")), lambda value: tongue.text(REVIEW_STATES[value])),
        "processing": (catalogue.text("label.processing"), processing_words(tongue, catalogue).__getitem__),
        "kind": (catalogue.text("label.kind"), lambda value: catalogue.text(f"kind.{value}")),
        "language": (tongue.text(N_("Language of the contract")), catalogue.language_name),
        "state": (tongue.text(N_("Examination")), lambda value: tongue.text(STATES[value])),
        "assigned": (tongue.text(N_("Assigned to me")), lambda _value: tongue.text(N_("Yes"))),
    }
    chips = []
    if verdict := choice.get("verdict"):
        mention = choice.get("mention")
        label = catalogue.text(f"mention.{mention}") if mention else tongue.text(N_("Any mention"))
        chips.append(Chip(label, verdict_words(tongue, catalogue)[verdict], ("mention", "verdict")))
    for name, (label, word) in named.items():
        if value := choice.get(name):
            chips.append(Chip(label, word(value), (name,)))
    return chips
