"""The real servers that tests talk to: each starts on a free port, in a folder of its own, and goes.

`python -m tests.services` prints the Debian packages that this machine lacks.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.smtp import SmtpServer, smtp_server

__all__ = [
    "Missing",
    "SmtpServer",
    "chromium_path",
    "control_postgres",
    "imap_server",
    "nginx_program",
    "postgres_database",
    "postgres_server",
    "redis_server",
    "s3_server",
    "smtp_server",
]

PATIENCE = 30  # seconds that a server gets to come up
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Missing(RuntimeError):
    """A program that the tests need is not on this machine."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is missing. On Debian and Ubuntu: apt-get install {package}")


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run PostgreSQL; gives its address without a database, `postgresql+psycopg://...`."""
    programs = postgres_programs()
    with folder("postgres") as home:
        data, port, as_owner = home / "data", free_port(), hand_over(home)
        initdb = [programs / "initdb", "--pgdata", data, "--username=foyer", "--auth=trust"]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        run(initdb, home, as_owner)
        command = [programs / "postgres", "-D", data, "-p", str(port), "-k", home]
        for option in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
            command += ["-c", option]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]
        address = f"postgresql://foyer@127.0.0.1:{port}"
        with server(command, home, lambda: reach(address), as_owner):
            yield address.replace("postgresql", "postgresql+psycopg", 1)


@contextmanager
def postgres_database(server_address: str, name: str, template: str = "template1") -> Iterator[str]:
    """Make a database, by copying `template`; gives its address, and drops it afterwards."""
    plain = server_address.replace("+psycopg", "")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield f"{server_address}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def control_postgres(server_address: str, what: str) -> None:
    """Let PostgreSQL die as in a power cut; `restart` gives back once it answers again, or `stop`."""
    plain = server_address.replace("+psycopg", "")
    with psycopg.connect(f"{plain}/postgres") as connection:
        [(data,)] = connection.execute("SHOW data_directory").fetchall()
    home = Path(data)
    who = {} if os.geteuid() else {"user": home.stat().st_uid, "group": home.stat().st_gid}
    command = [postgres_programs() / "pg_ctl", "-D", home, "-m", "immediate", "-w"]
    run([*command, "-l", home / "log", what], home, who)


@contextmanager
def redis_server() -> Iterator[str]:
    """Run Redis, which keeps nothing; gives its address without a database number."""
    program = found("redis-server", "redis-server")
    with folder("redis") as home:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", home]
        command += ["--save", "", "--appendonly", "no", "--databases", "64"]
        address = f"redis://127.0.0.1:{port}"
        with server(command, home, lambda: redis.Redis.from_url(address).ping()):
            yield address


DOVECOT = """
base_dir = {home}/run
state_dir = {home}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
mail_location = maildir:{home}/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@contextmanager
def imap_server() -> Iterator[str]:
    """Run Dovecot with one empty mailbox; gives what FOYER_IMAP_URL takes."""
    program = found("dovecot", "dovecot-imapd")
    with folder("dovecot") as home:
        port = free_port()
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(who.pw_gid).gr_name
        values = {"user": who.pw_name, "uid": who.pw_uid, "gid": who.pw_gid, "group": group}
        (home / "dovecot.conf").write_text(DOVECOT.format(home=home, port=port, **values))
        os.chown(home, who.pw_uid, who.pw_gid)
        command = [program, "-F", "-c", home / "dovecot.conf"]
        with server(command, home, lambda: socket.create_connection(("127.0.0.1", port)).close()):
            yield f"imap://portal:secret@127.0.0.1:{port}"


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """Run an S3 server with one bucket; gives the settings that point the storage at it."""
    # Imported here: both are slow to load, and few tests need them.
    import boto3
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        settings = {
            "storage_url": "s3://foyer-tests",
            "storage_endpoint": f"http://{host}:{port}",
            "storage_key_id": "test",
            "storage_secret": "test",
            "storage_region": "us-east-1",
        }
        client = boto3.client(
            "s3",
            endpoint_url=settings["storage_endpoint"],
            region_name=settings["storage_region"],
            aws_access_key_id=settings["storage_key_id"],
            aws_secret_access_key=settings["storage_secret"],
        )
        client.create_bucket(Bucket="foyer-tests")
        yield settings
    finally:
        moto.stop()


def chromium_path() -> str:
    """Where the system's Chromium is."""
    for name in CHROMIUM:
        path = shutil.which(name)
        if path:
            return path
    raise Missing("Chromium", "chromium")


def nginx_program() -> str:
    """Where nginx is; Debian keeps it out of the path of ordinary people."""
    path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if path is None:
        raise Missing("nginx", "nginx-light")
    return path


def postgres_programs() -> Path:
    """The folder with PostgreSQL's programs, which Debian keeps out of the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    for each in folders:
        if (each / "postgres").exists() and (each / "initdb").exists():
            return each
    raise Missing("PostgreSQL", "postgresql")


def version(programs: Path) -> int:
    """The number in /usr/lib/postgresql/<number>/bin."""
    name = programs.parent.name
    return int(name) if name.isdecimal() else 0


def hand_over(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: give its folder to nobody, and say how to run as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reach(address: str) -> None:
    psycopg.connect(f"{address}/postgres").close()


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix=f"foyer-{name}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def server(
    command: list[Any],
    home: Path,
    answers: Callable[[], Any],
    options: dict[str, Any] | None = None,
) -> Iterator[None]:
    """Run a server until the block ends, from the moment on that it answers."""
    log = home / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options or {}
        )
    try:
        wait_until(answers, process, log)
        yield
    finally:
        # PostgreSQL takes this as "disconnect everybody", Redis as "now".
        process.send_signal(2)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(answers: Callable[[], Any], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; raises with the end of its log if it doesn't."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answers()
            return
        except (OSError, psycopg.OperationalError, redis.RedisError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args}:\n{log.read_text()[-2000:]}") from error
            time.sleep(0.05)


def run(command: list[Any], home: Path, options: dict[str, Any]) -> None:
    """Run a program to its end; raises with what it printed if it fails."""
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def found(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Missing(program, package)
    return path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def missing_packages() -> list[str]:
    """The Debian packages that bring what this machine lacks."""
    packages = {
        "chromium": chromium_path,
        "dovecot-imapd": lambda: found("dovecot", "dovecot-imapd"),
        "postgresql": postgres_programs,
        "redis-server": lambda: found("redis-server", "redis-server"),
        "nginx-light": nginx_program,
    }
    missing = []
    for package, look in packages.items():
        try:
            look()
        except Missing:
            missing.append(package)
    return missing


if __name__ == "__main__":
    print(*missing_packages())
