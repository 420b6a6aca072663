"""A person's own account: what they say about themselves, their language, the devices they use."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_required

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.forms import AccountForm, LanguageForm
from app.blueprints.accounts.links import can_be_opened, page_before
from app.blueprints.accounts.login import sign_out
from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.viewing import personal
from app.core.events import record
from app.core.fragments import go
from app.core.models import one
from app.core.paging import page
from app.extensions import db


@bp.get("/account")
@login_required
def show_account() -> Any:
    return render_template("accounts/account.html", form=AccountForm(obj=current_user))


@bp.post("/account")
@login_required
def update_account() -> Any:
    form = AccountForm()
    if not form.validate_on_submit():
        return render_template("accounts/account.html", form=form), 422
    form.populate_obj(current_user)
    record("account.changed", current_user, by=current_user, where=device_of(request))
    db.session.commit()
    refresh()  # The answer speaks the language that was chosen.
    return go(url_for("accounts.show_account"), _("Saved."))


@bp.post("/language")
def set_language() -> Any:
    form = LanguageForm()
    if not form.validate_on_submit():
        abort(400)
    if current_user.is_authenticated:
        current_user.language = form.language.data
        db.session.commit()
    else:
        session["language"] = form.language.data
    target = page_before() or form.next.data
    return go(target if can_be_opened(target) else "/")


@bp.get("/account/devices")
@login_required
@personal
def list_sessions() -> Any:
    newest = [UserSession.seen_at.desc(), UserSession.id.desc()]
    devices = page(UserSession.of_user(current_user), newest, request.args.get("page"), size=30)
    return render_template("accounts/devices.html", devices=devices, this=g.user_session)


@bp.post("/account/devices/<public_id>/ending")
@login_required
def end_session(public_id: str) -> Any:
    mine = UserSession.of_user(current_user).where(UserSession.public_id == public_id)
    row = one(mine) or abort(404)
    if row.id == g.user_session.id:
        sign_out()
        db.session.commit()
        return go(url_for("accounts.show_sign_in"), _("You are signed out."))
    row.end()
    record("session.ended", row, by=current_user, where=device_of(request))
    db.session.commit()
    return go(url_for("accounts.list_sessions"), _("That device is signed out."))


@bp.post("/account/devices/endings")
@login_required
def end_other_sessions() -> Any:
    UserSession.end_all(current_user, but=g.user_session)
    record("session.ended", g.user_session, by=current_user, where=device_of(request), others=True)
    db.session.commit()
    return go(url_for("accounts.list_sessions"), _("All other devices are signed out."))
