"""Nothing that is secret stands in what the portal writes, whatever breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_mail
from tests.services import SmtpServer, free_port

ROOT = Path(__file__).parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
VISIT = "from wsgi import app; print(app.test_client().get('/sign-in/secret-token').status)"


@pytest.mark.only("sqlite")
def test_no_secret_is_written_when_everything_breaks(
    app: Any, agency: Any, db: Any, smtp: SmtpServer, tmp_path: Path
) -> None:
    """The mail server refuses the password; then PostgreSQL and Redis are down, too."""
    a_mail()
    db.session.commit()
    smtp.password = "another"
    key, nobody = tmp_path / "key", f"127.0.0.1:{free_port()}"
    key.write_text("secret-key" * 4)
    settings = {
        "FOYER_INSTANCE": app.instance_path,
        "FOYER_URL": "http://localhost",
        "FOYER_SECRET_KEY_FILE": str(key),
        "FOYER_MAIL_URL": smtp.url.replace("smtp://", "smtp://portal:secret-mail@"),
        "FOYER_IMAP_URL": f"imap://portal:secret-imap@{nobody}",
    }
    without = {
        **settings,
        "FOYER_LOG": "json",
        "FOYER_DATABASE_URL": f"postgresql://foyer:secret-database@{nobody}/foyer",
        "FOYER_REDIS_URL": f"redis://:secret-redis@{nobody}/0",
    }
    said = {
        "535": run([*FLASK, "worker", "--once"], settings),
        "503 SERVICE UNAVAILABLE": run([sys.executable, "-c", VISIT], without),
    }
    for expected, text in said.items():
        assert expected in text
        assert "secret-" not in text


def run(command: list[str], settings: dict[str, str]) -> str:
    """All that a program writes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOYER_")}
    done = subprocess.run(
        command, cwd=ROOT, env=kept | {"LANG": "C"} | settings, capture_output=True, text=True
    )
    return done.stdout + done.stderr
