"""The Article 32 lens: which of the seven measures of SAN-2022-009 the contract promises."""

from __future__ import annotations

from functools import lru_cache

from dpa_checker.library import Library
from dpa_checker.matching.agent import Agent
from dpa_checker.matching.frame import CompiledFrame, compile_frame, find_frames
from dpa_checker.matching.reading import Reading


@lru_cache(maxsize=8)
def _compile_measures(library: Library) -> dict[str, tuple[CompiledFrame, ...]]:
    return {
        measure.id: tuple(compile_frame(frame, library) for frame in measure.frames) for measure in library.measures
    }


def find_measures(reading: Reading, library: Library) -> dict[str, list[int]]:
    """Return the sentences (by number) that promise each measure, in reading order."""
    found: dict[str, list[int]] = {}
    for measure, frames in _compile_measures(library).items():
        sentences: dict[int, None] = {}
        for hit in find_frames(reading, frames):
            if hit.polarity.negated or hit.polarity.weak or hit.polarity.agent is Agent.CONTROLLER:
                continue
            sentences[hit.sentence] = None
        found[measure] = list(sentences)
    return found
