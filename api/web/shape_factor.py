"""What travels in JSON of the second factor."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.web.example import Secret, config

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class PasswordAgain(BaseModel):
    """The password once more: a session alone is not enough."""

    model_config = config(password="correct horse battery staple")  # noqa: S106
    password: Secret


class PasswordAndCode(BaseModel):
    """The password and a code, of the authenticator or a recovery code."""

    model_config = config(password="correct horse battery staple", code="492039")  # noqa: S106
    password: Secret
    code: Code


class CodeGiven(BaseModel):
    """A code of the authenticator."""

    model_config = config(code="492039")
    code: Code


class Enrolment(BaseModel):
    """A secret for the authenticator; it counts once a code of it was confirmed."""

    model_config = config(secret="JBSWY3DP…", uri="otpauth://totp/dpa-checker:anna?secret=JBSWY3DP…")  # noqa: S106
    secret: str
    uri: str = Field(description="The same as an authenticator scans it.")


class RecoveryCodes(BaseModel):
    """Codes for when the authenticator is lost, each good once; they are shown only here."""

    model_config = config(codes=["abcdef-ghjkmn"])
    codes: list[str]
