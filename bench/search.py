"""How long a search takes among 100,000 files, against one among 1,000: `python -m bench.search`.

Times mean nothing on a shared machine, so only ratios are printed. Give an address of an empty
PostgreSQL database to measure there.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade

from app import create_app
from app.blueprints.accounts.models import User
from app.core import search
from app.core.folding import Query
from app.core.models import every
from app.extensions import db
from app.settings import Settings
from tests.builders import a_client, a_manager, a_project, an_agency, an_approver
from tests.search.builders import many_files, plan_of

ROOT = Path(__file__).resolve().parents[1]
FEW, MANY = 1_000, 100_000
QUERIES = ("kuerbis", "pla", "logo 999", "broschuere entwurf", "nirgends")
ROUNDS = 9


def main(address: str) -> None:
    """Fill an empty database twice, search it, and print by how much the search got slower."""
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
        settings = Settings.from_env({"FOYER_INSTANCE": folder, "FOYER_DATABASE_URL": address})
        with create_app(settings).app_context():
            upgrade(directory=str(ROOT / "migrations"))
            compare()


def compare() -> None:
    """Search among few files and among many, as the agency and as a client with ten of them."""
    an_agency()
    jana, bakery = a_manager(), a_client()
    annette = an_approver(bakery)
    project, own = a_project(a_client("Holm")), a_project(bakery)
    many_files(own, jana, 10)
    many_files(project, jana, FEW)
    before = {typed: [times(who, typed) for who in (jana, annette)] for typed in QUERIES}
    many_files(project, jana, MANY - FEW)
    print(f"{MANY:,} files against {FEW:,}: times as slow, for the agency and for a client")
    for typed, earlier in before.items():
        now = [times(who, typed) for who in (jana, annette)]
        ratios = [late / early for late, early in zip(now, earlier, strict=True)]
        print(f"{typed:20} {ratios[0]:7.1f} {ratios[1]:7.1f}")
    plan = plan_of(search.best_of(files(), jana, Query.of(QUERIES[0])))
    assert "VIRTUAL TABLE INDEX" in plan or "ix_search_entries_vector" in plan, plan


def times(reader: User, typed: str) -> float:
    """The time that the best files take, in the middle of some rounds."""
    measured = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        every(search.best_of(files(), reader, Query.of(typed)).limit(6))
        measured.append(time.perf_counter() - begun)
        db.session.rollback()
    return statistics.median(measured)


def files() -> search.Searched:
    return next(each for each in search.kinds() if each.kind == "file")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
