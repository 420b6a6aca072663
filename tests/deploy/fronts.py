"""The web servers in front, with the configurations that we hand out: only names, ports and folders are put in."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import services

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
HOST = "portal.example.com"
NGINX = """\
daemon off;
worker_processes 1;
error_log {folder}/error.log warn;
pid {folder}/nginx.pid;
{user}
events {{ worker_connections 128; }}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/foyer.conf;
}}
"""


def certificate(folder: Path) -> Path:
    """A certificate for localhost, signed by itself; its key lies beside it."""
    name = folder / "localhost.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-out", str(name)]
    subprocess.run([*command, "-keyout", str(name) + ".key"], check=True, capture_output=True)
    return name


@contextmanager
def nginx(folder: Path, port: int, portal: int, files: Path, *more: int) -> Iterator[None]:
    """nginx on this port, before the portal on that one, or on `more`; it may hand out these files."""
    content = (DEPLOY / "nginx" / "foyer.conf").read_text().replace(HOST, "localhost")
    content = re.sub(r"listen \[::\].*", "", content)
    content = content.replace("listen 80", f"listen 127.0.0.1:{services.free_port()}")
    content = content.replace("listen 443", f"listen 127.0.0.1:{port}")
    servers = "".join(f"server 127.0.0.1:{each};\n" for each in (portal, *more))
    content = content.replace("server 127.0.0.1:8000;", servers)
    content = re.sub(r"ssl_certificate .*", f"ssl_certificate {folder}/localhost.pem;", content)
    content = re.sub(
        r"ssl_certificate_key .*", f"ssl_certificate_key {folder}/localhost.pem.key;", content
    )
    content = content.replace("/srv/foyer/instance/files", str(files))
    content = content.replace("/srv/foyer/app", str(ROOT))
    (folder / "foyer.conf").write_text(content)
    root = "user root;" if Path("/proc/self").owner() == "root" else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=root))
    command = [services.nginx_program(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with services.server(command, folder, lambda: answers(folder, port)):
        yield


@contextmanager
def caddy(folder: Path, port: int, portal: int, _files: Path) -> Iterator[None]:
    """Caddy on this port, before the portal on that one."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("Caddy is not here. On Debian and Ubuntu: apt-get install caddy")
    content = (DEPLOY / "caddy" / "Caddyfile").read_text()
    keys = f"tls {folder}/localhost.pem {folder}/localhost.pem.key"
    content = content.replace(f"{HOST} {{", f"https://localhost:{port} {{\n\t{keys}", 1)
    content = content.replace("127.0.0.1:8000", f"127.0.0.1:{portal}")
    content = content.replace("/srv/foyer/app", str(ROOT))
    options = "{\n\tadmin off\n\tauto_https off\n}\n"
    (folder / "Caddyfile").write_text(options + content)
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with services.server(command, folder, lambda: answers(folder, port)):
        yield


def answers(folder: Path, port: int) -> None:
    """Raise OSError if nobody answers there yet."""
    trust = ssl.create_default_context(cafile=str(folder / "localhost.pem"))
    try:
        urllib.request.urlopen(
            f"https://localhost:{port}/sign-in", context=trust, timeout=5
        ).close()
    except urllib.error.HTTPError as error:
        error.close()
