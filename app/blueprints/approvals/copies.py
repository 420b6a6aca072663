"""Copies of a receipt: a PDF in each language, printed once by the worker and kept as it is."""

from __future__ import annotations

from typing import Self

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import LANGUAGES
from app.blueprints.approvals.decisions import Decision
from app.core import clock
from app.core.due import Due
from app.core.models import one
from app.core.storage import IN_STORAGE, Stored
from app.extensions import db


class ReceiptCopy(Due):
    """The receipt of a decision as a PDF in one language. Its bytes never change, so its hash proves it."""

    __tablename__ = "receipt_copies"
    __table_args__ = (
        UniqueConstraint("decision_id", "language"),
        Index("ix_receipt_copies_sha256", "sha256"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    language: Mapped[str] = mapped_column(String(8))
    key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")

    @classmethod
    def begin(cls, decision: Decision) -> None:
        """Have the receipt of a new decision printed in every language."""
        for language in LANGUAGES:
            db.session.add(cls(decision_id=decision.id, language=language, due_at=clock.now()))

    @classmethod
    def of(cls, decision: Decision, language: str) -> Self | None:
        """The copy in a language, which may not be printed yet."""
        return one(select(cls).where(cls.decision_id == decision.id, cls.language == language))

    @property
    def is_there(self) -> bool:
        return self.key is not None

    def keep(self, stored: Stored) -> None:
        """Note that it is printed."""
        self.key, self.size, self.sha256 = stored.key, stored.size, stored.sha256
        self.settle()
