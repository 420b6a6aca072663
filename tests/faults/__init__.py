"""What goes wrong on servers: killed, full, locked, away, late, slow. Nothing that was acknowledged is lost.

Each test ends with the invariants. `bin/test faults` takes its time; other runs do the same in short.
"""

from __future__ import annotations

import os

LONG = os.environ.get("FOYER_FAULTS") == "long"
