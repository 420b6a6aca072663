"""HTTP of this slice."""

from __future__ import annotations

from app.blueprints.projects import milestones, models, pages, updates
from app.blueprints.projects.blueprint import bp

__all__ = ["bp", "milestones", "models", "pages", "updates"]
