"""What an upload could not take, carried to the page that watches the rest.

Names of files stand in no address: they go sealed, in a cookie that is sent to that page alone.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Final

from fastapi import Response

from api.dashboard.visit import Visit
from api.errors import SealBroken
from api.secrecy.seal import seal, unseal
from api.service.contracts import workspace_key

_COOKIE: Final = "dpa_refused"
#: Browsers keep no longer ones, with their names.
_LONGEST: Final = 3_900
_SECONDS: Final = 3_600

#: Names of files, and why each was not taken, in English.
Refused = Sequence[tuple[str, str]]


def carry_refused(visit: Visit, response: Response, workspace_id: str, jobs: Sequence[str], refused: Refused) -> bool:
    """Let the page that watches ``jobs`` know what was refused beside them; tell whether there is room for it."""
    plain = zlib.compress(json.dumps(list(refused)).encode(), 9)
    sealed = seal(workspace_key(visit.core, workspace_id), plain, place=_place(visit, workspace_id, jobs))
    told = base64.urlsafe_b64encode(sealed).decode()
    if len(told) > _LONGEST:
        return False
    root, secure = visit.request.scope.get("root_path", ""), visit.core.settings.secure_cookies
    path = f"{root}/workspaces/{workspace_id}/progress"
    response.set_cookie(_COOKIE, told, max_age=_SECONDS, path=path, secure=secure, httponly=True, samesite="strict")
    return True


def recall_refused(visit: Visit, workspace_id: str, jobs: Sequence[str]) -> list[tuple[str, str]]:
    """Return what was refused beside ``jobs``; nothing, where that was another upload or too long ago."""
    told = visit.request.cookies.get(_COOKIE, "")
    try:
        sealed = base64.urlsafe_b64decode(told.encode())
        plain = unseal(workspace_key(visit.core, workspace_id), sealed, place=_place(visit, workspace_id, jobs))
    except (SealBroken, ValueError):
        return []
    return [(str(name), str(why)) for name, why in json.loads(zlib.decompress(plain))]


def _place(visit: Visit, workspace_id: str, jobs: Sequence[str]) -> str:
    """Return where the cookie is good: with who has uploaded, for these jobs."""
    return f"refused/{workspace_id}/{visit.member.account_id}/{','.join(jobs)}"
