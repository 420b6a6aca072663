"""What the web server loads: `gunicorn wsgi:app`."""

from __future__ import annotations

import sys

from app import create_app
from app.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(3)  # Gunicorn takes this as "will never start" and stops, instead of trying for ever.
