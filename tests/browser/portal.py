"""A running portal, as people meet it: web and worker as processes of their own, on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from flask import Flask

from app import create_app
from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.extensions import db
from app.settings import Settings
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # seconds until the web process must answer


class Portal:
    """One installation in a folder: started, stopped, killed, and looked into.

    It begins as a copy of what is in another folder, if one is given.
    """

    def __init__(self, folder: Path, like: Path | None = None, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environ = {
            **os.environ,
            "FOYER_URL": self.url,
            "FOYER_INSTANCE": str(folder),
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        if like:
            shutil.copytree(like, folder, dirs_exist_ok=True)
        else:
            self.flask("db", "upgrade")

    def flask(self, *arguments: str) -> str:
        """Run a command of the installation; returns what it prints."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        """Start `web` or `worker`, and wait until web answers."""
        for name in names:
            self.processes[name] = subprocess.Popen(
                self._command(name),
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if "web" in names:
            self._wait()

    def kill(self, name: str) -> None:
        """End a process as a power cut does."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def app(self) -> Flask:
        """The application on the same database, to look into it and to make what a test needs."""
        return create_app(Settings.from_env(self.environ))

    def sign_in_link(self, email: str, next_path: str = "") -> str:
        """A fresh sign-in link for a person."""
        with self.app().app_context():
            user = User.with_email(email)
            assert user is not None, email
            link = SignInLink.made_for(user, next_path)
            db.session.commit()
            return link

    def _command(self, name: str) -> list[str]:
        if name == "worker":
            return [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        gunicorn = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8"]
        place = [
            "--bind",
            f"127.0.0.1:{self.port}",
            "--no-control-socket",
            "--log-level",
            "warning",
        ]
        return [*gunicorn, *place, "wsgi:app"]

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/sign-in", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                assert self.processes["web"].poll() is None, "the web process ended"
                time.sleep(0.05)
        raise AssertionError("the web process does not answer")
