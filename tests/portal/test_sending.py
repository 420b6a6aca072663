"""Before anything is sent, the page says to whom. A new route that causes a mail needs a row here, and its line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.blueprints.notifications.announcements import Announcement
from app.core.mail import Mail
from app.extensions import db
from tests.portal.people import APPROVER, CONTRIBUTOR, EVERYBODY, MAIN, MANAGER, MEMBER, OWNER
from tests.portal.routes import CHANGES, PAGES, Route
from tests.portal.visits import Portal

pytestmark = pytest.mark.only("sqlite")

AT_THE_DOOR = {"accounts.create_link", "accounts.renew_link", "clients.renew_invitation"}
"""The person asks for a mail to themselves."""
IN_ITS_ROW = {
    "clients.resend_invitation",
    "clients.remind_member",
    "clients.create_test_mail",
    "approvals.send_receipt",
}
"""The button stands beside the address, or names it."""
SAID_ON = {
    "clients.create_invitation": ("clients.new_invitation", "client", MANAGER),
    "clients.update_invited_address": ("clients.edit_invited_address", "invitation", MANAGER),
    "clients.create_team_invitation": ("clients.list_team", "", OWNER),
    "projects.create_update": ("projects.new_update", "project", MEMBER),
    "files.create": ("files.index", "project", CONTRIBUTOR),
    "files.create_link": ("files.new_link", "project", CONTRIBUTOR),
    "files.create_text": ("files.new_text", "project", CONTRIBUTOR),
    "files.create_version": ("files.show", "shared", MEMBER),
    "files.restore": ("files.show", "shared", MEMBER),
    "files.create_text_version": ("files.edit_text", "text", MEMBER),
    "files.create_link_version": ("files.show", "link", MEMBER),
    "files.share": ("files.show", "internal", MEMBER),
    "files.create_choice": ("files.list_undecided", "project", CONTRIBUTOR),
    "files.create_request": ("files.new_request", "project", MEMBER),
    "files.update_request": ("files.edit_request", "request", MEMBER),
    "files.create_request_reminder": ("files.show_request", "request", MEMBER),
    "files.give": ("files.show_request", "request", CONTRIBUTOR),
    "files.lack": ("files.show_request", "request", CONTRIBUTOR),
    "files.send_back": ("files.show_request", "request", MEMBER),
    "approvals.create": ("approvals.new", "project", MEMBER),
    "approvals.update_terms": ("approvals.edit_terms", "approval", MEMBER),
    "approvals.update_package_terms": ("approvals.edit_package_terms", "package", MEMBER),
    "approvals.create_decision": ("approvals.show", "approval", MAIN),
    "approvals.approve_package": ("approvals.show_package", "package", MAIN),
    "approvals.create_review": ("approvals.new_review", "drafted", OWNER),
    "approvals.release": ("approvals.show", "drafted", MEMBER),
    "approvals.update_deciders": ("approvals.edit_deciders", "approval", MEMBER),
    "approvals.create_delegation": ("approvals.new_delegation", "approval", MAIN),
    "approvals.create_reminder": ("approvals.show", "approval", MEMBER),
    "approvals.create_retraction": ("approvals.new_retraction", "decision", MEMBER),
    "approvals.create_comment": ("approvals.show", "approval", MEMBER),
    "approvals.create_sending": ("approvals.show", "approval", APPROVER),
}
"""Whatever sends: the page that says to whom, of which thing, and for whom."""


def test_every_route_that_sends_is_known(portal: Portal) -> None:
    sends = {route.endpoint for route in CHANGES if causes_mail(portal, route)}
    said = AT_THE_DOOR | IN_ITS_ROW | SAID_ON.keys()
    assert sends - said == set(), "say it on the page with ui.sent_to(), and add a row here"


def causes_mail(portal: Portal, route: Route) -> bool:
    may = [person for person in EVERYBODY if route.answer_to(person) == "ok"]
    if not may:
        return False
    before = outgoing()
    portal.visit(route, may[-1])
    after = outgoing()
    portal.put_back()
    return after != before


def outgoing() -> list[int]:
    """How much is to be sent, and how much is to be told."""
    kinds = (Mail, Announcement)
    counts = [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]
    db.session.rollback()
    return counts


def test_the_page_says_to_whom_it_goes(portal: Portal) -> None:
    wrong = []
    for endpoint, (page, thing, person) in SAID_ON.items():
        route = next(each for each in PAGES if (each.endpoint, each.thing) == (page, thing))
        answer = portal.visit(route, person)
        if answer.status_code != 200 or "data-sent-to" not in answer.text:
            wrong.append(
                f"{endpoint}: {page} ({thing}) does not say it, or answers {answer.status}"
            )
    assert not wrong, "\n".join(wrong)
