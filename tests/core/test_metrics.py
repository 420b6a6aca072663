"""/metrics: numbers of all processes, for those alone who may read them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core.counts import Counts
from tests.builders import a_mail
from tests.conftest import a_browser, put_away


@pytest.fixture
def watched(app: Flask, agency: Any) -> Iterator[Flask]:
    """The portal again, on the same database, with somebody who may read its numbers."""
    watched = create_app(replace(app.extensions["settings"], metrics_from="10.0.0.0/8, ::1"))
    yield watched
    put_away(watched)


def test_numbers_of_requests_work_and_things(watched: Flask, db: Any) -> None:
    a_mail()
    db.session.commit()
    browser = a_browser(watched)
    browser.get("/sign-in")
    browser.get("/nowhere")
    said = numbers(browser.get("/metrics", environ_base={"REMOTE_ADDR": "10.2.3.4"}).text)
    assert said['foyer_requests_total{endpoint="accounts.show_sign_in",status="200"}'] >= 1
    assert said['foyer_requests_total{endpoint="",status="404"}'] >= 1
    found = {name: number for name, number in said.items() if "show_sign_in" in name}
    assert (
        found['foyer_request_seconds_bucket{endpoint="accounts.show_sign_in",le="+Inf"}']
        == (found['foyer_request_seconds_count{endpoint="accounts.show_sign_in"}'])
    )
    assert said['foyer_due_rows{drain="mail"}'] == 1
    assert said['foyer_mails{state="waiting"}'] == 1
    assert (said["foyer_files"], said["foyer_sessions"], said["foyer_database_up"]) == (0, 0, 1)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "more",
    [
        {"REMOTE_ADDR": "192.168.0.1"},
        # Through a proxy that the settings do not name, everybody comes from its address.
        {"REMOTE_ADDR": "10.2.3.4", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
    ],
)
def test_for_all_others_there_are_no_numbers(watched: Flask, more: dict[str, str]) -> None:
    assert a_browser(watched).get("/metrics", environ_base=more).status_code == 404


def test_processes_add_up_and_none_is_forgotten_when_it_ends(tmp_path: Path) -> None:
    other = (
        "import sys; from pathlib import Path; from app.core.counts import Counts;"
        "counts = Counts(Path(sys.argv[1]));"
        "counts.note('files.index', 200, 0.02); counts.note('files.index', 500, 3); counts.total()"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", other, str(tmp_path)], check=True)
    counts = Counts(tmp_path)
    counts.note("files.index", 200, 20)
    for _ in range(2):
        total = counts.total()
        assert total["requests", "files.index", "200"] == 3
        assert total["requests", "files.index", "500"] == 2
        assert total["within", "files.index", "+Inf"] == 1
    assert len(list(tmp_path.glob(f"counts/*/{os.getpid()}-*.json"))) == 1
    assert len(list(tmp_path.glob("counts/*/*.json"))) == 2


def numbers(text: str) -> dict[str, float]:
    """The samples, each of which has its help and kind before it."""
    samples = dict(re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE))
    kinds = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    names = {
        re.sub(r"_(bucket|sum|count)$|\{.*", "", re.sub(r"\{.*", "", name)) for name in samples
    }
    assert names <= kinds
    return {name: float(number) for name, number in samples.items()}
