"""Versions as entity tags, and cursors of lists."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

from fastapi import Depends, Header

from api.errors import Problem

_ID_DIGITS: Final = 32
_LONGEST: Final = 10
_IfMatch = Annotated[str | None, Header(description="The ETag that the change is made from, or `*`.")]


def write_tag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


async def read_version(if_match: _IfMatch = None) -> int | None:
    """Return the version of an ETag, None for any; raises :class:`Problem`."""
    if if_match is None:
        raise Problem(428, "if-match-needed", "Send the ETag of what is to be changed in If-Match.")
    tag = if_match.strip()
    if tag == "*":
        return None
    digits = tag.strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < _LONGEST):  # of an Integer column
        raise Problem(412, "changed-meanwhile", "It was changed meanwhile. Read it again.")
    return int(digits)


#: The version that a change is made from.
Seen = Annotated[int | None, Depends(read_version)]


def write_cursor(last: str | None) -> str | None:
    """Return the cursor of what comes after an id."""
    return base64.urlsafe_b64encode(bytes.fromhex(last)).decode().rstrip("=") if last else None


def read_cursor(cursor: str | None) -> str | None:
    """Return the id that a cursor stands for; raises :class:`Problem`."""
    if cursor is None:
        return None
    try:
        read = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).hex()
    except (binascii.Error, ValueError) as error:
        raise Problem(400, "bad-cursor", "The cursor is not one of this list.") from error
    if len(read) != _ID_DIGITS:
        raise Problem(400, "bad-cursor", "The cursor is not one of this list.")
    return read
