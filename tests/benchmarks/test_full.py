"""The full run: steps that pass and fail, and a page that names no folder of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.full import __main__ as full
from benchmarks.full.dependencies import list_installed
from benchmarks.full.step import NOT_RUN, Step, name_commit, run_step, shorten


def test_a_step_ends_with_its_code_and_last_line() -> None:
    ending = run_step(Step("talk", ("python", "-c", "print('first'); print('last'); raise SystemExit(3)")))
    assert (ending.code, ending.closing) == (3, "last")
    assert ending.seconds > 0


def test_folders_of_the_machine_stay_out() -> None:
    assert shorten("wrote /somewhere/on/this/machine/table.md | 3 of 4 in 5/6") == "wrote table.md / 3 of 4 in 5/6"
    assert len(shorten("word " * 200)) <= 110


def test_a_step_that_could_not_be_run_has_neither_passed_nor_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = Step("absent", ("python", "-c", f"print('not run: nothing there'); raise SystemExit({NOT_RUN})"))
    bad = Step("bad", ("python", "-c", "raise SystemExit(1)"))
    monkeypatch.setattr(full, "STEPS", (absent, bad))
    page = tmp_path / "full.md"
    assert full.main(["--output", str(page)]) == 1
    assert "| not run | not run: nothing there |" in page.read_text(encoding="utf-8")
    assert full.main(["--only", "absent", "--output", str(page)]) == 2


def test_without_an_index_known_flaws_are_told_as_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody answers there
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    ending = run_step(next(step for step in full.STEPS if step.name == "known vulnerabilities"))
    assert (ending.result, ending.closing) == ("not run", "not run: no advisory index reached")


def test_all_that_is_installed_is_looked_at_but_the_project_itself() -> None:
    installed = {line.partition("==")[0] for line in list_installed()}
    assert {"pytest", "fastapi", "cryptography", "pip-audit"} <= installed
    assert "dpa-checker" not in installed


def test_the_page_is_written_and_a_failed_step_fails_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (
        Step("good", ("python", "-c", "print('well')")),
        Step("bad", ("python", "-c", "raise SystemExit('broken')")),
    )
    monkeypatch.setattr(full, "STEPS", steps)
    page = tmp_path / "full.md"
    assert full.main(["--output", str(page), "--date", "2026-01-02"]) == 1
    text = page.read_text(encoding="utf-8")
    assert "on 2026-01-02" in text
    assert "| passed | well |" in text
    assert "| failed (1) | broken |" in text
    assert str(tmp_path) not in text


def test_a_step_run_again_leaves_the_others_as_they_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (Step(name, ("python", "-c", f"print('{name} once')")) for name in ("first", "second"))
    monkeypatch.setattr(full, "STEPS", (first, second))
    page = tmp_path / "full.md"
    assert full.main(["--output", str(page)]) == 0
    before = page.read_text(encoding="utf-8").splitlines()
    again = Step("first", ("python", "-c", "print('first again')"))
    monkeypatch.setattr(full, "STEPS", (again, second))
    assert full.main(["--only", "first", "--output", str(page)]) == 0
    after = page.read_text(encoding="utf-8").splitlines()
    assert after[-2].endswith(f"| {name_commit()} | passed | first again |")
    assert after[-1] == before[-1]
    assert after[-1].endswith("| passed | second once |")
