"""clients"""

from __future__ import annotations

from app.blueprints.clients.routes import bp
from app.core.features import Feature

FEATURE = Feature(name="clients", label="clients", blueprint=bp)
