"""Every setting of an installation, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting that cannot be used; its message is one line that says which, and what to write."""


def _setting(variable: str, default: Any, why: str) -> Any:
    metadata = {"variable": variable, "why": why, "secret": False}
    return field(default=default, metadata=metadata)


def _secret(variable: str, default: str, why: str) -> Any:
    """A setting that can also be read from the file that its variable with _FILE names."""
    metadata = {"variable": variable, "why": why, "secret": True}
    return field(default=default, metadata=metadata, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an owner can set. Each field names its variable and says why it exists."""

    url: str = _setting(
        "FOYER_URL",
        "http://localhost:8000",
        "address that people open; links in mails start with it",
    )
    instance: Path = _setting(
        "FOYER_INSTANCE", ROOT / "instance", "folder for database, files and the secret key"
    )
    secret_key: str = _secret(
        "FOYER_SECRET_KEY", "", "signs cookies and links; made and kept in the instance if empty"
    )
    database_url: str = _secret(
        "FOYER_DATABASE_URL",
        "",
        "postgresql://user:password@host/name; SQLite in the instance if empty",
    )
    redis_url: str = _secret(
        "FOYER_REDIS_URL",
        "",
        "redis://host:6379/0 runs background work by rq on any number of machines",
    )
    storage_url: str = _setting(
        "FOYER_STORAGE_URL",
        "",
        "s3://bucket/prefix keeps files in a bucket; a local folder if empty",
    )
    storage_endpoint: str = _setting(
        "FOYER_STORAGE_ENDPOINT", "", "address of an S3-compatible server that is not Amazon's"
    )
    storage_key_id: str = _setting("FOYER_STORAGE_KEY_ID", "", "access key of the bucket")
    storage_secret: str = _secret("FOYER_STORAGE_SECRET", "", "secret key of the bucket")
    storage_region: str = _setting("FOYER_STORAGE_REGION", "us-east-1", "region of the bucket")
    accel_prefix: str = _setting(
        "FOYER_ACCEL_PREFIX",
        "",
        "nginx's internal location that serves the files folder, e.g. /_files/",
    )
    backup_to: str = _setting(
        "FOYER_BACKUP_TO",
        "",
        "a folder on another disk, or s3://bucket/prefix: backups go there every night",
    )
    backup_endpoint: str = _setting(
        "FOYER_BACKUP_ENDPOINT", "", "address of the backups' S3 server if it is not Amazon's"
    )
    backup_key_id: str = _setting("FOYER_BACKUP_KEY_ID", "", "access key of the backups' bucket")
    backup_secret: str = _secret("FOYER_BACKUP_SECRET", "", "secret key of the backups' bucket")
    backup_region: str = _setting("FOYER_BACKUP_REGION", "us-east-1", "region of that bucket")
    mail_url: str = _secret(
        "FOYER_MAIL_URL",
        "",
        "smtp://user:password@host:587 (STARTTLS) or smtps://...:465; mails stay in the outbox if empty",
    )
    mail_from: str = _setting(
        "FOYER_MAIL_FROM", "", "sender's address; portal@ and the host of FOYER_URL if empty"
    )
    imap_url: str = _secret(
        "FOYER_IMAP_URL",
        "",
        "imaps://user:password@host:993 reads the sender's mailbox for mails that come back; nobody does if empty",
    )
    upload_limit_mb: int = _setting(
        "FOYER_UPLOAD_LIMIT_MB", 10_000, "largest file that may be uploaded, in MB"
    )
    proxies: int = _setting(
        "FOYER_PROXIES",
        0,
        "how many proxies in front add X-Forwarded-* headers that can be trusted",
    )
    hosts: str = _setting(
        "FOYER_HOSTS", "", "further host names that are answered, separated by commas"
    )
    log: str = _setting(
        "FOYER_LOG", "text", "json writes a line for each request, and all others, for programs"
    )
    metrics_from: str = _setting(
        "FOYER_METRICS_FROM",
        "",
        "networks that may read /metrics, separated by commas, e.g. 127.0.0.1,10.0.0.0/8; nobody may if empty",
    )
    development: bool = _setting(
        "FOYER_DEVELOPMENT", False, "1 shows the components page and reloads assets"
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from `environ`. Raises SettingsError for a value that can't be used."""
        environ = os.environ if environ is None else environ
        values = {}
        for each in fields(cls):
            raw = _given(environ, each.metadata["variable"], each.metadata["secret"])
            if raw:
                values[each.name] = _read(each.metadata["variable"], raw, each.default)
        return cls(**values).checked()

    def checked(self) -> Settings:
        """Return these settings, or raise SettingsError with the one line that an owner needs."""
        _must_be_address("FOYER_URL", self.url, {"http", "https"}, "https://portal.example.com")
        if self.url != "{0.scheme}://{0.netloc}".format(urlsplit(self.url)) or "@" in self.url:
            raise SettingsError("FOYER_URL must end after the host, as https://portal.example.com.")
        if self.secret_key and len(self.secret_key) < 32:
            raise SettingsError(
                "FOYER_SECRET_KEY must have at least 32 characters, or be left out."
            )
        for variable, value, schemes, example, host in self._addresses():
            if value:
                _must_be_address(variable, value, schemes, example, host=host)
        if bool(self.storage_key_id) != bool(self.storage_secret):
            raise SettingsError("FOYER_STORAGE_KEY_ID and FOYER_STORAGE_SECRET belong together.")
        if bool(self.backup_key_id) != bool(self.backup_secret):
            raise SettingsError("FOYER_BACKUP_KEY_ID and FOYER_BACKUP_SECRET belong together.")
        self._must_be_elsewhere()
        if self.mail_from and not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", self.mail_from):
            raise SettingsError(
                "FOYER_MAIL_FROM must be a mail address, such as portal@example.com."
            )
        if self.accel_prefix and not re.fullmatch(r"/.*/", self.accel_prefix):
            raise SettingsError("FOYER_ACCEL_PREFIX must begin and end with /, such as /_files/.")
        if self.upload_limit_mb < 1:
            raise SettingsError("FOYER_UPLOAD_LIMIT_MB must be at least 1.")
        if not all(re.fullmatch(r"[A-Za-z0-9.-]+", each) for each in self.further_hosts):
            raise SettingsError(
                "FOYER_HOSTS must be host names, such as a.example.com,b.example.com."
            )
        for variable, region in (
            ("FOYER_STORAGE_REGION", self.storage_region),
            ("FOYER_BACKUP_REGION", self.backup_region),
        ):
            if not re.fullmatch(r"[A-Za-z0-9-]+", region):
                raise SettingsError(f"{variable} must be the name of a region, such as us-east-1.")
        if self.log not in ("text", "json"):
            raise SettingsError("FOYER_LOG must be text or json.")
        _ = self.metrics_networks
        return self

    def _addresses(self) -> list[tuple[str, str, set[str], str, bool]]:
        databases = {"postgresql", "postgresql+psycopg", "sqlite"}
        postgresql = "postgresql://foyer:secret@localhost/foyer"
        smtp = "smtp://user:password@mail.example.com:587"
        imap = "imaps://user:password@mail.example.com:993"
        s3 = "https://s3.example.com"
        return [
            ("FOYER_DATABASE_URL", self.database_url, databases, postgresql, False),
            (
                "FOYER_REDIS_URL",
                self.redis_url,
                {"redis", "rediss"},
                "redis://localhost:6379/0",
                True,
            ),
            ("FOYER_MAIL_URL", self.mail_url, {"smtp", "smtps"}, smtp, True),
            ("FOYER_IMAP_URL", self.imap_url, {"imap", "imaps"}, imap, True),
            ("FOYER_STORAGE_URL", self.storage_url, {"s3"}, "s3://bucket/foyer", True),
            ("FOYER_STORAGE_ENDPOINT", self.storage_endpoint, {"http", "https"}, s3, True),
            ("FOYER_BACKUP_ENDPOINT", self.backup_endpoint, {"http", "https"}, s3, True),
        ]

    def _must_be_elsewhere(self) -> None:
        """Backups that lie in the instance are lost with it."""
        if self.backup_to.startswith("s3://"):
            _must_be_address("FOYER_BACKUP_TO", self.backup_to, {"s3"}, "s3://bucket/foyer")
        elif self.backup_to and not Path(self.backup_to).is_absolute():
            raise SettingsError(
                "FOYER_BACKUP_TO must be a whole path, such as /mnt/backup, or s3://bucket/prefix."
            )
        elif self.backup_to and Path(self.backup_to).resolve().is_relative_to(self.instance):
            raise SettingsError("FOYER_BACKUP_TO must be outside of FOYER_INSTANCE.")

    @property
    def host(self) -> str:
        """The host name that people open, without its port."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def further_hosts(self) -> list[str]:
        """Host names that are answered beside the one of FOYER_URL."""
        return [host.strip() for host in self.hosts.split(",") if host.strip()]

    @property
    def metrics_networks(self) -> list[IPv4Network | IPv6Network]:
        """Where /metrics may be read from."""
        try:
            parts = filter(None, map(str.strip, self.metrics_from.split(",")))
            return [ip_network(each) for each in parts]
        except ValueError as error:
            raise SettingsError(
                "FOYER_METRICS_FROM must be networks, such as 127.0.0.1,10.0.0.0/8."
            ) from error

    @property
    def https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        return self.mail_from or f"portal@{self.host}"

    def database_address(self) -> str:
        """The database as SQLAlchemy wants it: psycopg 3 for PostgreSQL, a file for SQLite."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'foyer.sqlite3'}"
        if self.database_url.startswith("postgresql://"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return self.database_url

    def make_instance(self) -> None:
        """Make the folder that keeps everything. Raises SettingsError where that is not possible."""
        try:
            self.instance.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{self.instance} can't be made ({error.strerror})"
            raise SettingsError(f"FOYER_INSTANCE must be a folder: {reason}.") from error
        if not os.access(self.instance, os.W_OK):
            raise SettingsError(
                f"FOYER_INSTANCE must be a folder that may be written: {self.instance}."
            )

    def kept_secret_key(self) -> str:
        """The secret key that is set, or the one that the instance keeps; made on first use."""
        if self.secret_key:
            return self.secret_key
        path = self.instance / "secret_key"
        self.make_instance()
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        kept = path.read_text().strip()
        if len(kept) < 32:
            raise SettingsError(f"{path} is empty or too short. Delete it, and start again.")
        return kept


def _write_once(path: Path, text: str) -> None:
    """Write a new private file as a whole: of several processes one wins, none sees half of it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(0o600)
    draft.write_text(text)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # Another process was faster; its key is as good.
    finally:
        draft.unlink()


def _given(environ: Mapping[str, str], variable: str, is_secret: bool) -> str:
    """What the environment, or for a secret the file that it names, says of a variable."""
    raw = environ.get(variable, "").strip()
    path = environ.get(f"{variable}_FILE", "").strip() if is_secret else ""
    if raw and path:
        raise SettingsError(f"{variable} and {variable}_FILE are both set. Leave one of them out.")
    return _first_line(f"{variable}_FILE", Path(path)) if path else raw


def _first_line(variable: str, path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it is no text"
        raise SettingsError(
            f"{variable} must name a file that can be read, not {path} ({why})."
        ) from error
    if len(lines) != 1:
        raise SettingsError(f"{variable} must name a file that holds one line, not {path}.")
    return lines[0]


def _read(variable: str, raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingsError(f"{variable} must be 1 or 0.")
        return raw.lower() in {"1", "true", "yes"}
    if isinstance(default, int):
        if not raw.isdecimal():
            raise SettingsError(f"{variable} must be a whole number, such as {default}.")
        return int(raw)
    if isinstance(default, Path):
        return Path(raw).resolve()
    return raw.rstrip("/") if variable == "FOYER_URL" else raw


def _must_be_address(
    variable: str, value: str, schemes: set[str], example: str, *, host: bool = True
) -> None:
    try:
        parts = urlsplit(value)
        right = parts.scheme in schemes and (bool(parts.hostname) or not host)
        _ = parts.port
    except ValueError:
        right = False
    if not right:
        raise SettingsError(f"{variable} must be an address such as {example}.")
