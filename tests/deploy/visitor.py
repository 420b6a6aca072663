"""A visitor from an address of its own, with cookies; it sees every header as it came."""

from __future__ import annotations

import gzip
import http.client
import http.cookies
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ADDRESS = "127.0.0.77"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Each value of a header, as often as it came."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def one(self, name: str) -> str:
        [value] = self.all(name)
        return value

    @property
    def text(self) -> str:
        packed = self.all("Content-Encoding") == ["gzip"]
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass
class Visitor:
    """Somebody who visits one host: over HTTPS if its certificate is there."""

    port: int
    certificate: Path | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        """Send one request; underscores in the names of headers become hyphens."""
        connection = self._connection()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()
        for line in answer.all("Set-Cookie"):
            kept = http.cookies.SimpleCookie(line)
            self.cookies |= {name: each.value for name, each in kept.items()}
        return answer

    def sign_in(self, link: str, **headers: str) -> None:
        """Open a sign-in link and press its button."""
        path = "/" + link.split("/", 3)[3]
        token = token_on(self.ask("GET", path))
        answer = self.ask(
            "POST",
            path,
            f"csrf_token={token}",
            Content_Type="application/x-www-form-urlencoded",
            Referer=link,
            **headers,
        )
        assert answer.status in (302, 303), answer.text

    def _connection(self) -> http.client.HTTPConnection:
        options: dict[str, Any] = {"timeout": 60, "source_address": (ADDRESS, 0)}
        if self.certificate is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, **options)
        trust = ssl.create_default_context(cafile=str(self.certificate))
        return http.client.HTTPSConnection("localhost", self.port, context=trust, **options)


def token_on(page: Answer) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf[_-]token" (?:value|content)="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]
