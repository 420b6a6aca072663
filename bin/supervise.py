"""Runs web and worker side by side until Ctrl-C; starts again whichever dies.

It knows the application only by its commands, so it stays small and never dies with it.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 10  # seconds that web and worker get to finish what they are at
STEADY = 60  # seconds after which a restart counts as a new story
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


class Process:
    """One program that is kept running, in a process group of its own."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.failures = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.again_at: float | None = None
        self.child = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def look_after(self) -> None:
        """Start the program again if it died: at once the first time, then ever later."""
        code = self.child.poll()
        if code is None:
            return
        if self.again_at is None:
            self.kill()
            if time.monotonic() - self.started_at > STEADY:
                self.failures = 0
            wait = min(2**self.failures - 1, 30)
            self.failures += 1
            self.again_at = time.monotonic() + wait
            soon = f" in {wait} s" if wait else ""
            say(f"The {self.name} stopped ({reason(code)}). Starting it again{soon}.")
        if time.monotonic() >= self.again_at:
            self.start()

    def stop(self) -> None:
        """Ask the program to finish. Only its first process: it tells the others."""
        if self.child.poll() is None:
            self.child.terminate()

    def kill(self) -> None:
        """End what is left of the group."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


class Stop(Exception):
    """Somebody wants it to end."""


def main(fresh: bool) -> int:
    """Prepare, run and watch until somebody stops it; returns the exit code."""
    port = chosen_port()
    os.environ.setdefault("FOYER_URL", f"http://localhost:{port}")
    os.environ["PYTHONUNBUFFERED"] = "1"
    on_stop(stop)
    processes: list[Process] = []
    try:
        holds = prepare(fresh)
        processes.append(Process("web server", web(port)))
        processes.append(Process("worker", [*FLASK, "worker"]))
        if os.environ.get("FOYER_REDIS_URL") or os.environ.get("FOYER_REDIS_URL_FILE"):
            processes.append(Process("clock", [*FLASK, "cron"]))
        wait_for(processes[0], port)
        greet(holds)
        while True:
            for process in processes:
                process.look_after()
            time.sleep(0.3)
    except Stop:
        return 0
    finally:
        end(processes)


def chosen_port() -> int:
    """The port to listen on; ends the program with one line if it can't be had."""
    text = os.environ.get("FOYER_PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit("FOYER_PORT must be a port number, such as 8000.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            sys.exit(
                f"Port {text} can't be used ({error.strerror}). Try: FOYER_PORT=8001 bin/start"
            )
    return int(text)


def prepare(fresh: bool) -> str:
    """Bring the database up to date; a new installation gets the demo, unless it is to stay empty."""
    holds = output([sys.executable, "bin/prepare.py"]).strip()
    if holds == "new" and not fresh:
        say("Making a demo agency.")
        output([*FLASK, "demo"])
        return "demo"
    return holds


def web(port: int) -> list[str]:
    """The command of the web server."""
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    command += ["--graceful-timeout", str(PATIENCE - 2), "--log-level", "warning"]
    return [*command, "--no-control-socket"]


def wait_for(server: Process, port: int) -> None:
    """Wait until the web server answers; give up if it can't even start."""
    while not answers(port):
        if server.child.poll() is not None:
            sys.exit("The web server could not start; it says why above.")
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether a page comes back, whatever it says; the port alone opens before the application is loaded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("HEAD", "/", headers={"Host": urlsplit(os.environ["FOYER_URL"]).netloc})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greet(holds: str) -> None:
    """Say where it runs, and how to get in."""
    url = os.environ["FOYER_URL"]
    say(f"\nFoyer runs at {url}")
    if holds == "new":
        say("Set up your agency: " + output([*FLASK, "set-up-link"]).strip())
    elif holds == "demo":
        say(output([*FLASK, "demo", "--links"]).strip())
    say("Ctrl-C stops it.\n")


def output(command: list[str]) -> str:
    """What a command prints; ends the program if the command fails, which has said why."""
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        sys.exit(done.returncode)
    return done.stdout


def end(processes: list[Process]) -> None:
    """Let all finish, together; end what has not after a while, or when asked a second time."""
    on_stop(lambda *_: [each.kill() for each in processes])
    for process in processes:
        process.stop()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(each.child.poll() is None for each in processes):
        time.sleep(0.05)
    for process in processes:
        process.kill()


def reason(code: int) -> str:
    """Why a program ended, in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def on_stop(handler: Callable[[int, FrameType | None], object]) -> None:
    """Call `handler` on Ctrl-C, on TERM, and when the terminal is closed."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, handler)


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(fresh="--fresh" in sys.argv[1:]))
