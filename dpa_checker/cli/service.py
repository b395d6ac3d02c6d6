"""The commands of the service (api/), which is loaded only when one of them is given, and reads its own options."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from dpa_checker.cli.terminal import UsageError

SERVICE_COMMANDS: Final = {
    "serve": "start the web service, with a worker within",
    "worker": "examine the contracts of a web service in a process of its own",
    "export": "move chosen contracts out of a web service, into an encrypted archive",
    "import": "move the contracts of an archive into a web service",
}


def is_service_command(arguments: Sequence[str]) -> bool:
    """Tell whether a command line is one of the service's."""
    return bool(arguments) and arguments[0] in SERVICE_COMMANDS


def run_service(arguments: Sequence[str]) -> int:
    """Run a command of the service and return its exit code; raises ``UsageError`` where it is not installed."""
    try:
        service: Any = import_module("api.cli")
    except ImportError as error:
        raise UsageError("the service is not installed: pip install 'dpa-checker[api]'.") from error
    return int(service.main(arguments))
