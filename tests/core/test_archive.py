"""Archives that are made while they go out."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from flask import Flask, Response

from app.core import storage
from app.core.archive import Member, send_zip, told_apart
from app.core.storage import new_key
from app.settings import Settings

ROOT = Path(__file__).parents[2]


def test_an_archive_holds_its_files_byte_for_byte_and_says_its_length(tmp_path: Path) -> None:
    contents = {
        "Übersicht – Kopie.pdf": b"%PDF" * 70_000,
        "leer.txt": b"",
        "a.bin": bytes(range(256)),
    }
    answer = an_answer(tmp_path, contents)
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == contents
        flagged = {each.filename: bool(each.flag_bits & 0x800) for each in archive.infolist()}
        assert flagged == {"Übersicht – Kopie.pdf": True, "leer.txt": False, "a.bin": False}
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_head_request_gets_the_length_and_no_bytes(tmp_path: Path) -> None:
    whole = an_answer(tmp_path, {"a.txt": b"hello"})
    head = an_answer(tmp_path, {"a.txt": b"hello"}, method="HEAD")
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_names_are_safe_composed_and_told_apart_as_windows_and_macos_do() -> None:
    names = [
        "Plakat.png",
        "plakat.PNG",
        "Plakat.png",
        "Ba\u0308r.txt",
        "Bär.txt",
        "../../etc/passwd",
    ]
    assert told_apart(names) == [
        "Plakat.png",
        "plakat (2).PNG",
        "Plakat (3).png",
        "Bär.txt",
        "Bär (2).txt",
        "passwd",
    ]


def test_memory_stays_flat_however_large_the_archive() -> None:
    code = """
import tempfile
from pathlib import Path
from flask import Flask
from app.core import storage
from app.core.archive import Member, send_zip
from app.core.storage.local import Folder
peak = lambda: int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
class Endless:
    left = 100
    def read(self, size):
        self.left -= 1
        return b"x" * size if self.left >= 0 else b""
with tempfile.TemporaryDirectory() as path:
    app = Flask("portal")
    app.extensions["storage"] = home = Folder(Path(path))
    members = []
    for number in range(3):
        stored = home.put(f"ab/cd/{number}" + "0" * 35, Endless())
        members.append(Member(f"{number}.mp4", stored.key, stored.size))
    before = peak()
    with app.test_request_context("/"):
        answer = send_zip(members, "Film.zip")
    sent = sum(len(piece) for piece in answer.response)
    assert sent == answer.content_length > 300 * 1024 * 1024
    print(peak() - before)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 20_000  # kB


def an_answer(folder: Path, contents: dict[str, bytes], method: str = "GET") -> Response:
    """The answer of a portal that has these files."""
    app = Flask(__name__)
    app.extensions["settings"] = Settings(instance=folder)
    storage.init_app(app)
    with app.test_request_context("/", method=method):
        members = []
        for name, content in contents.items():
            stored = storage.storage().put(new_key(), io.BytesIO(content))
            members.append(Member(name, stored.key, stored.size))
        return send_zip(members, "Herbst.zip")
