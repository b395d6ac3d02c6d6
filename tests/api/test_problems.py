"""The types of problems are stable: every one that the API answers with is documented, with its status."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from api.web import problem
from tests.api.running import ROOT

#: Position of status and type among the arguments of what makes a problem.
MAKERS = {"Problem": (0, 1), "_send_problem": (1, 2)}
#: How a module passes on a problem whose status or type is not its own.
PASSED_ON = frozenset({"error.status_code", "_CODES.get(error.status_code, 'request')"})


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "api").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "dashboard" not in parts:
            yield ".".join(parts).removesuffix(".__init__"), path


def _made(name: str, path: Path) -> Iterator[tuple[str, int]]:
    """Yield type and status of every problem that a module makes; constants are looked up in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            given = [ast.unparse(node.args[place]) for place in MAKERS[node.func.id]]
            if PASSED_ON.isdisjoint(given):
                status, kind = (eval(text, vars(importlib.import_module(name))) for text in given)  # noqa: S307
                yield kind, status


def _raised() -> set[tuple[str, int]]:
    made = {pair for name, path in _modules() for pair in _made(name, path)}
    return made | {(kind, status) for status, kind in problem._CODES.items()} | {("request", 400)}


def _documented() -> list[tuple[str, int]]:
    rows = re.findall(
        r"^\| (`[^|]+`) \| ([\d, ]+) \|", (ROOT / "docs" / "problems.md").read_text("utf-8"), re.MULTILINE
    )
    found: list[tuple[str, int]] = []
    for types, codes in rows:
        kinds, numbers = re.findall(r"`([a-z-]+)`", types), [int(code) for code in codes.split(",")]
        found += zip(kinds, numbers * len(kinds) if len(numbers) == 1 else numbers, strict=True)
    return found


def test_every_type_of_problem_is_documented_once_and_none_besides() -> None:
    documented = _documented()
    assert sorted(documented) == sorted(_raised())
