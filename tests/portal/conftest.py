"""The prepared world: made once for each process on SQLite, and put back before each test."""

from __future__ import annotations

import shutil

import pytest
from flask import Flask

from tests.portal.visits import Portal, forget
from tests.portal.world import World, a_world

_made: dict[str, World] = {}


@pytest.fixture
def portal(kind: str, app: Flask, request: pytest.FixtureRequest) -> Portal:
    """The portal in full use."""
    if kind == "postgresql":
        return Portal(app, a_world(request.getfixturevalue("sign_in")))
    folder = app.instance_path
    if folder not in _made:
        _made[folder] = a_world(request.getfixturevalue("sign_in"))
        forget(app)
        shutil.copy(f"{folder}/foyer.sqlite3", f"{folder}/world.sqlite3")
    portal = Portal(app, _made[folder])
    portal.put_back()
    return portal
