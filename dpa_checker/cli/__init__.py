"""The command line: ``dpa-checker check FILE``, ``scan PATH...``, ``languages``, ``schema``.

Data goes to standard output or to ``--output``, everything else to standard error.  Heavy modules are
imported by the commands that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

from dpa_checker.cli.check import FORMATS
from dpa_checker.cli.main import main
from dpa_checker.cli.terminal import PROGRAM, REPORT_LANGUAGES

__all__ = ["FORMATS", "PROGRAM", "REPORT_LANGUAGES", "main"]
