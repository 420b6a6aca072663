"""Random, hashed and signed tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token() -> str:
    """A secret of 256 bits for a link; only its digest is ever stored."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six decimal digits, each sequence as likely as any other."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_public_id() -> str:
    """An opaque name for URLs: 16 characters that can't be confused, 79 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def digest(secret: str) -> str:
    """SHA-256 of a random secret, in hex. Not for secrets that can be guessed: see keyed_digest."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_digest(secret: str, salt: str) -> str:
    """HMAC-SHA-256 under the installation's key, in hex: for short secrets such as codes."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{salt}\0{secret}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def sign(purpose: str, value: Any) -> str:
    """Sign a small JSON value for one purpose; it does not run out."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose).dumps(value)


def signed(purpose: str, token: str) -> Any | None:
    """The value that `sign` was given, or None if the token was not made for this purpose."""
    try:
        return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose).loads(token)
    except BadSignature:
        return None


def sign_dated(purpose: str, value: Any) -> str:
    """Sign a small JSON value together with the time."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose).dumps(value)


def signed_within(purpose: str, token: str, seconds: int) -> Any | None:
    """The value that `sign_dated` was given at most `seconds` ago, or None."""
    serializer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)
    try:
        return serializer.loads(token, max_age=seconds)
    except BadSignature:
        return None
