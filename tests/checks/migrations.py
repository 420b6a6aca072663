"""Checks that the migrations, run on an empty database, make exactly what the models describe."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade

from app import create_app
from app.core.search import is_mapped
from app.extensions import db
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def differences(instance: Path) -> list[object]:
    """What autogenerate would still change after all migrations have run."""
    app = create_app(Settings.from_env({"FOYER_INSTANCE": str(instance)}))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": is_mapped}
            )
            found: list[object] = compare_metadata(context, db.metadata)
        db.engine.dispose()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="foyer-check-") as instance:
        found = differences(Path(instance))
    # Alembic has named each difference in its log.
    if found:
        sys.exit("Make the missing migration: .venv/bin/flask db migrate -m 'what it does'")
