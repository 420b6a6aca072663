"""What a request is made of: one thing each, and the files that were given for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files.models import File
from app.core import clock
from app.core.errors import Conflict
from app.core.filenames import LONGEST
from app.core.models import UNNESTED, Instant, Model, every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.files.requests.models import FileRequest

MISSING, GIVEN = ("open", "returned"), ("given", "absent")
"""The states in which the client has to do something, and those in which the agency has."""
HELD = ("state", "turn", "judged_by_id")


class Overtaken(Conflict):
    """What the person saw is no longer how it is; the page as it is now says what to do."""

    def __init__(self, request: FileRequest) -> None:
        super().__init__()
        self.public_id = request.public_id


class RequestedItem(Model):
    """One thing that is needed: given by the client, then accepted or returned by the agency.

    `turn` counts what happened to it. Whoever decides says what they had before them (`seen`), so that
    nobody accepts a file that came in a moment ago, or says that there is nothing after somebody gave it.
    """

    __tablename__ = "requested_items"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'given', 'absent', 'returned', 'accepted', 'withdrawn')",
            name="known_state",
        ),
        Index("ix_requested_items_request_id_state", "request_id", "state"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("file_requests.id"))
    request: Mapped[FileRequest] = relationship(lazy="joined", innerjoin=UNNESTED)
    title: Mapped[str] = mapped_column(String(160))
    hint: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(12), default="open")
    turn: Mapped[int] = mapped_column(default=0)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    given_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=given_by_id)
    given_at: Mapped[datetime | None] = mapped_column(Instant)
    excuse: Mapped[str] = mapped_column(String(1000), default="")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    judged_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(1000), default="")

    @classmethod
    def of_request(cls, request: FileRequest) -> Select[Self]:
        """What is still needed for a request, or was given, in the order of asking."""
        mine = (cls.request_id == request.id, cls.state != "withdrawn")
        return select(cls).where(*mine).order_by(cls.id)

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.request.client_id

    @property
    def is_missing(self) -> bool:
        return self.state in MISSING

    @property
    def is_given(self) -> bool:
        """Whether it waits for the agency to look at it."""
        return self.state in GIVEN

    @property
    def is_accepted(self) -> bool:
        return self.state == "accepted"

    @property
    def is_wanted(self) -> bool:
        """Whether files are still taken for it."""
        return self.state != "withdrawn" and self.request.is_running

    @property
    def seen(self) -> str:
        """What a reader has before them, for what they decide to carry."""
        return f"{self.public_id}-{self.turn}"

    def whom_to_ask_again(self) -> Sequence[User]:
        """Who gave it, as long as it is missing once more; everybody who can, if they are gone."""
        people = self.request.awaited() if self.is_missing else ()
        return [user for user in people if user.id == self.given_by_id] or people

    def hold(self) -> None:
        """Let nobody else change this or its request until this transaction ends."""
        self.request.hold()
        db.session.refresh(self, HELD)

    def give(self, file: File, by: User) -> bool:
        """Take a file for this; the agency looks at it next. Its own files need no look.

        False if it is not needed any more: then the file is one of the project's like any other.
        """
        self.hold()
        if not self.is_wanted:
            return False
        GivenFile.tie(self, file)
        file.share(by)  # The agency's, too: it was asked for in the client's sight.
        self._was_given("given", by, "")
        if by.is_staff:
            self._judge("accepted", by, "")
        self.request.settle()
        return True

    def lack(self, by: User, excuse: str, seen: str) -> None:
        """Note that the client does not have this, and why. Raises Overtaken if somebody gave it."""
        self.hold()
        if self.seen != seen or not self.is_missing or not self.is_wanted:
            raise Overtaken(self.request)
        self._was_given("absent", by, excuse)

    def accept(self, by: User, seen: str) -> bool:
        """Tick it off, also if nothing was given here: it may have come another way.

        False if the same person did so a moment ago. Raises Overtaken.
        """
        self.hold()
        if self.is_accepted and self.judged_by_id == by.id:
            return False
        self._must_be_as(seen)
        self._judge("accepted", by, "")
        self.request.settle()
        return True

    def send_back(self, by: User, reason: str, seen: str) -> None:
        """Return what was given, and say why: the client is asked again. Raises Overtaken."""
        self.hold()
        self._must_be_as(seen)
        if self.is_missing:
            raise Overtaken(self.request)
        self._judge("returned", by, reason)
        self.request.settle()

    def withdraw(self) -> None:
        """Need it no more; what was given stays with the project. Raises Conflict for the last one."""
        self.hold()
        if not self.is_wanted:
            raise Overtaken(self.request)
        if len(self.request.current_states()) == 1:
            raise Conflict(_l("Nothing would be left of this request. Please close it instead."))
        self.state, self.turn = "withdrawn", self.turn + 1
        self.request.settle()

    def _must_be_as(self, seen: str) -> None:
        if self.seen != seen or not self.is_wanted:
            raise Overtaken(self.request)

    def _was_given(self, state: str, by: User, excuse: str) -> None:
        self.state, self.turn, self.excuse = state, self.turn + 1, excuse
        self.given_by_id, self.given_at = by.id, clock.now()

    def _judge(self, state: str, by: User, reason: str) -> None:
        self.state, self.turn, self.reason = state, self.turn + 1, reason
        self.judged_by_id, self.judged_at = by.id, clock.now()


class GivenFile(Model):
    """A file that was given for something that was needed. That it was stays known when the file is deleted."""

    __tablename__ = "given_files"
    __table_args__ = (UniqueConstraint("item_id", "file_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("requested_items.id"))
    item: Mapped[RequestedItem] = relationship(lazy="raise")
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("files.id", ondelete="SET NULL"), index=True
    )
    file: Mapped[File | None] = relationship(lazy="raise")
    name: Mapped[str] = mapped_column(String(LONGEST), default="", server_default="")

    @classmethod
    def still_asked_for(cls) -> Select[int | None]:
        """The numbers of the files that were given for what is not settled yet."""
        asked = RequestedItem.request.has(state="open")
        return select(cls.file_id).join(RequestedItem).where(asked, cls.file_id.is_not(None))

    @classmethod
    def reasons_of(cls, files: Sequence[File]) -> dict[int, str]:
        """For which of some files there was a request, and what that was called, by the number of the file."""
        there = cls.file_id.in_([file.id for file in files])
        given = every(select(cls).where(there).options(joinedload(cls.item)))
        return {each.file_id: each.item.request.title for each in given if each.file_id}

    @classmethod
    def tie(cls, item: RequestedItem, file: File) -> None:
        """Remember what a file was given for."""
        there = select(cls.id).where(cls.item_id == item.id, cls.file_id == file.id)
        if one(there) is None:
            db.session.add(cls(item_id=item.id, file_id=file.id, name=file.name))
