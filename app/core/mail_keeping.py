"""How long mails are kept: what they say for two weeks, that there was one for half a year."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, not_, select, update

from app.core import clock
from app.core.chores import again
from app.core.mail import Mail
from app.extensions import db

READABLE = timedelta(days=14)
KEPT = timedelta(days=180)
AT_ONCE = 1000


@again("mails", timedelta(days=1))
def forget_old() -> None:
    """Forget what nobody needs any more; what is still to go out stays as it is."""
    moment, done = clock.now(), not_(Mail.waits())
    old = (Mail.created_at < moment - READABLE, Mail.text != "", done)
    db.session.execute(update(Mail).where(*old).values(text="", html=""))
    db.session.commit()
    while True:
        numbers = select(Mail.id).where(Mail.created_at < moment - KEPT, done).limit(AT_ONCE)
        gone = db.session.execute(delete(Mail).where(Mail.id.in_(numbers)))
        db.session.commit()
        if gone.rowcount < AT_ONCE:  # type: ignore[attr-defined]
            return
