"""The portfolio: contracts of a workspace by mentions, narrowed, ordered, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Response

from api.dashboard.choice import ROWS, Choice, describe, processing_words, read_choice, verdict_words
from api.dashboard.page import catalogue_of, go, show, tongue_of, workspace_of
from api.dashboard.ticked import PREFIX
from api.dashboard.visit import Reading, Visit
from api.dashboard.wording import ORDERS, REVIEW_STATES, SHORT, STATES
from api.errors import not_found
from api.service.portfolio import Portfolio, read_portfolio
from api.service.review import list_members
from api.store.account import Workspace
from api.store.listing import IN_QUESTION
from api.store.verdicts import ANY_LACKING, LACKING
from dpa_checker.library import load_library
from dpa_checker.model import DocumentKind
from dpa_checker.report.groups import GROUPS, Group
from dpa_checker.report.index_view import mention_reference
from dpa_checker.report.view_model import Status

router = APIRouter()
_MOST_MISSING: Final = 6
#: The part of the page that another choice changes.
_RESULTS: Final = "results"
_SHOWN: Final = ("missing", "contradicted", "conflict", "partial", "present", "not_applicable", "not_examined")
_DECIDED: Final = ("present", "partial", *LACKING)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A mention that is lacking in ``number`` contracts, a ``share`` of those to which it applies."""

    mention: str
    title: str
    reference: str
    number: int
    share: float


@router.get("/workspaces/{workspace_id}")
def read_contracts(workspace_id: str, visit: Reading) -> Response:
    """Show contracts of a workspace as rows, the mentions as columns."""
    workspace = find_workspace(visit, workspace_id)
    choice = read_choice(visit.request.query_params)
    caller = visit.member
    portfolio = read_portfolio(
        visit.core,
        caller,
        workspace.id,
        choice.filter(visit.core, caller, workspace.id),
        choice.order,
        part=choice.part,
        offset=choice.first - 1,
        limit=choice.rows,
    )
    if not portfolio.rows and choice.page > 1:  # what stood there is gone, or fits no more
        return go(visit, f"/workspaces/{workspace.id}{choice.query()}")
    template = "results.html" if visit.partial == _RESULTS else "portfolio.html"
    return show(visit, template, **_context(visit, workspace, choice, portfolio))


def find_workspace(visit: Visit, workspace_id: str) -> Workspace:
    """Return one of the workspaces of who visits; raises the same for another's as for none."""
    if (workspace := workspace_of(visit, workspace_id)) is None:
        raise not_found()
    return workspace


def _context(visit: Visit, workspace: Workspace, choice: Choice, portfolio: Portfolio) -> dict[str, Any]:
    catalogue = catalogue_of(visit)
    people = {person.id: person.name for person in list_members(visit.core, visit.member, workspace.id)}
    return {
        "workspace": workspace,
        "section": "mine" if choice.get("assigned") else "",
        "choice": choice,
        "chips": describe(choice, tongue_of(visit), catalogue),
        "portfolio": portfolio,
        "totals": [(verdict, _total(portfolio, verdict)) for verdict in _SHOWN if _total(portfolio, verdict)],
        "lacking": _most_lacking(visit, portfolio),
        "groups": GROUPS,
        "limbs": {group.key: _sign(group) for group in GROUPS},
        "short": SHORT,
        "people": people,
        "states": STATES,
        "review_states": REVIEW_STATES,
        "orders": ORDERS,
        "verdicts": {str(status): catalogue.text(f"verdict.{status}") for status in Status},
        "sought_verdicts": verdict_words(tongue_of(visit), catalogue),
        "mentions": {
            catalogue.text(f"group.{group.key}"): {one: catalogue.text(f"mention.{one}") for one in group.mentions}
            for group in GROUPS
        },
        "processings": processing_words(tongue_of(visit), catalogue),
        # The overview counts these only; where they were chosen among already it is no wider.
        "in_question": choice.get("processing") or IN_QUESTION,
        "any_lacking": ANY_LACKING,
        "kinds": {str(kind): catalogue.text(f"kind.{kind}") for kind in DocumentKind},
        "contract_languages": {code: catalogue.language_name(code) for code in load_library().languages},
        "waiting": any(row.contract.state == "waiting" for row in portfolio.rows),
        "first": choice.first,
        "numbers_of_rows": {str(number): str(number) for number in ROWS},
        "prefix": PREFIX,
        "all_ticked": visit.request.query_params.get("select") == "all",
    }


def _sign(group: Group) -> str:
    """Return the short sign of a part of Article 28(3): its letter, that of the paragraph, or of what follows it."""
    if group.letter:
        return f"({group.letter})"
    return "28(3)" if group is GROUPS[0] else "¶"


def _total(portfolio: Portfolio, verdict: str) -> int:
    return sum(numbers.get(verdict, 0) for numbers in portfolio.in_question.values())


def _most_lacking(visit: Visit, portfolio: Portfolio) -> list[Lacking]:
    """Return the mentions that are most often lacking, where processing is in question."""
    catalogue = catalogue_of(visit)
    found = []
    for mention, numbers in portfolio.in_question.items():
        number = sum(numbers.get(verdict, 0) for verdict in LACKING)
        among = sum(numbers.get(verdict, 0) for verdict in _DECIDED)
        if number:
            title = catalogue.text(f"mention.{mention}")
            found.append(Lacking(mention, title, mention_reference(mention, catalogue), number, number / among))
    return sorted(found, key=lambda one: (-one.number, one.title))[:_MOST_MISSING]
