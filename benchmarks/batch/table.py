"""The measurements as a page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.batch.cluster import ClusterCost
from benchmarks.batch.floor import FloorShare
from benchmarks.batch.gain import Gain
from benchmarks.batch.scale import ScanCost, SummaryCost
from benchmarks.markdown import render_rows

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Measurements:
    """All that is measured in one run."""

    gain: Gain
    floor: FloorShare
    scans: Sequence[ScanCost]
    summary: SummaryCost
    clusters: Sequence[ClusterCost]


def render_table(measured: Measurements, provenance: str, machine: str) -> str:
    """Return the page."""
    return (
        "\n\n".join(
            [
                "# Scans of many contracts",
                provenance,
                f"Machine: {machine}. Samples: the sample contracts, PDF and DOCX in turns, each copy its own content.",
                _render_gain(measured.gain),
                _render_floor(measured.floor),
                _render_scans(measured.scans),
                _render_summary(measured.summary),
                _render_clusters(measured.clusters),
            ]
        )
        + "\n"
    )


def _render_gain(gain: Gain) -> str:
    rows = [
        ("two plain busy processes over one", f"{gain.busy:.2f}", "–"),
        ("two workers over one", f"{gain.pool:.2f}", f"{gain.one_a_second:.1f} / {gain.two_a_second:.1f}"),
        ("share (aim: at least 0.9)", f"**{gain.share:.2f}**", ""),
    ]
    return (
        f"## Two workers\n\nWhole scans of {gain.files} files with warm workers, in turns with processes that only "
        "count; medians. What else runs on the machine lowers both gains alike.\n\n"
        + render_rows(["", "gain", "contracts a second with one / two"], rows)
    )


def _render_floor(floor: FloorShare) -> str:
    rows = [
        ("scan: find, hash, read, examine, pack, keep", f"{floor.scan / floor.files * 1000:.1f}"),
        ("floor: PDFium text and spaCy tokens", f"{floor.floor / floor.files * 1000:.1f}"),
        ("floor as a share of the scan (aim: at least 0.33)", f"**{floor.share:.2f}**"),
    ]
    return (
        f"## End to end beside the floor\n\n{floor.files} PDF files without pages that need pdfplumber; processor "
        "milliseconds a file of all processes, one worker, medians in turns.\n\n" + render_rows(["", "ms a file"], rows)
    )


def _render_scans(scans: Sequence[ScanCost]) -> str:
    rows = [
        (
            cost.what,
            f"{cost.files:,}",
            f"{cost.first.seconds:.1f}",
            f"{cost.first.seconds / cost.files * 1000:.1f}",
            f"{cost.first.resident / _MEGA:.0f}",
            f"{cost.first.proportional / _MEGA:.0f}",
            f"{cost.again.seconds:.1f}",
            f"{cost.stored / cost.files / 1000:.1f}",
        )
        for cost in scans
    ]
    header = ["files", "number", "s", "ms a file", "resident MB", "PSS MB", "s again", "store kB a file"]
    return (
        "## More and more files\n\n`dpa-checker scan --workers 2 --format jsonl,csv` from start to finish, all "
        "processes. Resident memory adds up the processes, PSS counts shared pages once (aim: under 600 MB). *Again* "
        "is the same scan when nothing is new.\n\n" + render_rows(header, rows)
    )


def _render_summary(summary: SummaryCost) -> str:
    return (
        f"## The summary\n\nOf {summary.results:,} made-up results, verdicts by chance: **{summary.seconds:.1f} s** "
        "(aim: under 10)."
    )


def _render_clusters(clusters: Sequence[ClusterCost]) -> str:
    rows = [
        (
            cost.what,
            str(cost.files),
            f"{cost.pool * 1000:.1f}",
            f"{cost.dask * 1000:.1f}",
            f"**{cost.overhead * 1000:.1f}**",
            f"{cost.start:.1f}",
        )
        for cost in clusters
    ]
    return (
        "## Dask beside the pool\n\nTwo workers each on this machine, warm, whole scans in turns. With Dask every "
        "file is read in a process of its own beside the worker, and travels as a document.\n\n"
        + render_rows(["files", "number", "pool, ms a file", "Dask, ms a file", "more", "s to start"], rows)
    )
