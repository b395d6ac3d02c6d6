"""What ``dpa-checker.toml`` may say, and what the command line makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_checker.batch.config import ConfigError, Option, find_config, load_config
from dpa_checker.cli import main
from tests.batch.contracts import write_contracts

OPTIONS = {
    "output": Option("text"),
    "format": Option("list"),
    "include": Option("texts"),
    "workers": Option("whole"),
    "wait": Option("number"),
    "recursive": Option("switch"),
    "engine": Option("text", ("pool", "dask")),
}


def _load(folder: Path, text: str) -> Path:
    path = folder / "dpa-checker.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_values_come_as_the_command_line_would_give_them(tmp_path: Path) -> None:
    config = load_config(
        _load(
            tmp_path,
            """
[scan]
output = "out"
format = ["csv", "jsonl"]
include = ["*.pdf"]
workers = 3
wait = 5
recursive = false
engine = "dask"
[limits]
max-pages = 10
max_seconds = 2.5
""".replace("max-pages", "max_pages"),
        )
    )
    assert config.read_section("scan", OPTIONS) == {
        "output": "out",
        "format": "csv,jsonl",
        "include": ["*.pdf"],
        "workers": 3,
        "wait": 5,
        "recursive": False,
        "engine": "dask",
    }
    assert (config.limits.max_pages, config.limits.max_seconds) == (10, 2.5)
    assert config.read_section("watch", OPTIONS) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[scan]\nworker = 2", r"\[scan\] worker is not known: did you mean workers\?"),
        ("[scam]\nworkers = 2", r"\[scam\] is not known: did you mean scan\?"),
        ("workers = 2", r"\[workers\] is not known"),
        ("scan = 2", "scan must be a section"),
        ('[scan]\nworkers = "2"', r"\[scan\] workers must be a whole number, not text"),
        ("[scan]\nworkers = true", "must be a whole number, not true or false"),
        ("[scan]\nworkers = 2.5", "must be a whole number, not a number"),
        ('[scan]\nrecursive = "no"', "must be true or false, not text"),
        ('[scan]\ninclude = "*.pdf"', "must be a list of texts, not text"),
        ("[scan]\ninclude = [1]", "must be a list of texts, not a list"),
        ("[scan]\nformat = [1]", "must be text or a list of texts, not a list"),
        ('[scan]\nengine = "ray"', "choose pool, dask, not 'ray'"),
        ("[limits]\nmax_page = 3", r"\[limits\] there is no limit 'max_page': did you mean max_pages"),
        ("[limits]\nmax_pages = 0", "max_pages must be a positive whole number"),
        ("[scan\n", "is not valid TOML"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(_load(tmp_path, text)).read_section("scan", OPTIONS)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read"):
        find_config(str(tmp_path / "none.toml"))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_contracts(tmp_path / "in", 2)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_file_of_the_working_folder_is_used_and_the_command_line_overrides_it(work: Path) -> None:
    _load(
        work,
        '[scan]\npaths = ["in"]\noutput = "by-file"\nformat = "csv"\ninclude = ["*000*"]\nfail-on = "missing:audits"\n',
    )
    assert main(["scan", "--quiet"]) == 1
    assert len((work / "by-file" / "results.csv").read_text().splitlines()) == 2
    assert main(["scan", "in", "--output", "by-hand", "--include", "*001*", "--format", "csv,jsonl", "--quiet"]) == 0
    assert (work / "by-hand" / "results.jsonl").read_text().count("\n") == 1
    assert "contract-001" in (work / "by-hand" / "results.csv").read_text()


def test_limits_of_the_file_hold(work: Path) -> None:
    named = work / "strict.toml"
    named.write_text("[limits]\nmax_bytes = 10\n")
    command = ["scan", "in", "--quiet", "--format", "csv", "--config", str(named)]
    assert main(command) == 3
    assert "max_bytes" in (work / "dpa-checker-results" / "results.csv").read_text()


def test_a_wrong_file_is_a_wrong_use(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _load(work, "[scan]\noutptu = 'x'\n")
    assert main(["scan", "in"]) == 2
    assert "did you mean output?" in capsys.readouterr().err


def test_without_a_path_anywhere_the_use_is_wrong(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan"]) == 2
    assert "name what to scan" in capsys.readouterr().err
