"""Settings: each wrong value ends the start with one line that says which, and what to write."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError
from tests.checks import settings as tables

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FOYER_URL", "portal.example.com"),
        ("FOYER_URL", "ftp://portal.example.com"),
        ("FOYER_URL", "https://portal.example.com/foyer"),
        ("FOYER_URL", "https://portal.example.com?x=1"),
        ("FOYER_URL", "https://me@portal.example.com"),
        ("FOYER_URL", "https://portal.example.com:99999"),
        ("FOYER_URL", "https://"),
        ("FOYER_SECRET_KEY", "short"),
        ("FOYER_DATABASE_URL", "mysql://foyer@localhost/foyer"),
        ("FOYER_DATABASE_URL", "foyer.sqlite3"),
        ("FOYER_REDIS_URL", "localhost:6379"),
        ("FOYER_REDIS_URL", "http://localhost:6379"),
        ("FOYER_MAIL_URL", "mail.example.com"),
        ("FOYER_MAIL_URL", "smtp://mail.example.com:port"),
        ("FOYER_MAIL_URL", "smtp://"),
        ("FOYER_MAIL_FROM", "Studio Nordlicht"),
        ("FOYER_MAIL_FROM", "Studio Nordlicht <portal@example.com>"),
        ("FOYER_MAIL_FROM", "portal@"),
        ("FOYER_STORAGE_URL", "/var/files"),
        ("FOYER_STORAGE_URL", "s3://"),
        ("FOYER_STORAGE_ENDPOINT", "minio:9000"),
        ("FOYER_STORAGE_KEY_ID", "without-its-secret"),
        ("FOYER_ACCEL_PREFIX", "_files"),
        ("FOYER_BACKUP_TO", "backups"),
        ("FOYER_BACKUP_TO", str(ROOT / "instance" / "backups")),
        ("FOYER_BACKUP_TO", "s3://"),
        ("FOYER_BACKUP_SECRET", "without-its-id"),
        ("FOYER_UPLOAD_LIMIT_MB", "10 GB"),
        ("FOYER_UPLOAD_LIMIT_MB", "-1"),
        ("FOYER_UPLOAD_LIMIT_MB", "0"),
        ("FOYER_PROXIES", "one"),
        ("FOYER_HOSTS", "https://other.example.com"),
        ("FOYER_HOSTS", "a.example.com b.example.com"),
        ("FOYER_IMAP_URL", "mail.example.com:993"),
        ("FOYER_STORAGE_REGION", "eu west"),
        ("FOYER_BACKUP_REGION", "https://eu"),
        ("FOYER_BACKUP_ENDPOINT", "s3.example.com"),
        ("FOYER_LOG", "xml"),
        ("FOYER_METRICS_FROM", "prometheus.example.com"),
        ("FOYER_METRICS_FROM", "10.0.0.1/8"),
        ("FOYER_DEVELOPMENT", "maybe"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({variable: value})
    message = str(caught.value)
    assert variable in message
    assert "\n" not in message and message.endswith(".")


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({})
    assert (settings.url, settings.sender) == ("http://localhost:8000", "portal@localhost")
    assert settings.instance == ROOT / "instance"
    assert not settings.https and not settings.development


def test_an_empty_value_is_as_if_it_were_not_set() -> None:
    assert Settings.from_env({"FOYER_URL": "  ", "FOYER_PROXIES": ""}) == Settings.from_env({})


def test_right_values_are_taken() -> None:
    settings = Settings.from_env(
        {
            "FOYER_URL": "https://portal.example.com:8443/",
            "FOYER_DATABASE_URL": "postgresql://foyer:p%40ss@localhost/foyer",
            "FOYER_MAIL_URL": "smtps://portal%40example.com:secret@mail.example.com:465",
            "FOYER_MAIL_FROM": "hallo@example.com",
            "FOYER_UPLOAD_LIMIT_MB": "500",
            "FOYER_HOSTS": "kunden.example.com, portal.example.org",
            "FOYER_PROXIES": "1",
            "FOYER_DEVELOPMENT": "yes",
        }
    )
    assert (settings.url, settings.host) == (
        "https://portal.example.com:8443",
        "portal.example.com",
    )
    assert settings.https and settings.development
    assert settings.database_address() == "postgresql+psycopg://foyer:p%40ss@localhost/foyer"
    assert (settings.sender, settings.upload_limit_mb) == ("hallo@example.com", 500)
    assert settings.further_hosts == ["kunden.example.com", "portal.example.org"]
    assert settings.proxies == 1


def test_each_setting_has_its_own_variable_and_a_reason() -> None:
    variables = [each.metadata["variable"] for each in fields(Settings)]
    assert len(set(variables)) == len(variables)
    assert all(each.metadata["why"] for each in fields(Settings))


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "instance")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: settings.kept_secret_key(), range(16)))
    assert len(keys) == 1 and len(keys.pop()) >= 32
    [file] = settings.instance.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_key_that_was_emptied_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(SettingsError, match="empty or too short"):
        Settings(instance=tmp_path).kept_secret_key()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="FOYER_INSTANCE must be a folder"):
        Settings(instance=tmp_path / "file" / "instance").make_instance()


@pytest.mark.parametrize(
    "command", [["flask", "--app", "wsgi", "worker"], ["gunicorn", "wsgi:app"]]
)
def test_the_start_ends_with_the_one_line(command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, "FOYER_URL": "nonsense", "FOYER_INSTANCE": str(tmp_path)}
    if command[0] == "gunicorn":
        command = [
            *command,
            "--bind",
            "127.0.0.1:0",
            "--no-control-socket",
            "--log-level",
            "critical",
        ]
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == (
        "FOYER_URL must be an address such as https://portal.example.com."
    )
    assert "Traceback" not in done.stderr


def test_the_docs_list_the_settings_as_they_are() -> None:
    assert not tables.outdated(), f"Run: {tables.WRITE}"


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    address = "smtp://portal:gehe:im@mail.example.com:587"
    file = tmp_path / "mail"
    file.write_text(f"{address}\n")
    settings = Settings.from_env({"FOYER_MAIL_URL_FILE": str(file)})
    assert settings.mail_url == address
    assert "gehe:im" not in repr(settings)


@pytest.mark.parametrize("content", [None, "", "\n", "one\ntwo", b"\xff"])
def test_a_file_that_holds_no_secret_is_named(tmp_path: Path, content: str | bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError, match=f"FOYER_SECRET_KEY_FILE .*{file}.*\\.$"):
        Settings.from_env({"FOYER_SECRET_KEY_FILE": str(file)})


def test_a_secret_and_its_file_are_one_too_many(tmp_path: Path) -> None:
    both = {"FOYER_REDIS_URL": "redis://localhost", "FOYER_REDIS_URL_FILE": str(tmp_path)}
    with pytest.raises(SettingsError, match="FOYER_REDIS_URL and FOYER_REDIS_URL_FILE are both"):
        Settings.from_env(both)
