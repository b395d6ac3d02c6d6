"""A process of its own that checks one file and prints its seconds and its peak memory in bytes.

The peak is that of this process alone: ``VmHWM`` where the kernel tells it, because ``ru_maxrss`` may still
hold the memory of the process that started this one.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(path: str) -> None:
    """Check the file at ``path`` and print what it took as JSON."""
    from dpa_checker import check_file

    begin = perf_counter()
    report = check_file(path)
    seconds = perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak": peak_memory(), "pages": report.document.pages}))


if __name__ == "__main__":
    main(sys.argv[1])
