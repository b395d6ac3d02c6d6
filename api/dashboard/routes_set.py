"""Contract sets: listed, made of contracts or of files, judged together, changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dashboard.form import read_form
from api.dashboard.language import LANGUAGES
from api.dashboard.page import catalogue_of, go, language_of, sentence, show, workspace_of
from api.dashboard.receiving import keep_each, read_about, receive, tell_refused
from api.dashboard.routes_portfolio import find_workspace
from api.dashboard.routes_report import read_line
from api.dashboard.set_view import build_set_page
from api.dashboard.ticked import PREFIX
from api.dashboard.upload_form import UploadForm
from api.dashboard.visit import Reading, Uploading, Visit, Writing
from api.dashboard.wording import STATES
from api.errors import Problem, not_found
from api.service import contract_set as sets
from api.service.contract_set import MOST_MEMBERS, OpenSet
from api.service.contracts import Names
from api.service.search import list_contracts
from api.service.set_report import count_examined, read_set_dossier, render_set
from api.service.set_submission import Arrival, SetSubmission, submit_set
from api.service.submission import Submission
from api.store.account import Workspace
from api.store.listing import Filter
from api.web.report_format import MEDIA_TYPES
from api.web.shape_set import NewSet, SetChange
from dpa_checker.library import load_library
from dpa_checker.report.letter import LetterOptions

router = APIRouter()
_PAGE: Final = 50
#: So many contracts are offered to choose from; a search narrows them.
_OFFERED: Final = 60
_LONGEST: Final = 200
#: What the form for the files of a set has beside the usual fields.
_NAME: Final = frozenset({"name"})


@router.get("/workspaces/{workspace_id}/sets")
def read_sets(workspace_id: str, visit: Reading, before: Annotated[str, Query(max_length=32)] = "") -> Response:
    """Show the sets of a workspace, newest first."""
    workspace = find_workspace(visit, workspace_id)
    found, last = sets.list_sets(visit.core, visit.member, workspace.id, before=before or None, limit=_PAGE)
    members = sets.read_members(visit.core, visit.member, found)
    return show(
        visit, "sets.html", workspace=workspace, section="sets", sets=found, members=members, last=last, before=before
    )


@router.get("/workspaces/{workspace_id}/sets/new")
def read_new(workspace_id: str, visit: Writing) -> Response:
    """Show the two ways to make a set."""
    return _choose(visit, find_workspace(visit, workspace_id))


@router.post("/workspaces/{workspace_id}/sets/new")
def search_new(workspace_id: str, visit: Writing) -> Response:
    """Show other contracts to choose from; those ticked stay ticked."""
    return _choose(visit, find_workspace(visit, workspace_id), fields=visit.fields)


@router.post("/workspaces/{workspace_id}/sets")
def make(workspace_id: str, visit: Writing) -> Response:
    """Make a set of the contracts ticked."""
    workspace = find_workspace(visit, workspace_id)
    try:
        ticked = _ticked(visit)
        given = read_form(NewSet, {"name": visit.fields.get("name", ""), "contracts": ticked})
        made = sets.create_set(visit.core, visit.member, workspace.id, given.name, given.contracts)
    except Problem as problem:
        return _choose(visit, workspace, fields=visit.fields, problem=problem)
    return go(visit, f"/sets/{made.id}", "set-made")


@router.post("/workspaces/{workspace_id}/sets/upload")
async def make_of_files(workspace_id: str, request: Request, visit: Uploading) -> Response:
    """Make a set of files; those that cannot be taken are named with the reason."""
    workspace = await run_in_threadpool(find_workspace, visit, workspace_id)
    return await receive(
        request,
        visit,
        lambda: workspace.id,
        lambda form: _make_of_files(visit, workspace, form),
        lambda fields, problem: _choose(visit, workspace, fields=fields, problem=problem, way="files"),
        more=_NAME,
    )


@router.get("/sets/{set_id}")
def read_set(set_id: str, visit: Reading) -> Response:
    """Show what the contracts of a set say together."""
    return _page(visit, set_id)


@router.get("/sets/{set_id}/progress")
def read_progress(set_id: str, visit: Reading, stay: str = "") -> Response:
    """Show how far the examination of a set is; once it is over the set is shown, unless the page is to ``stay``.

    That a set was deleted meanwhile is told by a page of its own.
    """
    try:
        examined, number = count_examined(visit.core, visit.member, set_id)
    except Problem as problem:
        if problem.kind == "not-found" and visit.partial:
            return go(visit, f"/sets/{set_id}", whole=True)
        raise
    if examined == number and visit.partial and not stay:
        return go(visit, f"/sets/{set_id}", whole=True)
    return show(visit, "set_progress.html", set_id=set_id, examined=examined, number=number, stay=stay)


@router.post("/sets/{set_id}/name")
def rename(set_id: str, visit: Writing) -> Response:
    """Give a set another name."""

    def act() -> OpenSet:
        given = read_form(SetChange, {"name": visit.fields.get("name", "")})
        return sets.change_set(visit.core, visit.member, set_id, None, name=given.name)

    return _change(visit, set_id, act, "set-changed")


@router.get("/sets/{set_id}/contracts")
def read_additions(set_id: str, visit: Writing) -> Response:
    """Show contracts that may be added to a set."""
    return _choose_more(visit, set_id)


@router.post("/sets/{set_id}/search")
def search_additions(set_id: str, visit: Writing) -> Response:
    """Show other contracts that may be added; those ticked stay ticked."""
    return _choose_more(visit, set_id, visit.fields)


@router.post("/sets/{set_id}/contracts")
def add(set_id: str, visit: Writing) -> Response:
    """Add the contracts ticked to a set."""
    try:
        sets.add_to_set(visit.core, visit.member, set_id, _ticked(visit))
    except Problem as problem:
        if problem.kind == "not-found":
            raise
        return _choose_more(visit, set_id, visit.fields, problem)
    return go(visit, f"/sets/{set_id}", "set-changed")


@router.post("/sets/{set_id}/upload")
async def add_files(set_id: str, request: Request, visit: Uploading) -> Response:
    """Add files to a set; those that cannot be taken are named with the reason."""
    return await receive(
        request,
        visit,
        lambda: sets.read_set(visit.core, visit.member, set_id).workspace_id,
        lambda form: _add_files(visit, set_id, form),
        lambda fields, problem: _choose_more(visit, set_id, fields, problem),
        more=_NAME,
    )


@router.post("/sets/{set_id}/removal")
def take_out(set_id: str, visit: Writing) -> Response:
    """Take a contract out of a set; it stays by itself."""
    member = visit.fields.get("contract", "")
    return _change(visit, set_id, lambda: sets.take_out(visit.core, visit.member, set_id, member), "set-changed")


@router.post("/sets/{set_id}/deletion")
def delete(set_id: str, visit: Writing) -> Response:
    """Delete a set; its contracts stay."""
    if visit.fields.get("sure") != "yes":
        raise not_found()
    workspace = sets.read_set(visit.core, visit.member, set_id).workspace_id
    sets.delete_set(visit.core, visit.member, set_id)
    return go(visit, f"/workspaces/{workspace}/sets", "set-deleted")


@router.get("/sets/{set_id}/report.{chosen}")
def download_report(
    set_id: str, chosen: Literal["pdf", "docx", "xlsx"], visit: Reading, language: str = ""
) -> Response:
    """Give the report on a set as a file, as reviewed, in a language of reports; that of the page, when none is."""
    query = visit.request.query_params
    options = LetterOptions(
        language=language if language in LANGUAGES else language_of(visit),
        date=datetime.now(UTC).date(),
        controller=read_line(query, "controller"),
        processor=read_line(query, "processor"),
    )
    content = render_set(visit.core, visit.member, set_id, chosen, options, reviewed=True)
    headers = {"Content-Disposition": f'attachment; filename="report.{chosen}"'}
    return Response(content, media_type=MEDIA_TYPES[chosen], headers=headers)


def _page(
    visit: Visit, set_id: str, problem: Problem | None = None, refused: Sequence[tuple[str, str]] = ()
) -> Response:
    dossier = read_set_dossier(visit.core, visit.member, set_id)
    page = build_set_page(dossier, dossier.report, language_of(visit)) if dossier.report else None
    return show(
        visit,
        "set.html",
        status=problem.status if problem else 200,
        workspace=workspace_of(visit, dossier.opened.workspace_id),
        section="sets",
        bundle=dossier.opened,
        contracts=dossier.contracts,
        examined=len(dossier.contracts) - len(dossier.waiting),
        page=page,
        parties={one.role: one.name for one in reversed(dossier.parties)},
        states=STATES,
        problem=sentence(problem) if problem else "",
        refused=refused,
    )


def _change(visit: Visit, set_id: str, act: Callable[[], object], notice: str) -> Response:
    """Do what a form asks for and lead back; what was refused is told on the page of the set."""
    try:
        act()
    except Problem as problem:
        if problem.kind == "not-found":
            raise
        return _page(visit, set_id, problem)
    return go(visit, f"/sets/{set_id}", notice)


def _choose_more(
    visit: Visit, set_id: str, fields: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    opened = sets.read_set(visit.core, visit.member, set_id)
    workspace = find_workspace(visit, opened.workspace_id)
    return _choose(visit, workspace, opened=opened, fields=fields, problem=problem)


def _choose(
    visit: Visit,
    workspace: Workspace,
    *,
    opened: OpenSet | None = None,
    fields: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    refused: Sequence[tuple[str, str]] = (),
    way: str = "",
) -> Response:
    """Show contracts to choose from, and the form for files."""
    given = dict(fields or {})
    catalogue = catalogue_of(visit)
    part = " ".join("".join(sign for sign in given.get("search", "") if sign.isprintable()).split())[:_LONGEST]
    within = frozenset(opened.contracts) if opened else frozenset()
    wanted = [name.removeprefix(PREFIX) for name in given if name.startswith(PREFIX)][:MOST_MEMBERS]
    found, more = list_contracts(
        visit.core, visit.member, workspace.id, Filter(), before=None, limit=_OFFERED, part=part or None
    )
    ticked = sets.read_chosen(visit.core, visit.member, workspace.id, wanted)
    chosen = {one.id for one in ticked}
    return show(
        visit,
        "set_choose.html",
        status=problem.status if problem else 200,
        workspace=workspace,
        section="sets",
        bundle=opened,
        ticked=ticked,
        offered=[one for one in found if one.id not in chosen and one.id not in within],
        more=more is not None,
        search=part,
        fields=given,
        prefix=PREFIX,
        problem=sentence(problem) if problem else "",
        refused=refused,
        way=way,
        states=STATES,
        most_files=MOST_MEMBERS,
        most_bytes=visit.core.settings.max_upload_bytes,
        contract_languages={code: catalogue.language_name(code) for code in load_library().languages},
    )


def _ticked(visit: Visit) -> list[str]:
    """Return the ids of the contracts ticked; raises :class:`Problem` without any."""
    found = [name.removeprefix(PREFIX) for name in visit.fields if name.startswith(PREFIX)]
    if not found:
        raise Problem(422, "nothing-ticked", "No contract is chosen.")
    if len(found) > MOST_MEMBERS:
        raise Problem(422, "set-full", "Too many contracts.")
    return found


def _make_of_files(visit: Visit, workspace: Workspace, form: UploadForm) -> Response:
    form.refuse_empty()
    good = [Arrival(one.name, one.upload) for one in form.named if one.upload is not None and one.problem is None]
    refused = tell_refused(form)
    if not good:
        problem = Problem(422, "no-file", "There is no file.")
        return _choose(visit, workspace, fields=form.fields, problem=problem, refused=refused, way="files")
    given = read_form(SetChange, {"name": form.fields.get("name", "")})
    asked = SetSubmission(workspace.id, given.name or "", *read_about(form))
    made = submit_set(visit.core, visit.member, good, asked, idempotency_key=None)
    if refused:
        return _page(visit, made.set_id, refused=refused)
    return go(visit, f"/sets/{made.set_id}", "set-made")


def _add_files(visit: Visit, set_id: str, form: UploadForm) -> Response:
    opened = sets.read_set(visit.core, visit.member, set_id)
    *names, language = read_about(form)
    if not form.named:
        raise Problem(422, "no-file", "There is no file.")
    keep_each(
        visit, form, lambda name: Submission(opened.workspace_id, Names(name, *names), language, set_id=opened.id)
    )
    if refused := tell_refused(form):
        return _page(visit, opened.id, refused=refused)
    return go(visit, f"/sets/{opened.id}", "set-changed")
