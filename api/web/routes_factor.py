"""One's own second factor."""

from __future__ import annotations

from fastapi import APIRouter

from api.service import second_factor as service
from api.service.guessing import require_password
from api.web.access import CoreNeeded, Owning, OwningUnenrolled
from api.web.problem import problems
from api.web.shape_factor import CodeGiven, Enrolment, PasswordAgain, PasswordAndCode, RecoveryCodes

router = APIRouter(prefix="/v1/second-factor", tags=["session"])
_ANSWERS = problems(401, 403, 409, 413, 422, 429)


@router.post("", status_code=201, summary="Begin with a second factor", responses=_ANSWERS)
def begin_enrolment(given: PasswordAgain, caller: OwningUnenrolled, core: CoreNeeded) -> Enrolment:
    """Return a secret for the authenticator; an earlier one that was not confirmed is dropped."""
    require_password(core, caller, given.password, "second-factor-begin")
    secret, uri = service.begin_enrolment(core, caller)
    return Enrolment(secret=secret, uri=uri)


@router.post("/confirmation", summary="Confirm the second factor", responses=_ANSWERS)
def confirm_enrolment(given: CodeGiven, caller: OwningUnenrolled, core: CoreNeeded) -> RecoveryCodes:
    """Return recovery codes; from now on signing in wants a code. Other sessions of the account end."""
    return RecoveryCodes(codes=service.confirm_enrolment(core, caller, given.code))


@router.post("/recovery-codes", summary="Renew the recovery codes", responses=_ANSWERS)
def renew_recovery_codes(given: PasswordAndCode, caller: Owning, core: CoreNeeded) -> RecoveryCodes:
    """Return new recovery codes; the old ones are good no more."""
    return RecoveryCodes(codes=service.renew_recovery_codes(core, caller, password=given.password, code=given.code))


@router.post("/removal", status_code=204, summary="Do without a second factor", responses=_ANSWERS)
def remove(given: PasswordAndCode, caller: Owning, core: CoreNeeded) -> None:
    """Take the second factor away; administrators cannot."""
    service.remove(core, caller, password=given.password, code=given.code)
