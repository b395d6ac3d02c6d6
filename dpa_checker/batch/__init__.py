"""Many contracts at once: found, checked by one of two engines, kept in a store, exported.

find_items(paths) -> Items              folders, globs, object stores
Store(path)                             what has been checked, by content, engine and library version
Engine.check(tasks) -> Outcomes         a pool of processes (default), or Dask
scan(...) -> ScanSummary                the three brought together
"""

from __future__ import annotations

from dpa_checker.batch.engine import Engine, Outcome, Settings, Task
from dpa_checker.batch.find import Item, find_items
from dpa_checker.batch.pool import PoolEngine
from dpa_checker.batch.scan import ScanOptions, ScanProgress, scan
from dpa_checker.batch.store import Store

__all__ = [
    "Engine",
    "Item",
    "Outcome",
    "PoolEngine",
    "ScanOptions",
    "ScanProgress",
    "Settings",
    "Store",
    "Task",
    "find_items",
    "scan",
]
