"""Every mail that the portal writes, made as it is made in use; as pictures, to be looked at.

`python -m tests.letters FOLDER` draws each in both languages, on a phone and on a desk, light and dark.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.approvals import agency_letters, comment_letters, letters, log
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.matters import Matter
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import Review
from app.blueprints.approvals.terms import Terms
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.files.requests import letters as request_letters
from app.blueprints.files.requests.models import FileRequest, Need
from app.blueprints.notifications import letters as digests
from app.blueprints.projects.letters import update_letter
from app.blueprints.projects.models import Project
from app.core import clock, mail
from app.core.backup import Backup
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import IPHONE
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    an_agency,
    an_approver,
)
from tests.files.builders import a_file, newest
from tests.projects.builders import an_update, happened

DAY = timedelta(days=1)
SIZES = ((390, "phone"), (640, "desk"))


class Story:
    """A client whose people read one language, and all that they and the agency get mails about."""

    def __init__(self, language: str) -> None:
        an_agency(
            phone="+49 40 123456", imprint="Studio Nordlicht GmbH, Hafenstraße 1, 20457 Hamburg"
        )
        speaks = {"language": language}
        self.client: Client = a_client(colour="#12806f")
        self.project: Project = a_project(self.client)
        self.jana: User = a_manager(**speaks)
        self.tom: User = a_member("Tom Lindner", self.project, **speaks)
        self.annette: User = an_approver(self.client, **speaks)
        self.inken: User = an_approver(self.client, "Dr. Inken Feddersen", **speaks)
        self.murat: User = a_contributor(self.client, **speaks)
        self.project.lead_id = self.jana.id
        self.poster: File = a_file(
            self.project, self.jana, "Herbstplakat_A2_Kürbiskernbrot.png", shared=True
        )
        db.session.commit()

    def tell(self) -> list[Mail]:
        """Let all of it happen; the mails, the oldest first."""
        self._come_in()
        self._ask()
        self._decide()
        self._review()
        self._package()
        self._request()
        self._news()
        db.session.commit()
        return list(every(db.select(Mail).order_by(Mail.id)))

    def _come_in(self) -> None:
        SignInLink.ask(self.annette.email, "127.0.0.1", "/", "de")
        person = {
            "name": "Birgit Hansen",
            "email": "birgit@kunde.de",
            "language": self.annette.language,
        }
        Invitation.to_client(self.client, "viewer", self.jana, is_main=True, **person)
        Invitation.to_agency("member", self.jana, **{**person, "email": "birgit@studio.de"})
        mail.queue("test", self.jana.recipient)
        mail.queue("backup_missing", self.jana.recipient, standing=Backup.standing())

    def _ask(self) -> None:
        words = "Bitte achten Sie auf den Preis: 3,90 € statt 4,20 €."
        self.asked = self._approval("Herbstplakat A2", message=words, due_at=clock.now() + 3 * DAY)
        letters.ask_deciders(self.asked, self.jana)
        before = replace(Terms.of(self.asked), due_at=clock.now() + DAY)
        letters.tell_terms(Matter(self.asked), self.jana, [self.annette], before)
        letters.remind(self.asked, self.annette, clock.now() - 6 * DAY, None)
        self.asked.rounds_agreed = 3
        letters.remind(self._approval("Flyer"), self.annette, clock.now() - 6 * DAY, self.jana)
        words = "Ich bin bis Montag nicht da, kannst du das übernehmen?"
        letters.pass_on(Delegation.make(self.asked, self.annette, self.inken, words))

    def _decide(self) -> None:
        seen = newest(self.poster).public_id
        comments = [
            self._comment("Das **Brot** darf ruhig größer sein."),
            self._comment("Und der Preis?"),
        ]
        comment_letters.tell(self.asked, self.inken, comments)
        changes, _ = Decision.make(
            self.asked, self.inken, "changes", "Bitte größer, und wärmer.", seen, IPHONE
        )
        agency_letters.tell_agency(changes)
        flyer = self._approval("Flyer A5")
        approved, _ = Decision.make(flyer, self.annette, "approved", "", seen, IPHONE)
        agency_letters.tell_agency(approved)
        log.decided(approved, self.annette, IPHONE)
        db.session.commit()
        letters.send_receipt(approved, self.annette)
        reason = "Es fehlt noch die Rückseite."
        approved.take_back(self.jana, reason)
        log.taken_back(approved, self.jana, IPHONE, reason)
        db.session.commit()
        letters.tell_taken_back(approved)

    def _review(self) -> None:
        draft = self._approval("Anzeige", reviewers=[self.tom])
        agency_letters.ask_reviewers(draft, self.jana)
        review, _ = Review.make(
            draft, self.tom, "returned", "Das Logo fehlt.", newest(self.poster).public_id
        )
        agency_letters.tell_of_review(review, draft)

    def _package(self) -> None:
        versions = [
            newest(a_file(self.project, self.jana, name, shared=True))
            for name in ("Eins.png", "Zwei.png")
        ]
        package = Package.ask(
            self.project, versions, [self.annette], self.jana, title="Anzeigenreihe"
        )
        letters.ask_for_all(next(iter(every(package.every_approval()))))
        for each in every(package.every_approval()):
            seen = each.current_items()[0].version.public_id
            Decision.make(each, self.annette, "approved", "Schön!", seen, IPHONE)
        agency_letters.tell_of_package(package, self.annette)

    def _request(self) -> None:
        needs = [
            Need("Logo als Vektordatei"),
            Need("Drei Fotos", "Querformat, mindestens 3000 Pixel"),
        ]
        asked = FileRequest.ask(
            self.project, self.jana, "Material", needs, due_at=clock.now() + DAY
        )
        request_letters.ask(asked, self.jana)
        request_letters.remind(asked, self.murat, None)
        item = asked.current_items()[0]
        item.give(a_file(self.project, self.murat, "logo.jpg"), self.murat)
        item.send_back(self.jana, "Das ist ein JPEG, wir brauchen die Vektordatei.", item.seen)
        request_letters.tell_what_came_back(item, self.jana)

    def _news(self) -> None:
        update = an_update(self.project, self.jana, "Plakat ist fertig")
        happened(
            "update.posted", self.project, self.jana, name=update.title, update=update.public_id
        )
        for name in ("Anzeige.pdf", "Handzettel.pdf"):
            file = a_file(self.project, self.tom, name, shared=True)
            happened(
                "file.uploaded", self.project, self.tom, name=name, file=file.public_id, version=1
            )
        news = Event.verb.in_(("update.posted", "file.uploaded"))
        first, *rest = every(db.select(Event).where(news).order_by(Event.id))
        update_letter(first, self.annette)
        waiting = every(
            db.select(Mail).where(Mail.user_id == self.annette.id, Mail.kind.like("%asked"))
        )
        digests.write(self.annette, [first, *rest], ["files", "update"], waiting)
        digests.write(self.annette, rest[:1], ["files"])

    def _approval(self, title: str, **more: object) -> Approval:
        versions = [newest(self.poster)]
        return Approval.ask(self.project, versions, [self.annette], self.jana, title=title, **more)  # type: ignore[arg-type]

    def _comment(self, body: str) -> Comment:
        item = self.asked.current_items()[0]
        comment = Comment.write(self.asked, self.inken, body, round=self.asked.round, item=item)
        comment.sent_at = clock.now()
        return comment


def draw(folder: Path) -> Iterator[Path]:
    """Draw every mail as a mail program shows it; gives the pictures."""
    from playwright.sync_api import sync_playwright

    from app.blueprints.accounts.mailbox import with_picture
    from tests.services import chromium_path

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        for number, letter in enumerate(every(db.select(Mail).order_by(Mail.id))):
            page = folder / f"{letter.language}-{number:02}-{letter.kind}.html"
            page.write_text(with_picture(letter))
            for width, place in SIZES:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 700}
                    sheet = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                    sheet.goto(page.as_uri())
                    picture = page.with_suffix(f".{place}.{scheme}.png")
                    sheet.screenshot(path=picture, full_page=True)
                    sheet.close()
                    yield picture
        browser.close()


def _draw_all(folder: Path) -> None:
    from tests.conftest import make_app, migrate

    folder.mkdir(parents=True, exist_ok=True)
    for language in ("de", "en"):
        with tempfile.TemporaryDirectory() as home:
            migrate(Path(home))
            app: Flask = make_app(Path(home), "")
            with app.app_context():
                story = Story(language)
                _draw_previews()
                story.tell()
                sys.stdout.writelines(f"{each}\n" for each in draw(folder))


def _draw_previews() -> None:
    from app.blueprints.files.drawing import DRAIN
    from app.core.due import drain

    drain(DRAIN)


if __name__ == "__main__":
    _draw_all(Path(sys.argv[1]))
