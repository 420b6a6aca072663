"""What an installation needs: time to start, memory while nothing happens, bytes of a first page."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.demo import people
from bench.servers import Installation, running
from tests.browser.conftest import ARGUMENTS, PHONE
from tests.services import chromium_path

SETTLED = 6  # seconds until web and worker have done what they do at their start


@dataclass(frozen=True)
class Footprint:
    """Seconds until the first answer; MB of memory that web and worker hold; requests and kB of a first page."""

    start: float
    idle_mb: float
    web_mb: float
    cold_requests: int
    cold_kb: float


def measure(installation: Installation) -> Footprint:
    """Start web and worker, look at one page with an empty browser, then let both rest."""
    cookie = installation.cookie(people.APPROVER)
    begun = time.perf_counter()
    with installation.web() as url:
        start = time.perf_counter() - begun
        worker = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        with running(worker, installation.environ):
            requests, size = _first_page(url, cookie)
            time.sleep(SETTLED)
            web, both = _memory(("gunicorn",)), _memory(("gunicorn", "worker"))
    return Footprint(start, both, web, requests, size / 1000)


def _first_page(url: str, cookie: str) -> tuple[int, int]:
    """Requests and bytes over the wire until a phone has all that the page needs; pictures are content."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        context = browser.new_context(**PHONE)
        name, _sign, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        kinds: dict[str, str] = {}
        sizes: dict[str, int] = {}
        wire.on(
            "Network.requestWillBeSent", lambda said: kinds.update({said["requestId"]: _kind(said)})
        )
        wire.on(
            "Network.loadingFinished",
            lambda said: sizes.update({said["requestId"]: int(said["encodedDataLength"])}),
        )
        page.goto(f"{url}/", wait_until="networkidle")
        browser.close()
    needed = [number for number, kind in kinds.items() if kind != "content" and number in sizes]
    return len(needed), sum(sizes[number] for number in needed)


def _kind(said: dict[str, dict[str, str]]) -> str:
    url = said["request"]["url"]
    later = ("manifest", "service-worker", "/previews/", "/versions/")
    return "content" if any(word in url for word in later) else "page"


def _memory(names: tuple[str, ...]) -> float:
    """MB that our own child processes hold, shared pages counted by share (PSS)."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _is_ours(folder, names):
            lines = (folder / "smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1000


def _is_ours(folder: Path, names: tuple[str, ...]) -> bool:
    try:
        words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        status = (folder / "status").read_text()
    except OSError:
        return False
    session = os.getsid(int(folder.name)) if "python" in words[0] else 0
    return (
        "python" in words[0] and any(name in words for name in names) and _is_child(session, status)
    )


def _is_child(session: int, status: str) -> bool:
    """Whether a process belongs to one of the sessions that this program began."""
    parent = Path(f"/proc/{session}/status")
    text = parent.read_text() if session and parent.exists() else status
    return f"\nPPid:\t{os.getpid()}\n" in text
