"""The bell, the list behind it, what people choose, and the way out of the mails."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.blueprints.notifications.mail_links import unsubscribe_url
from app.blueprints.notifications.models import Notification
from app.blueprints.notifications.wishes import Wishes
from app.core.models import every, one
from app.core.worker import run_once
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.projects.builders import an_update, happened

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def annette(agency: Any) -> Any:
    """A client's person who has not read three updates."""
    client = a_client()
    project, jana = a_project(client), a_manager()
    annette = an_approver(client)
    for title in ("Konzept", "Entwurf", "Plakat"):
        update = an_update(project, jana, title)
        happened("update.posted", project, jana, name=title, update=update.public_id)
    run_once()
    return annette


def unread(db: Any) -> list[str]:
    rows = every(
        db.select(Notification).where(Notification.read_at.is_(None)).order_by(Notification.id)
    )
    return [row.public_id for row in rows]


def test_the_bell_counts_and_an_unchanged_one_is_not_sent_again(annette: Any, sign_in: Any) -> None:
    browser = sign_in(annette)
    assert "News, 3 unread" in browser.get("/").text
    answer = browser.get("/bell")
    again = browser.get("/bell", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_one_is_marked_as_read_and_then_all(annette: Any, sign_in: Any, db: Any) -> None:
    browser = sign_in(annette)
    first, *rest = unread(db)
    assert browser.post(f"/news/{first}/reading").status_code == 303
    assert unread(db) == rest
    browser.post("/news/readings")
    assert unread(db) == []


def test_whoever_opens_the_page_itself_has_read_what_leads_there(
    annette: Any, sign_in: Any, db: Any
) -> None:
    browser = sign_in(annette)
    project = one(db.select(Notification).limit(1)).path
    browser.head(project)
    assert len(unread(db)) == 3
    browser.get(project)
    assert unread(db) == []


def test_a_busy_database_costs_nobody_the_page_that_was_opened(
    annette: Any, sign_in: Any, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_locked(*_arguments: Any) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    browser = sign_in(annette)
    project = one(db.select(Notification).limit(1)).path
    monkeypatch.setattr(Notification, "read_all", is_locked)
    assert browser.get(project).status_code == 200
    assert len(unread(db)) == 3


def test_what_is_chosen_counts_at_once_and_a_wrong_choice_is_refused(
    annette: Any, sign_in: Any
) -> None:
    browser = sign_in(annette)
    kinds = {
        "asked": "now",
        "decided": "now",
        "reminder": "now",
        "request": "now",
        "comment": "now",
    }
    form = {**kinds, "update": "weekly", "files": "off"}
    assert browser.post("/account/notifications", data=form).status_code == 303
    assert Wishes.of(annette).often == {"update": "weekly", "files": "off"}
    answer = browser.post("/account/notifications", data={**form, "files": "never"})
    assert answer.status_code == 422
    quiet = {"at_night": "y", "begins": "20:00", "ends": "06:30", "time_zone": "Pacific/Auckland"}
    browser.post("/account/notifications/quiet-hours", data=quiet)
    wishes = Wishes.of(annette)
    assert (str(wishes.zone), wishes.quiet.begins.hour) == ("Pacific/Auckland", 20)
    browser.post("/account/notifications/projects", data={})
    assert len(Wishes.of(annette).muted) == 1


def test_a_mail_scanner_changes_nothing_and_one_click_needs_no_session(
    annette: Any, client: Any
) -> None:
    link = unsubscribe_url(annette, ["update", "files"]).removeprefix("http://localhost")
    for method in (client.get, client.head):
        assert method(link).status_code == 200
    assert Wishes.of(annette).often == {}
    answer = client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 303
    assert Wishes.of(annette).often == {"update": "off", "files": "off"}
    assert client.post(link[:-3] + "abc").status_code == 404
