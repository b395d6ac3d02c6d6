"""``python -m api``: the commands of the service."""

from __future__ import annotations

import sys

from api.cli import main

sys.exit(main())
