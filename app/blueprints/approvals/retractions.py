"""Retractions: the agency takes a decision back, and says why. What was decided stays to be read."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.core.models import UNNESTED, Model


class Retraction(Model):
    """Who took a decision back, when and why; from then on the decision counts no more."""

    __tablename__ = "retractions"

    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    reason: Mapped[str] = mapped_column(String(1000))
