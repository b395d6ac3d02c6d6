"""Reading in a separate process, so that a hostile file can harm nothing but its own reading.

read_isolated(source) -> Document                one file in a process of its own
start_reading(source) -> PendingDocument         the same, while the caller does something else
ReadingProcess().read(source) -> Document        many files, one process after the other
ReadingProcess().draw(source, page) -> bytes     the picture of a page of a PDF, with marks
ReadingProcess().lay_out(source) -> PageLayout   the sizes of the pages of a PDF, the words of one in their places
purge_scratch()                                  what processes that were killed together with theirs have left
"""

from __future__ import annotations

from dpa_checker.ingestion.isolation.child import LayoutWanted, PageWanted
from dpa_checker.ingestion.isolation.process import PendingDocument, ReadingProcess, read_isolated, start_reading
from dpa_checker.ingestion.isolation.scratch import purge_scratch

__all__ = [
    "LayoutWanted",
    "PageWanted",
    "PendingDocument",
    "ReadingProcess",
    "purge_scratch",
    "read_isolated",
    "start_reading",
]
