"""Visitors who are slow, leave in the middle, or send what makes no sense: the portal stays well for the others."""

from __future__ import annotations

import random
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from tests.browser.portal import Portal
from tests.conftest import empty_database
from tests.deploy import fronts
from tests.deploy.visitor import Visitor
from tests.faults import LONG
from tests.faults.invariants import broken
from tests.faults.office import FORM, Office
from tests.portal.nonsense import BODIES, COSTUMES, IDS, TYPES, VALUES
from tests.services import free_port

SLOW = 40
REQUESTS = 10_000 if LONG else 300
MEGABYTES = 30  # that memory may grow; what is loaded late is loaded by then
PATIENCE = 5


@dataclass
class Street:
    """A portal with nginx before it, and people who work there."""

    portal: Portal
    office: Office


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, front = tmp_path_factory.mktemp("street"), free_port()
    settings = {"FOYER_URL": f"https://localhost:{front}", "FOYER_PROXIES": "1"}
    portal = Portal(folder / "instance", like=empty_database().parent, **settings)
    portal.start("web")
    certificate = fronts.certificate(folder)
    with ExitStack() as keeper:
        keeper.callback(portal.stop)
        files = portal.folder / "files"
        keeper.enter_context(fronts.nginx(folder, front, portal.port, files))
        office = Office.of(portal, lambda: Visitor(front, certificate))
        yield Street(portal, office)


@pytest.mark.parametrize("path", ["", "/sign-in", "/projects/x/files", "/uploads/x"])
def test_visitors_who_never_finish_what_they_send_hold_nobody_up(street: Street, path: str) -> None:
    door = street.office.annette.visitor
    with ExitStack() as keeper:
        for _ in range(SLOW):
            slow = keeper.enter_context(connected(door))
            slow.sendall(f"{begun(path)}Host: localhost:{door.port}\r\n{UNFINISHED[path]}".encode())
        since = time.monotonic()
        assert door.ask("GET", "/help").status == 200
        assert time.monotonic() - since < PATIENCE


def begun(path: str) -> str:
    """The first line of a request, and that much is to come."""
    return f"POST {path} HTTP/1.1\r\nContent-Length: 5000\r\n" if path else "GET / HTTP/1.1\r\n"


FORM_PART = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
UNFINISHED = {
    "": "X-More: ",
    "/sign-in": f"Content-Type: {FORM}\r\n\r\nemail=",
    "/projects/x/files": f"Content-Type: multipart/form-data; boundary=x\r\n\r\n{FORM_PART}",
    "/uploads/x": f"Content-Type: {FORM}\r\n\r\na=",
}


def test_an_upload_that_is_broken_off_leaves_nothing_behind(street: Street) -> None:
    office, jana = street.office, street.office.jana
    cookies = "; ".join(f"{name}={value}" for name, value in jana.visitor.cookies.items())
    for _ in range(10):
        with connected(jana.visitor) as leaving:
            head = f"POST {office.at}/files HTTP/1.1\r\nHost: localhost:{jana.visitor.port}\r\n"
            head += f"Cookie: {cookies}\r\nX-CSRFToken: {jana.token}\r\nContent-Length: 9000000\r\n"
            head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            leaving.sendall((head + FORM_PART).encode() + bytes(2_000_000))
    office.story()
    assert office.lost() == []
    assert sum(each.stat().st_size for each in (street.portal.folder / "uploads").glob("*")) == 0
    with office.app.app_context():
        assert broken() == []


def test_nonsense_breaks_nothing_and_takes_up_no_memory(street: Street) -> None:
    office, portal = street.office, street.portal
    office.story()
    lot = random.Random(7)
    paths = [str(rule) for rule in office.app.url_map.iter_rules() if "static" not in str(rule)]
    wrong = []
    before = 0
    for number in range(REQUESTS):
        if number == REQUESTS // 3:
            before = memory(portal)
        who = lot.choice((office.jana.visitor, office.annette.visitor))
        path = re.sub(r"<[^>]*>", lambda _each: an_id(office, lot), lot.choice(paths))
        if "sessions" in path or "session" in path:
            continue  # Whoever signs out sees no more pages.
        visitor = Visitor(portal.port, cookies=dict(who.cookies))
        problem = what_is_wrong(visitor, office, path, lot)
        wrong += [problem] if problem else []
    assert not wrong, "\n".join(wrong)
    assert memory(portal) - before < MEGABYTES
    with office.app.app_context():
        assert broken() == []


def what_is_wrong(visitor: Visitor, office: Office, path: str, lot: random.Random) -> str:
    """Send something that makes no sense; what is wrong with the answer, if anything is."""
    headers = {name.replace("-", "_"): value for name, value in lot.choice(COSTUMES).items()}
    headers = {name: value for name, value in headers.items() if value.isascii()}
    for name in ("Cookie", "Content_Length", "X_Forwarded_For"):
        headers.pop(name, None)
    headers |= {"Host": f"localhost:{office.jana.visitor.port}", "X_Forwarded_Proto": "https"}
    headers |= {"X_CSRFToken": office.jana.token}
    headers |= {"Content_Type": lot.choice((FORM, *(each for each in TYPES if each.isascii())))}
    method = lot.choice(("GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD"))
    fields = [lot.choice(("name", "title", "body", "email", "file")) for _ in range(3)]
    form = "&".join(f"{each}={quote_from_bytes(lot.choice(VALUES))}" for each in fields)
    body = None if method in ("GET", "HEAD") else lot.choice((form.encode(), *BODIES))
    answer = visitor.ask(method, path, body, **headers)
    return f"{method} {path[:80]}: {answer.status}" if answer.status >= 500 else ""


def an_id(office: Office, lot: random.Random) -> str:
    """One that is there, or one that makes no sense."""
    nonsense = [each for each in IDS if each.isascii() and each.isprintable() and " " not in each]
    return lot.choice((office.project, office.decider, lot.choice(nonsense)))


def memory(portal: Portal) -> float:
    """How many megabytes the web process and its child take up."""
    master = portal.processes["web"].pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(resident(each) for each in [str(master), *children])


def resident(number: str) -> float:
    [line] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
    return int(line) / 1000


def connected(door: Visitor) -> ssl.SSLSocket:
    trust = ssl.create_default_context(cafile=str(door.certificate))
    plain = socket.create_connection(("127.0.0.1", door.port), timeout=10)
    return trust.wrap_socket(plain, server_hostname="localhost")
