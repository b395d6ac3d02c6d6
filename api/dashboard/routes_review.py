"""The review of one contract: its text beside its findings, and what people decide on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from api.dashboard.form import filled, read_form
from api.dashboard.page import VIEW_COOKIE, VIEWS, catalogue_of, go, sentence, show, workspace_of
from api.dashboard.page_view import build_pages
from api.dashboard.review_view import GroupOfFindings, build_groups, write_outcome
from api.dashboard.routes_page import WIDTHS
from api.dashboard.text_view import Mark, build_text, list_marks
from api.dashboard.visit import Reading, Visit, Writing, keep_choice
from api.dashboard.wording import EVENTS, FAILURES, NOTICES, REVIEW_STATES, STATES
from api.errors import Problem, not_found
from api.service import review as reviewing
from api.service.contracts import change_names, delete_contract, read_contract
from api.service.dossier import Dossier, read_dossier
from api.service.page import PDF, PageReader, read_sizes
from api.service.review import Sheet
from api.service.submission import examine_again
from api.service.text import TextReader, read_text
from api.store.contract import ReviewState
from api.web.routes_report import read_original as answer_original
from api.web.shape_contract import ContractChange
from api.web.shape_review import NewAssignment, NewComment, NewDecision, NewState
from dpa_checker.model import Verdict
from dpa_checker.report.groups import MENTIONS
from dpa_checker.report.view import build_view

router = APIRouter(prefix="/contracts/{contract_id}")
#: So many steps of the history are shown at once.
_STEPS: Final = 50
_VERDICTS: Final = (
    Verdict.PRESENT,
    Verdict.PARTIAL,
    Verdict.MISSING,
    Verdict.CONTRADICTED,
    Verdict.NOT_APPLICABLE,
)
#: The part of the page that a decision changes.
_FINDINGS: Final = "findings"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody has tried and was refused, to be shown in its form again."""

    problem: Problem
    fields: Mapping[str, str] = field(default_factory=dict)
    part: str = ""


@router.get("")
def read_review(contract_id: str, visit: Reading, finding: str = "", view: str = "") -> Response:
    """Show a contract with its findings, as pages or as text; which of the two was chosen is kept."""
    response = _page(visit, contract_id, finding, view=view)
    if view in VIEWS:
        keep_choice(visit, response, VIEW_COOKIE, view)
    return response


def _page(
    visit: Visit,
    contract_id: str,
    chosen: str = "",
    attempt: Attempt | None = None,
    done: str = "",
    view: str = "",
) -> Response:
    dossier = read_dossier(visit.core, visit.member, contract_id, events=_STEPS)
    catalogue = catalogue_of(visit)
    workspace = workspace_of(visit, dossier.contract.workspace_id)
    groups = build_groups(dossier, catalogue)
    original = _original(visit, dossier, view)
    context: dict[str, Any] = {
        "workspace": workspace,
        "dossier": dossier,
        "contract": dossier.contract,
        "groups": groups,
        "view": build_view(dossier.report, language=catalogue.language) if dossier.report else None,
        "outcome": write_outcome(dossier.report, groups, catalogue) if dossier.report else "",
        "chosen": chosen if chosen in MENTIONS else _worst(groups),
        "asked": chosen in MENTIONS,
        "verdicts": {str(verdict): catalogue.text(f"verdict.{verdict}") for verdict in _VERDICTS},
        "review_states": REVIEW_STATES,
        "states": STATES,
        "events": EVENTS,
        "failure": FAILURES.get(dossier.job.error_code or "", FAILURES["other"]) if dossier.job else "",
        "given": attempt.fields if attempt else {},
        "part": attempt.part if attempt and chosen in MENTIONS else "",
        "tool": attempt.part if attempt and not chosen and _has_form(dossier, attempt.part) else "",
        "problem": sentence(attempt.problem) if attempt else "",
        "done": NOTICES[done] if done else "",
    }
    return show(visit, "review.html", status=attempt.problem.status if attempt else 200, **context | original)


def _has_form(dossier: Dossier, part: str) -> bool:
    """Whether a contract has the form of a part, in which what was refused is told; an earlier version has few."""
    return dossier.contract.latest or part == "comment"


def _worst(groups: Sequence[GroupOfFindings]) -> str:
    """Return the finding to begin with: the first that is not in order and not decided, else the first."""
    findings = [finding for group in groups for finding in group.findings]
    open_ones = [one.mention for one in findings if one.status not in ("present", "not_applicable") and not one.decided]
    return (open_ones or [one.mention for one in findings] or [""])[0]


def _original(visit: Visit, dossier: Dossier, asked: str) -> dict[str, Any]:
    """Return how a contract is shown, and its pages or text where the whole page is asked for."""
    report = dossier.report
    has_pages = report is not None and report.document.media_type == PDF
    chosen = asked if asked in VIEWS else visit.request.cookies.get(VIEW_COOKIE)
    shown = "pages" if has_pages and chosen != "text" else "text"
    given: dict[str, Any] = {"shown": shown, "has_pages": has_pages, "parts": (), "pages": (), "original_problem": ""}
    if report is None or visit.partial == _FINDINGS:
        return given
    try:
        return given | (_pages if shown == "pages" else _text)(visit, dossier.contract.id, list_marks(report))
    except Problem as problem:
        return given | {"original_problem": sentence(problem)}


def _pages(visit: Visit, contract_id: str, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return the pages of a contract with its marks; they load by themselves, as far as they are looked at."""
    reader: PageReader = visit.request.app.state.pages
    sizes = read_sizes(visit.core, visit.member, reader, contract_id)
    return {"pages": build_pages(sizes, marks), "widths": WIDTHS}


def _text(visit: Visit, contract_id: str, marks: Sequence[Mark]) -> dict[str, Any]:
    """Return the text of a contract with its marks."""
    texts: TextReader = visit.request.app.state.texts
    return {"parts": build_text(read_text(visit.core, visit.member, texts, contract_id), marks)}


@router.post("/findings/{mention}/decision")
def decide(contract_id: str, mention: str, visit: Writing) -> Response:
    """Confirm or override a verdict, or withdraw that; who decides on what another has decided on is told."""
    part = "override" if visit.fields.get("decision") == "overridden" else "decision"

    def act() -> object:
        names = ("decision", "reason", "note", *(("verdict",) if part == "override" else ()))
        choice = read_form(NewDecision, filled(visit.fields, *names)).choice()
        return _settle(
            visit,
            contract_id,
            lambda sheet: _seen(sheet, mention) == visit.fields.get("seen"),
            lambda version: reviewing.decide(visit.core, visit.member, contract_id, version, mention, choice),
        )

    return _change(visit, contract_id, act, mention, part, "decided")


@router.post("/findings/{mention}/assignee")
def assign_finding(contract_id: str, mention: str, visit: Writing) -> Response:
    """Assign a finding to a member."""
    return _assign(visit, contract_id, mention)


@router.post("/assignee")
def assign_contract(contract_id: str, visit: Writing) -> Response:
    """Assign the contract to a member."""
    return _assign(visit, contract_id, None)


def _assign(visit: Visit, contract_id: str, mention: str | None) -> Response:
    def act() -> object:
        given = read_form(NewAssignment, {"account": visit.fields.get("account") or None})
        return _settle(
            visit,
            contract_id,
            lambda sheet: _assigned(sheet, mention) == visit.fields.get("seen", ""),
            lambda version: reviewing.assign(
                visit.core, visit.member, contract_id, version, given.account, mention=mention
            ),
        )

    return _change(visit, contract_id, act, mention, "assign", "assigned")


@router.post("/comments")
def comment(contract_id: str, visit: Writing) -> Response:
    """Add a comment on the contract or one of its findings."""
    mention = visit.fields.get("mention") or None

    def act() -> object:
        given = read_form(NewComment, filled(visit.fields, "text", "mention"))
        return reviewing.comment(visit.core, visit.member, contract_id, given.text, given.mention)

    return _change(visit, contract_id, act, mention, "comment", "commented")


@router.post("/state")
def change_state(contract_id: str, visit: Writing) -> Response:
    """Set where people stand with the contract."""

    def act() -> object:
        given = read_form(NewState, filled(visit.fields, "state", "note"))
        state = ReviewState(given.state)
        return _settle(
            visit,
            contract_id,
            lambda sheet: str(sheet.state) == visit.fields.get("seen"),
            lambda version: reviewing.change_state(visit.core, visit.member, contract_id, version, state, given.note),
        )

    return _change(visit, contract_id, act, None, "state", "state-changed")


@router.post("/names")
def rename(contract_id: str, visit: Writing) -> Response:
    """Change counterparty and reference, those of them that were changed in the form."""

    def act() -> object:
        given = read_form(
            ContractChange, {name: visit.fields.get(name) or None for name in ("counterparty", "reference")}
        )
        names = {"counterparty": given.counterparty, "reference": given.reference}
        seen = {name: visit.fields.get(f"seen-{name}", "") for name in names}
        changes = {name: value for name, value in names.items() if (value or "") != seen[name]}
        return _settle(
            visit,
            contract_id,
            lambda _: all(now == seen[name] for name, now in _names(visit, contract_id).items() if name in changes),
            lambda version: change_names(visit.core, visit.member, contract_id, version, changes),
        )

    return _change(visit, contract_id, act, None, "names", "names-changed")


@router.get("/history")
def read_history(
    contract_id: str, visit: Reading, before: Annotated[int | None, Query(ge=1, le=2_000_000_000)] = None
) -> Response:
    """Show the history of a contract, the newest steps or those below number ``before``."""
    contract = read_contract(visit.core, visit.member, contract_id)[0]
    steps, earlier = reviewing.read_history(visit.core, visit.member, contract_id, before=before, limit=_STEPS)
    return show(
        visit,
        "history.html",
        contract=contract,
        workspace=workspace_of(visit, contract.workspace_id),
        steps=steps,
        before=before,
        earlier=earlier,
        events=EVENTS,
        review_states=REVIEW_STATES,
    )


@router.post("/examination")
def examine(contract_id: str, visit: Writing) -> Response:
    """Have the contract examined once more."""
    examine_again(visit.core, visit.member, contract_id)
    return go(visit, f"/contracts/{contract_id}", "examined-again", whole=True)


@router.post("/deletion")
def delete(contract_id: str, visit: Writing) -> Response:
    """Delete the contract at once, with its key."""
    if visit.fields.get("sure") != "yes":
        raise not_found()
    workspace = read_dossier(visit.core, visit.member, contract_id, events=1).contract.workspace_id
    delete_contract(visit.core, visit.member, contract_id)
    return go(visit, f"/workspaces/{workspace}", "deleted", whole=True)


@router.get("/original")
def download_original(contract_id: str, visit: Reading) -> Response:
    """Give the file as it was uploaded; browsers save it and never show it."""
    return answer_original(contract_id, visit.member, visit.core)


def _change(
    visit: Visit, contract_id: str, act: Callable[[], object], mention: str | None, part: str, notice: str
) -> Response:
    """Do what a form asks for and lead back to the finding; what was refused stands in the form again."""
    try:
        act()
    except Problem as problem:
        if problem.status == 404 and problem.kind == "not-found":
            raise
        return _page(visit, contract_id, mention or "", Attempt(problem, visit.fields, part))
    if visit.partial == _FINDINGS:
        return _page(visit, contract_id, mention or "", done=notice)
    address = f"/contracts/{contract_id}"
    return go(visit, f"{address}?finding={mention}#f-{mention}" if mention else address, notice)


def _settle(visit: Visit, contract_id: str, stands: Callable[[Sheet], bool], act: Callable[[int], object]) -> object:
    """Act on the version that the visitor has seen, or on a later one where what they act on still stands as seen."""
    try:
        return act(_version(visit))
    except Problem as problem:
        if problem.kind != "changed-meanwhile":
            raise
        sheet = reviewing.read_sheet(visit.core, visit.member, contract_id)
        if not stands(sheet):
            raise
        return act(sheet.version)


def _names(visit: Visit, contract_id: str) -> dict[str, str]:
    """Return counterparty and reference as they are now, as on the page."""
    names = read_contract(visit.core, visit.member, contract_id)[0].names
    return {"counterparty": names.counterparty or "", "reference": names.reference or ""}


def _version(visit: Visit) -> int:
    given = visit.fields.get("version", "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise Problem(422, "invalid", "The form has no version.")
    return int(given)


def _seen(sheet: Sheet, mention: str) -> str:
    """Return by what is known whether somebody has decided on a finding, as on the page."""
    found = [f"{one.review.event or 0}.{one.machine}" for one in sheet.positions if one.mention == mention]
    return found[0] if found else ""


def _assigned(sheet: Sheet, mention: str | None) -> str:
    person = sheet.assigned_to
    if mention is not None:
        person = next((one.assigned_to for one in sheet.positions if one.mention == mention), None)
    return person.id if person else ""
