"""What a round of an approval is about, and who has been asked."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.clients.invitations import Invitation
from app.blueprints.files.models import File, Version
from app.core.models import Model
from app.extensions import db


class ApprovalItem(Model):
    """One version that a round of an approval is about."""

    __tablename__ = "approval_items"
    __table_args__ = (
        UniqueConstraint("approval_id", "round", "file_id"),
        Index("ix_approval_items_file_id_approval_id", "file_id", "approval_id"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    round: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    file: Mapped[File] = relationship(lazy="raise")
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), index=True)
    version: Mapped[Version] = relationship(lazy="joined", innerjoin=True)


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
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), index=True)

    @classmethod
    def has_come(cls, invitation: Invitation, user: User) -> None:
        """Let somebody who has accepted their invitation decide what was asked of them before."""
        asked_anyway = select(cls.approval_id).where(cls.user_id == user.id)
        waiting = (cls.invitation_id == invitation.id, cls.approval_id.not_in(asked_anyway))
        db.session.execute(update(cls).where(*waiting).values(user_id=user.id))
