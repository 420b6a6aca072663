"""The home of the agency, and a new owner's set-up list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.clients.invitations import Invitation
from app.blueprints.projects.agency_home import sentence
from app.core import clock
from app.core.agency import Agency
from app.core.worker import Heartbeat
from tests.builders import a_client, a_manager, a_member, a_project, a_viewer, an_approver, an_owner
from tests.projects.builders import NOW, a_milestone, a_waiting, happened, pretended

pytestmark = pytest.mark.only("sqlite")


@pytest.mark.parametrize(
    ("clients", "us", "words"),
    [
        (5, 3, "Five things wait with clients, three with us."),
        (1, 1, "One thing waits with clients, one with us."),
        (0, 2, "Nothing waits with clients, two with us."),
        (1, 0, "One thing waits with clients, nothing with us."),
    ],
)
def test_how_much_waits_on_either_side(app: Any, clients: int, us: int, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sentence(clients, us) == words


def test_what_waits_on_us_and_on_clients_stands_side_by_side(app: Any, sign_in: Any) -> None:
    project = a_project(a_client())
    ours, theirs = a_waiting(project, "Handzettel"), a_waiting(project, "Logo", who="Dr. Feddersen")
    hooks = {"waiting": lambda _user: [ours], "with_clients": lambda _user: [theirs]}
    with pretended(app, **hooks):
        page = sign_in(a_manager()).get("/").text
    us, clients = page.split('id="on-us"')[1].split('id="on-clients"')
    assert "Handzettel" in us
    assert "Logo" in clients.split("</section>")[0]
    assert "Dr. Feddersen" in clients
    assert "<td>Client, " in page


def test_mine_leaves_out_what_others_work_on(app: Any, sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    mine, other = a_project(client, "Plakat", lead_id=jana.id), a_project(client, "Messe")
    things = [a_waiting(mine, "Handzettel"), a_waiting(other, "Standbau")]
    with pretended(app, waiting=lambda _user: things):
        page = sign_in(jana).get("/?show=mine").text
    assert "Handzettel" in page
    assert "Standbau" not in page
    assert "Running, 2" in page
    assert "Mine, 1" in page


def test_dates_that_have_passed_are_late(sign_in: Any) -> None:
    client = a_client()
    project = a_project(client, due_on=date(2026, 9, 21))
    a_milestone(project, "Texte", date(2026, 9, 20))
    a_milestone(project, "Druck", date(2026, 9, 22))
    done = a_project(client, "Speisekarte", due_on=date(2026, 9, 1))
    done.finish()
    with time_machine.travel(NOW, tick=False):
        page = sign_in(a_manager()).get("/").text
    late = page.split('id="late"')[1].split("</section>")[0]
    assert "Texte" in late
    assert "Herbstkampagne 2026 was to be done" in late
    assert "Druck" not in late
    assert "Speisekarte" not in late


def test_clients_of_whom_nobody_comes_have_gone_quiet(sign_in: Any, db: Any) -> None:
    quiet, lively, done = a_client("Kanzlei"), a_client("Werft"), a_client("Praxis")
    for client in (quiet, lively):
        a_project(client)
    a_project(done).finish()
    for client, days in ((quiet, 23), (lively, 3), (done, 90)):
        an_approver(client).seen_at = NOW - timedelta(days=days)
    a_viewer(quiet)
    with time_machine.travel(NOW, tick=False):
        page = sign_in(a_manager()).get("/").text
    silent = page.split('id="silent"')[1]
    assert "Kanzlei" in silent
    assert "for 23\N{NO-BREAK SPACE}days" in silent
    assert "Werft" not in silent
    assert "Praxis" not in silent


def test_who_never_came_can_be_invited_again(sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    with time_machine.travel(NOW - timedelta(days=12), tick=False):
        invitation = Invitation.to_client(
            client, "viewer", jana, name="Birgit Hansen", email="b@kunde.de", language="de"
        )
    with time_machine.travel(NOW, tick=False):
        browser = sign_in(jana)
        page = browser.get("/").text
        assert "Birgit Hansen, Bäckerei Sonnenschein" in page
        path = f"/invitations/{invitation.public_id}/sendings"
        assert f'action="{path}"' in page
        assert browser.post(path).status_code == 303


def test_a_member_reads_of_their_own_projects_only(app: Any, sign_in: Any) -> None:
    project = a_project(a_client(), "Plakat", due_on=date(2026, 1, 1))
    a_project(a_client("Werft Holm"), "Messe", due_on=date(2026, 1, 1))
    an_approver(a_client("Kanzlei"))
    page = sign_in(a_member("Tom", project)).get("/").text
    assert "Plakat" in page
    for hidden in ("Messe", "Werft Holm", "Kanzlei", "Start a project"):
        assert hidden not in page


def test_a_new_owner_has_a_list_that_follows_how_things_are(sign_in: Any, db: Any) -> None:
    owner = an_owner()
    browser = sign_in(owner)
    page = browser.get("/").text
    assert "Set up your portal" in page
    assert 'href="/clients/new"' in page.split('id="set-up"')[1]
    assert "Done" not in page
    client = a_client()
    assert browser.get("/").text.count("Done") == 1
    a_project(client)
    an_approver(client)
    agency = Agency.current()
    assert agency is not None
    agency.colour, agency.phone, agency.mail_tested_at = "#f5b52e", "0431 1", NOW
    assert "Set up your portal" not in browser.get("/").text


def test_the_list_can_be_put_away(sign_in: Any) -> None:
    browser = sign_in(an_owner())
    browser.post("/tour/end")
    assert "Set up your portal" not in browser.get("/").text


def test_only_owners_have_the_list(sign_in: Any) -> None:
    assert "Set up your portal" not in sign_in(a_manager()).get("/").text


def test_what_others_did_since_the_last_visit_is_told_with_its_project(sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    project, tom = a_project(client, "Plakat"), a_manager("Tom Lindner")
    browser = sign_in(jana)
    jana.last_visit_at = clock.now() - timedelta(days=1)
    happened("note.written", project, tom, internal=True)
    happened("update.posted", project, jana, name="Von mir")
    page = browser.get("/").text.split('id="news"')[1]
    assert "<b>Tom Lindner</b> wrote an internal note" in page
    assert "Plakat" in page
    assert "Von mir" not in page


def test_the_first_page_of_a_visit_knows_when_the_last_one_was(sign_in: Any) -> None:
    project, jana, tom = a_project(a_client()), a_manager(), a_manager("Tom Lindner")
    with time_machine.travel(NOW) as traveller:
        browser = sign_in(jana)
        traveller.shift(timedelta(days=2))
        happened("update.posted", project, tom, name="Inzwischen")
        assert "Inzwischen" in browser.get("/").text.split('id="news"')[1]


def test_who_never_came_is_asked_again_after_some_days_by_one_tap(
    sign_in: Any, outbox: Any
) -> None:
    client, jana = a_client(), a_manager()
    annette = an_approver(client)
    place = client.membership_of(annette)
    with time_machine.travel(NOW) as traveller:
        place.created_at = clock.now()
        browser = sign_in(jana)
        assert "Invite again" not in browser.get("/").text
        traveller.shift(timedelta(days=4))
        assert "Annette Sonnenschein, " in browser.get("/").text
        again = f"/memberships/{place.public_id}/sendings"
        assert browser.post(again, headers={"Referer": "http://localhost/"}).location == "/"
        assert browser.post(again).status_code == 429
        assert "Invite again" not in browser.get("/").text
        assert [each.to_email for each in outbox()] == [annette.email]


def test_an_owner_gets_the_set_up_list_again_when_they_ask(sign_in: Any) -> None:
    browser = sign_in(an_owner())
    browser.post("/tour/end")
    assert 'id="set-up"' not in browser.get("/").text
    assert 'id="set-up"' in browser.get("/?set_up=1").text


def test_only_an_owner_reads_at_the_foot_that_background_work_has_stopped(
    sign_in: Any,
) -> None:
    owner, manager = sign_in(an_owner()), sign_in(a_manager())
    silent = "Nobody does the work in the background"
    assert silent in owner.get("/").text
    assert silent not in manager.get("/").text
    Heartbeat.beat()
    assert silent not in owner.get("/").text
