"""The blueprint that the route files of this slice share."""

from __future__ import annotations

from flask import Blueprint, Response, request

bp = Blueprint("clients", __name__, cli_group=None)


@bp.after_request
def _keep_secrets(response: Response) -> Response:
    """The address of an invitation is a secret: no cache, and no other site, learns of it."""
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    return response
