"""The commands of the service: ``serve``, ``worker`` and what an operator needs beside them."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from api import operating
from api.errors import ServiceError
from api.service.core import open_core
from api.service.worker import Worker
from api.settings import Settings, load_settings, make_dev_settings, make_key
from api.web.app import create_app
from api.web.connection import PatientProtocol
from dpa_checker.ingestion.isolation import purge_scratch

_FAILED: Final = 3
_HANDED_ON: Final = "DPA_CHECKER_HANDED_ON"
_COMMANDS: Final = {
    "serve": "answer requests, with a worker within",
    "worker": "examine contracts in a process of its own",
    "create-administrator": "make the first administrator and print a password to be used once",
    "reset-password": "print a password to be used once for an account",
    "verify-audit": "look whether the audit log is as it was written",
    "sweep": "delete what is due now",
    "recheck": "queue contracts whose report is of an earlier version, after an update",
    "new-key": "print a new master key",
    "rotate-key": "wrap all keys by another master key; stop the service first",
    "rotate-workspace-key": "give a workspace another key and destroy the one it had",
    "list-deletions": "print what was deleted, when, why and by whom",
    "export": "move chosen contracts out, into an encrypted archive",
    "import": "move the contracts of an archive in, then delete it",
    "delete-moved": "delete what was moved out, once it has arrived",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser(prog="dpa-checker", description="The web service of dpa-checker.")
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
        parser.add_argument("--port", type=int, help="where it listens, instead of the port of the settings")
    operating.add_options(parser, command)


def run(options: argparse.Namespace) -> int:
    """Run the command of ``options`` and return its exit code; whatever it writes is for the owner only."""
    mask = os.umask(0o077)
    try:
        if options.command == "new-key":
            operating.say(make_key())
            return 0
        return _run(options, _settings(options))
    except ServiceError as error:
        sys.stderr.write(f"dpa-checker: {error}\n")
        return _FAILED
    except SQLAlchemyError as error:
        # Its message would hold the address, and the SQL.
        sys.stderr.write(f"dpa-checker: the database or the key store cannot be used ({type(error).__name__})\n")
        return _FAILED
    finally:
        os.umask(mask)


def _settings(options: argparse.Namespace) -> Settings:
    if options.dev:
        settings = make_dev_settings(options.dev.absolute())
    else:
        settings = load_settings(options.config)
    port = getattr(options, "port", None)
    return replace(settings, port=port) if port else settings


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if options.command == "serve":
        return _serve(options, settings)
    if options.command == "worker":
        return _work(settings)
    return operating.operate(options, settings)


def configure_server(settings: Settings, *, port: int | None = None) -> uvicorn.Config:
    """Return how the service is served by one process."""
    options = _server_options(settings) | ({} if port is None else {"port": port})
    return uvicorn.Config(create_app(settings), **options)


def _server_options(settings: Settings) -> dict[str, Any]:
    # Its lines hold addresses with names in them; the guard writes its own.
    logging.getLogger("uvicorn.access").disabled = True
    return {
        "host": settings.host,
        "port": settings.port,
        "ssl_certfile": settings.tls_certificate or None,
        "ssl_keyfile": settings.tls_key or None,
        # Whom a proxy forwards for is believed of these addresses only.
        "proxy_headers": settings.behind_proxy,
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
        "http": PatientProtocol,
        # There are none: an upgrade would pass by the guard.
        "ws": "none",
        "access_log": False,
        "log_config": None,
        "lifespan": "on",
    }


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    _log()
    if settings.processes > 1:
        # Each process is started anew and reads the settings for itself.
        os.environ[_HANDED_ON] = json.dumps([str(options.config or ""), str(options.dev or ""), settings.port])
        served = "api.cli:make_served_app"
        uvicorn.run(served, factory=True, workers=settings.processes, **_server_options(settings))
        return 0
    server = uvicorn.Server(configure_server(settings))
    server.run()
    return 0 if server.started else _FAILED


def make_served_app() -> FastAPI:
    """Return the application of one of several processes."""
    _log()
    config, dev, port = json.loads(os.environ[_HANDED_ON])
    paths = {"config": Path(config) if config else None, "dev": Path(dev) if dev else None}
    return create_app(_settings(argparse.Namespace(**paths, port=port)))


def _work(settings: Settings) -> int:
    _log()
    core = open_core(settings)
    purge_scratch()
    core.log.begin("worker")
    worker = Worker(core)

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        # With workers of their own, `serve` has none that would.
        worker.start_sweeping()
        with suppress(KeyboardInterrupt):
            worker.run()
        worker.stop()
    finally:
        core.close()
    return 0


def _log() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("dpa_checker.service").setLevel(logging.INFO)
