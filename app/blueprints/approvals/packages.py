"""Packages: several approvals that are asked for together, and decided one by one or all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider, Person, is_turn
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reviewed import PENDING
from app.blueprints.approvals.terms import Terms
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.errors import Conflict
from app.core.events import Device
from app.core.models import UNNESTED, Model, add, every, one
from app.extensions import db

MOST = 50
TOO_MANY = _l("Please choose at most 50 at once. You can ask for the others in a second package.")


class PackageOvertaken(Conflict):
    """Something in a package is no longer as the person saw it; nothing of it was decided."""

    def __init__(self, package: Package) -> None:
        super().__init__()
        self.public_id = package.public_id


class Package(Model):
    """Several approvals with one question. Each keeps its own state, rounds and receipts."""

    __tablename__ = "packages"
    __table_args__ = (Index("ix_packages_project_id_id", "project_id", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=UNNESTED)
    title: Mapped[str] = mapped_column(String(160))
    message: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The packages that exist for a person: those of which an approval does."""
        approvals = Approval.visible_to(user).with_only_columns(Approval.package_id)
        return select(cls).where(cls.id.in_(approvals.where(Approval.package_id.is_not(None))))

    @classmethod
    def ask(
        cls,
        project: Project,
        versions: Sequence[Version],
        deciders: Iterable[Person],
        by: User,
        *,
        title: str,
        **terms: Any,
    ) -> Self:
        """Ask for approval of each version on its own, on the terms of Approval.ask. Raises the same."""
        if len(versions) > MOST:
            raise Conflict(TOO_MANY)
        package = cls(project=project, title=title, message=terms.get("message", ""), asked_by=by)
        add(package)
        deciders = list(deciders)
        for version in versions:
            Approval.ask(
                project, [version], deciders, by, title=version.name, package=package, **terms
            )
        return package

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @classmethod
    def of(cls, approval: Approval) -> Self | None:
        """The package that an approval is a part of."""
        return db.session.get(cls, approval.package_id) if approval.package_id else None

    def every_approval(self) -> Select[Approval]:
        """All that is in it, in its order; for the agency."""
        return select(Approval).where(Approval.package_id == self.id).order_by(Approval.id)

    def pending(self) -> Select[Approval]:
        """Those in it that wait for an answer, of the client or of colleagues."""
        return self.every_approval().where(Approval.state.in_(PENDING))

    def last_decisions(self) -> Select[Decision]:
        """What counts in the current round of each."""
        mine = select(Decision).join(Approval, Approval.id == Decision.approval_id)
        stands = (Decision.round == Approval.round, Decision.retraction_id.is_(None))
        return mine.where(Approval.package_id == self.id, *stands).order_by(Decision.id)

    def approvals(self, user: User) -> Select[Approval]:
        """Those in it that exist for a person, in their order."""
        mine = Approval.visible_to(user).where(Approval.package_id == self.id)
        return mine.order_by(Approval.id)

    def waiting_for(self, user: User) -> Select[Approval]:
        """Those in it that a person must decide now, in their order."""
        mine = Approval.waiting_for(user).where(Approval.package_id == self.id)
        return mine.order_by(None).order_by(Approval.id)

    def whose_turn(self) -> Select[User]:
        """Who must act now on something in it, by name."""
        turns = select(ApprovalDecider.user_id).join(
            Approval, Approval.id == ApprovalDecider.approval_id
        )
        mine = turns.where(Approval.package_id == self.id, is_turn(Approval, ApprovalDecider))
        return User.present().where(User.id.in_(mine)).order_by(User.name, User.id)

    @property
    def is_settled(self) -> bool:
        """Whether nothing in it waits for an answer any more."""
        return one(self.pending().limit(1)) is None

    @property
    def terms(self) -> Terms:
        """What is said to all of it; deadline and rounds are those of the first that is pending."""
        first = one(self.pending().limit(1))
        until = (first.due_at, first.rounds_agreed) if first else (None, None)
        return Terms(self.title, self.message, *until)

    def hold(self) -> Self:
        """Let nobody else change anything in it until this transaction ends, and read it anew."""
        db.session.flush()
        db.session.refresh(self, ("title", "message"), with_for_update=True)
        return self

    def change(self, terms: Terms) -> Terms:
        """Ask for all that is pending in it on other terms; returns those before.

        What moved on to a newer version keeps the words of that. Raises PackageOvertaken if nothing is pending.
        """
        pending = [each.hold() for each in every(self.hold().pending())]
        if not pending:
            raise PackageOvertaken(self)
        pending[0].must_be_running()
        before = self.terms
        for each in pending:
            each.message = terms.message if each.message == before.message else each.message
            if terms.due_at != before.due_at:
                each.due_at = terms.due_at
            if terms.rounds_agreed != before.rounds_agreed:
                each.rounds_agreed = terms.rounds_agreed
        self.title, self.message = terms.title, terms.message
        return before

    def withdraw(self, by: User, reason: str) -> list[Approval]:
        """Take back what is not decided yet; returns it."""
        self.hold()
        withdrawn = list(every(self.pending()))
        for approval in withdrawn:
            approval.withdraw(by, reason)
        return withdrawn

    def approve_all(self, by: User, seen: Mapping[str, str], where: Device) -> list[Decision]:
        """Approve all that waits for a person, if that is exactly what they saw; returns what is new.

        `seen`: the versions by the opaque id of their approval. Raises PackageOvertaken if anything
        is not as it was, and then nothing is decided; NotAllowed if it was not asked of them.
        """
        self.hold()
        approvals = {each.public_id: each for each in every(self.approvals(by))}
        waiting = {each.public_id for each in every(self.waiting_for(by))}
        if not seen or waiting - seen.keys() or seen.keys() - approvals.keys():
            raise PackageOvertaken(self)
        try:
            made = [
                Decision.make(approvals[public_id], by, "approved", "", versions, where)
                for public_id, versions in sorted(seen.items())
            ]
        except Overtaken:
            raise PackageOvertaken(self) from None
        return [decision for decision, is_new in made if is_new]
