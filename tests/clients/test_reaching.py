"""Whom no mail reaches: the agency sees it, tries again, or gives another address."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.core import clock
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import every, one
from app.core.unreached import Unreached, take
from app.core.worker import run_once
from app.extensions import db as database
from tests.builders import a_client, a_mail, a_manager, an_approver, point_mail_to
from tests.core.test_returned import a_return
from tests.smtp import SmtpServer

pytestmark = pytest.mark.only("sqlite")
LATER = timedelta(hours=9)


@pytest.fixture
def annette(agency: Any, app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> User:
    """A client's person whose mails are refused."""
    point_mail_to(app, monkeypatch, smtp.url)
    annette = an_approver(a_client(), email="anette@sonnenschein.de")
    smtp.refused[annette.email] = "550 5.1.1 User unknown"
    a_mail(annette.email, user_id=annette.id)
    run_once()
    return annette


def test_the_agency_is_told_whom_it_does_not_reach_and_since_when(
    annette: User, sign_in: Any
) -> None:
    browser = sign_in(a_manager())
    place = every(Membership.of_user(annette))[0]
    client = database.session.get_one(Client, place.client_id)
    assert every(database.select(Event.client_id).where(Event.verb == "person.unreached")) == [
        client.id
    ]
    for address in ("/", f"/clients/{client.public_id}"):
        text = browser.get(address).text
        assert "No mail gets through" in text and "Nobody has this address any more" in text
    mails = browser.get(f"/people/{annette.public_id}/mails").text
    assert "Failed" in mails and "550 5.1.1 User unknown" in mails and "Guten Tag" not in mails


def test_another_address_takes_over_what_was_lost_and_lets_nobody_in_by_the_old_one(
    annette: User, sign_in: Any, smtp: SmtpServer
) -> None:
    theirs = sign_in(annette)
    SignInLink.made_for(annette)
    place = every(Membership.of_user(annette))[0]
    browser, form = sign_in(a_manager()), {"email": "annette@sonnenschein.de"}
    for _click in range(2):
        answer = browser.post(f"/memberships/{place.public_id}/address", data=form)
        assert answer.status_code == 303
    run_once()
    assert [each.recipients for each in smtp.received] == [("annette@sonnenschein.de",)]
    assert theirs.get("/account").status_code == 303
    assert every(database.select(SignInLink).where(SignInLink.used_at.is_(None))) == []
    assert every(database.select(Unreached)) == []


def test_trying_again_sends_what_was_stopped(annette: User, sign_in: Any, smtp: SmtpServer) -> None:
    smtp.refused.clear()
    address = Unreached.at(annette.email)
    assert address
    sign_in(a_manager()).post(f"/unreached/{address.public_id}/ending")
    run_once()
    assert [each.recipients for each in smtp.received] == [(annette.email,)]


def test_who_was_invited_at_a_wrong_address_is_invited_at_another(
    agency: Any, sign_in: Any
) -> None:
    client, jana = a_client(), a_manager()
    wrong = Invitation.to_client(
        client, "approver", jana, name="Murat", email="murt@kunde.de", language="de", is_main=True
    )
    database.session.commit()
    browser = sign_in(jana)
    browser.post(f"/invitations/{wrong.public_id}/address", data={"email": "murat@kunde.de"})
    right = Invitation.pending_at(client)
    (found,) = every(right)
    assert (found.email, found.name, found.is_main) == ("murat@kunde.de", "Murat", True)
    taken = browser.post(f"/invitations/{found.public_id}/address", data={"email": jana.email})
    assert taken.status_code == 409


def test_what_waits_goes_to_the_new_address_and_what_comes_back_late_is_not_about_it(
    annette: User, sign_in: Any, smtp: SmtpServer
) -> None:
    sent = one(database.select(Mail))
    assert sent
    late, late_subject = a_return(sent), sent.subject
    held, link = (a_mail(annette.email, user_id=annette.id, is_secret=it) for it in (False, True))
    for mail in (held, link):
        mail.hold(clock.now() + LATER)
    place = every(Membership.of_user(annette))[0]
    sign_in(a_manager()).post(
        f"/memberships/{place.public_id}/address", data={"email": "annette@sonnenschein.de"}
    )
    assert (held.to_email, bool(held.held_until)) == ("annette@sonnenschein.de", True)
    assert link.called_off
    run_once()
    next_one = an_approver(a_client("Werft Holm"), "Anette Holm", email="anette@sonnenschein.de")
    assert late_subject not in sign_in(next_one).get("/account/mails").text
    assert late_subject in sign_in(annette).get("/account/mails").text
    assert len(smtp.received) == 1
    assert not take(message_from_bytes(late))
    assert every(database.select(Unreached)) == []
