"""The command line: its options, streams, files and exit codes, with a stub in place of the checker.

``tests/report/test_samples.py`` runs the real command on ``sample_contracts``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import dpa_checker
from dpa_checker import cli
from dpa_checker.errors import EmptyDocument, EncryptedDocument, UnsupportedLanguage
from dpa_checker.model import Report
from dpa_checker.report.catalogue import REPORT_LANGUAGES
from dpa_checker.report.render_json import load_schema

ROOT = Path(__file__).parents[1]


def _load_reports() -> dict[str, Report]:
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        reports: dict[str, Report] = import_module("report.build_reports").ALL
    finally:
        sys.path.pop(0)
    return reports


REPORTS = _load_reports()
#: How the formats begin that are no text.
BINARY = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}
Checker = Callable[[Report | Exception], list[tuple[Path, str | None, bytes]]]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> Checker:
    """Put a stub in place of ``check_file`` that returns or raises what it is given; returns its calls."""

    def install(result: Report | Exception) -> list[tuple[Path, str | None, bytes]]:
        calls: list[tuple[Path, str | None, bytes]] = []

        def check_file(path: Path, language: str | None = None) -> Report:
            calls.append((path, language, path.read_bytes()))
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(dpa_checker, "check_file", check_file, raising=False)
        library = SimpleNamespace(languages=("de", "en", "fr", "sv"))
        monkeypatch.setattr(dpa_checker, "load_library", lambda: library, raising=False)
        return calls

    return install


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.txt"
    path.write_text("A contract.")
    return path


Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("complete", 0),
        ("weak", 1),
        ("contradictions", 1),
        ("silent", 1),
        ("unrelated", 1),
        ("unsupported", 3),
        ("scanned", 3),
    ],
)
@pytest.mark.parametrize("output_format", cli.FORMATS)
def test_every_report_goes_to_standard_output(
    name: str,
    code: int,
    output_format: str,
    checker: Checker,
    contract: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    calls = checker(REPORTS[name])
    assert cli.main(["check", str(contract), "--format", output_format]) == code
    out, err = capsysbinary.readouterr()
    assert calls == [(contract, None, b"A contract.")]
    assert (err == b"") is (code != 3)
    if output_format in BINARY:
        assert out.startswith(BINARY[output_format])
        return
    assert out.endswith(b"\n")
    assert b"\x1b" not in out
    if output_format == "json":
        Draft202012Validator(json.loads(load_schema())).validate(json.loads(out))


def test_the_language_is_handed_on_and_the_text_included(checker: Checker, contract: Path, capsys: Capture) -> None:
    calls = checker(REPORTS["complete"])
    assert cli.main(["check", str(contract), "--language", "en", "--format", "json", "--include-text"]) == 0
    assert calls[0][1] == "en"
    assert json.loads(capsys.readouterr().out)["text"] == REPORTS["complete"].text


@pytest.mark.parametrize(
    ("environment", "options", "words"),
    [
        ({}, [], "Missing-clause report"),
        ({"LANG": "fr_FR.UTF-8"}, [], "Rapport des clauses manquantes"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "sv_SE"}, [], "Rapport om saknade villkor"),
        ({"LANG": "pl_PL.UTF-8"}, [], "Missing-clause report"),
        ({"LC_ALL": "C"}, [], "Missing-clause report"),
        ({"LANG": "fr_FR.UTF-8"}, ["--report-language", "de"], "Bericht über fehlende Klauseln"),
    ],
)
def test_the_report_language_is_chosen_or_that_of_the_locale(
    environment: dict[str, str],
    options: list[str],
    words: str,
    checker: Checker,
    contract: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    checker(REPORTS["complete"])
    assert cli.main(["check", str(contract), *options]) == 0
    assert words in capsys.readouterr().out


def test_the_report_languages_are_those_of_the_catalogues() -> None:
    assert cli.REPORT_LANGUAGES == REPORT_LANGUAGES


@pytest.mark.parametrize(
    ("name", "beginning"), [("r.json", "{\n"), ("r.HTML", "<!DOCTYPE"), ("r.txt", "═"), ("r", "═")]
)
def test_a_file_is_written_privately_in_the_format_of_its_suffix(
    name: str, beginning: str, checker: Checker, contract: Path, tmp_path: Path, capsys: Capture
) -> None:
    checker(REPORTS["weak"])
    output = tmp_path / name
    assert cli.main(["check", str(contract), "--output", str(output)]) == 1
    assert capsys.readouterr().out == ""
    assert output.read_text(encoding="utf-8").startswith(beginning)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_a_dash_reads_standard_input_and_leaves_nothing_behind(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    content = b"The Processor shall notify the Controller of personal data breaches without undue delay."
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert cli.main(["check", "-", "--format", "json", "--language", "en"]) == 1
    document = json.loads(capsys.readouterr().out)["document"]
    assert document["name"] is None
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert list(tmp_path.iterdir()) == []


def test_an_endless_standard_input_is_refused(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = SimpleNamespace(buffer=SimpleNamespace(read=lambda count: bytes(count)))
    monkeypatch.setattr("sys.stdin", endless)
    assert cli.main(["check", "-"]) == 3
    assert "max_bytes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "options", "code"),
    [
        (EmptyDocument("contract.txt is empty."), [], 3),
        (EncryptedDocument("contract.txt needs a password."), [], 3),
        (UnsupportedLanguage("No lexicon for 'xx'; choose one of de, en, fr, sv."), ["--language", "xx"], 2),
        (UnsupportedLanguage("No lexicon."), [], 3),
        (KeyboardInterrupt(), [], 130),
    ],
)
def test_an_error_is_one_line(
    error: Exception, options: list[str], code: int, checker: Checker, contract: Path, capsys: Capture
) -> None:
    checker(REPORTS["complete"])
    _raise_from_checker(error)
    assert cli.main(["check", str(contract), *options]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dpa-checker: ")
    assert err.count("\n") == 1


def _raise_from_checker(error: BaseException) -> None:
    def check_file(path: Path, language: str | None = None) -> Report:
        raise error

    dpa_checker.check_file = check_file  # type: ignore[attr-defined, assignment, unused-ignore]


def test_an_unforeseen_error_shows_its_type_only_and_a_traceback_on_demand(
    checker: Checker, contract: Path, capsys: Capture
) -> None:
    checker(ValueError("a secret of the contract"))
    assert cli.main(["check", str(contract)]) == 3
    err = capsys.readouterr().err
    assert err == "dpa-checker: unexpected error (ValueError). Please report it; --debug shows the traceback.\n"
    assert cli.main(["check", str(contract), "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_file_that_cannot_be_opened(checker: Checker, tmp_path: Path, capsys: Capture) -> None:
    checker(REPORTS["complete"])
    assert cli.main(["check", str(tmp_path / "no\x1b[31m\nsuch.pdf")]) == 3
    assert capsys.readouterr().err == "dpa-checker: no?[31m?such.pdf cannot be read: No such file or directory.\n"
    assert cli.main(["check", str(tmp_path)]) == 3
    assert "Is a directory" in capsys.readouterr().err


def test_a_document_in_another_language_names_the_supported_ones(
    checker: Checker, contract: Path, capsys: Capture
) -> None:
    checker(REPORTS["unsupported"])
    assert cli.main(["check", str(contract), "--quiet"]) == 3
    err = capsys.readouterr().err
    assert "the document is in Dutch, which is not supported." in err
    assert "Supported: German (de), English (en), French (fr), Swedish (sv)." in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["examine", "x"],
        ["check", "{contract}", "--format", "odt"],
        ["check", "{contract}", "--report-language", "nl"],
        ["check", "{contract}", "--quiet", "--verbose"],
        ["check", "{contract}", "--include-text"],
        ["check", "{contract}", "--output", "{folder}"],
        ["check", "{contract}", "--output", "{folder}/none/report.txt"],
        ["check", "{contract}", "--output", "{contract}"],
    ],
)
def test_a_wrong_use_is_one_line_and_exit_code_2(
    arguments: list[str], checker: Checker, contract: Path, capsys: Capture
) -> None:
    calls = checker(REPORTS["complete"])
    filled = [part.format(contract=contract, folder=contract.parent) for part in arguments]
    assert cli.main(filled) == 2
    out, err = capsys.readouterr()
    assert (out, calls) == ("", [])
    assert err.startswith("dpa-checker: ")
    assert err.count("\n") == 1
    assert contract.read_text() == "A contract."


def test_progress_is_told_on_demand_or_on_a_terminal(
    checker: Checker, contract: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker(REPORTS["weak"])
    cli.main(["check", str(contract), "--verbose"])
    assert "dpa-checker: examining contract.txt ..." in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    cli.main(["check", str(contract)])
    assert "something is missing, contradicted or in conflict" in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    cli.main(["check", str(contract), "--quiet"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ([], {}, True),
        (["--no-colour"], {}, False),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
    ],
)
def test_colours_on_terminals_only(
    options: list[str],
    environment: dict[str, str],
    coloured: bool,
    checker: Checker,
    contract: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checker(REPORTS["weak"])
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    cli.main(["check", str(contract), *options])
    assert ("\x1b[" in capsys.readouterr().out) is coloured


def test_languages_schema_and_version(checker: Checker, capsys: Capture) -> None:
    checker(REPORTS["complete"])
    assert cli.main(["languages"]) == 0
    assert capsys.readouterr().out == "de  German\nen  English\nfr  French\nsv  Swedish\n"
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:dpa-checker:report:1.0"
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("dpa-checker ")
    assert cli.main(["check", "--help"]) == 0
    assert "exit codes:" in capsys.readouterr().out


def _python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, **options
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dpa_checker.cli import main; main(['--help']); "
        "heavy = {'yaml', 'jinja2', 'pydantic', 'numpy', 'pypdfium2', 'lxml', 'spacy'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or None)"
    )
    done = _python("-c", code)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; from dpa_checker.cli import main; sys.exit(main(['schema']))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, stdout=write_end, stderr=subprocess.PIPE, check=False
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_in_one_line() -> None:
    code = "import sys; from dpa_checker.cli import main; sys.exit(main(['schema']))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"dpa-checker: standard output cannot be written: No space left on device.\n"
