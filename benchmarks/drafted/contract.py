"""A drafted contract with the verdicts that its drafter expects, read from YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from dpa_checker.model import Processing, Verdict

FOLDER: Final = Path(__file__).parent / "contracts"
#: The half whose differences were read while the lexicon was deepened, and the half that nobody opened.
PARTS: Final = ("read", "kept")
_SHORT: Final = {"na": "not_applicable"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A contract of one part with its expected verdicts by mention."""

    id: str
    part: str
    language: str
    processing: Processing
    text: str
    expected: dict[str, Verdict]


def read_drafted(folder: Path = FOLDER) -> Iterator[Drafted]:
    """Yield the drafted contracts, by part, language and id."""
    for part in PARTS:
        for path in sorted((folder / part).glob("*/*.yaml")):
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            expected = {
                mention: Verdict(_SHORT.get(said["verdict"], said["verdict"]))
                for mention, said in content["mentions"].items()
            }
            yield Drafted(
                content["id"], part, content["language"], Processing(content["processing"]), content["text"], expected
            )
