"""What every page needs around its content: language, time zone, navigation, brand."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, redirect, request, session, url_for
from flask_babel import get_locale
from flask_login import current_user

from app.blueprints.accounts.login import viewing_now
from app.blueprints.accounts.models import LANGUAGES
from app.blueprints.accounts.viewing import is_personal
from app.blueprints.clients import access, frame
from app.core import features
from app.core.agency import COLOUR, Agency
from app.core.features import Link
from app.core.silence import silence
from app.extensions import babel

OPEN_BEFORE_SET_UP = {"accounts", "assets", None}


def init_app(app: Flask) -> None:
    """Choose language and time zone for each reader, and give the layouts their frame."""
    babel.init_app(app, locale_selector=_locale, timezone_selector=_time_zone)
    app.context_processor(_frame)
    app.jinja_env.globals["silence"] = silence
    app.before_request(_set_up_first)


def _locale() -> str:
    chosen = session.get("language") if request else None
    if request and current_user.is_authenticated:
        return str(current_user.language)
    if chosen in LANGUAGES:
        return str(chosen)
    agency = Agency.current()
    fallback = agency.language if agency else "de"
    return request.accept_languages.best_match(LANGUAGES, fallback) if request else fallback


def _time_zone() -> str | None:
    if request and current_user.is_authenticated:
        return str(current_user.time_zone)
    agency = Agency.current()
    return agency.time_zone if agency else None


def _frame() -> dict[str, Any]:
    agency = Agency.current()
    context: dict[str, Any] = {
        "agency": agency,
        "brand_colour": agency.colour if agency else COLOUR,
        "locale": str(get_locale() or "de"),
        "can": can,
        "nav": [],
        "account_menu": [],
        "for_client": None,
        "contact": None,
    }
    if agency and request and current_user.is_authenticated:
        context.update(frame.of(current_user, agency))
        context["nav"] = _links("nav") if current_user.is_staff else []
        context["account_menu"] = _links("menu")
        context["bell"] = next(
            (each.bell(current_user) for each in features.active() if each.bell), None
        )
        context["sign_out_url"] = url_for("accounts.delete_session")
    return context


def can(action: str, thing: Any = None) -> bool:
    """Whether the reader may do something; templates ask this and print."""
    return bool(current_user.is_authenticated) and access.can(current_user, action, thing)


def _links(kind: str) -> list[Link]:
    links = []
    for feature in features.active():
        source = getattr(feature, kind)
        links += list(source(current_user)) if source else []
    if viewing_now():
        links = [link for link in links if not is_personal(link.url)]
    return sorted(links, key=lambda link: link.order)


def _set_up_first() -> Any:
    """Before the portal is set up, every page leads to the set-up."""
    known = request.endpoint and request.blueprint not in OPEN_BEFORE_SET_UP
    if known and Agency.current() is None:
        g.pop("agency", None)
        return redirect(url_for("accounts.show_set_up"), 303)
    return None
