"""The commands that start the service (api/), which is loaded only when one of them is given."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from dpa_checker.cli.terminal import UsageError

SERVICE_COMMANDS: Final = {
    "serve": "start the web service, with a worker within",
    "worker": "examine the contracts of a web service in a process of its own",
}


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a service's command."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings, as TOML; the environment wins")
    parser.add_argument("--dev", type=Path, metavar="FOLDER", help="try it out: data and a key of its own in FOLDER")
    parser.add_argument("--port", type=int, default=8000, help="with --dev: the port (default: 8000)")


def run_service(options: argparse.Namespace) -> int:
    """Run a command of the service and return its exit code; raises ``UsageError`` where it is not installed."""
    try:
        service: Any = import_module("api.cli")
    except ImportError as error:
        raise UsageError("the service is not installed: pip install 'dpa-checker[api]'.") from error
    return int(service.run(options))
