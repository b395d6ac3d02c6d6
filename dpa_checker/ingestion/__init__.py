"""Reading files and strings into documents: one reader a format, chosen by content."""

from __future__ import annotations

from dpa_checker.ingestion.anchors import Place, locate_span
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.reader import Reader, read_bytes, read_file, read_text

__all__ = ["Limits", "Place", "Reader", "locate_span", "read_bytes", "read_file", "read_text"]
