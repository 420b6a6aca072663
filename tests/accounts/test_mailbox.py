"""The mailbox of the demo."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest

from app.core.agency import Agency
from app.core.mail import Mail, Recipient
from app.core.models import every
from tests.accounts.builders import EMAIL, annette, ask, letters, link_in

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def demo(client: Any, db: Any) -> Any:
    """A browser at the demo, where Annette and a stranger have asked for a link."""
    every(db.select(Agency))[0].is_demo = True
    annette()
    ask(client)
    ask(client, "nobody@nowhere.de")
    return client


def mails_of(to: str, number: int) -> list[Mail]:
    to_somebody = {"to_email": to, "kind": "news", "text": "x", "html": "x", "language": "en"}
    return [
        Mail(subject=f"Mail {each}", message_id=f"<{to}{each}>", **to_somebody)
        for each in range(number)
    ]


def test_the_mailbox_shows_what_was_written_to_people(demo: Any) -> None:
    page = demo.get("/mailbox").text
    assert page.count('class="row"') == 1
    assert "Your way in" in page


def test_a_mail_shows_its_text_and_itself(demo: Any) -> None:
    letter = letters()[0]
    page = demo.get(f"/mailbox/{letter.public_id}")
    assert EMAIL in page.text
    assert letter.subject in page.text
    assert "/sign-in/" in page.text
    assert f'src="/mailbox/{letter.public_id}/html"' in page.text
    assert "allow-scripts" not in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")


def test_only_that_page_may_have_frames(demo: Any) -> None:
    assert "frame-src" not in demo.get("/mailbox").headers["Content-Security-Policy"]


def test_the_mail_itself_may_load_its_own_styles_and_nothing_else(demo: Any) -> None:
    letter = letters()[0]
    answer = demo.get(f"/mailbox/{letter.public_id}/html")
    policy = answer.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src 'self' data:; ")
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert '<base target="_top">' in answer.text


def test_the_mailbox_can_be_narrowed_to_one_address(demo: Any, db: Any) -> None:
    db.session.add_all(mails_of("other@kunde.de", 2))
    assert demo.get("/mailbox?to=other@kunde.de").text.count('class="row"') == 2
    assert demo.get(f"/mailbox?to={EMAIL}").text.count('class="row"') == 1
    assert "No mails yet." in demo.get("/mailbox?to=nobody@nowhere.de").text


def test_older_mails_are_on_the_next_page(demo: Any, db: Any) -> None:
    db.session.add_all(mails_of("other@kunde.de", 40))
    first = demo.get("/mailbox?to=other@kunde.de").text
    older = re.search(r'href="(/mailbox\?[^"]*page=[^"]*)"', first)
    assert first.count('class="row"') == 30
    assert "Mail 39" in first
    assert older
    second = demo.get(older[1].replace("&amp;", "&")).text
    assert second.count('class="row"') == 10
    assert "Mail 0<" in second
    assert demo.get("/mailbox?page=nonsense").status_code == 200


def test_the_door_and_the_menu_lead_to_it(demo: Any) -> None:
    assert 'href="/mailbox"' in demo.get("/sign-in/sent").text
    demo.get(link_in(letters()[0]))
    assert 'href="/mailbox"' in demo.get("/account").text


def paths() -> list[str]:
    letter = letters()[0]
    return ["/mailbox", f"/mailbox/{letter.public_id}", f"/mailbox/{letter.public_id}/html"]


def test_a_portal_that_is_no_demo_has_no_mailbox(client: Any) -> None:
    annette()
    ask(client)
    assert [client.get(path).status_code for path in paths()] == [404, 404, 404]
    assert "/mailbox" not in client.get("/sign-in").text


def test_where_mails_go_out_there_is_no_mailbox(app: Any, demo: Any, monkeypatch: Any) -> None:
    sending = replace(app.extensions["settings"], mail_url="smtp://localhost")
    monkeypatch.setitem(app.extensions, "settings", sending)
    assert [demo.get(path).status_code for path in paths()] == [404, 404, 404]


def test_a_mail_to_nobody_can_t_be_opened(demo: Any, db: Any) -> None:
    nobody_s = every(db.select(Mail).where(Mail.to_email == ""))[0]
    assert demo.get(f"/mailbox/{nobody_s.public_id}").status_code == 404


def test_the_mail_speaks_the_language_of_its_reader(app: Any, agency: Any) -> None:
    from app.core import mail

    with app.test_request_context():
        letter = mail.compose(
            "sign_in",
            Recipient("a@b.de", "Ann <b>", "en"),
            secret=True,
            link="http://localhost/sign-in/x",
            code="123456",
        )
    assert letter.language == "en"
    assert "Hello Ann <b>," in letter.text
    assert "Hello Ann &lt;b&gt;," in letter.html
    assert "123456" not in letter.subject
