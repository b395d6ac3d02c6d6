"""What the service is told: from a TOML file and the environment, which wins; wrong or unknown settings are refused."""

from __future__ import annotations

import base64
import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from platformdirs import user_data_path
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.errors import SettingsError
from api.secrecy.seal import KEY_BYTES

#: The environment's settings are named after the fields, in capitals, behind this.
PREFIX: Final = "DPA_CHECKER_"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
#: Where an alert may go without TLS: names may lead elsewhere.
_OWN_ADDRESSES: Final = frozenset({"127.0.0.1", "::1"})
#: Settings by which the service is more than one user's own on one machine.
_NOT_LOCAL: Final = frozenset({"data", "master_key", "master_key_file", "database_url", "keys_url", "host"})
_LOCAL: Final[dict[str, Any]] = {"secure_cookies": False}
_POSTGRESQL_PORT: Final = 5432
_TRUE: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation; docs/service.md lists them."""

    data: Path
    master_key: bytes = field(repr=False)
    database_url: str = field(default="", repr=False)
    keys_url: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    behind_proxy: bool = False
    tls_certificate: str = ""
    tls_key: str = ""
    secure_cookies: bool = True
    embedded_worker: bool = True
    processes: int = 1
    max_upload_bytes: int = 50_000_000
    lease_seconds: int = 60
    sweep_seconds: int = 3600
    idle_minutes: int = 30
    session_hours: int = 12
    audit_days: int = 365
    verify_hours: int = 24
    requests_per_minute: int = 600
    address_requests_per_minute: int = 1200
    sign_ins_per_minute: int = 30
    trusted_proxies: str = "127.0.0.1"
    alert_failed_sign_ins: int = 10
    alert_downloads: int = 100
    alert_webhook: str = field(default="", repr=False)
    alert_mail_to: str = ""
    alert_mail_from: str = ""
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot work or is not safe."""
        if len(self.master_key) != KEY_BYTES:
            raise SettingsError(f"The master key must be {KEY_BYTES} bytes; `python -m api new-key` makes one.")
        if self.host not in _LOOPBACK and not (self.behind_proxy or (self.tls_certificate and self.tls_key)):
            raise SettingsError(
                "Beyond loopback the service wants TLS: set tls_certificate and tls_key, or behind_proxy = true "
                "where a reverse proxy does it."
            )
        for item in fields(self):
            if item.type == "int" and getattr(self, item.name) < 1:
                raise SettingsError(f"{item.name} must be at least 1.")
        if _place(self.keys) == _place(self.database):
            raise SettingsError("keys_url must be another database than that of the contracts.")
        if self.processes > 1 and self.embedded_worker:
            raise SettingsError("Several processes want embedded_worker = false, and `dpa-checker worker` beside them.")
        if self.alert_webhook and not _is_safe_address(self.alert_webhook):
            raise SettingsError("alert_webhook must be an address with https://.")
        if self.alert_mail_to and not self.alert_mail_from:
            raise SettingsError("alert_mail_to wants alert_mail_from.")

    @property
    def is_own(self) -> bool:
        """Whether it is reached from this machine only."""
        return self.host in _LOOPBACK and not self.behind_proxy

    @property
    def database(self) -> str:
        """The URL of the database."""
        return _driver(self.database_url) or f"sqlite:///{self.data / 'service.sqlite'}"

    @property
    def keys(self) -> str:
        """The URL of the key store."""
        return _driver(self.keys_url) or f"sqlite:///{self.data / 'keys.sqlite'}"

    @property
    def spool(self) -> Path:
        """The folder of uploads on their way."""
        return self.data / "spool"


def load_settings(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of ``file`` and the environment; raises :class:`SettingsError`.

    Where neither says anything of data or keys, the service is this user's own, on this machine alone.
    """
    given = os.environ if environment is None else environment
    values = _read_file(file) if file else {}
    names = {item.name for item in fields(Settings)} | {"master_key_file"}
    for name in names:
        if (text := given.get(PREFIX + name.upper())) is not None:
            values[name] = text
    if unknown := sorted(set(values) - names):
        raise SettingsError(f"Unknown setting: {', '.join(unknown)}.")
    if file is None and not values.keys() & _NOT_LOCAL:
        folder = user_data_path("dpa-checker", appauthor=False) / "service"
        values |= {"data": folder, "master_key_file": make_key_file(folder)} | _LOCAL | values
    values["master_key"] = _master_key(values.pop("master_key_file", None), values.get("master_key"))
    if "data" not in values:
        raise SettingsError("The data folder is not set: DPA_CHECKER_DATA, or data in the settings file.")
    typed: dict[str, Any] = {name: _typed(name, value) for name, value in values.items()}
    return Settings(**typed)


def make_dev_settings(folder: Path, *, port: int = 8000) -> Settings:
    """Return settings for trying the service on one machine; the folder and its key are made, for the owner only."""
    return Settings(data=folder, master_key=read_key_file(make_key_file(folder)), port=port, secure_cookies=False)


def make_key_file(folder: Path) -> Path:
    """Return the file of a folder's own master key; both are made, for the owner only, where they are not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file = folder / "master.key"
    if not key_file.exists():
        if any(folder.iterdir()):
            raise SettingsError("The folder is neither empty nor one that the service has made. Choose another.")
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make_key() + "\n")
    return key_file


def read_key_file(file: Path) -> bytes:
    """Return the master key of a file that only its owner may read; raises :class:`SettingsError`."""
    return _master_key(str(file), None)


def make_key() -> str:
    """Return a new master key, as it is written in a file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError("The settings file cannot be read as TOML.") from error


def _master_key(file: object, text: object) -> bytes:
    if file:
        path = Path(str(file))
        try:
            if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise SettingsError("Others may read the file of the master key. Make it the owner's only: chmod 600.")
            text = path.read_text("ascii")
        except (OSError, ValueError) as error:
            raise SettingsError("The file of the master key cannot be read.") from error
    if not text:
        raise SettingsError(
            "There is no master key: set DPA_CHECKER_MASTER_KEY_FILE (or DPA_CHECKER_MASTER_KEY), or try the service "
            "with --dev FOLDER."
        )
    try:
        return base64.b64decode(str(text).strip(), validate=True)
    except ValueError as error:
        raise SettingsError("The master key is not base64; `python -m api new-key` makes one.") from error


def _typed(name: str, value: object) -> object:
    """Return a setting in the type of its field."""
    kind = next(str(item.type) for item in fields(Settings) if item.name == name)
    if kind == "Path":
        return Path(str(value)).absolute()
    if kind == "bool" and not isinstance(value, bool):
        if (answer := _TRUE.get(str(value).lower())) is None:
            raise SettingsError(f"{name} must be true or false.")
        return answer
    if kind == "int" and (isinstance(value, bool) or not isinstance(value, int)):
        try:
            return int(str(value))
        except ValueError as error:
            raise SettingsError(f"{name} must be a whole number.") from error
    return value


def _is_safe_address(address: str) -> bool:
    """Tell whether an address is one of TLS, or of this machine."""
    try:
        url = urlsplit(address)
        host = url.hostname or ""
    except ValueError:
        return False
    return bool(host) and (url.scheme == "https" or (url.scheme == "http" and host in _OWN_ADDRESSES))


def _driver(url: str) -> str:
    """Return a URL with the driver that is installed with the service."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _place(url: str) -> tuple[object, ...]:
    """Return which database a URL leads to, whoever signs in there."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("database_url and keys_url must be addresses of databases.") from error
    kind, query = parts.get_backend_name(), parts.query
    if kind == "sqlite":
        return kind, Path(parts.database or "").resolve()
    named = query.get("dbname") or parts.database or parts.username
    return kind, query.get("host") or parts.host, query.get("port") or str(parts.port or _POSTGRESQL_PORT), named
