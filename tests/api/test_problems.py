"""The types of problems are stable: those of contracts stand in the documentation, with their status."""

from __future__ import annotations

import ast
import re

from tests.api.running import ROOT

MODULES = (
    "service/contract_set.py",
    "service/contracts.py",
    "service/examination.py",
    "service/letter.py",
    "service/page.py",
    "service/review.py",
    "service/set_report.py",
    "service/set_submission.py",
    "service/submission.py",
    "service/upload.py",
    "service/version.py",
    "web/etag.py",
    "web/form.py",
    "web/multipart.py",
    "web/narrowing.py",
    "web/routes_report.py",
    "web/set_form.py",
    "web/set_upload.py",
    "web/upload_route.py",
)


def _raised() -> set[tuple[str, int]]:
    """Return type and status of every problem that these modules raise."""
    found = set()
    for module in MODULES:
        for node in ast.walk(ast.parse((ROOT / "api" / module).read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                status, kind = (ast.literal_eval(argument) for argument in node.args[:2])
                found.add((kind, status))
    return found - {("invalid", 422)}


def _documented() -> set[tuple[str, int]]:
    table = (ROOT / "docs" / "reviews.md").read_text("utf-8").partition("## Problems")[2]
    rows = re.findall(r"^\| (`[^|]+`) \| ([\d, ]+) \|", table, re.MULTILINE)
    found = set()
    for types, codes in rows:
        kinds, numbers = re.findall(r"`([a-z-]+)`", types), [int(code) for code in codes.split(",")]
        found |= set(zip(kinds, numbers * len(kinds) if len(numbers) == 1 else numbers, strict=len(numbers) > 1))
    return found


def test_every_type_of_problem_is_documented_and_none_besides() -> None:
    assert _documented() == _raised()
