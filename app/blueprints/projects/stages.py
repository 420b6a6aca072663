"""The agency's own list of stages, which every project walks along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.agency import Agency
from app.core.errors import Conflict
from app.core.models import Model, every, one
from app.extensions import db

COLOUR = "#777777"
FIRST_COLOURS = ("#3d7ea6", "#7d5ba6", "#c2703d", "#3d8f6f", "#777777")
MOST = 12


class Stage(Model):
    """A step of the list."""

    __tablename__ = "stages"

    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(index=True)
    colour: Mapped[str] = mapped_column(String(7), default=COLOUR)

    @classmethod
    def in_order(cls) -> Sequence[Self]:
        """The whole list; an agency has a handful of them."""
        return every(select(cls).order_by(cls.position, cls.id))

    @classmethod
    def append(cls, name: str, colour: str = COLOUR) -> Self:
        """Add a stage at the end. Raises Conflict if the list is as long as people can overlook."""
        if (db.session.scalar(select(func.count(cls.id))) or 0) >= MOST:
            raise Conflict(_l("That are enough stages. Please remove one before you add another."))
        last = db.session.scalar(select(func.max(cls.position)))
        stage = cls(name=name, colour=colour, position=0 if last is None else last + 1)
        db.session.add(stage)
        db.session.flush()
        return stage

    def move(self, step: int) -> None:
        """Move the stage up (-1) or down (1) in the list; at its end it stays where it is."""
        stages = list(type(self).in_order())
        at = stages.index(self)
        stages.insert(max(at + step, 0), stages.pop(at))
        for position, stage in enumerate(stages):
            stage.position = position

    def remove(self) -> None:
        """Take the stage out of the list. Raises Conflict while a project stands there."""
        from app.blueprints.projects.models import Project

        if one(select(Project.id).where(Project.stage_id == self.id).limit(1)) is not None:
            raise Conflict(_l("Projects are at this stage. Please move them first."))
        if len(Stage.in_order()) == 1:
            raise Conflict(_l("A project needs a stage to stand at. Please add another one first."))
        db.session.delete(self)


def add_first_stages(agency: Agency) -> None:
    """Give a new agency the stages of a common project, in its language."""
    with force_locale(agency.language):
        names = (_("Kick-off"), _("Concept"), _("Design"), _("Production"), _("Wrap-up"))
    for name, colour in zip(names, FIRST_COLOURS, strict=True):
        Stage.append(name, colour)
