"""Where the files of a test live: in the folder of the application, or in a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.core import storage as storage_module
from app.core.storage import storage


@pytest.fixture
def bucket(app: Flask, s3: dict[str, str]) -> Iterator[None]:
    """Let the application keep its files in an empty bucket."""
    settings, folder = app.extensions["settings"], app.extensions["storage"]
    app.extensions["settings"] = replace(settings, **s3)
    storage_module.init_app(app)
    for key in list(storage().keys()):
        storage().delete(key)
    yield
    app.extensions.update(settings=settings, storage=folder)
