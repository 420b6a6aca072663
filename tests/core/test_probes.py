"""What load balancers and monitors get to hear, by whatever name they call us."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text


@pytest.mark.only("sqlite")
def test_alive_is_said_to_anybody_without_asking_the_database(
    app: Any, client: Any, count_queries: Any
) -> None:
    with count_queries() as statements:
        answer = client.get("/healthz", base_url="http://10.1.2.3:8000")
    assert (answer.status_code, answer.text, statements) == (200, "Foyer is alive.\n", [])
    assert "Set-Cookie" not in answer.headers


def test_ready_is_who_has_a_database_of_this_foyer(app: Any, db: Any, client: Any) -> None:
    assert client.get("/readyz", base_url="http://10.1.2.3").status_code == 200
    version = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    say(db, "of another")
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "migrations\n")
    finally:
        say(db, version)


def say(db: Any, version: str) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": version})
    db.session.commit()
