"""Forms read into the shapes that the service takes as JSON, with the same limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import Problem

Shape = TypeVar("Shape", bound=BaseModel)


def read_form(shape: type[Shape], fields: Mapping[str, Any]) -> Shape:
    """Return fields as a shape; raises :class:`Problem` that does not repeat what was given."""
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        raise Problem(422, "invalid", "The form is not as it should be.") from error


def filled(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return those of the fields that were filled in, with the line ends of texts as the service takes them."""
    found = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in names}
    return {name: value for name, value in found.items() if value}
