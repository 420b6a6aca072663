"""Search: one field that finds projects, files and whatever else the slices let it find."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.blueprints.search import routes
from app.blueprints.search.blueprint import bp
from app.core.features import Feature

__all__ = ["FEATURE", "routes"]

FEATURE = Feature(name="search", label=_l("Search"), blueprint=bp)
