"""Whether the tables are as this Foyer needs them: which migrations have run, and which have not."""

from __future__ import annotations

from functools import cache

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core.database import reading
from app.extensions import db
from app.settings import ROOT


def is_current() -> bool:
    """Whether all migrations have run, and none that this Foyer does not know. Raises what the database does."""
    with reading(), db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads()


@cache
def heads() -> set[str]:
    """The migrations that nothing follows; read once, as the code is."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return set(ScriptDirectory.from_config(config).get_heads())
