"""What is measured, running: an installation of Foyer, a bare page beside it, nginx in front."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app import create_app
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.core.events import Device
from app.extensions import db
from app.settings import Settings
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30  # seconds until a server must answer
GUNICORN = (
    "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning", "--no-control-socket",
)  # fmt: skip
NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 0;
    location /plain/ {{ alias {files}/; }}
    location /put/ {{ alias {home}/put/; dav_methods PUT; client_body_buffer_size 1m; }}
    location /_files/ {{ internal; alias {files}/; }}
    location / {{
      proxy_pass http://127.0.0.1:{web}; proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
      proxy_set_header Host $http_host; proxy_set_header Connection "";
    }}
  }}
}}
"""


class Installation:
    """One folder with a demo in it, and its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.front = free_port()
        self.environ = {
            **os.environ,
            "FOYER_INSTANCE": str(folder),
            "FOYER_URL": f"http://localhost:{self.port}",
        }
        self.flask("db", "upgrade")
        self.flask("demo")
        self.flask("worker", "--once")
        self.app = create_app(Settings.from_env(self.environ))

    def flask(self, *arguments: str) -> None:
        """Run one of its commands."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, stdout=subprocess.DEVNULL)

    def cookie(self, email: str) -> str:
        """The cookie of a browser in which this person has just signed in."""
        with self.app.test_request_context():
            user = User.with_email(email)
            assert user is not None, email
            _row, secret = UserSession.begin(user, Device("127.0.0.1", "wrk"))
            user.toured_at = user.created_at
            db.session.commit()
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        value = signer.dumps({"_user_id": secret, "_fresh": True, "_permanent": True})
        return f"{self.app.config['SESSION_COOKIE_NAME']}={value}"

    @contextmanager
    def web(self, **more: str) -> Iterator[str]:
        """The web server, as bin/start runs it; gives its address."""
        environ = {**self.environ, **more}
        with gunicorn("wsgi:app", self.port, environ, "/sign-in"):
            yield f"http://localhost:{self.port}"

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The bare page on the same database and the same kind of server; gives its address."""
        port = free_port()
        settings: Settings = self.app.extensions["settings"]
        environ = {**os.environ, "BARE_DATABASE": settings.database_address()}
        with gunicorn("bench.bare:app", port, environ, "/"):
            yield f"http://localhost:{port}"

    @contextmanager
    def nginx(self) -> Iterator[str]:
        """The web server behind nginx, which hands out the files; gives nginx's address."""
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "nginx is missing. On Debian and Ubuntu: apt-get install nginx-light"
        home = self.folder / "nginx"
        (home / "put").mkdir(parents=True, exist_ok=True)
        text = NGINX.format(
            home=home,
            port=self.front,
            web=self.port,
            files=self.folder / "files",
            user="user root;" if os.geteuid() == 0 else "",
        )
        (home / "nginx.conf").write_text(text)
        url = f"http://localhost:{self.front}"
        with ExitStack() as stack:
            stack.enter_context(self.web(FOYER_ACCEL_PREFIX="/_files/", FOYER_URL=url))
            command = [program, "-c", str(home / "nginx.conf"), "-p", str(home)]
            stack.enter_context(running(command, dict(os.environ)))
            wait_for(f"{url}/sign-in")
            yield url


@contextmanager
def gunicorn(name: str, port: int, environ: dict[str, str], path: str) -> Iterator[None]:
    """A WSGI application on the server that Foyer runs on, once it answers at `path`."""
    command = [sys.executable, "-m", "gunicorn", name, "--bind", f"127.0.0.1:{port}", *GUNICORN]
    with running(command, environ):
        wait_for(f"http://localhost:{port}{path}")
        yield


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a process group of its own, ended afterwards."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def wait_for(url: str) -> None:
    """Wait until something answers there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urlopen(Request(url, method="HEAD"), timeout=5).close()
            return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{url} does not answer")
