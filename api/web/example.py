"""What all that travels in JSON shares: an example for the documentation, and fields of text."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, StringConstraints

from api.web.visible import HIDDEN

ID: Final = "0192f0c4a1b2c3d4e5f60718293a4b5c"
AT: Final = "2026-03-02T09:30:00.000Z"
#: Nothing that does not show: it has no place in names, and PostgreSQL takes no NUL.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=f"^[^{HIDDEN}]+$")]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def config(**example: Any) -> ConfigDict:
    """Return the configuration of a shape: no unknown members, and an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})
