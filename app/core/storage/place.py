"""Where a bucket is, and the keys to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Which bucket, where, and the keys to it. No key: obstore asks the machine it runs on."""

    bucket: str
    prefix: str
    endpoint: str
    key_id: str
    secret: str = field(repr=False)
    region: str

    @classmethod
    def of(cls, settings: Settings) -> Place:
        """The place that the settings name."""
        parts = urlsplit(settings.storage_url)
        return cls(
            bucket=parts.netloc,
            prefix=parts.path.strip("/"),
            endpoint=settings.storage_endpoint.rstrip("/"),
            key_id=settings.storage_key_id,
            secret=settings.storage_secret,
            region=settings.storage_region,
        )

    @classmethod
    def of_backups(cls, settings: Settings, address: str) -> Place:
        """Where backups are kept: a bucket with keys of its own, best at another provider."""
        parts = urlsplit(address)
        return cls(
            bucket=parts.netloc,
            prefix=parts.path.strip("/"),
            endpoint=settings.backup_endpoint.rstrip("/"),
            key_id=settings.backup_key_id,
            secret=settings.backup_secret,
            region=settings.backup_region,
        )

    @property
    def address(self) -> str:
        """What the addresses of all its objects begin with."""
        server = self.endpoint or f"https://s3.{self.region}.amazonaws.com"
        return "/".join(filter(None, (server, quote(self.bucket), quote(self.prefix))))

    @property
    def is_public(self) -> bool:
        """Whether browsers may be sent there: plain http is somebody's own network."""
        return self.address.startswith("https://")
