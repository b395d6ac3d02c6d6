"""``python -m dpa_checker.cli``."""

from __future__ import annotations

from dpa_checker.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
