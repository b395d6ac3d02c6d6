"""A PostgreSQL of the tests' own, where its programmes are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

_NUMBERS = count(1)


def find_programmes() -> Path | None:
    """Return the folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    if found := shutil.which("initdb"):
        folders.append(Path(found).parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def start_postgres(programmes: Path, *, durable: bool = False) -> Iterator[str]:
    """Give the URL of a server on a socket of its own, without the name of a database.

    Only a ``durable`` one would outlive a loss of power.
    """
    folder = Path(tempfile.mkdtemp(prefix="dpa-pg-"))
    # PostgreSQL does not run as root.
    as_user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if as_user:
        known = pwd.getpwnam("postgres")
        os.chown(folder, known.pw_uid, known.pw_gid)
    data = str(folder / "data")

    def run(*command: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=folder, timeout=60, **quiet, **as_user)  # type: ignore[call-overload]

    run(str(programmes / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
    options += "" if durable else " -c fsync=off"
    run(str(programmes / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/{{name}}?host={folder}"
    finally:
        run(str(programmes / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def make_database(url: str) -> str:
    """Return the URL of a new database of a server."""
    name = f"test{next(_NUMBERS)}"
    server = url.format(name="postgres").replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.format(name=name)
