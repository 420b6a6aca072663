"""Signed addresses for S3, by AWS Signature Version 4.

obstore can sign addresses too, but not the response-* parameters by which a bucket answers with our
Content-Type and Content-Disposition; without them a file would be shown under its random key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs, for which region."""

    key_id: str
    secret: str
    region: str


def presigned(
    credentials: Credentials,
    address: str,
    parameters: Mapping[str, str],
    *,
    seconds: int,
    at: datetime,
) -> str:
    """The address with a signature that lets anyone GET it for so many seconds from `at` on.

    The path of `address` has to be quoted already.
    """
    parts = urlsplit(address)
    stamp = f"{at:%Y%m%dT%H%M%SZ}"
    scope = f"{at:%Y%m%d}/{credentials.region}/s3/aws4_request"
    query = _query(
        {
            **parameters,
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{credentials.key_id}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
    )
    request = f"GET\n{parts.path}\n{query}\nhost:{parts.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    signature = _hmac(_key(credentials.secret, scope), to_sign).hex()
    return f"{address}?{query}&X-Amz-Signature={signature}"


def _query(parameters: Mapping[str, str]) -> str:
    pairs = sorted(
        (quote(name, safe="~"), quote(value, safe="~")) for name, value in parameters.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _key(secret: str, scope: str) -> bytes:
    """The key of this day, region and service: each part of the scope signs the next."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
