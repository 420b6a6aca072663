"""Foyer: the client portal of a small agency."""

from __future__ import annotations

from flask import Flask

from app import cli, extensions, pages
from app.blueprints import slices
from app.core import (
    assets,
    database,
    features,
    logs,
    probes,
    requests,
    security,
    storage,
    text,
    ui,
    worker,
)
from app.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises SettingsError when a setting can't be used."""
    settings = settings or Settings.from_env()
    settings.make_instance()
    logs.configure(settings)
    app = Flask(__name__, static_folder=None, instance_path=str(settings.instance))
    app.extensions["settings"] = settings
    requests.init_app(app)
    probes.init_app(app)
    security.configure(app, settings)
    address = settings.database_address()
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(address)
    extensions.init_app(app)
    for part in (database, security, assets, text, ui, storage):
        part.init_app(app)
    features.init_app(app, slices())
    worker.init_app(app)
    pages.init_app(app)
    cli.init_app(app)
    return app
