"""Which mails went to somebody, and what became of each: for themselves, and for who looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import AGENCY, User
from app.blueprints.accounts.viewing import personal
from app.blueprints.clients import access
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.models import Membership
from app.blueprints.notifications.blueprint import bp
from app.core.formats import moment
from app.core.mail import Mail
from app.core.models import one
from app.core.paging import page
from app.core.refusals import why_refused
from app.core.unreached import Unreached

SIZE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A mail as its row shows it: never what it says, which may sign somebody in."""

    subject: str
    at: datetime
    kind: str
    state: str
    why: str


@bp.get("/account/mails")
@login_required
@personal
def list_my_mails() -> Any:
    return _page(current_user, url_for("notifications.list_my_mails"))


@bp.get("/people/<public_id>/mails")
@login_required
def list_mails(public_id: str) -> Any:
    user: User = find_or_404(_looked_after_by(current_user), public_id)
    require(current_user, "invite")
    return _page(user, url_for("notifications.list_mails", public_id=public_id))


def _looked_after_by(reader: User) -> Select[User]:
    """The people who exist for somebody; colleagues' mails are the owners' affair."""
    there = select(Membership.user_id).where(access.sees_client(reader, Membership.client_id))
    mine: list[ColumnElement[bool]] = [User.id.in_(there)]
    if access.can(reader, "run_portal"):
        mine.append(User.side == AGENCY)
    return User.present().where(or_(*mine))


def _page(user: User, url: str) -> Response | str:
    # Invitations are to nobody known yet. What went to somebody else who had this address stays theirs.
    invited = and_(Mail.user_id.is_(None), Mail.to_email == user.email)
    theirs = select(Mail).where(or_(Mail.user_id == user.id, invited))
    found = page(theirs, (Mail.id.desc(),), request.args.get("at"), SIZE)
    return render_template(
        "notifications/mails.html",
        person=user,
        crumb=_way_back(user),
        lines=[_line(mail) for mail in found.rows],
        found=found,
        url=url,
        address=Unreached.at(user.email),
    )


def _way_back(user: User) -> tuple[str, str]:
    """One's own account, the client where a person is, or the team."""
    if user.id == current_user.id:
        return _("My account"), url_for("accounts.show_account")
    there = Membership.visible_to(current_user).where(Membership.user_id == user.id)
    place = one(there.options(joinedload(Membership.client)).order_by(Membership.id).limit(1))
    if place:
        return place.client.name, url_for("clients.show", public_id=place.client.public_id)
    return _("Team"), url_for("clients.list_team")


def _line(mail: Mail) -> Line:
    kind, state, why = _state(mail)
    return Line(mail.subject, mail.created_at, kind, state, why)


def _state(mail: Mail) -> tuple[str, str, str]:
    """The look of a mail's state, the state in words, and the reason."""
    if mail.bounced_at:
        return (
            "bad",
            _("Came back %(when)s", when=moment(mail.bounced_at)),
            why_refused(mail.problem),
        )
    if mail.sent_at:
        return "ok", _("Given to the mail server %(when)s", when=moment(mail.sent_at)), ""
    if mail.failed_at:
        return "bad", _("Failed"), why_refused(mail.problem)
    if mail.called_off:
        return "idle", _("Not sent"), _why_not(mail.called_off)
    if mail.held_until:
        return "idle", _("Waits until %(when)s, as chosen", when=moment(mail.held_until)), ""
    if mail.due_at:
        return (
            "warn",
            _("Waits, next try %(when)s", when=moment(mail.due_at)),
            why_refused(mail.problem),
        )
    return "idle", _("Not sent"), _("No mail server is set.")


def _why_not(reason: str) -> str:
    reasons = {
        "unwanted": _("Mails of this kind, or of this project, are switched off."),
        "gone": _("The person had no access any more."),
        "moot": _("It was done before the mail went out."),
        "seen": _("It had been seen in the portal already."),
        "gathered": _("It stands in a mail together with others."),
        "stopped": _("Mails to this address came back before."),
    }
    return str(reasons.get(reason, ""))
