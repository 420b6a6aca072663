"""The blueprint that the route files of this slice share, and what their pages have in common."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from app.blueprints.accounts.signin import network_of
from app.extensions import limiter

bp = Blueprint("accounts", __name__, cli_group=None)

# Far more than people need; the exact limits are counted on rows.
few = limiter.shared_limit(
    "60/minute", scope="door", key_func=lambda: network_of(request.remote_addr or "")
)


@bp.app_context_processor
def _door() -> dict[str, Any]:
    return {"language_url": url_for("accounts.set_language")} if request else {}
