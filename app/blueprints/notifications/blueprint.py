"""The blueprint that the route files of this slice share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("notifications", __name__)
