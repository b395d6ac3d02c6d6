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
#: What stands in place of a verdict where the document says a mention and denies it, and nobody has settled that.
CONFLICT: Final = "conflict"
#: The letters where a conflict has its own; the texts of a scan write the verdict in capitals instead.
STATUSES: Final = LETTERS | {CONFLICT: "d"}
