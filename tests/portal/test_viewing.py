"""Looking at the portal as a client's person: all that they see, nothing else, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.clients.models import Membership
from app.core.events import Event
from app.core.models import every, one
from app.extensions import db
from tests.portal.people import APPROVER, MEMBER, OWNER
from tests.portal.routes import PAGES, ROUTES, Route
from tests.portal.visits import Portal, answer_of

LOOKING = "somebody who looks"
STILL_SENT = {"accounts.end_viewing", "accounts.delete_session"}
PERSONAL = {
    "accounts.list_sessions",
    "accounts.show_link",
    "projects.show_calendar",
    "notifications.list_my_mails",
    "notifications.show_unsubscribing",
    "notifications.show_unsubscribed",
}

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def looking(portal: Portal) -> Callable[[str], Portal]:
    """Let somebody of the agency look as the client's approver."""

    def look(person: str) -> Portal:
        browser = portal.browser(person)
        place = portal.world.ours
        membership = next(
            each for each in every(db.select(Membership)) if each.user.public_id == place.decider
        )
        answer = browser.post(f"/memberships/{membership.public_id}/viewings")
        assert answer.status_code == 303, answer.text
        portal.world.cookies[LOOKING] = browser.get_cookie("foyer").value
        return portal

    return look


def test_every_page_is_as_the_person_sees_it_and_nothing_changes(
    looking: Callable[[str], Portal],
) -> None:
    portal, wrong = looking(OWNER), []
    with portal.watched() as changes:
        for route in PAGES:
            response = portal.visit(route, LOOKING)
            wanted = 403 if is_personal(route) else route.answer_to(APPROVER)
            if answer_of(response) != wanted:
                wrong.append(f"{route.name} answers {answer_of(response)} instead of {wanted}")
            noted = {"events"} if route.records and response.status_code == 200 else set()
            if set(changed := changes()) != noted:
                wrong.append(f"{route.name} changed the database: {changed}")
    assert not wrong, "\n".join(wrong)


def is_personal(route: Route) -> bool:
    return route.endpoint in PERSONAL and route.answer_to(APPROVER) != 404


def test_whatever_is_sent_is_refused_and_changes_nothing(
    looking: Callable[[str], Portal],
) -> None:
    portal, wrong = looking(OWNER), []
    with portal.watched() as changes:
        for route in (each for each in ROUTES if each.method not in ("GET", "HEAD")):
            if route.endpoint not in STILL_SENT:
                answer = answer_of(portal.visit(route, LOOKING))
                if answer != 403 or (changed := changes()):
                    wrong.append(f"{route.name} answers {answer}, or changed: {changed}")
    assert not wrong, "\n".join(wrong)


def test_what_the_log_keeps_of_it_is_the_agencys(looking: Callable[[str], Portal]) -> None:
    portal = looking(OWNER)
    portal.visit(route_of("files.download"), LOOKING)
    portal.visit(route_of("approvals.show"), LOOKING)
    portal.visit(route_of("accounts.end_viewing"), LOOKING)
    lines = every(db.select(Event).order_by(Event.id.desc()).limit(3))[::-1]
    owner = one(db.select(User).where(User.agency_role == "owner"))
    assert [line.verb for line in lines] == ["viewing.began", "file.downloaded", "viewing.ended"]
    assert {(line.actor_id, line.internal) for line in lines} == {(owner.id, True)}


def test_what_the_person_has_not_sent_yet_stays_theirs(looking: Callable[[str], Portal]) -> None:
    portal = looking(OWNER)
    draft = one(db.select(Comment.body).where(Comment.public_id == portal.world.ours.draft))
    for address in ("approvals.show", "approvals.new_changes"):
        assert draft and draft in portal.visit(route_of(address), APPROVER).text
        assert draft not in portal.visit(route_of(address), LOOKING).text


def test_a_member_sees_nothing_through_a_client_that_they_do_not_see_themselves(
    looking: Callable[[str], Portal],
) -> None:
    portal = looking(MEMBER)
    finished = portal.browser(LOOKING).get(f"/projects/{portal.world.ours.finished}")
    assert finished.status_code == 404
    assert portal.visit(route_of("projects.show"), LOOKING).status_code == 200


def route_of(endpoint: str) -> Route:
    return next(each for each in ROUTES if each.endpoint == endpoint)
