"""Who decides: any one of those asked, all of them, or one after the other; and whose turn it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.invitations import Invitation
from app.blueprints.projects.models import Project
from app.core.errors import Conflict
from app.core.models import Model, every
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.decided import Decided
    from app.blueprints.approvals.question import Question

MODES = {
    "any": _l("One answer is enough"),
    "all": _l("Everybody has to approve"),
    "order": _l("One after the other"),
}
Person = User | Invitation  # Somebody who can be asked: here, or invited.
NOBODY = _l("Nobody of the client may approve yet. Please invite somebody first.")


class ApprovalDecider(Model):
    """A person of the client who has been asked to decide, or will be once they have come."""

    __tablename__ = "approval_deciders"
    __table_args__ = (
        UniqueConstraint("approval_id", "user_id"),
        UniqueConstraint("approval_id", "invitation_id"),
        CheckConstraint("user_id IS NOT NULL OR invitation_id IS NOT NULL", name="somebody"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User | None] = relationship(lazy="raise")
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), index=True)
    invitation: Mapped[Invitation | None] = relationship(lazy="raise")
    position: Mapped[int] = mapped_column(default=0)
    by_mail: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def of(cls, approval: Question) -> Select[Self]:
        """Everybody who has been asked, in their order."""
        return select(cls).where(cls.approval_id == approval.id).order_by(cls.position, cls.id)

    @classmethod
    def put(
        cls, approval: Question, asked: Iterable[Person], quiet: Collection[Person] = ()
    ) -> None:
        """Let exactly these decide, in this order; those who are `quiet` are asked without a mail.

        Raises Conflict if nobody decides.
        """
        asked = list(asked)
        if not asked:
            raise Conflict(NOBODY)
        # Who stays keeps their row: it says since when they have been asked.
        rows = {row.key: row for row in db.session.scalars(cls.of(approval))}
        for position, each in enumerate(asked):
            who = "user_id" if isinstance(each, User) else "invitation_id"
            row = rows.pop((who, each.id), None) or cls(approval_id=approval.id, **{who: each.id})
            row.position, row.by_mail = position, each not in quiet
            db.session.add(row)
        for row in rows.values():
            db.session.delete(row)
        db.session.flush()

    @property
    def key(self) -> tuple[str, int | None]:
        """Who it is: a person, or an invitation that nobody has accepted."""
        return ("user_id", self.user_id) if self.user_id else ("invitation_id", self.invitation_id)

    @classmethod
    def has_come(cls, invitation: Invitation, user: User) -> None:
        """Let somebody who has accepted their invitation decide what was asked of them before."""
        asked_anyway = select(cls.approval_id).where(cls.user_id == user.id)
        waiting = (cls.invitation_id == invitation.id, cls.approval_id.not_in(asked_anyway))
        db.session.execute(update(cls).where(*waiting).values(user_id=user.id))


@dataclass(frozen=True, slots=True)
class Asked:
    """How it stands with one of those who have been asked, in the current round."""

    person: Person
    is_turn: bool
    is_awaited: bool

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def user_id(self) -> int | None:
        """The person's number, once they have come."""
        return self.person.id if isinstance(self.person, User) else None

    @property
    def is_to_come(self) -> bool:
        """Whether they are invited, and not here yet."""
        return self.is_awaited and isinstance(self.person, Invitation)


def can_be_asked(project: Project) -> list[Person]:
    """Who can decide on something of a project: the client's people who may, and those who are invited to."""
    users = every(access.people_who("decide", project.client_id))
    return [*users, *every(Invitation.who_will("decide", project.client_id))]


def everybody_asked(kind: type[Decided], approval: Question) -> list[Asked]:
    """How it stands with everybody who has been asked, in their order; in one query."""
    mine = ApprovalDecider.of(approval).join(kind, kind.id == ApprovalDecider.approval_id)
    people = (joinedload(ApprovalDecider.user), joinedload(ApprovalDecider.invitation))
    stands = (is_turn(kind, ApprovalDecider), is_awaited(kind, ApprovalDecider))
    return [
        Asked(row.user or row.invitation, turn, awaited)
        for row, turn, awaited in db.session.execute(mine.add_columns(*stands).options(*people))
    ]


def is_turn(kind: type[Decided], decider: Any) -> ColumnElement[bool]:
    """Whether a decider must act now: one after the other, only once nobody before them is awaited."""
    earlier = aliased(ApprovalDecider)
    before = select(earlier.id).where(
        earlier.approval_id == decider.approval_id,
        earlier.position < decider.position,
        is_awaited(kind, earlier),
    )
    at_once = or_(kind.mode != "order", ~before.correlate_except(earlier).exists())
    return and_(kind.state == "open", _may(kind, decider), _has_not_decided(kind, decider), at_once)


def is_awaited(kind: type[Decided], decider: Any) -> ColumnElement[bool]:
    """Whether a decider has still to answer in this round. Who has left, or may not decide any more, has not."""
    return and_(_has_not_decided(kind, decider), or_(_may(kind, decider), _is_to_come(decider)))


def _has_not_decided(kind: type[Decided], decider: Any) -> ColumnElement[bool]:
    return ~kind.standing.any(by_id=decider.user_id)


def _may(kind: type[Decided], decider: Any) -> ColumnElement[bool]:
    client = select(Project.client_id).where(Project.id == kind.project_id)
    client_id = client.correlate_except(Project).scalar_subquery()
    return access.may("decide", decider.user_id, client_id)


def _is_to_come(decider: Any) -> ColumnElement[bool]:
    pending = Invitation.pending().order_by(None).with_only_columns(Invitation.id)
    mine = pending.where(Invitation.id == decider.invitation_id).correlate_except(Invitation)
    return and_(decider.user_id.is_(None), mine.exists())
