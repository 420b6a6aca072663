"""The agency whose portal this is: one row, made when the portal is set up."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from flask import g
from sqlalchemy import BigInteger, CheckConstraint, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Instant, Model, one
from app.extensions import db

COLOUR = "#12806f"


class Agency(Model):
    """Name, voice and look of the agency, as everybody meets it, and the rules of its house."""

    __tablename__ = "agencies"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8), default="de")
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Berlin")
    colour: Mapped[str] = mapped_column(String(7), default=COLOUR)
    city: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    imprint: Mapped[str] = mapped_column(Text, default="")
    imprint_url: Mapped[str] = mapped_column(String(500), default="")
    privacy_url: Mapped[str] = mapped_column(String(500), default="")
    help: Mapped[str] = mapped_column(Text, default="", server_default="")
    client_quota: Mapped[int | None] = mapped_column(BigInteger)
    refused_types: Mapped[str] = mapped_column(String(500), default="", server_default="")
    archive_after: Mapped[int | None]
    """After how many months finished projects go to the archive by themselves; None is never."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    mail_tested_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def current(cls) -> Self | None:
        """The agency, read once per request; None before the portal is set up."""
        if "agency" not in g:
            g.agency = one(select(cls))
        found: Self | None = g.agency
        return found

    @classmethod
    def set_up(cls, name: str, language: str, time_zone: str, **more: object) -> Self:
        """Make the one agency of this installation."""
        agency = cls(id=1, name=name, language=language, time_zone=time_zone, **more)
        db.session.add(agency)
        db.session.flush()
        g.agency = agency
        return agency


def agency_zone() -> str:
    """The agency's time zone; UTC before the portal is set up."""
    agency = Agency.current()
    return agency.time_zone if agency else "UTC"
