"""The report on a contract in its formats, and the original."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.service import contracts as service
from api.service import letter
from api.service.rendering import render_report
from api.web.access import CoreNeeded, Reading
from api.web.multipart import plain_name
from api.web.problem import problems
from api.web.report_format import CONTENT, Format, answer_report, choose_format, read_sent_options
from dpa_checker.report.letter import LetterOptions

router = APIRouter(prefix="/v1", tags=["reports"])


def read_letter_options(
    sent: Annotated[LetterOptions, Depends(read_sent_options)],
    reasons: Annotated[bool, Query(description="All but JSON: why a reviewer decided otherwise.")] = True,
    comments: Annotated[bool, Query(description="All but JSON: internal notes and comments.")] = False,
    assignments: Annotated[bool, Query(description="All but JSON: to whom findings are assigned.")] = False,
    machine_verdicts: Annotated[bool, Query(description="All but JSON: verdicts that were overridden.")] = False,
    confidence: Annotated[bool, Query(description="All but JSON: how sure the machine is.")] = False,
) -> LetterOptions:
    """Return what goes into the report on a contract."""
    return replace(
        sent,
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
    responses={200: {"content": CONTENT}, **problems(401, 403, 404, 406, 409, 413, 422, 500)},
)
def read_report(
    contract_id: str,
    request: Request,
    caller: Reading,
    core: CoreNeeded,
    options: Annotated[LetterOptions, Depends(read_letter_options)],
    format: Format | None = None,  # noqa: A002  # the name in the query
    reviewed: Annotated[
        bool, Query(description="HTML and XLSX: the verdicts that hold after reviews; else the machine's.")
    ] = True,
) -> Response:
    """Return the report by `format` or `Accept`.

    JSON is the machine's, and stays as it is; the others have the verdicts that reviewers have decided on. PDF and
    DOCX are to be sent, HTML and XLSX to work with.
    """
    chosen = choose_format(request, format)
    named = replace(options, reviewer=caller.name if options.reviewer else "")
    if chosen in letter.MEDIA_TYPES:
        content = letter.read_letter(core, caller, contract_id, chosen, named)
    elif chosen != "json" and reviewed:
        content = letter.read_reviewed(core, caller, contract_id, chosen, named)
    else:
        report = service.read_report(core, caller, contract_id)
        content = render_report(report, chosen, language=options.language)
    return answer_report(content, chosen)


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
