"""projects"""

from __future__ import annotations

from app.blueprints.projects.routes import bp
from app.core.features import Feature

FEATURE = Feature(name="projects", label="projects", blueprint=bp)
