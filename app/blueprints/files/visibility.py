"""Where a section of a project exists for a person: a rule of the floor below, for those above."""

from __future__ import annotations

from app.blueprints.projects.visibility import projects_showing

__all__ = ["projects_showing"]
