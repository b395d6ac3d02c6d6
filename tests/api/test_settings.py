"""Settings: what is refused, and the commands."""

from __future__ import annotations

import base64
import re
import stat
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.errors import SettingsError
from api.settings import Settings, load_settings, make_dev_settings, make_key

KEY = base64.b64encode(bytes(range(32))).decode()


def test_without_a_master_key_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no master key"):
        load_settings(environment={"DPA_CHECKER_DATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(bytes(31)).decode(), "é"])
def test_a_wrong_master_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError):
        load_settings(environment={"DPA_CHECKER_DATA": str(tmp_path), "DPA_CHECKER_MASTER_KEY": key})


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    given = {"DPA_CHECKER_DATA": str(tmp_path), "DPA_CHECKER_MASTER_KEY_FILE": str(file)}
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_settings(environment=given)
    file.chmod(0o600)
    assert load_settings(environment=given).master_key == bytes(range(32))


def test_a_file_gives_settings_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text(f'data = "{tmp_path.as_posix()}"\nport = 9000\nembedded_worker = false\nlease_seconds = 5\n')
    given = {"DPA_CHECKER_MASTER_KEY": KEY, "DPA_CHECKER_PORT": "9001", "DPA_CHECKER_BEHIND_PROXY": "yes"}
    settings = load_settings(file, given)
    assert (settings.port, settings.embedded_worker, settings.lease_seconds) == (9001, False, 5)
    assert settings.behind_proxy is True
    assert KEY not in repr(settings)
    assert "master_key" not in repr(settings)
    file.write_text('colour = "red"')
    with pytest.raises(SettingsError, match="colour"):
        load_settings(file, given)
    with pytest.raises(SettingsError, match="port"):
        load_settings(None, given | {"DPA_CHECKER_PORT": "many", "DPA_CHECKER_DATA": str(tmp_path)})


def test_beyond_loopback_it_wants_tls() -> None:
    key = bytes(32)
    with pytest.raises(SettingsError, match="TLS"):
        Settings(data=Path(), master_key=key, host="0.0.0.0")  # noqa: S104  # refused
    assert Settings(data=Path(), master_key=key, host="10.0.0.1", behind_proxy=True).secure_cookies


def test_a_folder_to_try_it_is_the_owners_only(tmp_path: Path) -> None:
    folder = tmp_path / "try"
    first = make_dev_settings(folder)
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert make_dev_settings(folder).master_key == first.master_key
    with pytest.raises(SettingsError):
        make_dev_settings(tmp_path)


def test_the_table_of_settings_is_complete() -> None:
    """Each setting stands in the documentation once, with its default, and nothing else does."""
    text = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    table = text.partition("| setting | default | what it is |\n|---|---|---|\n")[2].partition("\n\n")[0]
    told: dict[str, str] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        names = re.findall(r"`([a-z_]+)`", cells[0])
        defaults = cells[1].split(", ") if len(names) > 1 and "," in cells[1] else [cells[1]] * len(names)
        assert not set(names) & told.keys()
        told |= dict(zip(names, defaults, strict=True))
    known = {item.name: item.default for item in fields(Settings)}
    assert told.keys() == known.keys() | {"master_key_file"}
    for name, default in known.items():
        if isinstance(default, bool):
            assert told[name] == str(default).lower(), name
        elif isinstance(default, int):
            assert told[name].replace(",", "") == str(default), name
        elif isinstance(default, str) and default:
            assert told[name] == f"`{default}`", name


def test_the_example_of_a_server_is_taken(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    example = text.partition("## The service")[2].partition("```toml\n")[2].partition("```")[0]
    key, file = tmp_path / "key", tmp_path / "service.toml"
    key.write_text(KEY)
    key.chmod(0o600)
    file.write_text(example.replace("/etc/dpa-checker/master.key", key.as_posix()), encoding="utf-8")
    settings = load_settings(file, {})
    assert settings.behind_proxy
    assert settings.processes > 1


def test_no_secret_is_shown_with_the_settings() -> None:
    secret = {
        "database_url": "postgresql://s3cret@/contracts",
        "keys_url": "postgresql://s3cret@/keys",
        "smtp_password": "s3cret",
        "alert_webhook": "https://s3cret",
    }
    shown = repr(Settings(data=Path(), master_key=b"s3cret" + bytes(26), **secret))  # type: ignore[arg-type]
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"alert_webhook": "http://example.org/"},
        {"alert_webhook": "file:///etc/passwd"},
        {"alert_webhook": "http://127.0.0.1.example.org/"},
        {"alert_webhook": "https://"},
        {"alert_mail_to": "a@example.org"},
        {"audit_days": 0},
        {"processes": 2},
        {"requests_per_minute": 0},
        {"keys_url": "no address"},
        {"database_url": "sqlite:///a/b", "keys_url": "sqlite:///a/../a/b"},
        {"database_url": "postgresql://contracts@host/name", "keys_url": "postgres://keys:x@host:5432/name"},
        {"database_url": "postgresql://a@/name?host=/run", "keys_url": "postgresql://b@/name?host=/run"},
        {"keys_url": "sqlite:///service.sqlite"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Settings(data=Path(), master_key=bytes(32), **wrong)


def test_postgresql_is_reached_by_its_driver() -> None:
    settings = Settings(data=Path(), master_key=bytes(32), database_url="postgresql://host/name")
    assert settings.database == "postgresql+psycopg://host/name"


def test_the_commands_of_an_operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "try")
    assert main(["create-administrator", "--dev", folder, "root"]) == 0
    assert len(capsys.readouterr().out.strip()) >= 20
    assert main(["create-administrator", "--dev", folder, "again"]) == 3
    assert main(["verify-audit", "--dev", folder]) == 0
    assert main(["sweep", "--dev", folder]) == 0
    assert main(["new-key"]) == 0
    assert "0 contracts" in capsys.readouterr().out
    assert len(base64.b64decode(make_key())) == 32
    assert stat.S_IMODE((tmp_path / "try" / "keys.sqlite").stat().st_mode) == 0o600
