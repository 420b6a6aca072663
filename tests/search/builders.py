"""Many files at once, and how a database goes about a search."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import Select, insert, text

from app.blueprints.accounts.models import User
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.core import search
from app.extensions import db

WORDS = (
    "Plakat", "Anzeige", "Broschüre", "Handzettel", "Website", "Schild", "Karte", "Kürbis",
    "Logo", "Entwurf",
)  # fmt: skip


def many_files(project: Project, by: User, count: int) -> None:
    """Files without versions, with two words and a number as their name; the index knows them."""
    pairs = list(product(WORDS, WORDS))
    rows: list[dict[str, Any]] = [
        {"project_id": project.id, "by_id": by.id, "name": "_".join(pairs[at % 100]) + f"_{at}.pdf"}
        for at in range(count)
    ]
    db.session.execute(insert(File), rows)
    search.rebuild()
    db.session.commit()
    db.session.execute(text("ANALYZE"))


def plan_of(query: Select[Any]) -> str:
    """How the database goes about a query, in its own words."""
    compiled = query.compile(db.engine, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    values: Any = compiled.params
    if compiled.positiontup:
        values = tuple(compiled.params[name] for name in compiled.positiontup)
    rows = db.session.connection().exec_driver_sql(f"{explain} {compiled}", values)
    return "\n".join(str(row[-1]) for row in rows)
