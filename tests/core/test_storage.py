"""Where bytes live: the folder and the bucket keep the same promises."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core import storage as storage_module
from app.core.errors import DomainError
from app.core.storage import (
    Storage,
    StorageError,
    StorageFull,
    TooLarge,
    new_key,
    storage,
)
from app.core.storage.local import Folder
from app.settings import Settings

TEXT = (
    b"Kuerbiskernbrot" * 400_000
)  # 6 MB: more than one part of a bucket, no multiple of any chunk
ROOT = Path(__file__).parents[2]
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["folder", "bucket"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """The storage of an application, in each of its homes."""
    settings = Settings(instance=tmp_path)
    if request.param == "bucket":
        settings = replace(settings, **request.getfixturevalue("s3"))
        settings = replace(settings, storage_url=f"{settings.storage_url}/{tmp_path.name}")
    app = Flask(__name__)
    app.extensions["settings"] = settings
    storage_module.init_app(app)
    with app.app_context():
        yield storage()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files")


class Broken(io.BytesIO):
    """A stream that ends with an error, as when a browser goes away."""

    def read(self, size: int | None = -1, /) -> bytes:
        if piece := super().read(size):
            return piece
        raise RuntimeError("gone")


class Full(io.BytesIO):
    """A stream whose bytes don't fit on the disk any more."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(self.code, os.strerror(self.code))


def files_in(path: Path) -> list[Path]:
    return [each for each in path.rglob("*") if each.is_file()]


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_is_put_comes_back_with_its_size_and_hash(home: Storage) -> None:
    key = new_key()
    stored = home.put(key, io.BytesIO(TEXT))
    assert (stored.key, stored.size) == (key, len(TEXT))
    assert stored.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert home.size(key) == len(TEXT)
    assert b"".join(home.read(key)) == TEXT


def test_nothing_is_a_file_too(home: Storage) -> None:
    key = new_key()
    assert home.put(key, io.BytesIO()).size == 0
    assert home.exists(key)
    assert b"".join(home.read(key)) == b""


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 9), (4_000_000, None), (5_999_990, 7_000_000)]
)
def test_a_part_is_read(home: Storage, start: int, end: int | None) -> None:
    key = new_key()
    home.put(key, io.BytesIO(TEXT))
    assert b"".join(home.read(key, start, end)) == TEXT[start:end]


def test_an_open_file_can_be_read_and_searched(home: Storage) -> None:
    key = new_key()
    home.put(key, io.BytesIO(TEXT))
    with home.open(key) as file:
        assert file.read(6) == TEXT[:6]
        file.seek(-4, os.SEEK_END)
        assert file.tell() == len(TEXT) - 4
        assert file.read() == b"brot"


def test_a_key_is_never_written_twice(home: Storage) -> None:
    key = new_key()
    home.put(key, io.BytesIO(b"first"))
    with pytest.raises(StorageError):
        home.put(key, io.BytesIO(b"second"))
    assert b"".join(home.read(key)) == b"first"


def test_what_is_just_within_the_limit_is_stored(home: Storage) -> None:
    assert home.put(new_key(), io.BytesIO(b"12345"), limit=5).size == 5


@pytest.mark.parametrize("size", [6, 6_000_000])
def test_too_much_leaves_nothing_behind(home: Storage, size: int) -> None:
    with pytest.raises(TooLarge) as refusal:
        home.put(new_key(), io.BytesIO(b"x" * size), limit=5)
    assert refusal.value.status == 413
    assert isinstance(refusal.value, DomainError)
    assert list(home.keys()) == []


def test_a_broken_stream_leaves_nothing_behind(home: Storage) -> None:
    with pytest.raises(RuntimeError, match="gone"):
        home.put(new_key(), Broken(TEXT))
    assert list(home.keys()) == []


def test_a_duplicate_outlives_what_it_was_made_of(home: Storage) -> None:
    first, second = new_key(), new_key()
    home.put(first, io.BytesIO(TEXT))
    home.duplicate(first, second)
    with pytest.raises(StorageError):
        home.duplicate(first, second)
    home.delete(first)
    assert b"".join(home.read(second)) == TEXT
    with pytest.raises(StorageError):
        home.duplicate(first, new_key())
    assert list(home.keys()) == [second]


def test_a_duplicate_is_as_young_as_its_key(folder: Folder) -> None:
    """The sweep of bytes that no row knows yet must not take it."""
    first, second, long_ago = new_key(), new_key(), time.time() - 9_000_000
    folder.put(first, io.BytesIO(b"x"))
    os.utime(folder.local_path(first) or "", (long_ago, long_ago))
    folder.duplicate(first, second)
    assert list(folder.keys(before=datetime.now(UTC) - timedelta(days=7))) == []


def test_deleting_twice_is_fine(home: Storage) -> None:
    key = new_key()
    home.put(key, io.BytesIO(b"old"))
    home.delete(key)
    home.delete(key)
    assert not home.exists(key)


def test_what_is_not_there_is_an_error_for_people(home: Storage) -> None:
    for ask in (home.size, home.open, lambda key: list(home.read(key))):
        with pytest.raises(StorageError) as error:
            ask(new_key())
        assert error.value.status == 503


def test_keys_are_listed_by_their_beginning(home: Storage) -> None:
    keys = sorted(new_key() for _ in range(5))
    for key in keys:
        home.put(key, io.BytesIO(b"x"))
    assert sorted(home.keys()) == keys
    assert list(home.keys(keys[2][:4])) == [keys[2]]
    assert list(home.keys(keys[2][:9])) == [keys[2]]
    assert list(home.keys("zz")) == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "ab/cd/plan.pdf", "/ab/cd/" + "0" * 36])
def test_other_keys_than_ours_are_refused(home: Storage, key: str) -> None:
    for ask in (home.exists, home.open, home.delete, home.size):
        with pytest.raises(ValueError, match="not a storage key"):
            ask(key)
    with pytest.raises(ValueError, match="not a storage key"):
        home.put(key, io.BytesIO(b"x"))


def test_no_two_keys_are_alike() -> None:
    assert len({new_key() for _ in range(1000)}) == 1000


def test_only_a_folder_has_paths(home: Storage) -> None:
    key = new_key()
    home.put(key, io.BytesIO(b"x"))
    path = home.local_path(key)
    assert path is None or path.read_bytes() == b"x"
    assert (path is None) == (not isinstance(home, Folder))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing_behind(folder: Folder, code: int) -> None:
    with pytest.raises(StorageFull) as error:
        folder.put(new_key(), Full(code))
    assert error.value.status == 507
    assert files_in(folder.root) == []


def test_a_failure_leaves_no_draft_in_the_folder(folder: Folder) -> None:
    with pytest.raises(TooLarge):
        folder.put(new_key(), io.BytesIO(TEXT), limit=1)
    with pytest.raises(RuntimeError):
        folder.put(new_key(), Broken(TEXT))
    assert files_in(folder.root) == []


def test_a_folder_without_hard_links_works_too(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    key, copy = new_key(), new_key()
    folder.put(key, io.BytesIO(b"first"))
    with pytest.raises(StorageError):
        folder.put(key, io.BytesIO(b"second"))
    folder.duplicate(key, copy)
    assert (folder.size(key), folder.size(copy)) == (5, 5)
    assert len(files_in(folder.root)) == 2


def test_what_a_killed_process_left_is_discarded_later(folder: Folder) -> None:
    code = f"""
import os
from pathlib import Path
from app.core.storage.local import Folder
class Deadly:
    def read(self, size):
        if hasattr(self, "again"):
            os.kill(os.getpid(), 9)
        self.again = True
        return b"x" * size
Folder(Path({str(folder.root)!r})).put("ab/cd/" + "0" * 36, Deadly())
"""
    assert python(code).returncode == -9
    assert list(folder.keys()) == []
    assert folder.discard_remains(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert folder.discard_remains(LATER) == 1
    assert files_in(folder.root) == []


def test_memory_stays_flat_however_large_the_file() -> None:
    code = """
import tempfile
peak = lambda: int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
from pathlib import Path
from app.core.storage.local import Folder
class Endless:
    left = 300
    def read(self, size):
        self.left -= 1
        return b"x" * size if self.left >= 0 else b""
with tempfile.TemporaryDirectory() as path:
    before = peak()
    assert Folder(Path(path)).put("ab/cd/" + "0" * 36, Endless()).size == 300 * 1024 * 1024
    print(peak() - before)
"""
    assert int(python(code).stdout) < 20_000  # kB


def test_a_local_folder_loads_no_s3_library() -> None:
    code = "import sys, app.core.storage; print('obstore' in sys.modules)"
    assert python(code).stdout.strip() == "False"
