"""``python -m dpa_checker``: the command line."""

from __future__ import annotations

import sys

from dpa_checker.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
