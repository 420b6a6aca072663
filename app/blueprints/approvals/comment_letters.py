"""The mails that carry comments: one for each person and sending, however many comments it has."""

from __future__ import annotations

from collections.abc import Container, Sequence

from sqlalchemy import or_, select

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.deciders import ApprovalDecider
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.readers import mentioned, sees, who_sees
from app.blueprints.approvals.threads import thread_of
from app.blueprints.clients.models import Client
from app.core import mail
from app.core.agency import COLOUR, Agency
from app.core.models import every
from app.extensions import db

People = set[int | None]  # By their numbers; None is somebody who has not come yet.


def tell(
    approval: Approval, by: User, comments: Sequence[Comment], told: Container[int] = ()
) -> list[str]:
    """Send what somebody has just said to all whom it concerns, as one mail each; returns their names.

    Those who are `told` already get no second mail.
    """
    if not comments:
        return []
    people = every(who_sees(approval, by))
    mentions = {number for each in comments for number in mentioned(each.body, people)}
    hearing = [user for user in hearers(approval, by, comments) if user.id not in told]
    said = as_told(approval, comments)
    for user in hearing:
        _write_to(user, approval, by, said, is_mentioned=user.id in mentions)
    return [user.name for user in hearing]


def hearers(approval: Approval, by: User, comments: Sequence[Comment]) -> list[User]:
    """Whom it concerns that somebody has said this, as long as they can open the approval."""
    people = every(who_sees(approval, by)) if comments else ()
    asked = ApprovalDecider.of(approval).with_only_columns(ApprovalDecider.user_id)
    numbers = _concerned(approval, by, comments, set(every(asked)))
    numbers |= {number for each in comments for number in mentioned(each.body, people)}
    return [user for user in people if user.id in numbers and sees(user, approval)]


def who_would_hear(
    approval: Approval,
    by: User,
    drafts: Sequence[Comment],
    people: Sequence[User],
    asked: People,
) -> list[str]:
    """The names of those who get a mail if this is sent now; without drafts, if a new comment is."""
    numbers = _concerned(approval, by, drafts, asked)
    numbers |= {number for each in drafts for number in mentioned(each.body, people)}
    return [user.name for user in people if user.id in numbers]


def as_told(approval: Approval, comments: Sequence[Comment]) -> list[tuple[str, str, str]]:
    """Each comment as a mail tells it: what it is about, where there are several things; what it answers; itself."""
    items = {item.id: item.version.name for item in approval.current_items()}
    answered = select(Comment).where(Comment.id.in_({each.answers_id for each in comments}))
    bodies = {each.id: each.body for each in every(answered)}
    return [
        (
            items.get(each.item_id or 0, "") if len(items) > 1 else "",
            bodies.get(each.answers_id or 0, ""),
            each.body,
        )
        for each in comments
    ]


def _concerned(approval: Approval, by: User, comments: Sequence[Comment], asked: People) -> People:
    """Who asks and who leads the project; who is in the conversation; who is asked, if the agency begins one."""
    numbers: People = {approval.asked_by_id, approval.project.lead_id}
    threads = {each.answers_id for each in comments if each.answers_id}
    if threads:
        spoken = or_(Comment.id.in_(threads), Comment.answers_id.in_(threads))
        numbers |= set(every(select(Comment.author_id).where(spoken, Comment.sent_at.is_not(None))))
    if by.is_staff and (not comments or any(not each.answers_id for each in comments)):
        numbers |= asked
    return numbers - {by.id}


def _write_to(
    user: User,
    approval: Approval,
    by: User,
    said: Sequence[tuple[str, str, str]],
    *,
    is_mentioned: bool,
) -> None:
    client, agency = db.session.get_one(Client, approval.client_id), Agency.current()
    colour = agency.colour if agency else COLOUR
    mail.queue(
        "comments_sent",
        user.recipient,
        thread=thread_of(approval),
        project_id=approval.project_id,
        reply_to=by.email if by.is_staff or user.is_staff else "",
        picture_of=approval.current_items()[0].version_id,
        approval=approval,
        client=client,
        author=by,
        said=said,
        is_mentioned=is_mentioned,
        button_url=personal_url(
            user, "approvals.show", public_id=approval.public_id, _anchor="notes"
        ),
        colour=colour if user.is_staff else client.colour or colour,
    )
