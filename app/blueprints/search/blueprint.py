"""The blueprint of the search, and the way to it in the head of every page."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_login import current_user

bp = Blueprint("search", __name__)


@bp.app_context_processor
def _link() -> dict[str, str]:
    signed_in = request and current_user.is_authenticated
    return {"search_url": url_for("search.show")} if signed_in else {}
