"""The commands of the service: ``serve``, ``worker`` and what an operator needs beside them."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn

from api.errors import ServiceError
from api.service.accounts import create_first_administrator
from api.service.core import Core, open_core
from api.service.retention import sweep
from api.service.worker import Worker
from api.settings import Settings, load_settings, make_dev_settings, make_key
from api.web.app import create_app

_FAILED: Final = 3
_COMMANDS: Final = {
    "serve": "answer requests, with a worker within",
    "worker": "examine contracts in a process of its own",
    "create-administrator": "make the first administrator and print a password to be used once",
    "verify-audit": "look whether the audit log is as it was written",
    "sweep": "delete what is due now",
    "new-key": "print a new master key",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser(prog="dpa-checker service", description="The web service of dpa-checker.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about in _COMMANDS.items():
        add_options(commands.add_parser(name, help=about, description=about), name)
    return run(parser.parse_args(arguments))


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the options of a command to its parser."""
    if command == "new-key":
        return
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings, as TOML; the environment wins")
    parser.add_argument("--dev", type=Path, metavar="FOLDER", help="try it out: data and a key of its own in FOLDER")
    if command == "serve":
        parser.add_argument("--port", type=int, default=8000, help="with --dev: the port (default: 8000)")
    if command == "create-administrator":
        parser.add_argument("name", help="the name to sign in with")


def run(options: argparse.Namespace) -> int:
    """Run the command of ``options`` and return its exit code."""
    try:
        if options.command == "new-key":
            _say(make_key())
            return 0
        return _run(options, _settings(options))
    except ServiceError as error:
        sys.stderr.write(f"dpa-checker: {error}\n")
        return _FAILED


def _settings(options: argparse.Namespace) -> Settings:
    if options.dev:
        return make_dev_settings(options.dev.absolute(), port=getattr(options, "port", 8000))
    return load_settings(options.config)


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.command == "serve":
        return _serve(settings)
    core = open_core(settings)
    try:
        return _run_beside(options, core)
    finally:
        core.close()


def _run_beside(options: argparse.Namespace, core: Core) -> int:
    if options.command == "worker":
        return _work(core)
    if options.command == "create-administrator":
        _say(create_first_administrator(core, options.name))
        return 0
    if options.command == "sweep":
        _say(f"{sweep(core)} contracts deleted")
        return 0
    flaw = core.verify_audit()
    _say("the audit log is as it was written" if flaw is None else f"entry {flaw.sequence}: {flaw.what}")
    return 0 if flaw is None else 1


def configure_server(settings: Settings, *, port: int | None = None) -> uvicorn.Config:
    """Return how the service is served."""
    # Its lines hold addresses with names in them; the guard writes its own.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port if port is None else port,
        ssl_certfile=settings.tls_certificate or None,
        ssl_keyfile=settings.tls_key or None,
        proxy_headers=settings.behind_proxy,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
    )


def _serve(settings: Settings) -> int:
    _log()
    server = uvicorn.Server(configure_server(settings))
    server.run()
    return 0 if server.started else _FAILED


def _work(core: Core) -> int:
    _log()
    worker = Worker(core)

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        worker.run()
    except KeyboardInterrupt:
        worker.stop()
    return 0


def _log() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("dpa_checker.service").setLevel(logging.INFO)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
