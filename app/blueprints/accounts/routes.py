"""Signing in, by link or by code, and signing out."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.blueprints.accounts.asked import Asked
from app.blueprints.accounts.blueprint import bp, few
from app.blueprints.accounts.forms import CodeForm, SignInForm
from app.blueprints.accounts.links import person_meant
from app.blueprints.accounts.login import sign_in, sign_out
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.accounts.viewing import personal
from app.core.addresses import local_path
from app.core.database import records
from app.core.fragments import go
from app.extensions import db


@bp.get("/sign-in")
def show_sign_in() -> Any:
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return go(target or "/")
    person = person_meant(request.args.get("hint"))
    form = SignInForm(email=person.email if person else "", next=target)
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@few
def create_link() -> Any:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    email, target = form.email.data, form.next.data
    address, language = request.remote_addr or "", str(get_locale())
    _link, browser = SignInLink.ask(email, address, target, language, Asked.last().browser)
    Asked(browser, email, target).keep()
    db.session.commit()
    return go(url_for("accounts.show_sent"))


@bp.get("/sign-in/sent")
def show_sent() -> Any:
    if current_user.is_authenticated or not Asked.last().browser:
        return go(url_for("accounts.show_sign_in"))
    return _sent(CodeForm())


@bp.get("/sign-in/code")
def show_code() -> Any:
    return redirect(url_for("accounts.show_sent"), 303)


@bp.post("/sign-in/code")
@few
def create_session_by_code() -> Any:
    form = CodeForm()
    if not form.validate_on_submit():
        return _sent(form), 422
    attempt = SignInLink.try_code(Asked.last().browser, form.code.data)
    if attempt.link:
        return _let_in(attempt.link)
    db.session.commit()
    form.code.errors = [attempt.problem]
    return _sent(form), 422


@bp.get("/sign-in/<token>")
@records
@personal
def show_link(token: str) -> Any:
    """A page with one button. Only the browser that asked for the link is let in without pressing it."""
    link = SignInLink.with_token(token)
    if link and current_user.is_authenticated and current_user.id == link.user_id:
        return go(link.next_path or "/")
    if link is None or not link.is_open:
        return _run_out(link, token)
    if _is_opened_by_a_person() and link.was_asked_by(Asked.last().browser):
        link.use()
        return _let_in(link)
    return render_template("accounts/confirm.html", link=link, token=token)


@bp.post("/sign-in/<token>")
@few
def create_session(token: str) -> Any:
    link = SignInLink.with_token(token)
    if link is None or not link.is_open:
        return _run_out(link, token)
    link.use()
    return _let_in(link)


@bp.post("/sign-in/<token>/renewal")
@few
def renew_link(token: str) -> Any:
    link = SignInLink.with_token(token)
    if link is None:
        return _run_out(link, token)
    browser = link.ask_again(request.remote_addr or "", Asked.last().browser)
    Asked(browser, token=token, next=link.next_path).keep()
    db.session.commit()
    return go(url_for("accounts.show_sent"))


@bp.post("/sign-out")
def delete_session() -> Any:
    sign_out()
    db.session.commit()
    return go(url_for("accounts.show_sign_in"), _("You are signed out."))


def _let_in(link: SignInLink) -> Any:
    """Sign in the person whose link was used up, and lead them where they wanted to go."""
    assert link.user is not None
    sign_in(link.user)
    db.session.commit()
    return go(link.next_path or "/")


def _sent(form: CodeForm) -> str:
    sender = current_app.extensions["settings"].sender
    return render_template("accounts/sent.html", form=form, asked=Asked.last(), sender=sender)


def _run_out(link: SignInLink | None, token: str) -> Any:
    """Say that a link was used or is too old, and offer a new one; to whom it goes is not said."""
    form = SignInForm(formdata=None)
    page = render_template("accounts/run_out.html", link=link, token=token, form=form)
    return page, 410


def _is_opened_by_a_person() -> bool:
    """Whether a page is opened to be looked at, not asked for its headers or fetched in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose
