"""approvals"""

from __future__ import annotations

from app.blueprints.approvals.routes import bp
from app.core.features import Feature

FEATURE = Feature(name="approvals", label="approvals", blueprint=bp)
