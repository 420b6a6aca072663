"""Two web servers, three workers, PostgreSQL, Redis and a bucket behind nginx; some of them are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.browser.portal import ROOT, Portal
from tests.conftest import TEMPLATE, migrate_postgres
from tests.deploy import fronts
from tests.deploy.visitor import ADDRESS, Visitor
from tests.faults import LONG
from tests.faults.after import must_be_sound
from tests.faults.office import FORM, Busy, Office
from tests.once import made_once
from tests.services import SmtpServer, free_port, postgres_database

KILLS = 40 if LONG else 3
PATIENCE = 60


class Farm:
    """The portal on many processes, and nginx before them."""

    def __init__(self, portal: Portal, keeper: ExitStack) -> None:
        folder = portal.folder.parent
        self.portal, self.ports = portal, (free_port(), free_port())
        self.front = int(portal.environ["FOYER_URL"].rpartition(":")[2])
        self.certificate = fronts.certificate(folder)
        command = [ROOT / "deploy" / "scale-out", "--web", *map(str, self.ports)]
        self.script = subprocess.Popen(
            [*command, "--workers", "3", "--clock"],
            cwd=ROOT,
            env=portal.environ,
            stdin=subprocess.DEVNULL,
        )
        keeper.callback(self.stop)
        files = portal.folder / "files"
        keeper.enter_context(fronts.nginx(folder, self.front, self.ports[0], files, self.ports[1]))
        self.wait()

    def visitor(self) -> Visitor:
        return Visitor(self.front, self.certificate)

    def processes(self, word: str) -> list[int]:
        """The programs that the script runs and that have this word in their command."""
        children = Path(f"/proc/{self.script.pid}/task/{self.script.pid}/children").read_text()
        commands = {
            int(each): Path(f"/proc/{each}/cmdline").read_text() for each in children.split()
        }
        return [number for number, command in commands.items() if word in command]

    def kill_one(self, word: str, lot: random.Random) -> None:
        if running := self.processes(word):
            os.killpg(lot.choice(running), signal.SIGKILL)

    def ask(self, port: int, method: str, path: str, person: Visitor, body: str = "") -> bytes:
        """What one of the web servers answers to somebody, around nginx."""
        host = f"localhost:{self.front}"
        told = {"Host": host, "X_Forwarded_Proto": "https", "X_Forwarded_For": ADDRESS}
        direct = Visitor(port, cookies=person.cookies)
        answer = direct.ask(
            method, path, body, Content_Type=FORM, Referer=f"https://{host}/", **told
        )
        assert answer.status < 400, answer.text
        return answer.body

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        for port in self.ports:
            while not answers(port):
                assert time.monotonic() < until and self.script.poll() is None
                time.sleep(0.1)

    def stop(self) -> None:
        self.script.terminate()
        assert self.script.wait(PATIENCE) == 0


@pytest.fixture
def farm(
    tmp_path: Path, postgres_address: str, redis_url: str, s3: dict[str, str], smtp: SmtpServer
) -> Iterator[Farm]:
    made_once("postgresql", lambda _folder: migrate_postgres(postgres_address))
    with ExitStack() as keeper:
        name = f"foyer_farm_{os.getpid()}"
        address = keeper.enter_context(postgres_database(postgres_address, name, TEMPLATE))
        settings = {f"FOYER_{name.upper()}": value for name, value in s3.items()}
        settings |= {"FOYER_DATABASE_URL": address, "FOYER_REDIS_URL": redis_url}
        settings |= {"FOYER_URL": f"https://localhost:{free_port()}", "FOYER_PROXIES": "1"}
        settings |= {"FOYER_SECRET_KEY": "farm " * 10, "FOYER_MAIL_URL": smtp.url}
        (tmp_path / "none").mkdir()
        portal = Portal(tmp_path / "instance", like=tmp_path / "none", **settings)
        yield Farm(portal, keeper)


def test_many_processes_are_one_portal_and_killing_some_costs_nothing(
    farm: Farm, smtp: SmtpServer
) -> None:
    office, lot = Office.of(farm.portal, farm.visitor), random.Random(2)
    first, second = farm.ports
    jana = office.jana.visitor
    shared = office.give("Plakat.bin", b"Plakat" * 1000)
    token = urlencode({"csrf_token": office.jana.token})
    farm.ask(first, "POST", f"/files/{shared.file}/sharing", jana, token)
    content = f"/versions/{shared.version}/content"
    assert farm.ask(second, "GET", content, office.annette.visitor) == b"Plakat" * 1000
    with Busy(office):
        for number in range(KILLS):
            time.sleep(lot.uniform(1, 3))
            farm.kill_one("worker" if number % 2 else "gunicorn", lot)
        time.sleep(3)
    farm.stop()
    must_be_sound(office, farm.portal, smtp, KILLS)


def answers(port: int) -> bool:
    """Whether a web server is there, whatever it says."""
    try:
        return Visitor(port).ask("GET", "/sign-in").status > 0
    except OSError:
        return False
