"""Many requests at once, by wrk: how many are answered in a second, and how long one takes."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

CONNECTIONS = 8
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Answered:
    """Requests per second, and the times in ms within which half and 99 % of them were answered."""

    rate: float
    p50: float
    p99: float


def load(
    url: str, *, cookie: str = "", headers: dict[str, str] | None = None, seconds: int = 4
) -> Answered:
    """Ask for one address again and again over 8 connections. Raises RuntimeError for answers that fail."""
    program = shutil.which("wrk")
    if not program:
        raise RuntimeError("wrk is missing. On Debian and Ubuntu: apt-get install wrk")
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in {"Cookie": cookie, **(headers or {})}.items():
        if value:
            command += ["-H", f"{name}: {value}"]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or re.search(r"connect [1-9]|read [1-9]|write [1-9]", said):
        raise RuntimeError(f"{url} does not answer well:\n{said}")
    return Answered(
        float(_find(r"Requests/sec:\s+([\d.]+)", said)), _time("50%", said), _time("99%", said)
    )


def _time(share: str, said: str) -> float:
    number, unit = re.findall(rf"{share}\s+([\d.]+)(us|ms|s|m)\b", said)[0]
    return float(number) * UNITS[unit]


def _find(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(f"wrk says nothing of use:\n{said}")
    return found[1]
