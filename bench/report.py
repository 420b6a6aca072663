"""What was measured, as a table for people and as JSON for comparisons."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

from bench.data import SIZES
from bench.footprint import Footprint
from bench.load import CONNECTIONS
from bench.pages import Page

HERE = Path(__file__).parent
MAIN = ("home", "project", "files", "approval")
HEAD = """# What Foyer costs

Written by `bin/bench`. Everything is measured in one run on one machine, and told as a ratio, because
times mean nothing on a shared machine. To repeat it: `bin/bench` (some minutes; it installs wrk and
nginx where it may). `bin/bench --pages --size small` is a quick look at the pages alone.

- **Bare page**: Flask, one SQL query through SQLAlchemy and one template of a line, on the same database
  and the same server (gunicorn, 2 processes with 8 threads), asked in turn with the page.
- **Pages** are a client's, signed in, with the demo's content and full lists, without any cache:
  {connections} connections, wrk.
- Machine: {cores} cores, Python {python}.
"""


@dataclass
class Results:
    """All that one run found."""

    pages: dict[str, list[Page]] = field(default_factory=dict)
    footprint: Footprint | None = None
    download: float = 0
    upload: float = 0

    def of(self, size: str) -> dict[str, Page]:
        return {page.name: page for page in self.pages[size]}

    @property
    def smallest(self) -> dict[str, Page]:
        return self.of(next(iter(self.pages)))

    @property
    def largest(self) -> dict[str, Page]:
        return self.of(list(self.pages)[-1])

    @property
    def growth(self) -> float:
        """How much dearer a page is with the most data than with the least; the page that grows most."""
        return max(self.smallest[name].ratio / self.largest[name].ratio for name in MAIN)


def write(results: Results) -> None:
    """Put the table and the JSON beside this file."""
    (HERE / "results.json").write_text(json.dumps(_figures(results), indent=2) + "\n")
    (HERE / "RESULTS.md").write_text("\n".join(_lines(results)) + "\n")


def _figures(results: Results) -> dict[str, float | int]:
    here = results.footprint
    assert here is not None
    ratios = {f"{name}_ratio": round(results.largest[name].ratio, 3) for name in MAIN}
    return {
        **ratios,
        "fragment_gain": round(_fragment_gain(results), 2),
        "growth": round(results.growth, 2),
        "download_ratio": round(results.download, 2),
        "upload_ratio": round(results.upload, 2),
        "start_seconds": round(here.start, 2),
        "idle_mb": round(here.idle_mb),
        "cold_kb": round(here.cold_kb, 1),
        "cold_requests": here.cold_requests,
    }


def _fragment_gain(results: Results) -> float:
    page, part = results.largest["files"], results.largest["files, as a fragment"]
    return part.ratio / page.ratio


def _lines(results: Results) -> list[str]:
    here = results.footprint
    assert here is not None
    head = HEAD.format(
        connections=CONNECTIONS, cores=os.cpu_count(), python=platform.python_version()
    )
    lines = [head, "## Pages, as a share of the bare page's requests per second", ""]
    sizes = list(results.pages)
    lines += [f"| page | {' | '.join(map(_size, sizes))} | p50 / p99 at the largest |"]
    lines += ["|---|" + "---|" * (len(sizes) + 1)]
    for name, page in results.largest.items():
        shares = " | ".join(f"{results.of(size)[name].ratio:.1%}" for size in sizes)
        lines.append(f"| {name} | {shares} | {page.typical.p50:.0f} / {page.typical.p99:.0f} ms |")
    return [
        *lines,
        "",
        "## The rest",
        "",
        "| what | measured |",
        "|---|---|",
        f"| a page at the largest data against the smallest | {results.growth:.2f} times the cost |",
        f"| a fragment against its whole page | {_fragment_gain(results):.2f} times the rate |",
        f"| download through nginx against nginx alone | {results.download:.0%} |",
        f"| upload by tus through nginx against a PUT to nginx alone | {results.upload:.0%} |",
        f"| start until the first answer | {here.start:.1f} s |",
        f"| memory of web and worker at rest (PSS) | {here.idle_mb:.0f} MB, of it web {here.web_mb:.0f} MB |",
        f"| first page of a client, cold | {here.cold_requests} requests, {here.cold_kb:.0f} kB |",
    ]


def _size(name: str) -> str:
    return f"{name}: {SIZES[name]}"
