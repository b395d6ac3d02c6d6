"""Contracts: lists, reports, originals, changes and deletion; and their jobs."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request, Response

from api.errors import Problem
from api.service import contracts as service
from api.store.contract import Filter
from api.web.access import CoreNeeded, Reading, Writing
from api.web.problem import problems
from api.web.shape import ContractChange, ContractPage, ContractShape, JobShape
from api.web.upload_route import read_job
from dpa_checker.model import DocumentKind, Processing, Verdict
from dpa_checker.report.parse_json import parse_json
from dpa_checker.report.render_html import render_html

router = APIRouter(prefix="/v1", tags=["contracts"])
_READ: Final = problems(401, 403, 404, 413, 422)
_ID_DIGITS: Final = 32
_FORMATS: Final = {"application/json": "json", "text/html": "html"}
#: The report's page has its styles within itself and no script.
_REPORT_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
_NO_NUL = r"^[^\x00-\x1f]+$"
Name = Annotated[str | None, Query(max_length=300, pattern=_NO_NUL)]


@router.get("/jobs/{job_id}", summary="Read a job", responses=_READ)
def read_one_job(job_id: str, caller: Reading, core: CoreNeeded) -> JobShape:
    """Return where the examination of a contract stands."""
    return JobShape.of(*read_job(core, caller, job_id))


@router.get("/contracts", summary="List contracts", responses=problems(400, 401, 403, 404, 413, 422))
def list_contracts(
    caller: Reading,
    core: CoreNeeded,
    workspace: str | None = None,
    state: Literal["waiting", "examined", "failed"] | None = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2,3}$")] = None,
    kind: DocumentKind | None = None,
    processing: Processing | None = None,
    name: Name = None,
    counterparty: Name = None,
    reference: Name = None,
    mention: Annotated[str | None, Query(pattern="^[a-z0-9-]{1,60}$")] = None,
    verdict: Verdict | None = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ContractPage:
    """Return contracts of one workspace, newest first; names are matched whole, capitals aside."""
    chosen = caller.workspace(workspace)
    plain = Filter(state=state, language=language, kind=kind, processing=processing, mention=mention, verdict=verdict)
    names = (name, counterparty, reference)
    wanted = service.name_filter(core, chosen, plain, names) if any(names) else plain
    before = _read_cursor(cursor) if cursor else None
    found, last = service.list_contracts(core, caller, chosen, wanted, before=before, limit=limit)
    following = _write_cursor(last) if last else None
    return ContractPage(contracts=[ContractShape.of(contract) for contract in found], next=following)


@router.get("/contracts/{contract_id}", summary="Read a contract", responses=_READ)
def read_contract(contract_id: str, caller: Reading, core: CoreNeeded, response: Response) -> ContractShape:
    """Return a contract with its verdicts; the ETag is wanted by changes."""
    contract, verdicts = service.read_contract(core, caller, contract_id)
    response.headers["ETag"] = _tag(contract.version)
    return ContractShape.of(contract, verdicts)


@router.patch(
    "/contracts/{contract_id}",
    summary="Change counterparty or reference",
    responses=problems(400, 401, 403, 404, 412, 413, 422, 428),
)
def change_contract(
    contract_id: str,
    given: ContractChange,
    caller: Writing,
    core: CoreNeeded,
    response: Response,
    if_match: Annotated[str | None, Header(description="The ETag that the change was made from, or `*`.")] = None,
) -> ContractShape:
    """Change what was sent, where nobody else has changed the contract meanwhile."""
    if if_match is None:
        raise Problem(428, "if-match-needed", "Send the ETag of the contract in If-Match.")
    changes = {field: getattr(given, field) for field in given.model_fields_set}
    changed = service.change_names(core, caller, contract_id, _version(if_match), changes)
    response.headers["ETag"] = _tag(changed.version)
    return ContractShape.of(changed)


@router.delete("/contracts/{contract_id}", status_code=204, summary="Delete a contract", responses=_READ)
def delete_contract(contract_id: str, caller: Writing, core: CoreNeeded) -> None:
    """Destroy the contract's key, then delete all that was kept of it."""
    service.delete_contract(core, caller, contract_id)


@router.get(
    "/contracts/{contract_id}/report",
    summary="Read the report",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}, "text/html": {}}},
        **problems(401, 403, 404, 406, 409, 413, 422),
    },
)
def read_report(
    contract_id: str,
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    format: Literal["json", "html"] | None = None,  # noqa: A002  # the name in the query
    language: Literal["de", "en", "fr", "sv"] = "en",
) -> Response:
    """Return the report as JSON or HTML, by `format` or `Accept`; `language` is that of the HTML."""
    chosen = format or _negotiate(request.headers.get("Accept", "*/*"))
    report = service.read_report(core, caller, contract_id)
    headers = {"Vary": "Accept", "Content-Security-Policy": _REPORT_CSP}
    if chosen == "html":
        page = render_html(parse_json(report), language=language)
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)
    return Response(report, media_type="application/json", headers=headers)


@router.get(
    "/contracts/{contract_id}/original",
    summary="Read the original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **_READ},
)
def read_original(contract_id: str, caller: Reading, core: CoreNeeded) -> Response:
    """Return the file as it was uploaded; browsers save it and never show it."""
    data, name = service.read_original(core, caller, contract_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type="application/octet-stream", headers=headers)


def _negotiate(accept: str) -> str:
    """Return the format that a client likes best; raises :class:`Problem` when it takes none."""
    best, chosen = 0.0, ""
    for media_type, name in _FORMATS.items():
        if (quality := _quality(accept, media_type)) > best:
            best, chosen = quality, name
    if not chosen:
        raise Problem(406, "not-acceptable", "The report is to be had as application/json and text/html.")
    return chosen


def _quality(accept: str, media_type: str) -> float:
    """Return how much a client likes a media type, by the most particular range that covers it."""
    ranges = {"*/*": 0, media_type.partition("/")[0] + "/*": 1, media_type: 2}
    rank, quality = -1, 0.0
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        if ranges.get(name, -1) <= rank:
            continue
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        try:
            rank, quality = ranges[name], float(weights[0]) if weights else 1.0
        except ValueError:
            continue
    return quality


def _tag(version: int) -> str:
    return f'"{version}"'


def _version(if_match: str) -> int | None:
    """Return the version of an ETag, None for any; raises :class:`Problem`."""
    tag = if_match.strip()
    if tag == "*":
        return None
    digits = tag.strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):  # of an Integer column
        raise Problem(412, "changed-meanwhile", "The contract was changed meanwhile. Read it again.")
    return int(digits)


def _write_cursor(contract_id: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(contract_id)).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        read = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).hex()
    except (binascii.Error, ValueError) as error:
        raise Problem(400, "bad-cursor", "The cursor is not one of this list.") from error
    if len(read) != _ID_DIGITS:
        raise Problem(400, "bad-cursor", "The cursor is not one of this list.")
    return read
