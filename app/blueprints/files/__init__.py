"""files"""

from __future__ import annotations

from app.blueprints.files.routes import bp
from app.core.features import Feature

FEATURE = Feature(name="files", label="files", blueprint=bp)
