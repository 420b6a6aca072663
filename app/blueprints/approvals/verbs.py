"""How what the log says of approvals reads."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.blueprints.approvals.hearers import (
    ASKED,
    DECIDED,
    PACKAGE_ASKED,
    REMINDED,
    REMINDED_ITSELF,
    REVIEW_ASKED,
    REVIEWED,
    TAKEN_BACK,
)
from app.core.events import Event
from app.core.features import Verb
from app.core.formats import deadline


def _with_whom(event: Event) -> str:
    """What somebody was reminded of, and who: "Logo (Dr. Inken Feddersen)"."""
    return f"{event.facts['name']} ({', '.join(event.facts['to'])})"


def _with_deadline(event: Event) -> str:
    """What was changed, and until when it is asked for now, if that is new."""
    name, due_at = event.facts["name"], event.facts["now"].get("due_at")
    until = due_at and deadline(datetime.fromisoformat(due_at))
    return str(_("%(title)s (now %(until)s)", title=name, until=until)) if until else name


def _address_of_package(event: Event) -> str:
    return url_for("approvals.show_package", public_id=event.facts["package"])


def _address(event: Event) -> str:
    return url_for("approvals.show", public_id=event.facts["approval"])


VERBS = {
    "approval.asked": Verb(
        _l("%(who)s asks for approval of %(what)s."),
        _l("You asked for approval of %(what)s."),
        url=_address,
        news=ASKED,
    ),
    "approval.asked_together": Verb(
        _l("%(who)s asks for approval of %(what)s."),
        _l("You asked for approval of %(what)s."),
        url=_address,
        shown=False,
    ),
    "package.asked": Verb(
        _l("%(who)s asks for approval of %(what)s."),
        _l("You asked for approval of %(what)s."),
        lambda event: str(
            _("%(title)s (%(count)s parts)", title=event.facts["name"], count=event.facts["count"])
        ),
        url=_address_of_package,
        news=PACKAGE_ASKED,
    ),
    "approval.review_asked": Verb(
        _l("%(who)s asks colleagues to look at %(what)s before the client does."),
        _l("You asked colleagues to look at %(what)s before the client does."),
        url=_address,
        news=REVIEW_ASKED,
    ),
    "approval.review_passed": Verb(
        _l("%(who)s let %(what)s pass."), _l("You let %(what)s pass."), url=_address, news=REVIEWED
    ),
    "approval.review_returned": Verb(
        _l("%(who)s sent %(what)s back."),
        _l("You sent %(what)s back."),
        url=_address,
        news=REVIEWED,
    ),
    "approval.released": Verb(
        _l("%(who)s waited no longer for the review of %(what)s."),
        _l("You waited no longer for the review of %(what)s."),
        url=_address,
    ),
    "approval.seen": Verb(
        _l("%(who)s looked at %(what)s."),
        _l("You looked at %(what)s."),
        url=_address,
        shown=False,
    ),
    "approval.approved": Verb(
        _l("%(who)s approved %(what)s."), _l("You approved %(what)s."), url=_address, news=DECIDED
    ),
    "approval.changes_requested": Verb(
        _l("%(who)s asked for changes to %(what)s."),
        _l("You asked for changes to %(what)s."),
        url=_address,
        news=DECIDED,
    ),
    "approval.reopened": Verb(
        _l("%(who)s brought a new version of %(what)s for approval."),
        _l("You brought a new version of %(what)s for approval."),
        url=_address,
        news=ASKED,
    ),
    "approval.reminded": Verb(
        _l("%(who)s sent a reminder of %(what)s."),
        _l("You sent a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
        news=REMINDED,
    ),
    "approval.reminded_itself": Verb(
        _l("There was a reminder of %(what)s."),
        _l("There was a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
        news=REMINDED_ITSELF,
    ),
    "approval.delegated": Verb(
        _l("%(who)s passed on the decision on %(what)s."),
        _l("You passed on the decision on %(what)s."),
        url=_address,
        news=ASKED,
    ),
    "approval.deciders_changed": Verb(
        _l("%(who)s chose who decides on %(what)s."),
        _l("You chose who decides on %(what)s."),
        url=_address,
        news=ASKED,
    ),
    "approval.terms_changed": Verb(
        _l("%(who)s changed the request to approve %(what)s."),
        _l("You changed the request to approve %(what)s."),
        _with_deadline,
        _address,
        news=ASKED,
    ),
    "approval.changed_together": Verb(
        _l("%(who)s changed the request to approve %(what)s."),
        _l("You changed the request to approve %(what)s."),
        _with_deadline,
        _address,
        shown=False,
    ),
    "package.terms_changed": Verb(
        _l("%(who)s changed the request to approve %(what)s."),
        _l("You changed the request to approve %(what)s."),
        _with_deadline,
        _address_of_package,
        news=PACKAGE_ASKED,
    ),
    "approval.taken_back": Verb(
        _l("%(who)s took back a decision on %(what)s."),
        _l("You took back a decision on %(what)s."),
        url=_address,
        news=TAKEN_BACK,
    ),
    "approval.withdrawn": Verb(
        _l("%(who)s withdrew the request to approve %(what)s."),
        _l("You withdrew the request to approve %(what)s."),
        url=_address,
    ),
}
