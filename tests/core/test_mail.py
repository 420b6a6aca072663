"""The outbox against a real mail server: sent once, tried again, or given up with the reason."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine

from app.core import clock, worker
from app.core.mail import Mail
from app.core.models import one
from tests.builders import a_mail, an_agency, point_mail_to
from tests.services import SmtpServer

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def server(app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> SmtpServer:
    """The mail server that the settings name."""
    an_agency()
    point_mail_to(app, monkeypatch, smtp.url)
    return smtp


def test_a_mail_is_delivered_once_with_its_headers(server: SmtpServer) -> None:
    mail = a_mail("annette@sonnenschein.de", "Plakat A2 – Ihre Freigabe", to_name="Annette Ö.")
    worker.run_once()
    worker.run_once()
    [received] = server.received
    headers = received.message
    assert (received.sender, received.recipients) == (
        "portal@localhost",
        ("annette@sonnenschein.de",),
    )
    assert received.subject == "Plakat A2 – Ihre Freigabe"
    assert str(headers["From"]) == "Studio Nordlicht <portal@localhost>"
    assert headers["To"].addresses[0].display_name == "Annette Ö."
    assert str(headers["Message-ID"]) == mail.message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "de"
    assert abs(parsedate_to_datetime(headers["Date"]) - clock.now()) < timedelta(minutes=1)
    assert (received.text.strip(), received.html.strip()) == ("Guten Tag", "<p>Guten Tag</p>")
    assert mail.sent_at and mail.due_at is None and mail.failed_at is None


def test_an_answer_goes_to_whom_the_mail_says(server: SmtpServer) -> None:
    a_mail(reply_to="jana@studio-nordlicht.de")
    worker.run_once()
    assert str(server.received[0].message["Reply-To"]) == "jana@studio-nordlicht.de"


def test_mails_of_one_thread_refer_to_the_same_beginning(server: SmtpServer) -> None:
    a_mail(thread="approval-abc")
    a_mail(thread="approval-abc")
    worker.run_once()
    headers = [each.message for each in server.received]
    assert {str(each["In-Reply-To"]) for each in headers} == {"<approval-abc@localhost>"}
    assert {str(each["References"]) for each in headers} == {"<approval-abc@localhost>"}


def test_a_busy_server_is_asked_again_later(server: SmtpServer) -> None:
    mail = a_mail()
    server.fail("451 4.7.1 Greylisted, try again later")
    worker.run_once()
    assert server.received == []
    assert mail.problem == "451 4.7.1 Greylisted, try again later"
    assert mail.due_at > clock.now()
    worker.run_once()
    assert server.received == []
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    assert len(server.received) == 1
    assert (mail.problem, mail.failed_at) == ("", None)


def test_a_mail_that_the_server_will_never_take_has_failed_with_its_reason(
    server: SmtpServer,
) -> None:
    mail = a_mail()
    server.fail("550 5.7.1 Message refused")
    worker.run_once()
    assert mail.failed_at and mail.due_at is None and mail.sent_at is None
    assert mail.problem == "550 5.7.1 Message refused"


def test_an_unknown_recipient_has_failed_and_others_still_get_theirs(server: SmtpServer) -> None:
    server.refused["gone@kunde.de"] = "550 5.1.1 No such person here"
    gone, known = a_mail("gone@kunde.de"), a_mail("annette@sonnenschein.de")
    worker.run_once()
    assert gone.failed_at and gone.problem == "550 5.1.1 No such person here"
    assert known.sent_at


def test_what_was_not_sent_is_logged_without_the_persons_address(
    server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail = a_mail("gone@kunde.de")
    server.fail("550 <gone@kunde.de> is unknown here")
    worker.run_once()
    assert f"mail {mail.public_id} was not sent: 550" in caplog.text
    assert "gone@kunde.de" not in caplog.text


def test_a_dropped_connection_is_tried_again(server: SmtpServer) -> None:
    mail = a_mail()
    server.fail("drop")
    worker.run_once()
    assert "SMTPServerDisconnected" in mail.problem
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    assert len(server.received) == 1


def test_a_second_try_has_the_same_message_id(server: SmtpServer) -> None:
    """The server took the mail, but its answer got lost: the second is known as the same."""
    mail = a_mail()
    server.fail("drop after")
    worker.run_once()
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    first, second = (str(each.message["Message-ID"]) for each in server.received)
    assert first == second == mail.message_id


def test_a_server_that_is_away_loses_nothing(
    app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_mail_to(app, monkeypatch, "smtp://127.0.0.1:1")
    mail = a_mail()
    worker.run_once()
    assert mail.problem.startswith("ConnectionRefusedError")
    point_mail_to(app, monkeypatch, smtp.url)
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    assert mail.sent_at


def test_a_wrong_password_is_our_mistake_and_not_the_end_of_the_mail(
    app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_mail_to(app, monkeypatch, smtp.url.replace("//", "//portal:wrong@"))
    monkeypatch.setattr(smtp, "handle_AUTH", refuse_sign_in, raising=False)
    mail = a_mail()
    worker.run_once()
    assert mail.problem.startswith("535")
    assert mail.failed_at is None and mail.due_at > clock.now()


def test_name_and_password_of_the_settings_are_used(
    app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_mail_to(
        app, monkeypatch, smtp.url.replace("//", "//portal%40nordlicht.de:p%40ss%2Fword@")
    )
    a_mail()
    worker.run_once()
    assert smtp.logins == [("portal@nordlicht.de", "p@ss/word")]
    assert len(smtp.received) == 1


def test_a_password_is_not_sent_in_the_clear_to_another_machine(
    app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.smtp.LOCAL", set())
    point_mail_to(app, monkeypatch, smtp.url.replace("//", "//portal:secret@"))
    mail = a_mail()
    worker.run_once()
    assert (smtp.logins, smtp.received) == ([], [])
    assert "no password was sent" in mail.problem


def test_what_signs_in_is_forgotten_once_it_is_sent(server: SmtpServer) -> None:
    secret, other = a_mail(is_secret=True), a_mail()
    worker.run_once()
    assert "Guten Tag" in server.received[0].text
    assert (secret.text, secret.html, secret.is_kept) == ("", "", False)
    assert other.is_kept


def test_what_signs_in_is_forgotten_when_it_was_given_up(server: SmtpServer) -> None:
    server.fail("550 No")
    mail = a_mail(is_secret=True)
    worker.run_once()
    assert mail.failed_at and not mail.is_kept


@pytest.mark.parametrize(
    "evil",
    [
        "Annette\r\nBcc: everybody@kunde.de",
        "Annette\nBcc: everybody@kunde.de",
        "Annette\u2028Bcc: everybody@kunde.de",
        "Annette\x0bBcc: everybody@kunde.de",
        'Annette" <everybody@kunde.de>, "',
        "Annette =?utf-8?q?=0ABcc:_everybody=40kunde.de?=",
        "a, everybody@kunde.de, " * 6,
    ],
)
def test_a_name_cannot_add_a_header_or_a_recipient(server: SmtpServer, evil: str) -> None:
    a_mail("annette@sonnenschein.de", f"Freigabe für {evil}", to_name=evil)
    worker.run_once()
    [received] = server.received
    assert received.recipients == ("annette@sonnenschein.de",)
    assert received.message["Bcc"] is None
    assert [each.addr_spec for each in received.message["To"].addresses] == [
        "annette@sonnenschein.de"
    ]


def test_an_address_with_umlauts_in_its_host_reaches_it(server: SmtpServer) -> None:
    a_mail("info@müller.de")
    worker.run_once()
    assert server.received[0].recipients == ("info@xn--mller-kva.de",)


def test_without_a_server_a_mail_stays_in_the_outbox_and_can_be_read(app: Any) -> None:
    mail = a_mail(is_secret=True)
    worker.run_once()
    assert mail.is_kept
    assert (mail.sent_at, mail.failed_at, mail.due_at) == (None, None, None)


def test_a_transaction_that_is_rolled_back_sends_nothing(server: SmtpServer, db: Any) -> None:
    mail = Mail(kind="test", to_email="a@kunde.de", subject="S", text="T", html="H", language="de")
    mail.message_id, mail.due_at = "<x@localhost>", clock.now()
    db.session.add(mail)
    db.session.flush()
    db.session.rollback()
    worker.run_once()
    assert server.received == []
    assert one(db.select(Mail)) is None


async def refuse_sign_in(*_: Any) -> str:
    return "535 5.7.8 Wrong name or password"
