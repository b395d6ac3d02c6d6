"""The drafted contracts are whole: every mention has a verdict, every quote stands in its contract."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.drafted.__main__ import judge, render_page
from benchmarks.drafted.contract import FOLDER, Drafted, read_drafted
from dpa_checker import load_library
from dpa_checker.model import Processing, Verdict

MENTIONS = {mention.id for mention in load_library().mentions}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*/*.yaml")), ids=lambda path: path.stem)
def test_a_drafted_contract_is_whole(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(content["mentions"]) == MENTIONS
    for said in content["mentions"].values():
        assert said["quote"] in content["text"]


def test_both_parts_are_read() -> None:
    assert {contract.part for contract in read_drafted()} == {"read", "kept"}


def test_verdicts_are_counted_against_the_drafter() -> None:
    text = "The Processor shall process personal data of the Controller only on its documented instructions."
    expected = dict.fromkeys(MENTIONS, Verdict.MISSING)
    found = judge(Drafted("one", "read", "en", Processing.YES, text, expected | {"audits": Verdict.PRESENT}))
    assert found["verdicts"] == len(MENTIONS)
    assert found["invented"] == 1
    assert found["missed"] >= 1
    assert "read, en" in render_page({("read", "en"): Counter(found)}, "Made here.")
