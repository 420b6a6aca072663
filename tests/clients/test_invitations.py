"""Inviting: by mail, for 14 days, sent again, withdrawn, and never with more rights than one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.accounts.models import AlreadyKnown
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.links import InvitationClosed, InvitationLink
from app.core.errors import Conflict, NotAllowed, TooMany
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_viewer,
    an_agency,
    an_approver,
    an_owner,
)
from tests.clients.builders import (
    EMAIL,
    an_invitation,
    last_mail,
    link_in_last_mail,
    place_of,
)

NOON = datetime(2026, 9, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def set_up(app: Flask) -> None:
    an_agency()


def the_link() -> InvitationLink:
    return InvitationLink.with_token(link_in_last_mail().removeprefix("/join/"))


def test_an_invitation_is_a_mail_that_says_who_to_what_and_until_when() -> None:
    with time_machine.travel(NOON, tick=False):
        an_invitation(
            a_client(), a_manager(email="jana@nordlicht.de"), salutation="Ms Sonnenschein"
        )
    mail = last_mail()
    assert mail.subject == "Jana Petersen invites you to the portal for Bäckerei Sonnenschein"
    assert (mail.to_email, mail.reply_to, mail.is_secret) == (EMAIL, "jana@nordlicht.de", True)
    for text in (mail.text, mail.html):
        assert "Hello Ms Sonnenschein," in text
        assert "decide on approvals" in text
        assert "valid until Monday, October\N{NO-BREAK SPACE}5" in text
        assert "http://localhost/join/" in text


def test_names_are_text_in_the_mail() -> None:
    an_invitation(a_client("<b>Bold</b>"), a_manager("Jana <i>P</i>"), name="<script>")
    html = last_mail().html
    assert "<b>Bold" not in html and "<i>P" not in html and "<script>" not in html


def test_the_mail_has_the_colour_of_the_client() -> None:
    an_invitation(a_client(colour="#f5b52e"), a_manager())
    assert "#f5b52e" in last_mail().html


def test_an_invitation_is_good_for_14_days() -> None:
    with time_machine.travel(NOON, tick=False) as time:
        invitation = an_invitation(a_client(), a_manager())
        time.shift(timedelta(days=14) - timedelta(seconds=1))
        assert invitation.is_open
        time.shift(timedelta(seconds=1))
        assert not invitation.is_open
        with pytest.raises(InvitationClosed):
            invitation.accept()


def test_accepting_lets_the_person_in_with_the_role() -> None:
    client = a_client()
    invitation = an_invitation(
        client, a_manager(), "contributor", salutation="Ms S", language="de", is_main=True
    )
    user, is_new = invitation.accept()
    assert is_new
    assert (user.email, user.salutation, user.language) == (EMAIL, "Ms S", "de")
    assert (place_of(user, client).role, place_of(user, client).is_main) == ("contributor", True)


def test_somebody_known_gains_a_place() -> None:
    person = a_viewer(a_client("Werft Hansen"), email=EMAIL)
    client = a_client()
    user, is_new = an_invitation(client, a_manager(), email=EMAIL.upper()).accept()
    assert (user, is_new) == (person, False)
    assert place_of(person, client).role == "approver"


def test_somebody_who_was_removed_can_come_back() -> None:
    client, owner = a_client(), an_owner()
    person = a_viewer(client, email=EMAIL)
    place_of(person, client).end(owner)
    user, is_new = an_invitation(client, owner).accept()
    assert (user, is_new, user.removed_at) == (person, True, None)


def test_an_invitation_is_accepted_once() -> None:
    invitation = an_invitation(a_client(), a_manager())
    invitation.accept()
    with pytest.raises(InvitationClosed):
        invitation.accept()


def test_a_withdrawn_invitation_lets_nobody_in() -> None:
    manager = a_manager()
    invitation = an_invitation(a_client(), manager)
    invitation.withdraw(manager)
    with pytest.raises(InvitationClosed):
        invitation.accept()
    with pytest.raises(InvitationClosed):
        invitation.send_again()


def test_an_accepted_invitation_can_not_be_withdrawn() -> None:
    manager = a_manager()
    invitation = an_invitation(a_client(), manager)
    invitation.accept()
    with pytest.raises(InvitationClosed):
        invitation.withdraw(manager)


def test_sending_again_brings_another_link_and_the_first_still_works(outbox: Any) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        invitation = an_invitation(a_client(), a_manager())
        first = the_link()
        time.shift(timedelta(days=3))
        invitation.send_again()
        assert len(outbox()) == 2
        assert the_link().id != first.id
        assert first.is_open
        time.shift(timedelta(days=11))
        assert (first.state, the_link().state) == ("expired", "open")


def test_sending_again_pauses_for_ten_minutes(outbox: Any) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        invitation = an_invitation(a_client(), a_manager())
        time.shift(timedelta(minutes=9))
        with pytest.raises(TooMany):
            invitation.send_again()
        time.shift(timedelta(minutes=1))
        invitation.send_again()
        assert len(outbox()) == 2


def test_an_old_link_can_not_let_in_after_a_new_one_was_sent() -> None:
    with time_machine.travel(NOON, tick=False) as time:
        invitation = an_invitation(a_client(), a_manager())
        first = the_link()
        time.shift(timedelta(days=15))
        first.renew()
        assert invitation.is_open
        with pytest.raises(InvitationClosed):
            first.accept()
        the_link().accept()


def test_a_link_that_works_is_not_renewed() -> None:
    an_invitation(a_client(), a_manager())
    with pytest.raises(Conflict):
        the_link().renew()


def test_an_address_is_asked_to_one_client_once() -> None:
    client, owner = a_client(), an_owner()
    an_invitation(client, owner)
    with pytest.raises(Conflict):
        an_invitation(client, owner, email=f" {EMAIL.upper()}")


def test_staff_and_members_of_the_client_are_not_invited() -> None:
    client = a_client()
    manager = a_manager(email="jana@nordlicht.de")
    a_viewer(client, email=EMAIL)
    for email in ("jana@nordlicht.de", EMAIL):
        with pytest.raises(Conflict):
            an_invitation(client, manager, email=email)


def test_nobody_is_invited_to_the_side_on_which_they_were_not() -> None:
    jana, tom = a_manager(), a_member(email="tom@nordlicht.de")
    annette = an_approver(a_client())
    tom.remove()
    annette.remove()
    with pytest.raises(Conflict):
        an_invitation(a_client("Werft Holm"), jana, email=tom.email)
    with pytest.raises(Conflict):
        Invitation.to_agency("member", jana, name="A", email=annette.email, language="en")


def test_a_main_contact_invites_up_to_their_own_rights() -> None:
    client = a_client()
    boss = a_contributor(client, main=True)
    an_invitation(client, boss, "contributor")
    with pytest.raises(NotAllowed):
        an_invitation(client, boss, "approver", email="b@sonnenschein.de")
    with pytest.raises(NotAllowed):
        an_invitation(client, boss, "viewer", email="c@sonnenschein.de", is_main=True)


def test_a_main_contact_can_not_withdraw_more_rights_than_their_own() -> None:
    client = a_client()
    invitation = an_invitation(client, a_manager(), "approver")
    with pytest.raises(NotAllowed):
        invitation.withdraw(a_contributor(client, main=True))


def test_the_agency_invites_its_own_people() -> None:
    person = {"name": "Tom Lindner", "email": "tom@nordlicht.de", "language": "en"}
    invitation = Invitation.to_agency("manager", an_owner(), **person)
    assert last_mail().subject == "Ole Brandt invites you to the portal of Studio Nordlicht"
    user, is_new = invitation.accept()
    assert (user.agency_role, is_new) == ("manager", True)


def test_a_clients_person_can_not_become_staff_by_an_invitation() -> None:
    client, owner = a_client(), an_owner()
    person = {"name": "Annette", "email": EMAIL, "language": "en"}
    invitation = Invitation.to_agency("member", owner, **person)
    an_approver(client, email=EMAIL)
    with pytest.raises(AlreadyKnown):
        invitation.accept()
    with pytest.raises(AlreadyKnown):
        Invitation.to_agency("member", owner, **person)


def test_only_owners_see_invitations_to_the_agency(db: Any) -> None:
    owner, manager = an_owner(), a_manager()
    Invitation.to_agency("member", owner, name="Tom", email="tom@nordlicht.de", language="en")
    to_client = an_invitation(a_client(), manager)
    assert len(list(db.session.scalars(Invitation.visible_to(owner)))) == 2
    assert list(db.session.scalars(Invitation.visible_to(manager))) == [to_client]
