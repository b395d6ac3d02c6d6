"""Reports in the format that is asked for: which there are, what goes into one that is sent, how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request, Response

from api.errors import Problem
from api.service import letter, rendering
from dpa_checker.report.letter import LetterOptions

#: The report's page has its styles within itself and no script.
REPORT_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
MEDIA_TYPES: Final = rendering.MEDIA_TYPES | letter.MEDIA_TYPES
#: What the documentation has of the answers.
CONTENT: Final[dict[str, Any]] = {media_type: {} for media_type in MEDIA_TYPES.values()}
CONTENT["application/json"] = {"schema": {"type": "object"}}
Format = Literal["json", "html", "xlsx", "pdf", "docx"]
_FORMATS: Final = {media_type: name for name, media_type in MEDIA_TYPES.items()}
#: What a browser shows; the others it saves.
_SHOWN: Final = frozenset({"json", "html"})


#: As long as a name may be, without control characters.
_Line = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
_CALLED: Final = "PDF and DOCX: what the {} is called, there and in the clauses proposed; as it was found, when empty."


def read_sent_options(
    language: Annotated[
        Literal["de", "en", "fr", "sv"], Query(description="The language of the report; JSON has none.")
    ] = "en",
    title: Annotated[_Line, Query(description="PDF and DOCX: the title.")] = "",
    controller: Annotated[_Line, Query(description=_CALLED.format("controller"))] = "",
    processor: Annotated[_Line, Query(description=_CALLED.format("processor"))] = "",
    day: Annotated[
        date | None, Query(alias="date", description="PDF and DOCX: the day they bear; today, when left out.")
    ] = None,
    reviewer: Annotated[
        bool, Query(description="Name the caller as reviewer: PDF, DOCX, and of one contract HTML and XLSX.")
    ] = False,
    proposals: Annotated[bool, Query(description="PDF and DOCX: clauses proposed for what is missing.")] = True,
) -> LetterOptions:
    """Return what goes into any report to be sent; ``reviewer`` has still to be named."""
    return LetterOptions(
        language=language,
        title=title,
        controller=controller,
        processor=processor,
        date=day or datetime.now(UTC).date(),
        reviewer="me" if reviewer else "",
        proposals=proposals,
    )


def choose_format(request: Request, asked: Format | None) -> str:
    """Return the format asked for, else the one that the client likes best; raises :class:`Problem`."""
    return asked or negotiate(request.headers.get("Accept", "*/*"), _FORMATS)


def answer_report(content: bytes, chosen: str) -> Response:
    """Return the answer with a report in a format."""
    headers = {"Vary": "Accept", "Content-Security-Policy": REPORT_CSP}
    if chosen not in _SHOWN:
        headers["Content-Disposition"] = f'attachment; filename="report.{chosen}"'
    media_type = MEDIA_TYPES[chosen] + ("; charset=utf-8" if chosen == "html" else "")
    return Response(content, media_type=media_type, headers=headers)


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
