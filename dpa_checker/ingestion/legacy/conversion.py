"""Conversion by LibreOffice where it is installed: in a folder and with a profile of its own, without network.

The profile switches macros off, lets no link be updated and sends every request to a proxy that is not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from dpa_checker.errors import DamagedDocument
from dpa_checker.ingestion.limits import Limits

_COMMANDS: Final = ("soffice", "libreoffice")
_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
_KEPT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_NOWHERE: Final = "http://127.0.0.1:9"
_PROPERTIES: Final = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
_REGISTRY: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}'
    "</oor:items>\n"
)
_ITEM: Final = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


def find_converter() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    return next(filter(None, map(shutil.which, _COMMANDS)), None) or _find_placed()


@lru_cache(maxsize=1)
def _find_placed() -> str | None:
    """Return the path of LibreOffice where its installer puts it without a command."""
    return next((place for place in _PLACES if Path(place).is_file()), None)


def convert_to_docx(data: bytes, suffix: str, limits: Limits, converter: str) -> bytes:
    """Return a file converted to DOCX; ``suffix`` names its format ("doc").

    Raises :class:`LimitExceeded` when it takes longer than ``max_seconds`` or gives more than ``max_bytes``, and
    :class:`DamagedDocument` when LibreOffice cannot read it.  Nothing is left on disk.
    """
    with tempfile.TemporaryDirectory(prefix="dpa-checker-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / f"in.{suffix}", folder / "out" / "in.docx"
        source.write_bytes(data)
        _write_profile(folder / "profile")
        _run(_command(converter, folder, source), folder, limits)
        try:
            limits.check("max_bytes", target.stat().st_size)
            return target.read_bytes()
        except OSError as error:
            raise DamagedDocument(
                "LibreOffice could not read the file, which is damaged or holds something else than its format says. "
                "Open it in Word, save it as DOCX, and try again."
            ) from error


def _command(converter: str, folder: Path, source: Path) -> list[str]:
    """Return the command line of a conversion."""
    return [
        converter, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--nolockcheck", "--nodefault", "--nologo", "--convert-to", "docx:MS Word 2007 XML",
        "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip


def _write_profile(profile: Path) -> None:
    """Write the settings that LibreOffice starts with."""
    (profile / "user").mkdir(parents=True)
    items = "".join(_ITEM.format(*one) for one in _PROPERTIES)
    (profile / "user" / "registrymodifications.xcu").write_text(_REGISTRY.format(items=items), encoding="utf-8")


def _run(command: list[str], folder: Path, limits: Limits) -> None:
    """Run LibreOffice within the time limit; it and what it started are gone when this returns."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE)
    with _ended(
        subprocess.Popen(  # noqa: S603  # a fixed command, no shell
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    ) as process:
        try:
            process.wait(timeout=limits.max_seconds)
        except subprocess.TimeoutExpired as error:
            raise limits.exceeded("max_seconds") from error


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """End a process and its group, however the block is left."""
    try:
        yield process
    finally:
        if sys.platform == "win32":
            process.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
