"""Brings the database up to date and prints what is in it: `new`, `demo` or `own`.

bin/supervise.py runs this before it starts anything.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402
from sqlalchemy.exc import OperationalError  # noqa: E402

from app import create_app  # noqa: E402
from app.core import search  # noqa: E402
from app.core.agency import Agency  # noqa: E402
from app.extensions import db  # noqa: E402
from app.settings import SettingsError  # noqa: E402


def main() -> str:
    """Upgrade, and say in one word what the installation holds."""
    with create_app().app_context():
        upgrade(directory=str(ROOT / "migrations"))
        agency = Agency.current()
        if agency is not None and search.is_empty():
            search.rebuild()  # An older portal knew no search.
            db.session.commit()
        if agency is None:
            return "new"
        return "demo" if agency.is_demo else "own"


if __name__ == "__main__":
    try:
        print(main())
    except SettingsError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database can't be used: {error.orig}")
