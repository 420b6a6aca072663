"""The calendar feed, read as a calendar program reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from app.blueprints.accounts.models import User
from app.blueprints.projects.feeds import CalendarFeed
from app.blueprints.projects.ical import calendar
from tests.builders import a_client, a_manager, a_project, a_viewer, an_approver
from tests.projects.builders import NOW, a_date, a_milestone, a_note, pretended

pytestmark = pytest.mark.only("sqlite")


def feed_of(user: Any) -> str:
    """The path of a person's feed."""
    return f"/calendar/{CalendarFeed.make(user).token}.ics"


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


@pytest.fixture
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("frozen")
def test_a_feed_has_the_dates_of_the_persons_projects(client: Any) -> None:
    ours = a_client()
    project = a_project(ours, due_on=date(2026, 10, 1))
    milestone = a_milestone(project)
    a_milestone(a_project(a_client("Werft Holm"), "Messe"), "Angebot")
    found = events(client.get(feed_of(an_approver(ours))))
    assert [str(event["SUMMARY"]) for event in found] == [
        "Druckdaten (Herbstkampagne 2026)",
        "Herbstkampagne 2026: to be done",
    ]
    first = found[0]
    assert first.decoded("DTSTART") == date(2026, 9, 24)
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert str(first["UID"]) == f"{milestone.public_id}@localhost"
    assert str(first["URL"]) == f"http://localhost/projects/{project.public_id}"
    assert first.decoded("DTSTAMP") == NOW


@pytest.mark.usefixtures("frozen")
def test_the_agency_has_the_dates_of_all_clients(client: Any) -> None:
    a_milestone(a_project(a_client()))
    a_milestone(a_project(a_client("Werft Holm"), "Messe"))
    assert len(events(client.get(feed_of(a_manager())))) == 2


def test_a_feed_costs_the_same_with_few_and_with_many_dates(
    client: Any, count_queries: Any
) -> None:
    jana, costs = a_manager(), []
    feed = feed_of(jana)
    for count in (3, 30):
        for number in range(count):
            a_milestone(a_project(a_client()), f"Termin {number}")
        with count_queries() as statements:
            events(client.get(feed))
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.usefixtures("frozen")
def test_a_feed_has_nothing_of_hidden_dates_and_nothing_internal(client: Any) -> None:
    ours = a_client()
    project = a_project(ours, due_on=date(2026, 10, 1))
    project.show("updates", False)
    a_milestone(project)
    a_note(project, a_manager())
    answer = client.get(feed_of(a_viewer(ours)))
    assert events(answer) == []
    assert "Zahlt" not in answer.text


@pytest.mark.usefixtures("frozen")
def test_due_dates_of_other_slices_stand_at_their_instant(app: Any, client: Any) -> None:
    user = a_viewer(a_client())
    with pretended(app, dates=lambda _user: [a_date()]):
        (event,) = events(client.get(feed_of(user)))
    assert event.decoded("DTSTART") == datetime(2026, 9, 22, 16, 0, tzinfo=UTC)
    assert str(event["URL"]) == "http://localhost/approvals/1"


def test_the_calendar_says_what_it_is() -> None:
    written = calendar("Studio; Nordlicht", "localhost", "", [a_date()])
    whole = Calendar.from_ical(written)
    assert str(whole["METHOD"]) == "PUBLISH"
    assert str(whole["VERSION"]) == "2.0"
    assert b"\r\nNAME:Studio\\; Nordlicht\r\n" in written
    assert whole["REFRESH-INTERVAL"].to_ical() in (b"PT1H", "PT1H")


def test_long_and_odd_words_survive_the_folding() -> None:
    title = "Größe; Maß, \\ und\nnoch eine Zeile " + "Öffnungszeiten " * 12 + "🥖"
    written = calendar("", "localhost", "", [a_date(title=title)])
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == title


def test_a_person_makes_an_address_and_the_new_one_ends_the_old(sign_in: Any, client: Any) -> None:
    user = a_viewer(a_client())
    browser = sign_in(user)
    assert "no address yet" in browser.get("/account/calendar").text
    browser.post("/account/calendar")
    old = f"/calendar/{CalendarFeed.of_user(user).token}.ics"  # type: ignore[union-attr]
    assert f"http://localhost{old}" in browser.get("/account/calendar").text
    assert client.get(old).status_code == 200
    browser.post("/account/calendar")
    assert client.get(old).status_code == 404


def test_who_is_invited_back_does_not_find_the_old_address_alive(client: Any) -> None:
    annette = an_approver(a_client())
    address = feed_of(annette)
    assert client.get(address).status_code == 200
    annette.remove()
    User.join_client(annette.name, annette.email, "en", "Europe/Berlin")
    assert annette.removed_at is None
    assert client.get(address).status_code == 404


def test_a_removed_person_has_no_feed(client: Any, db: Any) -> None:
    user = a_viewer(a_client())
    path = feed_of(user)
    user.remove()
    db.session.commit()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.nope", "%00", "a" * 3000])
def test_a_bad_address_leads_nowhere(client: Any, token: str) -> None:
    assert client.get(f"/calendar/{token}.ics").status_code == 404
