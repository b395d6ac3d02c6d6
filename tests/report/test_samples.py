"""The real command on the sample contracts; skipped while the checker or the contracts are not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from dpa_checker import cli
from dpa_checker.report.render_json import load_schema
from tests.report.sample_differences import load_ledger, name_of

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "sample_contracts").glob("*/expected.yaml"))


def _has_checker() -> bool:
    try:
        from dpa_checker import check_file  # noqa: F401
    except ImportError:
        return False
    return True


def _samples() -> list[Any]:
    return [
        pytest.param(folder / name, yaml.safe_load(path.read_text(encoding="utf-8")), id=f"{folder.name}-{name}")
        for path in SAMPLES
        for folder in [path.parent]
        for name in ("contract.pdf", "contract.docx")
        if (folder / name).exists()
    ]


@pytest.mark.skipif(not _has_checker(), reason="dpa_checker.check_file is not there yet")
@pytest.mark.parametrize(("path", "expected"), _samples())
def test_sample_contracts_end_to_end(
    path: Path, expected: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real command on a real file: its report follows the schema, its exit code follows the report."""
    output = tmp_path / "report.json"
    code = cli.main(["check", str(path), "--output", str(output), "--include-text"])
    assert capsys.readouterr() == ("", "")
    report = json.loads(output.read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(load_schema())).validate(report)
    document = report["document"]
    assert (document["name"], document["language"]) == (path.name, expected["language"])
    assert document["processing"] == expected["processing"]
    verdicts = {mention["verdict"] for mention in expected["mentions"].values()}
    conflict = any(mention.get("conflict") for mention in expected["mentions"].values())
    if verdicts <= {"present", "not_applicable"} and not conflict and name_of(path) not in load_ledger():
        assert code == 0
    if "missing" in verdicts:
        assert code == 1
    outcomes = {"all_said": 0, "not_all_said": 1, "incomplete": 4, "not_examined": 3}
    assert code == outcomes[report["summary"]["outcome"]]
    for finding in report["findings"]:
        for item in finding["evidence"]:
            assert report["text"][item["start"] : item["end"]] == item["quote"]
    for output_format in ("text", "html"):
        assert cli.main(["check", str(path), "--format", output_format]) == code
        assert path.name in capsys.readouterr().out


@pytest.mark.skipif(not (_has_checker() and SAMPLES), reason="the checker or the sample contracts are not there yet")
def test_the_same_file_gives_the_same_bytes_in_another_process() -> None:
    file = _samples()[0].values[0]
    command = [sys.executable, "-m", "dpa_checker.cli", "check", str(file), "--format", "json"]
    environments = [os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    runs = [subprocess.run(command, env=env, capture_output=True, check=False) for env in environments]
    assert runs[0].stdout
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr == b""
