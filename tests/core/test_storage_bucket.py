"""What only a bucket does: addresses that it answers by itself, and not answering at all."""

from __future__ import annotations

import io
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from app.core.storage import StorageError, new_key
from app.core.storage import bucket as bucket_module
from app.core.storage.bucket import Bucket
from app.core.storage.place import Place
from app.core.storage.signing import Credentials, presigned
from app.settings import Settings

ROOT = Path(__file__).parents[2]
# The most memory that a process ever had, in kB.
PEAK = "peak = lambda: int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"


def test_a_signed_address_names_file_and_type(s3: dict[str, str]) -> None:
    place = Place.of(replace(Settings(), **s3))
    key = new_key()
    bucket = Bucket(place)
    bucket.put(key, io.BytesIO(b"hello"))
    address = presigned(
        Credentials("test", "test", "us-east-1"),
        f"{place.address}/{key}",
        {
            "response-content-type": "text/plain",
            "response-content-disposition": 'attachment; filename="a b.txt"',
        },
        seconds=60,
        at=datetime.now(UTC),
    )
    with urllib.request.urlopen(address) as response:
        assert response.read() == b"hello"
        assert response.headers["Content-Type"] == "text/plain"
        assert response.headers["Content-Disposition"] == 'attachment; filename="a b.txt"'


def test_what_is_too_large_to_be_copied_by_the_bucket_is_duplicated_too(
    s3: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_module, "MOST_COPIED", 4)
    bucket, key, other = Bucket(Place.of(replace(Settings(), **s3))), new_key(), new_key()
    bucket.put(key, io.BytesIO(b"hello"))
    bucket.duplicate(key, other)
    assert b"".join(bucket.read(other)) == b"hello"


def test_the_signature_is_the_one_that_amazon_computes() -> None:
    endpoint = "https://s3.example.com"
    place = Place("bilder", "foyer", endpoint, "id", "secret", "eu-central-1")
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    key, name = new_key(), "attachment; filename*=UTF-8''%C3%9Cbersicht~1.pdf"
    ours = Bucket(place).signed_url(
        key, content_type="application/pdf", disposition=name, seconds=60
    )
    theirs = client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": "bilder",
            "Key": f"foyer/{key}",
            "ResponseCacheControl": "private, no-cache",
            "ResponseContentDisposition": name,
            "ResponseContentType": "application/pdf",
        },
        ExpiresIn=60,
    )
    assert ours is not None
    assert urlsplit(ours)._replace(query="") == urlsplit(theirs)._replace(query="")
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)


def test_browsers_are_not_sent_to_a_bucket_in_our_own_network(s3: dict[str, str]) -> None:
    bucket = Bucket(Place.of(replace(Settings(), **s3)))
    assert bucket.signed_url(new_key(), content_type="x/y", disposition="inline", seconds=1) is None


def test_a_bucket_that_does_not_answer_is_said() -> None:
    bucket = Bucket(Place("bilder", "", "http://127.0.0.1:9", "id", "secret", "us-east-1"))
    with pytest.raises(StorageError):
        bucket.put(new_key(), io.BytesIO(b"x"))


def test_large_files_take_little_memory(s3: dict[str, str]) -> None:
    place = Place.of(replace(Settings(), **s3))
    code = f"""
{PEAK}
from app.core.storage.bucket import Bucket
from app.core.storage.place import Place
class Endless:
    left = 80
    def read(self, size):
        self.left -= 1
        return b"x" * size if self.left >= 0 else b""
bucket = Bucket(Place({place.bucket!r}, "", {place.endpoint!r}, "test", "test", "us-east-1"))
bucket.exists("ab/cd/" + "0" * 36)
before = peak()
assert bucket.put("ab/cd/" + "0" * 36, Endless()).size == 80 * 1024 * 1024
assert sum(map(len, bucket.read("ab/cd/" + "0" * 36))) == 80 * 1024 * 1024
bucket.delete("ab/cd/" + "0" * 36)
print(peak() - before)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50_000  # kB
