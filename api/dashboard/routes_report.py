"""The report to send: what goes in is chosen, seen before it is sent, then downloaded as PDF or DOCX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from fastapi import APIRouter, Response

from api.dashboard.language import LANGUAGES
from api.dashboard.page import language_of, show, workspace_of
from api.dashboard.visit import Reading, Visit
from api.errors import Problem
from api.service import letter as letters
from api.service.contracts import read_contract
from dpa_checker.report.letter import LetterOptions

router = APIRouter(prefix="/contracts/{contract_id}")
_LONGEST: Final = 200
#: What can be left out or put in, and whether it is in unless said otherwise.
_PARTS: Final = {
    "proposals": True,
    "reasons": True,
    "reviewer": True,
    "comments": False,
    "assignments": False,
    "machine_verdicts": False,
    "confidence": False,
}
#: Sent with the form, to tell that nothing is ticked from that nothing was chosen yet.
_CHOSEN: Final = "chosen"


@router.get("/report")
def preview_report(contract_id: str, visit: Reading) -> Response:
    """Show what the report to be sent will say, with the choices of what goes in."""
    query = visit.request.query_params
    options, ticked = _read(visit, query)
    contract = read_contract(visit.core, visit.member, contract_id)[0]
    named = replace(options, reviewer=visit.member.name if ticked["reviewer"] else "")
    try:
        preview, problem = letters.preview_letter(visit.core, visit.member, contract_id, named), ""
    except Problem as error:
        if error.kind != "no-report":
            raise
        preview, problem = None, error.kind
    given: dict[str, Any] = {"chosen": options, "ticked": ticked, "contract": contract, "preview": preview}
    mine = workspace_of(visit, contract.workspace_id)
    workspace = {"workspace": mine, "letter_languages": LANGUAGES}
    return show(visit, "report.html", status=409 if problem else 200, **given | workspace)


@router.get("/report.{chosen}")
def download_report(contract_id: str, chosen: Literal["pdf", "docx"], visit: Reading) -> Response:
    """Give the report as PDF or DOCX."""
    options, ticked = _read(visit, visit.request.query_params)
    named = replace(options, reviewer=visit.member.name if ticked["reviewer"] else "")
    content = letters.read_letter(visit.core, visit.member, contract_id, chosen, named)
    headers = {"Content-Disposition": f'attachment; filename="report.{chosen}"'}
    return Response(content, media_type=letters.MEDIA_TYPES[chosen], headers=headers)


def _read(visit: Visit, query: Mapping[str, str]) -> tuple[LetterOptions, dict[str, bool]]:
    """Return the options chosen; what makes no sense becomes what it is without."""
    ticked = {name: name in query if _CHOSEN in query else usual for name, usual in _PARTS.items()}
    language = query.get("language", "")
    options = LetterOptions(
        language=language if language in LANGUAGES else language_of(visit),
        title=read_line(query, "title"),
        controller=read_line(query, "controller"),
        processor=read_line(query, "processor"),
        date=_day(query.get("date", "")),
        proposals=ticked["proposals"],
        reasons=ticked["reasons"],
        comments=ticked["comments"],
        assignments=ticked["assignments"],
        machine_verdicts=ticked["machine_verdicts"],
        confidence=ticked["confidence"],
    )
    return options, ticked


def read_line(query: Mapping[str, str], name: str) -> str:
    """Return a text of a query, of one line and not too long."""
    shown = "".join(sign if sign.isprintable() else " " for sign in query.get(name, ""))
    return " ".join(shown.split())[:_LONGEST]


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return datetime.now(UTC).date()
