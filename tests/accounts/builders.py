"""What the tests of signing in need: people at the door, and what lies in their mailbox."""

from __future__ import annotations

import re
from typing import Any

from app.blueprints.accounts.models import User
from app.core.mail import NOBODY, Mail
from app.core.models import every
from app.extensions import db
from tests.builders import a_client as a_company
from tests.builders import an_approver

EMAIL = "annette@baeckerei-sonnenschein.de"


def annette() -> User:
    """A client's person, who is addressed as Ms Sonnenschein."""
    user = an_approver(a_company(), email=EMAIL)
    user.salutation = "Ms Sonnenschein"
    db.session.commit()
    return user


def ask(browser: Any, email: str = EMAIL, **more: str) -> Any:
    """Ask for a link in a browser."""
    return browser.post("/sign-in", data={"email": email, **more})


def letters() -> list[Mail]:
    """The mails that went to somebody, the oldest first."""
    return list(every(db.select(Mail).where(Mail.to_email != NOBODY).order_by(Mail.id)))


def link_in(letter: Mail) -> str:
    """The path of the link in a sign-in mail."""
    found = re.search(r"http://localhost(/sign-in/\S+)", letter.text)
    assert found
    return found[1]


def code_in(letter: Mail) -> str:
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found
    return found[0]


def a_link(browser: Any, **more: str) -> str:
    """Ask for a link in a browser, and take it out of the mailbox."""
    ask(browser, **more)
    return link_in(letters()[-1])


def is_in(browser: Any) -> bool:
    """Whether somebody is signed in with this browser."""
    return bool(browser.get("/account").status_code == 200)
