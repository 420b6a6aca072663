"""`bin/bench`: makes data of three sizes and measures, in one run; the results go to bench/RESULTS.md."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import footprint, pages, transfers
from bench.data import SIZES, Growth
from bench.report import Results, write
from bench.servers import Installation


def main() -> None:
    """Measure everything and write it down, or only print what a short run finds."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument(
        "--size", choices=SIZES, action="append", help="measure pages at this size only"
    )
    parser.add_argument(
        "--seconds", type=int, default=4, help="how long each page is asked for (4)"
    )
    parser.add_argument(
        "--pages", action="store_true", help="measure pages only, and write nothing down"
    )
    wanted = parser.parse_args()
    results = Results()
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
        for name in wanted.size or SIZES:
            size = SIZES[name]
            print(f"{name}: {size}", flush=True)
            installation = Installation(Path(folder) / name)
            if not results.footprint and not wanted.pages:
                results.footprint = footprint.measure(installation)
            with installation.app.app_context():
                Growth().to(size)
            results.pages[name] = pages.measure(installation, wanted.seconds)
            for page in results.pages[name]:
                typical = page.typical
                print(
                    f"  {page.name:22} {page.ratio:.3f} of a bare page"
                    f"  p50 {typical.p50:.1f} ms  p99 {typical.p99:.1f} ms",
                    flush=True,
                )
        if not wanted.pages:
            results.download, results.upload = transfers.measure(installation)
            write(results)


if __name__ == "__main__":
    main()
