"""The blueprint that the route files of this slice share, and what all their pages have in common."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from app.blueprints.accounts.signin import network_of
from app.extensions import limiter

bp = Blueprint("accounts", __name__, cli_group=None)

# Far more than people need; the exact limits are counted on rows.
few = limiter.shared_limit(
    "60/minute", scope="door", key_func=lambda: network_of(request.remote_addr or "")
)


@bp.after_request
def _keep_secrets(response: Response) -> Response:
    """No page whose address is a secret goes into a cache, nor its address to another site."""
    if "token" in (request.view_args or {}) or "key" in request.args:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_context_processor
def _door() -> dict[str, Any]:
    return {"language_url": url_for("accounts.set_language")} if request else {}
