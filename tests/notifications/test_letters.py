"""Every mail that the portal writes, in both languages: what each must have."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from app.core.mail import WITH_PICTURE, Mail
from app.extensions import db
from app.settings import ROOT
from tests.builders import a_client, an_approver
from tests.files.builders import draw_all
from tests.letters import Story

pytestmark = pytest.mark.only("sqlite")
KINDS = {file.stem for file in Path(ROOT, "app/templates/mail").glob("[a-z]*.txt")}
WITHOUT_BUTTON = {"test", "backup_missing"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_mail_says_what_it_is_about_why_it_came_and_what_to_do(
    app: Any, language: str
) -> None:
    letters = Story(language).tell()
    assert {each.kind for each in letters} == KINDS - {"layout", "said"}
    for letter in letters:
        assert problems(letter, app.extensions["settings"]) == [], (letter.kind, letter.subject)
    assert len({each.subject for each in letters}) > len(KINDS) - 4


def problems(letter: Mail, settings: Any) -> list[str]:
    """What a mail lacks."""
    page = BeautifulSoup(letter.html, "html.parser")
    button = page.select_one("a.do")
    message = letter.as_message(settings, "Studio Nordlicht")
    lacks = {
        "subject": len(letter.subject) > 8 and "{" not in letter.subject,
        "language": page.html is not None and page.html["lang"] == letter.language,
        "preheader": bool(page.select_one(".preheader").text.strip()),  # type: ignore[union-attr]
        "heading": bool(letter.says) or letter.is_secret,
        "reason": bool(page.select_one("footer p")),
        "button": bool(button) or letter.kind in WITHOUT_BUTTON,
        "button in the text": button is None or str(button["href"]) in letter.text,
        "way to choose": "/account/notifications" in letter.html or not letter.unsubscribe,
        "loop guard": message["Auto-Submitted"] == "auto-generated",
        "own style": button is None or bool(soup_of(message).select("a.do[style]")),
        "no empty picture": "cid:" not in WITH_PICTURE.sub("", letter.html),
        "no markup in the text": not re.search(r"</?(p|b|a|li)\b", letter.text),
    }
    return [name for name, is_there in lacks.items() if not is_there]


def soup_of(message: EmailMessage) -> BeautifulSoup:
    """The HTML part as it is sent."""
    part = message.get_body(("html",))
    assert part
    return BeautifulSoup(part.get_content(), "html.parser")


def test_a_mail_carries_the_picture_of_what_its_reader_may_see(app: Any) -> None:
    story = Story("de")
    draw_all()
    asked = next(each for each in story.tell() if each.kind == "approval_asked")
    message = asked.as_message(app.extensions["settings"], "Studio Nordlicht")
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/jpeg"]
    name = str(picture["Content-ID"]).strip("<>")
    assert soup_of(message).select(f'img[src="cid:{name}"]')
    asked.user_id = an_approver(a_client("Werft Holm")).id
    without = asked.as_message(app.extensions["settings"], "Studio Nordlicht").as_string()
    assert "image/jpeg" not in without and "cid:" not in without


def test_a_scanner_that_opens_every_link_of_every_mail_changes_nothing(
    app: Any, client: Any
) -> None:
    links = {
        link["href"]
        for letter in Story("en").tell()
        for link in BeautifulSoup(letter.html, "html.parser").select("a[href^=http]")
    }
    before, wrong = everything(), []
    for link in sorted(links):
        path = link.removeprefix("http://localhost")
        answers = [client.get(path).status_code, client.head(path).status_code]
        if not {*answers} <= {200, 303} or everything() != before:
            wrong.append((answers, link))
    assert len(links) > 25 and wrong == []


def everything() -> dict[str, Any]:
    """All rows of all tables."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {each.name: sorted(map(str, db.session.execute(each.select()))) for each in tables}
