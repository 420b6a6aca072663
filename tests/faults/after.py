"""When the fault is over: time passes, the worker finishes, and every mail has gone out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from app.core import clock
from app.core.mail import Mail
from app.core.models import every
from app.extensions import db
from tests.browser.portal import Portal
from tests.faults.invariants import broken, kinds_of_work
from tests.faults.office import Office
from tests.services import SmtpServer


def must_be_sound(
    office: Office, portal: Portal, smtp: SmtpServer | None = None, kills: int = 0
) -> None:
    """Nothing that was acknowledged is lost, the invariants hold, and every mail went out once."""
    with office.app.app_context():
        end_leases()
    portal.flask("worker", "--once")
    assert office.lost() == []
    with office.app.app_context():
        assert broken() == []
        if smtp:
            must_be_sent_once(smtp, kills)
        db.session.remove()
        db.engine.dispose()


def end_leases() -> None:
    """Let the time of all leases pass, without waiting for it."""
    for kind in kinds_of_work():
        held = update(kind).where(kind.leased_until.is_not(None))
        db.session.execute(held.values(leased_until=clock.now() - timedelta(seconds=1)))
    db.session.commit()


def must_be_sent_once(smtp: SmtpServer, kills: int = 0) -> None:
    """Every mail went out; only one that was in flight when a worker died went twice, as the same."""
    sent = set(every(select(Mail.message_id).where(Mail.sent_at.is_not(None))))
    waiting = every(select(Mail.subject).where(Mail.due_at <= clock.now()))
    received = Counter(str(each.message["Message-ID"]) for each in smtp.received)
    assert waiting == []
    assert set(received) == sent
    assert received.total() <= len(sent) + kills
