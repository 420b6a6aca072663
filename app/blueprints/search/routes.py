"""The page of the search: the best of each kind, or all of one kind."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_login import current_user, login_required

from app.blueprints.search.blueprint import bp
from app.blueprints.search.guess import guess
from app.core import search
from app.core.folding import LONGEST_QUERY, Query
from app.core.fragments import respond


@bp.get("/search")
@login_required
def show() -> Response:
    typed = request.args.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    query = Query.of(typed)
    chosen = request.args.get("kind")
    kind = next((each for each in search.kinds() if each.kind == chosen), None)
    context: dict[str, Any] = {"typed": typed, "query": query, "kind": kind}
    if kind:
        all_hits = search.all_of(kind, current_user, query, request.args.get("at"))
        context["found"] = [all_hits] if all_hits.hits else []
    else:
        context["found"] = search.best(current_user, query)
    if query and not context["found"]:
        context["meant"] = guess(current_user, typed)
    return respond("search/show.html", "found", **context)
