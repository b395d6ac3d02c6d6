"""Who calls, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.errors import NOT_ALLOWED, Problem, not_found


class Permission(StrEnum):
    """What a route asks for; those of contracts are also the scopes of tokens."""

    READ = "contracts:read"
    WRITE = "contracts:write"
    OWN = "own"  # one's own account
    ADMINISTER = "administer"


class Role(StrEnum):
    """What an account is for."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


GRANTED: Final = {
    Role.READER: frozenset({Permission.READ, Permission.OWN}),
    Role.REVIEWER: frozenset({Permission.READ, Permission.WRITE, Permission.OWN}),
    Role.ADMINISTRATOR: frozenset(Permission),
}
#: What a token can be given.
SCOPES: Final = (Permission.READ, Permission.WRITE)


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that calls, in a session or by a token.

    ``session`` is the hash of the session's token, ``token`` that of a personal one; ``must_change`` when nothing but
    the password may be changed, ``must_enrol`` when a second factor has to be enrolled before anything else.
    """

    account_id: str
    name: str
    role: Role
    workspaces: tuple[str, ...]
    permissions: frozenset[Permission]
    session: str | None = None
    must_change: bool = False
    must_enrol: bool = False
    token: str | None = None

    def require(self, permission: Permission, *, unchanged: bool = False, unenrolled: bool = False) -> None:
        """Raise :class:`Problem` unless the caller may do what a route is for.

        ``unchanged`` lets in those who have yet to change their password, ``unenrolled`` those who owe a second factor.
        """
        if self.must_change and not unchanged:
            raise Problem(403, "password-to-change", "The password has to be changed first.")
        if self.must_enrol and not (unchanged or unenrolled):
            raise Problem(403, "second-factor-to-enrol", "A second factor has to be enrolled first.")
        if permission not in self.permissions:
            raise Problem(403, NOT_ALLOWED, "This account or token may not do that.")

    def workspace(self, wanted: str | None) -> str:
        """Return the workspace that is meant; raises :class:`Problem`."""
        if wanted is not None:
            if wanted not in self.workspaces:
                raise not_found()
            return wanted
        if len(self.workspaces) != 1:
            raise Problem(400, "workspace-needed", "Say which workspace is meant, by the parameter workspace.")
        return self.workspaces[0]
