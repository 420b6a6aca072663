"""Response headers, known hosts, limits, and errors as pages that a person understands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.database import reading
from app.core.errors import DomainError
from app.core.features import only_what_is_on
from app.core.fragments import wants_fragment
from app.extensions import db, login
from app.settings import Settings

log = logging.getLogger(__name__)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "media-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

FORM_LIMIT = 1_000_000
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Mark a view that people send files to: only there may a request be as large as an upload."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_up_to(size: int) -> Callable[[View], View]:
    """Mark a view that also strangers may send a file to, but only one of this many bytes."""

    def mark(view: View) -> View:
        view.takes_up_to = size  # type: ignore[attr-defined]
        return view

    return mark


def asks_first(check: Callable[..., None]) -> Callable[[View], View]:
    """Call `check` with the values of the address before the body is read; it raises what speaks against it."""

    def mark(view: View) -> View:
        view.asks_first = check  # type: ignore[attr-defined]
        return view

    return mark


def configure(app: Flask, settings: Settings) -> None:
    """Set what Flask itself guards: hosts, cookies, sizes of forms."""
    hosts = [settings.host, *settings.further_hosts]
    secure = settings.https
    app.config.update(
        SECRET_KEY=settings.kept_secret_key(),
        TRUSTED_HOSTS=[*hosts, "127.0.0.1"] if settings.host == "localhost" else hosts,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=300,
        MAX_CONTENT_LENGTH=(settings.upload_limit_mb + 1) * 1_000_000,
        SESSION_COOKIE_NAME="__Host-foyer" if secure else "foyer",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 180,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=True,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
    )
    app.before_request(_limit_bodies)  # First of all: whoever looks for a token reads the form.
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, 0, 0)  # type: ignore[method-assign]


def init_app(app: Flask) -> None:
    """Add the headers to every answer, and answer every error with a page."""
    app.after_request(_protect)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(Exception, _our_fault)


def error_page(status: int, title: Any, text: Any) -> tuple[str, int]:
    """A friendly page for an error, or one line of it for htmx."""
    template = "layouts/error_fragment.html" if wants_fragment() else "layouts/error.html"
    return render_template(template, title=title, text=text, status=status), status


def _limit_bodies() -> Any:
    """Take large bodies only where files belong, and nothing there from people who are not signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    takes_files = getattr(view, "takes_files", False)
    if takes_files and not _is_signed_in():
        return login.unauthorized()
    if check := getattr(view, "asks_first", None):
        with reading():
            only_what_is_on()
            check(**(request.view_args or {}))
            db.session.rollback()
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = FORM_LIMIT
    elif not takes_files:
        request.max_content_length = getattr(view, "takes_up_to", FORM_LIMIT)
    return None


def _is_signed_in() -> bool:
    """Asked before the body is read, so that nothing is locked while it comes in."""
    with reading():
        is_known = bool(current_user.is_authenticated)
        db.session.rollback()
    return is_known


def _protect(response: Response) -> Response:
    if "token" in (request.view_args or {}) or "key" in request.args:
        # The address is a secret: no cache and no other site learns of it.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
        )
    if response.mimetype == "text/html":
        # Pages and errors have two forms. A cache that mixed them up would show a part as the page.
        response.vary.update(("HX-Request", "HX-Request-Type"))
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _domain_error(error: DomainError) -> Any:
    db.session.rollback()
    return error_page(error.status, _("That did not work."), error.message)


def _csrf_error(_error: CSRFError) -> Any:
    text = _(
        "This page was open for a long time, or cookies are switched off. Please go back, reload and try again."
    )
    return error_page(400, _("Please try once more."), text)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):
        # The host is not ours, so no page of ours may be built for it.
        return Response("This host name is not known here.\n", 400, content_type="text/plain")
    sentences = {
        400: _("Something in the request was not as we expect it."),
        401: _("Please sign in first."),
        403: _("Your role does not allow this. Please ask your contact person."),
        404: _("This page does not exist, or it is not meant for you."),
        405: _("This address can't be used in that way."),
        413: _("That is more than we can take in at once."),
        415: _("This kind of content can't be read here."),
        416: _("This part of the file does not exist."),
        429: _("That was too often. Please wait a few minutes and try again."),
    }
    titles = {
        404: _("There is nothing here."),
        403: _("That is not possible with your role."),
        429: _("One moment, please."),
    }
    text = sentences.get(error.code, sentences[400])
    body, status = error_page(error.code, titles.get(error.code, _("That did not work.")), text)
    response = error.get_response()
    response.set_data(body)
    response.content_type = "text/html; charset=utf-8"
    response.status_code = status
    return response


def _busy(error: OperationalError) -> Any:
    db.session.rollback()
    log.error("database: %s", type(error.orig).__name__)
    try:
        text = _("The portal is busy at the moment. Nothing is lost; please try again in a minute.")
        return error_page(503, _("One moment, please."), text)
    except OperationalError:
        db.session.rollback()
        return _away(), 503, {"Retry-After": "30"}


def _away() -> str:
    """While the database is away nobody knows whose portal this is, and which language is read here."""
    language = request.accept_languages.best_match(("de", "en"), "de")
    template = "layouts/error_fragment.html" if wants_fragment() else "layouts/busy.html"
    with force_locale(language):
        text = _("The portal is busy at the moment. Nothing is lost; please try again in a minute.")
        page = {"title": _("One moment, please."), "text": text, "locale": language}
        # Without Flask's render_template, which asks the database for the frame of each page.
        return current_app.jinja_env.get_template(template).render(page)


def _unreadable(error: DataError) -> Any:
    # PostgreSQL refuses what no form let through, such as a NUL in an address.
    db.session.rollback()
    log.warning("data that can't be: %s at %s", type(error.orig).__name__, request.endpoint)
    text = _("Something in the request was not as we expect it.")
    return error_page(400, _("That did not work."), text)


def _our_fault(error: Exception) -> Any:
    db.session.rollback()
    log.error("unexpected error at %s %s", request.method, request.endpoint, exc_info=error)
    text = _("That was our mistake, not yours. It has been noted; please try again later.")
    return error_page(500, _("Something went wrong."), text)
