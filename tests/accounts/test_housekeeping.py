"""What is deleted every day, and how chores come round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine

from app.blueprints.accounts.housekeeping import forget_old
from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import SignInLink
from app.core import chores, clock
from app.core.chores import Chore
from app.core.due import drain
from app.core.mail import Mail
from app.core.models import every
from tests.accounts.builders import annette, ask, is_in, letters


def test_old_requests_and_mails_to_nobody_are_deleted(client: Any, db: Any) -> None:
    annette()
    ask(client)
    ask(client, "nobody@nowhere.de")
    forget_old()
    assert len(every(db.select(SignInLink))) == 2
    assert every(db.select(Mail)) == letters()
    with time_machine.travel(clock.now() + timedelta(days=3)):
        forget_old()
    assert every(db.select(SignInLink)) == []


def test_sessions_are_deleted_when_nobody_asks_for_them_any_more(sign_in: Any, db: Any) -> None:
    user, moment = annette(), clock.now()
    ended, kept = sign_in(user), sign_in(user)
    ended.post("/sign-out")
    with time_machine.travel(moment + timedelta(days=29)):
        assert is_in(kept)
    with time_machine.travel(moment + timedelta(days=31)):
        forget_old()
        db.session.commit()
        assert len(every(db.select(UserSession))) == 1
        assert is_in(kept)


def test_a_chore_is_due_again_a_day_later(app: Any, db: Any) -> None:
    moment = clock.now()
    assert drain(chores.DRAIN) == 0
    assert "accounts" in {chore.name for chore in every(db.select(Chore))}
    with time_machine.travel(moment + timedelta(hours=25)):
        assert drain(chores.DRAIN) == len(every(db.select(Chore)))
        assert drain(chores.DRAIN) == 0
    with time_machine.travel(moment + timedelta(hours=50)):
        assert drain(chores.DRAIN) > 0


def test_a_chore_that_fails_again_and_again_is_never_given_up(app: Any, db: Any) -> None:
    chore = Chore(name="accounts", due_at=clock.now())
    db.session.add(chore)
    chore.tries = 99
    assert not chore.put_off("the disk is full")
    assert chore.due_at is not None
    assert chore.due_at > clock.now()
