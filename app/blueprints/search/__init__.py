"""Search: one field that finds projects, files and whatever else the slices let it find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.search import routes
from app.blueprints.search.blueprint import bp
from app.core.features import Feature, Tip

__all__ = ["FEATURE", "routes"]


def _tips(_user: Any) -> Iterator[Tip]:
    yield Tip(
        _l("Find anything"),
        _l("A word or two are enough, also with a typing error."),
        url_for("search.show"),
    )


FEATURE = Feature(name="search", label=_l("Search"), blueprint=bp, tips=_tips)
