"""An application that has nothing but the frame of its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_babel import Babel
from flask_wtf import CSRFProtect

from app.core import assets, text, ui

ROOT = Path(assets.__file__).resolve().parent.parent


@dataclass
class Somebody:
    """A person, signed in or not, or whoever the layouts name."""

    name: str = "Annette Sonnenschein"
    initials: str = "AS"
    is_authenticated: bool = True
    is_staff: bool = False
    phone: str = "0431 55667-12"
    email: str = "jana@studio-nordlicht.de"


@dataclass
class Studio:
    """What the frame asks of an agency."""

    name: str = "Studio Nordlicht"
    colour: str = "#12806f"
    city: str = "Kiel"
    imprint: str = "Holtenauer Straße 82"
    imprint_url: str = "/imprint"
    privacy_url: str = "/privacy"
    phone: str = ""
    email: str = ""


@dataclass
class Frame:
    """What the context processors give to every page."""

    context: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        return {
            "agency": Studio(),
            "current_user": Somebody(),
            "brand_colour": "#f5b52e",
            "locale": "en",
            "nav": [],
            "for_client": None,
            "contact": Somebody(name="Jana Petersen"),
            "account_menu": [],
            "sign_out_url": "/out",
        } | self.context


def a_frame(**context: Any) -> Flask:
    """An application with assets and components; `context` is what differs from a client's page."""
    app = Flask("app", root_path=str(ROOT), static_folder=None)
    app.config.update(SECRET_KEY="only for tests", TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    app.debug = True
    Babel(app, default_locale="en")
    CSRFProtect(app)
    frame = Frame(context)
    app.before_request(lambda: setattr(g, "agency", frame.values()["agency"]))
    app.context_processor(frame.values)
    assets.init_app(app)
    ui.init_app(app)
    text.init_app(app)
    return app
