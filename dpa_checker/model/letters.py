"""One letter a verdict, for texts that hold the verdicts on all mentions; they are kept, so letters never change."""

from __future__ import annotations

from typing import Final

#: Letters that differ without regard to capitals, which may tell something else, or be disregarded by a database.
LETTERS: Final = {
    "present": "p",
    "partial": "h",
    "missing": "m",
    "contradicted": "c",
    "not_applicable": "n",
    "not_examined": "x",
}
VERDICTS: Final = {letter: verdict for verdict, letter in LETTERS.items()}
