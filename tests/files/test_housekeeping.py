"""What killed processes leave in the storage goes by itself, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import String

from app.blueprints.files.housekeeping import GRACE, forget_remains
from app.core import clock
from app.core.storage import IN_STORAGE, storage
from app.extensions import Base
from tests.builders import a_client, a_manager, a_project
from tests.files.builders import a_file, an_upload, newest

pytestmark = pytest.mark.usefixtures("agency")
SOON = timedelta(minutes=1)


def test_bytes_that_no_row_knows_go_after_a_week() -> None:
    """The web process was killed after the bytes were stored, and before the commit."""
    kept = newest(a_file(a_project(a_client()), a_manager())).key
    lost = an_upload().stored.key
    with time_machine.travel(clock.now() + GRACE - SOON):
        forget_remains()
        assert storage().exists(lost)
    with time_machine.travel(clock.now() + GRACE + SOON):
        forget_remains()
        assert not storage().exists(lost)
        assert storage().exists(kept)


def test_every_column_that_holds_a_key_says_so() -> None:
    """The bytes behind a column that does not would be thrown away."""
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == "key" or column.name.endswith("_key")
    ]
    texts = [column for column in columns if isinstance(column.type, String)]
    assert texts
    assert all(column.info == IN_STORAGE for column in texts)
