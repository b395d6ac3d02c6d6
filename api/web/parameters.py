"""Parameters of an address read as one value: looking at each of many for itself costs as much as what is asked for."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


class Parameters(Generic[_Model]):
    """A dependency that gives the parameters as a model; a route with it wants :attr:`documented` as its extra."""

    def __init__(self, model: type[_Model]) -> None:
        self._model = model

    async def __call__(self, request: Request) -> _Model:
        """Return the parameters; of equal names the last counts."""
        try:
            return self._model.model_validate(dict(request.query_params))
        except ValidationError as error:
            told = [{"loc": ("query", *one["loc"]), "msg": one["msg"]} for one in error.errors()]
            raise RequestValidationError(told) from error

    @property
    def documented(self) -> dict[str, Any]:
        """What the OpenAPI document says of the parameters."""
        schema = self._model.model_json_schema()
        wanted = schema.get("required", ())
        parameters = []
        for name, found in schema["properties"].items():
            shape = _inlined(found, schema.get("$defs", {}))
            told = {"description": shape.pop("description")} if "description" in shape else {}
            parameters.append({"name": name, "in": "query", "required": name in wanted, "schema": shape} | told)
        return {"parameters": parameters}


def _inlined(shape: Any, known: dict[str, Any]) -> Any:
    """Return a schema with what it refers to in its place."""
    if isinstance(shape, list):
        return [_inlined(one, known) for one in shape]
    if not isinstance(shape, dict):
        return shape
    if "$ref" in shape:
        shape = known[shape["$ref"].rpartition("/")[2]] | {name: one for name, one in shape.items() if name != "$ref"}
    return {name: _inlined(one, known) for name, one in shape.items()}
