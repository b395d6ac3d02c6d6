"""``python -m benchmarks.drafted``: how often the checker judges the drafted contracts as their drafter does."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.drafted.contract import PARTS, Drafted, read_drafted
from benchmarks.markdown import render_rows, show_share
from benchmarks.provenance import Provenance, build_command
from dpa_checker import check_text
from dpa_checker.model import Processing, Verdict

_NOT_SAID: Final = frozenset({Verdict.MISSING, Verdict.CONTRADICTED})
_HEADER: Final = (
    "part, language",
    "verdicts",
    "exact",
    "precision",
    "recall",
    "called present elsewhere",
    "processing",
)
_ABOUT: Final = """\
Twenty-four contracts in English, French and German, drafted by someone who had read what the 27 mentions mean, and
neither the lexicon nor any labelled contract.  They were asked to say things in less usual words than real contracts
do, and to set tempting neighbours beside what is missing; so these figures are a lower bound.  Precision and recall
are those of "not said".  The differences of one half were read while the lexicons were deepened; of the other half
only totals were looked at, though more than once, so it is not wholly blind any more.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Judge the contracts, write the page, and return the exit code."""
    options = _build_parser().parse_args(argv)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for contract in read_drafted():
        found = judge(contract)
        for key in ((contract.part, contract.language), (contract.part, "all")):
            counts[key].update(found)
    command = build_command("benchmarks.drafted", [("--output", options.output and str(options.output))])
    page = render_page(counts, Provenance(command, options.date).render())
    if options.output is None:
        sys.stdout.write(page)
    else:
        options.output.write_text(page, encoding="utf-8")
    return 0


def judge(contract: Drafted) -> Counter[str]:
    """Return the counts of one contract: verdicts, exact ones, and of "not said" those hit, missed and invented."""
    report = check_text(contract.text, contract.language)
    counts = Counter(documents=1, processing=int(report.document.assessment.processing is contract.processing))
    if contract.processing is not Processing.YES:
        counts["elsewhere"] = sum(finding.verdict is Verdict.PRESENT for finding in report.findings)
        return counts
    for mention, expected in contract.expected.items():
        if expected is Verdict.NOT_APPLICABLE:
            continue
        verdict = report.finding(mention).verdict
        counts["verdicts"] += 1
        counts["exact"] += verdict is expected
        counts["hit"] += verdict in _NOT_SAID and expected in _NOT_SAID
        counts["missed"] += verdict not in _NOT_SAID and expected in _NOT_SAID
        counts["invented"] += verdict in _NOT_SAID and expected not in _NOT_SAID
    return counts


def render_page(counts: dict[tuple[str, str], Counter[str]], provenance: str) -> str:
    """Return the page with its table."""
    rows = [
        (
            f"{part}, {language}",
            f"{count['verdicts']:,}",
            show_share(_share(count["exact"], count["verdicts"])),
            show_share(_share(count["hit"], count["hit"] + count["invented"])),
            show_share(_share(count["hit"], count["hit"] + count["missed"])),
            str(count["elsewhere"]),
            f"{count['processing']} of {count['documents']}",
        )
        for (part, language), count in sorted(counts.items(), key=lambda item: (PARTS.index(item[0][0]), item[0][1]))
    ]
    return f"# Accuracy on drafted contracts\n\n{provenance}\n\n{_ABOUT}\n{render_rows(_HEADER, rows)}\n"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafted", description="Judge the drafted contracts.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the page goes (default: standard output)")
    parser.add_argument("--date", metavar="DAY", help="the day to write on the page (default: none)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
