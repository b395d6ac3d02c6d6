"""The parameters by which lists and counts of contracts are narrowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.errors import Problem
from api.moment import SECOND
from api.service.caller import Caller
from api.service.core import Core
from api.service.search import name_filter
from api.store.contract import ReviewState
from api.store.listing import Filter
from api.web.parameters import Parameters
from dpa_checker.model import DocumentKind, Processing, Verdict
from dpa_checker.report.view_model import Status

_NO_NUL: Final = r"^[^\x00-\x1f]+$"
Name = Annotated[str | None, Field(max_length=300, pattern=_NO_NUL)]
Part = Annotated[
    str | None,
    Query(
        min_length=2,
        max_length=100,
        pattern=_NO_NUL,
        description="A part of a file name, counterparty or reference; a page may hold fewer than `limit` although "
        "more follow.",
    ),
]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed to, as asked: ``assigned`` may be the caller."""

    plain: Filter
    names: tuple[str | None, str | None, str | None]
    assigned: str | None

    def filter(self, core: Core, caller: Caller, workspace_id: str) -> Filter:
        """Return it with names by their fingerprints, for a workspace."""
        found = name_filter(core, workspace_id, self.plain, self.names)
        return replace(found, assigned_to=caller.account_id if self.assigned == "me" else self.assigned)


class ListParameters(BaseModel):
    """What a list can be narrowed by."""

    state: Literal["waiting", "examined", "failed", "cancelled"] | None = None
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$")
    kind: DocumentKind | None = None
    processing: Processing | None = None
    name: Name = None
    counterparty: Name = None
    reference: Name = None
    mention: str | None = Field(default=None, pattern="^[a-z0-9-]{1,60}$")
    verdict: Status | None = Field(
        default=None,
        description="The verdict that holds after reviews; `conflict` where the document says the mention and denies "
        "it, until somebody gives a verdict. Such a mention is found by no other.",
    )
    machine_verdict: Verdict | None = Field(default=None, description="The verdict of the report.")
    review_state: ReviewState | None = None
    assigned: str | None = Field(
        default=None, pattern="^(me|[0-9a-f]{32})$", description="An account, or `me`; whole or in a finding."
    )
    created_from: date | None = Field(default=None, description="The first day of upload, in UTC.")
    created_to: date | None = Field(default=None, description="The last day of upload, in UTC.")
    superseded: bool = Field(default=False, description="Also what has a later version.")


class PageParameters(ListParameters):
    """What a page of a list can be asked by."""

    workspace: str | None = None
    search: Part = None
    cursor: str | None = Field(default=None, max_length=100)
    limit: int = Field(default=50, ge=1, le=200)


NARROWED: Final = Parameters(ListParameters)
PAGED: Final = Parameters(PageParameters)


def narrow(asked: ListParameters) -> Narrowing:
    """Return the parameters of a list as they are applied; names are matched whole, capitals aside."""
    plain = Filter(
        state=asked.state,
        language=asked.language,
        kind=asked.kind,
        processing=asked.processing,
        review_state=asked.review_state,
        mention=asked.mention,
        verdict=asked.verdict,
        machine_verdict=asked.machine_verdict,
        created_from=_begin(asked.created_from),
        created_before=_begin(asked.created_to, days=1),
        superseded=asked.superseded,
    )
    return Narrowing(plain, (asked.name, asked.counterparty, asked.reference), asked.assigned)


def _begin(day: date | None, days: int = 0) -> int | None:
    """Return the moment at which a day begins, or one so many days later."""
    if day is None:
        return None
    try:
        return int(datetime.combine(day + timedelta(days), time(), UTC).timestamp()) * SECOND
    except OverflowError as error:
        raise Problem(422, "invalid", "The request is not as it should be.", "The date is out of range.") from error


async def read_narrowing(asked: Annotated[ListParameters, Depends(NARROWED)]) -> Narrowing:
    """Return what a list is narrowed to."""
    return narrow(asked)


#: A route with one of these wants ``NARROWED.documented`` or ``PAGED.documented`` as its ``openapi_extra``.
Narrowed = Annotated[Narrowing, Depends(read_narrowing)]
Paged = Annotated[PageParameters, Depends(PAGED)]
