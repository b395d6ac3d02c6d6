"""``python -m benchmarks.fuzz``: read mutated files for some minutes and tell what went wrong.

The exit code is 1 when a reader crashed, hung, ran out of memory, let an untyped error slip, tried what is refused,
or gave an unsound document.  Each such case is made small and written to ``tests/ingestion/found``, where a test
replays it.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.fuzz.mutation import mutate
from benchmarks.fuzz.reduction import reduce_case
from benchmarks.fuzz.specimen import Specimen, gather_specimens
from benchmarks.fuzz.trial import Finding, try_file
from dpa_checker.ingestion import Limits
from dpa_checker.ingestion.isolation import ReadingProcess

FOUND: Final = Path(__file__).resolve().parents[2] / "tests" / "ingestion" / "found"
_LARGEST_FOUND: Final = 20_000
_LIMITS: Final = Limits(max_seconds=10, max_memory_bytes=1_000_000_000)
_REDUCTION_SECONDS: Final = 15.0
_SLOW_SECONDS: Final = 4.0


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz and return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.fuzz", description="Read mutated files and tell what went wrong.")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long (default: 2)")
    parser.add_argument("--seed", type=int, default=1, help="where chance starts (default: 1)")
    parser.add_argument("--only", default="", help="only specimens whose name ends with this, such as .pdf")
    parser.add_argument("--found", type=Path, default=FOUND, help="folder for found cases")
    options = parser.parse_args(argv)
    specimens = [one for one in gather_specimens() if one.name.endswith(options.only)]
    findings, trials = fuzz(specimens, minutes=options.minutes, seed=options.seed, folder=options.found)
    for finding, count in findings.most_common():
        print(f"{'?' if finding.doubt else '!'} {finding.kind}: {finding.place} ({count} times)")
    failures = sum(not finding.doubt for finding in findings)
    print(f"{trials} files read, {failures} failures, {len(findings) - failures} doubts")
    return 1 if failures else 0


def fuzz(specimens: Sequence[Specimen], *, minutes: float, seed: int, folder: Path) -> tuple[Counter[Finding], int]:
    """Return how often each thing went wrong and how many files were read."""
    chance = random.Random(seed)  # noqa: S311  # chance that can be repeated
    findings: Counter[Finding] = Counter()
    trials = 0
    end = time.monotonic() + 60 * minutes
    with ReadingProcess(limits=_LIMITS) as process:
        while time.monotonic() < end:
            # Small files first: half of the trials are of the eight that were made for this.
            specimen = chance.choice(specimens[:8] if chance.random() < 0.5 else specimens)
            data = mutate(specimen, chance)
            finding = try_file(process, data, specimen.name, slow=_SLOW_SECONDS)
            trials += 1
            if finding is None:
                continue
            findings[finding] += 1
            if findings[finding] == 1:
                _keep(process, finding, data, specimen.name, folder)
    return findings, trials


def _keep(process: ReadingProcess, finding: Finding, data: bytes, name: str, folder: Path) -> None:
    """Make a case small and write it down; one of more than 20 kB is written beside as ``.large`` and not replayed."""

    def still(candidate: bytes) -> bool:
        return try_file(process, candidate, name, slow=_SLOW_SECONDS) == finding

    small = reduce_case(data, still, seconds=_REDUCTION_SECONDS)
    digest = hashlib.sha256(small).hexdigest()[:10]
    suffix = Path(name).suffix + (".large" if len(small) > _LARGEST_FOUND else "")
    path = folder / f"{finding.kind}-{digest}{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small)
    print(f"{finding.kind}: {finding.place}: {path.name}, {len(small)} bytes", flush=True)


if __name__ == "__main__":
    sys.exit(main())
