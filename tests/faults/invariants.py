"""What must be so at any moment, whatever has happened: between rows, log, stored bytes and mails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import func, select

from app.blueprints.approvals.decisions import Decision, ReferenceCounter
from app.blueprints.approvals.models import Approval
from app.blueprints.files.housekeeping import GRACE
from app.blueprints.files.keys import known
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.verifying import check_all
from app.blueprints.files.versions import Version
from app.blueprints.notifications.announcements import Announcement, news_of
from app.blueprints.notifications.models import MAILED, Notification
from app.core import clock, events, features
from app.core.due import AHEAD, Due
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import every
from app.core.storage import storage
from app.extensions import Base, db

RECEIPT = "F-{year}-{number:04d}"


def broken(orphans_after: timedelta = GRACE) -> list[str]:
    """A sentence for each thing that is not as it must be. Nobody may be at work meanwhile.

    Bytes without a row are deleted after a while; they are wrong only if they are older.
    """
    db.session.rollback()
    looks = (
        events.verify,
        *(proof for feature in features.every_feature() for proof in feature.proofs),
        _damaged,
        _unowned(orphans_after),
        _files,
        _transfers,
        _decisions,
        _references,
        _news,
        _mails,
        _leases,
    )
    found = [problem for look in looks for problem in look()]
    db.session.rollback()
    return found


def _damaged() -> Iterator[str]:
    yield from (each.problem for each in check_all() if each.problem)


def _unowned(orphans_after: timedelta) -> Callable[[], Iterator[str]]:
    def look() -> Iterator[str]:
        keys = set(storage().keys(before=clock.now() - orphans_after))
        yield from (f"{key}: stored, and no row knows it." for key in keys - known(keys))

    return look


def _files() -> Iterator[str]:
    """Each file's numbers go from 1 on, and its weight is that of what came in; so the rooms are right."""
    for file in every(select(File)):
        versions = every(select(Version).where(Version.file_id == file.id).order_by(Version.number))
        if [each.number for each in versions] != list(range(1, file.number + 1)):
            yield f"File {file.id}: {file.number} versions, but {len(versions)} are there."
        if file.weight != sum(each.size for each in versions if not each.restored_from):
            yield f"File {file.id}: its weight is not the sum of its versions."


def _transfers() -> Iterator[str]:
    """What was acknowledged of an upload under way is on the disk, or at home."""
    for each in every(select(Transfer).where(Transfer.version_id.is_(None))):
        there = each.draft.size if each.draft.path.exists() else 0
        if there < each.arrived and not storage().exists(each.key):
            yield f"Transfer {each.id}: {each.arrived} bytes acknowledged, {there} there."


def _decisions() -> Iterator[str]:
    """One that counts for each decider and round, and each approval stands as they say."""
    one = (Decision.approval_id, Decision.round, Decision.by_id)
    twice = select(*one).where(Decision.retraction_id.is_(None)).group_by(*one)
    for row in db.session.execute(twice.having(func.count() > 1)):
        yield f"Approval {row.approval_id}: {row.by_id} decided twice in round {row.round}."
    asked = select(Approval).where(Approval.state.in_(("open", "approved", "changes")))
    for approval in every(asked):
        if approval.state != approval._outcome():
            yield f"Approval {approval.id}: {approval.state}, but {approval._outcome()} was said."


def _references() -> Iterator[str]:
    """Numbers of decisions have no gaps."""
    given = set(every(select(Decision.reference)))
    for counter in every(select(ReferenceCounter)):
        wanted = {RECEIPT.format(year=counter.year, number=n + 1) for n in range(counter.last)}
        yield from (f"{each}: the counter gave it, and it is nowhere." for each in wanted - given)


def _news() -> Iterator[str]:
    """Each event that is news is announced once, and each notification that was mailed has its mail."""
    announced = set(every(select(Announcement.event_id)))
    for line in every(select(Event)):
        if (news_of(line) is not None) != (line.id in announced):
            yield f"Event {line.id} ({line.verb}): announced or not, it is wrong."
    mailed = select(Notification.id).where(Notification.mail_state == MAILED)
    for number in every(mailed.where(Notification.mail_id.is_(None))):
        yield f"Notification {number}: mailed by no mail."


def _mails() -> Iterator[str]:
    """Nobody is told the same twice, and a mail has one fate."""
    same = (Mail.to_email, Mail.kind, Mail.subject, Mail.text)
    twice = select(Mail.to_email, Mail.subject).where(Mail.called_off == "", Mail.text != "")
    for row in db.session.execute(twice.group_by(*same).having(func.count() > 1)):
        yield f"“{row.subject}” is told twice to {row.to_email}."
    for mail in every(select(Mail).where(Mail.sent_at.is_not(None), Mail.waits())):
        yield f"Mail {mail.id}: sent, and it waits still."


def _leases() -> Iterator[str]:
    """Work that somebody holds is work that is due, and nobody holds it forever."""
    for kind in kinds_of_work():
        for row in every(select(kind).where(kind.leased_until.is_not(None))):
            if row.due_at is None or row.leased_until > clock.now() + AHEAD:
                yield f"{kind.__name__} {row.id}: held until {row.leased_until}, for nothing."


def kinds_of_work() -> list[type[Due]]:
    """Every table that says what is due."""
    kinds = (mapper.class_ for mapper in Base.registry.mappers)
    return [kind for kind in kinds if issubclass(kind, Due)]
