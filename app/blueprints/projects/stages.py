"""The agency's own list of stages, which every project walks along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, func, select
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
        return every(cls.every_stage().order_by(cls.position, cls.id))

    @classmethod
    def every_stage(cls) -> Select[Self]:
        """All stages: they are no secret to the agency's people, who alone choose among them."""
        return select(cls)

    @classmethod
    def append(cls, name: str, colour: str = COLOUR) -> Self:
        """Add a stage at the end. Raises Conflict if the list is as long as people can overlook."""
        if (db.session.scalar(select(func.count(cls.id))) or 0) >= MOST:
            raise Conflict(_l("There are enough stages. Please remove one before you add another."))
        last = db.session.scalar(select(func.max(cls.position)))
        stage = cls(name=name, colour=colour, position=0 if last is None else last + 1)
        db.session.add(stage)
        db.session.flush()
        return stage

    def move_to(self, position: int) -> None:
        """Put the stage at this place of the list, counted from 0; the others make room."""
        stages = list(type(self).in_order())
        stages.remove(self)
        stages.insert(position, self)
        for at, stage in enumerate(stages):
            stage.position = at

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
