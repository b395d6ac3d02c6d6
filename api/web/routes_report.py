"""The report on a contract in its formats, and the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.errors import Problem
from api.service import contracts as service
from api.service import letter
from api.service.rendering import MEDIA_TYPES, render_report
from api.web.access import CoreNeeded, Reading
from api.web.multipart import plain_name
from api.web.problem import problems
from dpa_checker.report.letter import LetterOptions

router = APIRouter(prefix="/v1", tags=["reports"])
#: The report's page has its styles within itself and no script.
REPORT_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
_MEDIA_TYPES: Final = MEDIA_TYPES | letter.MEDIA_TYPES
_FORMATS: Final = {media_type: name for name, media_type in _MEDIA_TYPES.items()}
_SHOWN: Final = frozenset({"json", "html"})
_CONTENT: Final[dict[str, Any]] = {media_type: {} for media_type in _FORMATS}
_CONTENT["application/json"] = {"schema": {"type": "object"}}


def read_letter_options(
    language: Annotated[
        Literal["de", "en", "fr", "sv"], Query(description="The language of the report; JSON has none.")
    ] = "en",
    title: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00-\x1f]*$", description="PDF and DOCX: the title.")
    ] = "",
    day: Annotated[
        date | None, Query(alias="date", description="PDF and DOCX: the day they bear; today, when left out.")
    ] = None,
    reviewer: Annotated[bool, Query(description="All but JSON: name the caller as reviewer.")] = False,
    proposals: Annotated[bool, Query(description="PDF and DOCX: clauses proposed for what is missing.")] = True,
    reasons: Annotated[bool, Query(description="All but JSON: why a reviewer decided otherwise.")] = True,
    comments: Annotated[bool, Query(description="All but JSON: internal notes and comments.")] = False,
    assignments: Annotated[bool, Query(description="All but JSON: to whom findings are assigned.")] = False,
    machine_verdicts: Annotated[bool, Query(description="All but JSON: verdicts that were overridden.")] = False,
    confidence: Annotated[bool, Query(description="All but JSON: how sure the machine is.")] = False,
) -> LetterOptions:
    """Return what goes into a report to be sent."""
    return LetterOptions(
        language=language,
        title=title,
        date=day or datetime.now(UTC).date(),
        reviewer="me" if reviewer else "",
        proposals=proposals,
        reasons=reasons,
        comments=comments,
        assignments=assignments,
        machine_verdicts=machine_verdicts,
        confidence=confidence,
    )


@router.get(
    "/contracts/{contract_id}/report",
    summary="Read the report",
    response_class=Response,
    responses={200: {"content": _CONTENT}, **problems(401, 403, 404, 406, 409, 413, 422, 500)},
)
def read_report(
    contract_id: str,
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    options: Annotated[LetterOptions, Depends(read_letter_options)],
    format: Literal["json", "html", "xlsx", "pdf", "docx"] | None = None,  # noqa: A002  # the name in the query
    reviewed: Annotated[
        bool, Query(description="HTML and XLSX: the verdicts that hold after reviews; else the machine's.")
    ] = True,
) -> Response:
    """Return the report by `format` or `Accept`.

    JSON is the machine's, and stays as it is; the others have the verdicts that reviewers have decided on. PDF and
    DOCX are to be sent, HTML and XLSX to work with.
    """
    chosen = format or negotiate(request.headers.get("Accept", "*/*"), _FORMATS)
    headers = {"Vary": "Accept", "Content-Security-Policy": REPORT_CSP}
    if chosen not in _SHOWN:
        headers["Content-Disposition"] = f'attachment; filename="report.{chosen}"'
    named = replace(options, reviewer=caller.name if options.reviewer else "")
    if chosen in letter.MEDIA_TYPES:
        content = letter.read_letter(core, caller, contract_id, chosen, named)
    elif chosen != "json" and reviewed:
        content = letter.read_reviewed(core, caller, contract_id, chosen, named)
    else:
        report = service.read_report(core, caller, contract_id)
        content = render_report(report, chosen, language=options.language)
    media_type = _MEDIA_TYPES[chosen] + ("; charset=utf-8" if chosen == "html" else "")
    return Response(content, media_type=media_type, headers=headers)


@router.get(
    "/contracts/{contract_id}/original",
    summary="Read the original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **problems(401, 403, 404, 413, 422)},
)
def read_original(contract_id: str, caller: Reading, core: CoreNeeded) -> Response:
    """Return the file as it was uploaded; browsers save it and never show it."""
    data, name = service.read_original(core, caller, contract_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(plain_name(name), safe='')}"}
    return Response(data, media_type="application/octet-stream", headers=headers)


def negotiate(accept: str, formats: Mapping[str, str]) -> str:
    """Return the format that a client likes best, the first of equals; raises :class:`Problem` for none."""
    best, chosen = 0.0, ""
    for media_type, name in formats.items():
        if (quality := _quality(accept, media_type)) > best:
            best, chosen = quality, name
    if not chosen:
        raise Problem(406, "not-acceptable", f"The report is to be had as {', '.join(formats)}.")
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
