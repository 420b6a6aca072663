"""The guided set-up: it makes the agency and its owner, once, for whoever has the key from the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import abort, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.blueprints.accounts.blueprint import bp, few
from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.forms import SetUpForm
from app.blueprints.accounts.login import sign_in
from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.core.addresses import full_url
from app.core.agency import Agency
from app.core.errors import Conflict
from app.core.events import record
from app.core.fragments import go
from app.core.tokens import keyed_digest, same
from app.extensions import db

AFTER_SET_UP: list[Callable[[Agency], None]] = []
"""What slices above add to a new agency, such as its first stages."""

OPEN_BEFORE = {"accounts.show_set_up", "accounts.create_set_up", "accounts.set_language"}


class SetUpAlready(Conflict):
    """Somebody else was faster."""

    sentence = _l("The portal is set up already. Please sign in.")


def set_up_key() -> str:
    """The key that shows that somebody may read this installation's terminal."""
    return keyed_digest("set-up", "set-up")[:20]


@bp.cli.command("set-up-link")
def print_link() -> None:
    """Print the address at which a new portal is set up."""
    if Agency.current() is not None:
        raise click.ClickException("The portal is set up already.")
    click.echo(full_url("accounts.show_set_up", key=set_up_key()))


@bp.before_request
def _set_up_first() -> Any:
    if request.endpoint not in OPEN_BEFORE and Agency.current() is None:
        return redirect(url_for("accounts.show_set_up"), 303)
    return None


@bp.get("/set-up")
@few
def show_set_up() -> Any:
    _must_be_new()
    if not _has_key():
        return _ask_for_key()
    return render_template("accounts/set_up.html", form=SetUpForm(language=str(get_locale())))


@bp.post("/set-up")
@few
def create_set_up() -> Any:
    _must_be_new()
    if not _has_key():
        return _ask_for_key()
    form = SetUpForm()
    if not form.validate_on_submit():
        return render_template("accounts/set_up.html", form=form), 422
    owner = _set_up(form)
    sign_in(owner)
    db.session.commit()
    return go("/")


def _must_be_new() -> None:
    if Agency.current() is not None:
        abort(404)


def _has_key() -> bool:
    return same(request.args.get("key", ""), set_up_key())


def _ask_for_key() -> Any:
    wrong = "key" in request.args
    return render_template("accounts/set_up_key.html", wrong=wrong), 403 if wrong else 200


def _set_up(form: SetUpForm) -> User:
    """Make the agency and its owner, whose address is proven by a first sign-in mail."""
    language, zone = form.language.data, form.time_zone.data
    try:
        with db.session.begin_nested():
            agency = Agency.set_up(form.agency.data, language, zone)
    except IntegrityError:
        raise SetUpAlready from None
    owner = User.join_agency(form.name.data, form.email.data, "owner", language, zone)
    for add in AFTER_SET_UP:
        add(agency)
    SignInLink.ask(owner.email, request.remote_addr or "", "/", language)
    record("agency.began", agency, by=owner, where=device_of(request), name=agency.name)
    return owner
