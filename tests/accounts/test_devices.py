"""Signed-in devices: listed, ended, and out by themselves after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.accounts.devices import device_name
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.core import clock
from app.core.models import every
from tests.accounts.builders import annette, is_in
from tests.builders import an_owner

pytestmark = pytest.mark.only("sqlite")


def test_a_person_sees_their_devices_and_no_others(sign_in: Any) -> None:
    user = annette()
    sign_in(an_owner())
    here = sign_in(user)
    sign_in(user)
    page = here.get("/account/devices").text
    assert page.count('class="row"') == 2
    assert page.count("This device") == 1


def test_one_device_is_signed_out_from_another(sign_in: Any, db: Any) -> None:
    user = annette()
    here, there = sign_in(user), sign_in(user)
    other = every(db.select(UserSession).order_by(UserSession.id))[-1]
    answer = here.post(f"/account/devices/{other.public_id}/ending")
    assert answer.location == "/account/devices"
    assert is_in(here)
    assert not is_in(there)


def test_signing_out_this_device_leads_to_the_door(sign_in: Any, db: Any) -> None:
    here = sign_in(annette())
    mine = every(db.select(UserSession))[0]
    assert here.post(f"/account/devices/{mine.public_id}/ending").location == "/sign-in"
    assert not is_in(here)


def test_all_others_are_signed_out_together(sign_in: Any) -> None:
    user = annette()
    here, *others = [sign_in(user) for _ in range(3)]
    owner = sign_in(an_owner())
    here.post("/account/devices/endings")
    assert [is_in(each) for each in (here, *others, owner)] == [True, False, False, True]


def test_nobody_ends_a_device_of_somebody_else(sign_in: Any, db: Any) -> None:
    there = sign_in(annette())
    theirs = every(db.select(UserSession))[0]
    here = sign_in(an_owner())
    assert here.post(f"/account/devices/{theirs.public_id}/ending").status_code == 404
    assert here.post("/account/devices/nonsense/ending").status_code == 404
    assert is_in(there)


def test_signing_out_ends_the_row_not_only_the_cookie(app: Any, sign_in: Any) -> None:
    here = sign_in(annette())
    stolen = here.get_cookie("foyer").value
    here.post("/sign-out")
    here.set_cookie("foyer", stolen)
    assert not is_in(here)


@pytest.mark.only("sqlite", "postgresql")
def test_a_removed_person_is_out_at_once(sign_in: Any, db: Any) -> None:
    user = annette()
    here = sign_in(user)
    user.remove()
    db.session.commit()
    assert not is_in(here)


def test_a_device_that_nobody_used_for_a_month_is_out(sign_in: Any) -> None:
    here = sign_in(annette())
    moment = clock.now()
    with time_machine.travel(moment + timedelta(days=29)):
        assert is_in(here)
    with time_machine.travel(moment + timedelta(days=60)):
        assert not is_in(here)


def test_half_a_year_is_enough_for_any_device(sign_in: Any) -> None:
    here = sign_in(annette())
    moment = clock.now()
    for days in range(20, 180, 20):
        with time_machine.travel(moment + timedelta(days=days)):
            assert is_in(here)
    with time_machine.travel(moment + timedelta(days=181)):
        assert not is_in(here)


def test_looking_at_a_page_notes_the_visit_at_most_every_few_minutes(
    sign_in: Any, db: Any, count_queries: Any
) -> None:
    user = annette()
    here = sign_in(user)
    with time_machine.travel(clock.now() + timedelta(minutes=40), tick=False):
        here.get("/account")
        assert db.session.get(User, user.id).seen_at == clock.now()
        assert db.session.get(User, user.id).last_visit_at is not None
        with count_queries() as statements:
            here.get("/account")
        assert not [each for each in statements if each.startswith("UPDATE")]


def test_the_page_costs_the_same_however_many_devices_there_are(
    sign_in: Any, db: Any, count_queries: Any
) -> None:
    user = annette()
    here = sign_in(user)
    with count_queries() as for_one:
        here.get("/account/devices")
    db.session.add_all(
        UserSession(user_id=user.id, digest=f"{number:064d}") for number in range(200)
    )
    db.session.commit()
    with count_queries() as for_many:
        page = here.get("/account/devices").text
    assert len(for_many) == len(for_one)
    assert page.count('class="row"') == 30
    assert "Older" in page


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words(header: str, words: str) -> None:
    assert device_name(header) == words
